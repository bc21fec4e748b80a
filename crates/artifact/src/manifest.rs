//! What a manifest says, and reading one from disk.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::checksum::{open_file, sha256};
use crate::{ArtifactError, validate};

/// The format this release writes, and the newest it reads.
pub const FORMAT_VERSION: u32 = 1;

/// The file of a model directory that describes all others.
pub const MANIFEST_FILE: &str = "manifest.json";

/// The largest manifest that is read or written.
pub const MAX_MANIFEST_BYTES: u64 = 16 * 1024 * 1024;

/// The most files one model directory may list.
pub const MAX_FILES: usize = 1_000;

/// The largest file that a manifest may list: 16 GiB, far more than any model here takes. What
/// claims to be larger is no model, and would only fill the disk of whoever fetches it.
pub const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024 * 1024;

/// The most that all files of a manifest may add up to: 32 GiB.
pub const MAX_VERSION_BYTES: u64 = 2 * MAX_FILE_BYTES;

/// The setting, `true`, by which a trainer records that a version's labels are meant to differ from those of the version before it.
pub const NEW_LABELS: &str = "new_labels";

/// The facts of one trained model: what it answers, how it was made, and the checksum of each of its files.
///
/// Fields this release does not know are ignored when read: a later release may add some without a new format.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of the directory's format; filled in by [`ArtifactWriter::seal`](crate::ArtifactWriter::seal).
    pub format_version: u32,
    /// The registered name, for example `category-tfidf`.
    pub name: String,
    /// The task the labels belong to, for example `category`.
    pub task: String,
    /// The kind of model: `tfidf`, `transformer` or `routing`.
    pub family: String,
    /// Every label the model can answer, in the order of its scores.
    pub labels: Vec<String>,
    /// What is known of each language, by its code.
    #[serde(default)]
    pub languages: BTreeMap<String, LanguageFacts>,
    /// Measurements taken when the model was made, by name.
    #[serde(default)]
    pub metrics: BTreeMap<String, f64>,
    /// The seed of every random choice of the training run.
    pub seed: u64,
    /// The rows it was trained on.
    pub data: DataFacts,
    /// The revision of the code that trained it.
    pub code_revision: String,
    /// When it was made, as RFC 3339.
    pub created_at: String,
    /// Choices the trainer recorded, by name.
    #[serde(default)]
    pub settings: BTreeMap<String, Value>,
    /// Every other file of the directory; filled in by [`ArtifactWriter::seal`](crate::ArtifactWriter::seal).
    #[serde(default)]
    pub files: BTreeMap<String, FileFacts>,
}

/// How much of one language a model has seen, and how well it does there.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LanguageFacts {
    /// Rows of this language it was trained on.
    pub training_rows: u64,
    /// Rows of this language it was measured on.
    pub heldout_rows: u64,
    /// The share of held-out rows it labelled correctly, from 0 to 1; none when there were no such rows.
    pub heldout_accuracy: Option<f64>,
}

/// The rows a model was trained on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataFacts {
    /// How many there were.
    pub rows: u64,
    /// A hash of their content: equal fingerprints mean equal rows.
    pub fingerprint: String,
}

/// What one file must be, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// The SHA-256 of its bytes, as 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// Its length in bytes.
    pub size_bytes: u64,
}

impl Manifest {
    /// Whether the version was trained to have other labels than the one before it ([`NEW_LABELS`]).
    pub fn has_new_labels(&self) -> bool {
        self.settings.get(NEW_LABELS) == Some(&Value::Bool(true))
    }

    /// Reads and validates the manifest of `directory`; its files are not looked at.
    pub fn read(directory: &Path) -> Result<Self, ArtifactError> {
        Ok(Self::read_hashed(directory)?.0)
    }

    /// The same, and the SHA-256 of its bytes.
    pub(crate) fn read_hashed(directory: &Path) -> Result<(Self, String), ArtifactError> {
        let path = directory.join(MANIFEST_FILE);
        let bytes = read_bounded(&path)?;
        refuse_future_format(&path, &bytes)?;
        let manifest: Self = serde_json::from_slice(&bytes)
            .map_err(|source| ArtifactError::UnreadableManifest { file: path.clone(), source })?;
        validate::manifest(&manifest, &path)?;
        Ok((manifest, sha256(&bytes)))
    }

    /// The bytes to write at `path`, which is named in errors.
    pub(crate) fn to_bytes(&self, path: &Path) -> Result<Vec<u8>, ArtifactError> {
        validate::manifest(self, path)?;
        let mut bytes = serde_json::to_vec_pretty(self).map_err(|source| {
            ArtifactError::UnreadableManifest { file: path.to_owned(), source }
        })?;
        bytes.push(b'\n');
        if bytes.len() as u64 > MAX_MANIFEST_BYTES {
            return Err(too_large(path));
        }
        // Settings nested deeper than the reader goes would make a model that nobody can open.
        serde_json::from_slice::<Self>(&bytes).map_err(|source| {
            ArtifactError::UnreadableManifest { file: path.to_owned(), source }
        })?;
        Ok(bytes)
    }
}

/// The one field every format has, read alone so that a format whose other fields differ is still recognised.
#[derive(Deserialize)]
struct Format {
    format_version: u64,
}

fn refuse_future_format(path: &Path, bytes: &[u8]) -> Result<(), ArtifactError> {
    let format: Format = serde_json::from_slice(bytes)
        .map_err(|source| ArtifactError::UnreadableManifest { file: path.to_owned(), source })?;
    if format.format_version > u64::from(FORMAT_VERSION) {
        let found = format.format_version;
        return Err(ArtifactError::FutureFormat {
            file: path.to_owned(),
            found,
            supported: FORMAT_VERSION,
        });
    }
    Ok(())
}

/// Reads a manifest that is not too large to be one.
pub(crate) fn read_bounded(path: &Path) -> Result<Vec<u8>, ArtifactError> {
    let (file, size_bytes) = open_file(path)?;
    if size_bytes > MAX_MANIFEST_BYTES {
        return Err(too_large(path));
    }
    let mut bytes = Vec::new();
    file.take(MAX_MANIFEST_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(ArtifactError::io("read", path))?;
    if bytes.len() as u64 > MAX_MANIFEST_BYTES {
        return Err(too_large(path));
    }
    Ok(bytes)
}

fn too_large(path: &Path) -> ArtifactError {
    ArtifactError::TooLarge { file: path.to_owned(), limit_bytes: MAX_MANIFEST_BYTES }
}
