//! Making a staged version visible, whole and at once.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use switchboard_artifact::Artifact;

use crate::history::History;
use crate::registry::check_manifest_name;
use crate::{Registry, RegistryError, StagedVersion, files};

impl Registry {
    /// Verifies a staged version and publishes it under the next free number, which is returned.
    ///
    /// Any number of publishers may do so at once. On an error nothing is published and the staged version is removed.
    pub fn publish(&self, staged: StagedVersion) -> Result<u32, RegistryError> {
        let name = staged.name();
        if staged.root != self.root() {
            return Err(RegistryError::StagedElsewhere {
                path: staged.path(),
                registry: self.root().to_owned(),
            });
        }
        let artifact = Artifact::open(&staged.path())
            .map_err(|source| RegistryError::Unpublishable { name: name.to_owned(), source })?;
        check_manifest_name(&artifact, name)?;
        let model = self.model_folder(name);
        files::create_folder(&model)?;
        files::sync_folder(&staged.path())?;
        let version = self.move_into_place(&staged)?;
        files::sync_folder(&model)?;
        Ok(version)
    }

    fn move_into_place(&self, staged: &StagedVersion) -> Result<u32, RegistryError> {
        let mut newest = self.newest_number(staged.name())?;
        loop {
            let next = newest.checked_add(1);
            let version = next.ok_or_else(|| RegistryError::NoVersionLeft {
                path: self.model_folder(staged.name()),
            })?;
            let target: PathBuf = self.version_folder(staged.name(), version);
            match fs::rename(staged.path(), &target) {
                Ok(()) => return Ok(version),
                // A rename onto a folder that holds something fails, so of two publishers one moves on.
                Err(error) if is_taken(error.kind()) => newest = version,
                Err(error) => return Err(RegistryError::writing("publish", &target)(error)),
            }
        }
    }

    /// The highest number in use or ever promoted: a number whose version somebody deleted must not come back as
    /// another model, or a rollback could reach it.
    fn newest_number(&self, name: &str) -> Result<u32, RegistryError> {
        let published = self.versions(name)?.last().copied().unwrap_or_default();
        // Damage is reported to whoever promotes; a finished training run is not lost to it.
        let promoted =
            History::read(&self.model_folder(name)).map(|history| history.newest_version());
        Ok(published.max(promoted.unwrap_or_default()))
    }
}

fn is_taken(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::AlreadyExists | ErrorKind::DirectoryNotEmpty | ErrorKind::NotADirectory
    )
}
