//! Where versions are written before they are published.
//!
//! `.staging/version-XXXXXX/` holds `lock`, kept locked by the publisher as long as it lives, and `artifact/`, the
//! directory that is moved when it is complete. The operating system drops the lock of a killed publisher.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use crate::RegistryError;
use crate::files::{self, LOCK_PATIENCE, folder_names};

const PREFIX: &str = "version-";

/// How old the remains of a killed publisher become before the next one removes them.
pub(crate) const STALE_AFTER: Duration = Duration::from_hours(1);

/// A version that is being written. Dropped without being published, it is removed.
#[derive(Debug)]
pub struct StagedVersion {
    pub(crate) name: String,
    pub(crate) root: PathBuf,
    // Declared before the lock, so that the folder is gone before anyone could take it for abandoned.
    folder: TempDir,
    _lock: File,
}

impl StagedVersion {
    /// The directory to write the model into; it is empty at first, and inside the registry or the cache of the server.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("artifact")
    }

    /// The model this will be a version of.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// Where the versions of one registry are written before they are published.
#[derive(Debug)]
pub(crate) struct Staging {
    root: PathBuf,
    /// The registry, as people know it.
    registry: String,
}

impl Staging {
    /// The staging folder in `root`, of the registry that people know by this name.
    pub(crate) fn of(root: &Path, registry: String) -> Self {
        Self { root: root.to_owned(), registry }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn registry(&self) -> &str {
        &self.registry
    }

    /// Makes an empty directory for a new version of model `name`.
    pub(crate) fn stage(&self, name: &str) -> Result<StagedVersion, RegistryError> {
        let staging = self.folder();
        files::create_folder(&staging)?;
        // Nobody sweeps between the making of the folder and the locking of its lock.
        let _guard = files::lock(&staging.join("lock"), LOCK_PATIENCE)?;
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(&staging);
        let folder = folder.map_err(RegistryError::writing("create a folder in", &staging))?;
        let lock = files::lock(&folder.path().join("lock"), Duration::ZERO)?;
        let (name, root) = (name.to_owned(), self.root.clone());
        let staged = StagedVersion { name, root, folder, _lock: lock };
        files::create_folder(&staged.path())?;
        Ok(staged)
    }

    /// Removes what nobody works on any more and is at least `older_than` old, and says how many there were.
    pub(crate) fn sweep(&self, older_than: Duration) -> Result<usize, RegistryError> {
        let staging = self.folder();
        if !staging.is_dir() {
            return Ok(0);
        }
        let _guard = files::lock(&staging.join("lock"), LOCK_PATIENCE)?;
        let mut removed = 0;
        let mut first_failure = None;
        for name in folder_names(&staging)?.iter().filter(|name| name.starts_with(PREFIX)) {
            match sweep(&staging.join(name), older_than) {
                Ok(was_abandoned) => removed += usize::from(was_abandoned),
                // Another user's remains do not keep ours from being removed.
                Err(error) => first_failure = first_failure.or(Some(error)),
            }
        }
        first_failure.map_or(Ok(removed), Err)
    }

    fn folder(&self) -> PathBuf {
        self.root.join(".staging")
    }
}

/// Whether nobody works in `folder` any more. One that vanishes meanwhile is not abandoned: its publisher removed it.
fn is_abandoned(folder: &Path, older_than: Duration) -> Result<bool, RegistryError> {
    let modified = match fs::symlink_metadata(folder).and_then(|metadata| metadata.modified()) {
        Ok(modified) => modified,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(RegistryError::reading("read the age of", folder)(error)),
    };
    // A folder from the future, after the clock was set back, has no age yet.
    let age = SystemTime::now().duration_since(modified).unwrap_or_default();
    Ok(age >= older_than && !files::is_locked(&folder.join("lock"))?)
}

/// Removes `folder` if it is abandoned, and says whether it was.
pub(crate) fn sweep(folder: &Path, older_than: Duration) -> Result<bool, RegistryError> {
    if !is_abandoned(folder, older_than)? {
        return Ok(false);
    }
    match fs::remove_dir_all(folder) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(RegistryError::writing("remove", folder)(error)),
    }
}
