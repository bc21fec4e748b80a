//! Writing a model directory, manifest last.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::keys::SigningKey;
use crate::manifest::{FORMAT_VERSION, FileFacts, MANIFEST_FILE, MAX_FILES, Manifest};
use crate::names::file_name_fault;
use crate::rows::{
    self, GOLDEN_FILE, GoldenExample, HELDOUT_FILE, HeldoutRow, OUT_OF_FOLD_FILE, Row,
};
use crate::signature::{SIGNATURE_FILE, sign};
use crate::{ArtifactError, checksum};

/// Writes a model directory. Until it is sealed the directory has no manifest, and nothing will open it.
#[derive(Debug)]
pub struct ArtifactWriter {
    directory: PathBuf,
    files: BTreeMap<String, FileFacts>,
}

impl ArtifactWriter {
    /// Begins a model in `directory`, which is created if need be and must be empty.
    pub fn create(directory: &Path) -> Result<Self, ArtifactError> {
        fs::create_dir_all(directory).map_err(ArtifactError::io("create", directory))?;
        let mut entries = fs::read_dir(directory).map_err(ArtifactError::io("list", directory))?;
        if entries.next().is_some() {
            return Err(ArtifactError::Occupied { directory: directory.to_owned() });
        }
        Ok(Self { directory: directory.to_owned(), files: BTreeMap::new() })
    }

    /// Writes one file to the disk. `name` is a plain file name, used once, and not the manifest's.
    pub fn add_file(&mut self, name: &str, bytes: &[u8]) -> Result<(), ArtifactError> {
        self.check_name(name)?;
        write_new(&self.directory.join(name), bytes)?;
        self.files.insert(name.to_owned(), checksum::facts(bytes));
        Ok(())
    }

    /// Writes the held-out rows, once. A score that is not a finite number is refused.
    pub fn add_heldout(&mut self, rows: &[HeldoutRow]) -> Result<(), ArtifactError> {
        self.add_rows(HELDOUT_FILE, rows)
    }

    /// Writes what models that had not learnt it said of every row, once. A score that is not a finite number is refused.
    pub fn add_out_of_fold(&mut self, rows: &[HeldoutRow]) -> Result<(), ArtifactError> {
        self.add_rows(OUT_OF_FOLD_FILE, rows)
    }

    /// Writes the golden examples, once. A score that is not a finite number is refused.
    pub fn add_golden(&mut self, examples: &[GoldenExample]) -> Result<(), ArtifactError> {
        self.add_rows(GOLDEN_FILE, examples)
    }

    /// One hash of all files added so far: the SHA-256 of a line `SHA256  NAME` for each, by name, as `sha256sum FILES | sha256sum` prints it.
    pub fn files_sha256(&self) -> String {
        let lines = self.files.iter().map(|(name, facts)| format!("{}  {name}\n", facts.sha256));
        checksum::sha256(lines.collect::<String>().as_bytes())
    }

    /// Completes the model: fills in `manifest`'s format version and files, writes it, and returns it as written.
    pub fn seal(self, manifest: Manifest) -> Result<Manifest, ArtifactError> {
        self.seal_signed(manifest, None)
    }

    /// Completes the model as [`seal`](Self::seal) does, signed by `key` if there is one.
    pub fn seal_signed(
        self,
        manifest: Manifest,
        key: Option<&SigningKey>,
    ) -> Result<Manifest, ArtifactError> {
        let manifest = Manifest { format_version: FORMAT_VERSION, files: self.files, ..manifest };
        let path = self.directory.join(MANIFEST_FILE);
        let bytes = manifest.to_bytes(&path)?;
        if let Some(key) = key {
            write_new(&self.directory.join(SIGNATURE_FILE), &sign(&bytes, key))?;
        }
        // The other files must be found again before the manifest that promises them is.
        sync_directory(&self.directory)?;
        write_new(&path, &bytes)?;
        sync_directory(&self.directory)?;
        Ok(manifest)
    }

    fn add_rows<R: Row>(&mut self, name: &str, rows: &[R]) -> Result<(), ArtifactError> {
        let bytes = rows::encode(&self.directory.join(name), rows)?;
        self.add_file(name, &bytes)
    }

    fn check_name(&self, name: &str) -> Result<(), ArtifactError> {
        let repeated = self.files.contains_key(name).then_some("it was added before");
        let full = (self.files.len() >= MAX_FILES).then_some("a model has at most 1,000 files");
        let Some(reason) = file_name_fault(name).or(repeated).or(full) else { return Ok(()) };
        let (name, directory) = (name.escape_debug().to_string(), self.directory.clone());
        Err(ArtifactError::InvalidFileName { name, directory, reason: reason.to_owned() })
    }
}

/// Writes a file that must not exist yet, and waits until it is on the disk.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), ArtifactError> {
    let mut file = File::create_new(path).map_err(ArtifactError::io("create", path))?;
    let outcome = file.write_all(bytes).and_then(|()| file.sync_all());
    outcome.map_err(|source| remove_partial(path, source))
}

/// Half a file helps nobody, and on a full disk its space is wanted.
pub(crate) fn remove_partial(path: &Path, source: io::Error) -> ArtifactError {
    // The first failure is the one to report; this one would only hide it.
    let _ = fs::remove_file(path);
    ArtifactError::io("write", path)(source)
}

/// Makes the entries of `directory` survive a power cut.
pub(crate) fn sync_directory(directory: &Path) -> Result<(), ArtifactError> {
    File::open(directory)
        .and_then(|folder| folder.sync_all())
        .map_err(ArtifactError::io("sync", directory))
}
