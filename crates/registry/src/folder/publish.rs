//! Making a staged version visible, whole and at once.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use switchboard_artifact::Artifact;

use super::Folder;
use super::history::History;
use crate::store::Store;
use crate::{RegistryError, files};

/// Moves a verified artifact into place, under the next free number.
pub(super) fn publish(folder: &Folder, artifact: &Artifact) -> Result<u32, RegistryError> {
    let model = folder.model_folder(&artifact.manifest().name);
    files::create_folder(&model)?;
    files::sync_folder(artifact.directory())?;
    let version = move_into_place(folder, artifact)?;
    files::sync_folder(&model)?;
    Ok(version)
}

fn move_into_place(folder: &Folder, artifact: &Artifact) -> Result<u32, RegistryError> {
    let name = &artifact.manifest().name;
    let mut newest = newest_number(folder, name)?;
    loop {
        let next = newest.checked_add(1);
        let version =
            next.ok_or_else(|| RegistryError::NoVersionLeft { path: folder.model_folder(name) })?;
        let target: PathBuf = folder.version_folder(name, version);
        match fs::rename(artifact.directory(), &target) {
            Ok(()) => return Ok(version),
            // A rename onto a folder that holds something fails, so of two publishers one moves on.
            Err(error) if is_taken(error.kind()) => newest = version,
            Err(error) => return Err(RegistryError::writing("publish", &target)(error)),
        }
    }
}

/// The highest number in use or ever promoted: a number whose version somebody deleted must not come back as another
/// model, or a rollback could reach it.
fn newest_number(folder: &Folder, name: &str) -> Result<u32, RegistryError> {
    let published = folder.versions(name)?.into_iter().max().unwrap_or_default();
    // Damage is reported to whoever promotes; a finished training run is not lost to it.
    let promoted =
        History::read(&folder.model_folder(name)).map(|history| history.newest_version());
    Ok(published.max(promoted.unwrap_or_default()))
}

fn is_taken(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::AlreadyExists | ErrorKind::DirectoryNotEmpty | ErrorKind::NotADirectory
    )
}
