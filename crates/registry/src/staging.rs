//! Where versions are written before they are published.
//!
//! `.staging/version-XXXXXX/` holds `lock`, kept locked by the publisher as long as it lives, and `artifact/`, the
//! directory that is moved when it is complete. The operating system drops the lock of a killed publisher.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use crate::files::{self, LOCK_PATIENCE};
use crate::names::check_model;
use crate::registry::folder_names;
use crate::{Registry, RegistryError};

const PREFIX: &str = "version-";

/// How old the remains of a killed publisher become before the next one removes them.
const STALE_AFTER: Duration = Duration::from_hours(1);

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
    /// The directory to write the model into; it is empty at first, and inside the registry.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("artifact")
    }

    /// The model this will be a version of.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Registry {
    /// Prepares an empty directory for a new version of model `name`, creating the registry if need be.
    ///
    /// What publishers killed more than an hour ago left behind is removed on the way.
    pub fn stage(&self, name: &str) -> Result<StagedVersion, RegistryError> {
        check_model(name)?;
        let staging = self.staging_folder();
        files::create_folder(&staging)?;
        // Remains that cannot be removed, perhaps another user's, are no reason to refuse new work.
        let _ = self.sweep_staging(STALE_AFTER);
        // Nobody sweeps between the making of the folder and the locking of its lock.
        let _guard = files::lock(&staging.join("lock"), LOCK_PATIENCE)?;
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(&staging);
        let folder = folder.map_err(RegistryError::writing("create a folder in", &staging))?;
        let lock = files::lock(&folder.path().join("lock"), Duration::ZERO)?;
        let staged = StagedVersion {
            name: name.to_owned(),
            root: self.root().to_owned(),
            folder,
            _lock: lock,
        };
        files::create_folder(&staged.path())?;
        Ok(staged)
    }

    /// Removes what killed publishers left behind, if it is at least `older_than` old, and says how many there were.
    /// What a living publisher is writing stays, however old.
    pub fn sweep_staging(&self, older_than: Duration) -> Result<usize, RegistryError> {
        let staging = self.staging_folder();
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

    fn staging_folder(&self) -> PathBuf {
        self.root().join(".staging")
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
fn sweep(folder: &Path, older_than: Duration) -> Result<bool, RegistryError> {
    if !is_abandoned(folder, older_than)? {
        return Ok(false);
    }
    match fs::remove_dir_all(folder) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(RegistryError::writing("remove", folder)(error)),
    }
}
