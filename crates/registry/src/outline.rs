//! What can be told of a version without reading its files: what they are called, and how long they are.

use std::fs;
use std::path::Path;

use switchboard_artifact::{
    Artifact, ArtifactError, MAX_SIGNATURE_BYTES, Manifest, SIGNATURE_FILE,
};

/// Checks that every file of a version is there and as long as it should be, and that its signature, if it has one, is
/// not too long to be one. `size_of` tells the length of a file that is there; `place` is where, for the error.
pub(crate) fn check(
    manifest: &Manifest,
    place: &Path,
    size_of: impl Fn(&str) -> Option<u64>,
) -> Result<(), ArtifactError> {
    for (name, facts) in &manifest.files {
        let (file, expected_bytes) = (place.join(name), facts.size_bytes);
        match size_of(name) {
            None => return Err(ArtifactError::Missing { file }),
            Some(found_bytes) if found_bytes < expected_bytes => {
                return Err(ArtifactError::Truncated { file, expected_bytes, found_bytes });
            }
            Some(found_bytes) if found_bytes > expected_bytes => {
                return Err(ArtifactError::Oversized { file, expected_bytes });
            }
            Some(_) => {}
        }
    }
    check_limit(place, SIGNATURE_FILE, size_of(SIGNATURE_FILE), MAX_SIGNATURE_BYTES)
}

/// Checks the length of the signature beside a version on this machine.
pub(crate) fn check_signature(artifact: &Artifact) -> Result<(), ArtifactError> {
    let place = artifact.directory();
    check_limit(place, SIGNATURE_FILE, size_in(place, SIGNATURE_FILE), MAX_SIGNATURE_BYTES)
}

/// Checks that a file, if it is there, is no longer than it may be.
pub(crate) fn check_limit(
    place: &Path,
    name: &str,
    size_bytes: Option<u64>,
    limit_bytes: u64,
) -> Result<(), ArtifactError> {
    if size_bytes.is_some_and(|size_bytes| size_bytes > limit_bytes) {
        return Err(ArtifactError::TooLarge { file: place.join(name), limit_bytes });
    }
    Ok(())
}

/// The length of a file in a folder of this machine, if it is there.
pub(crate) fn size_in(folder: &Path, name: &str) -> Option<u64> {
    let facts = fs::metadata(folder.join(name)).ok()?;
    facts.is_file().then_some(facts.len())
}
