//! A model directory, copied whole.

use std::fs::File;
use std::path::Path;

use crate::manifest::MANIFEST_FILE;
use crate::signature::SIGNATURE_FILE;
use crate::writer::{remove_partial, sync_directory, write_new};
use crate::{Artifact, ArtifactError, ArtifactWriter, FileFacts, SignatureError, checksum};

impl Artifact {
    /// Writes a copy into an empty directory: the files the manifest lists, verified while they are copied, the
    /// signature if there is one, and the manifest. Nothing else that lies in the directory goes along.
    pub fn copy_to(&self, directory: &Path) -> Result<(), SignatureError> {
        ArtifactWriter::create(directory)?;
        for (name, facts) in &self.manifest().files {
            copy_file(&self.directory().join(name), &directory.join(name), facts)?;
        }
        if let Some(signature) = self.signature_bytes()? {
            write_new(&directory.join(SIGNATURE_FILE), &signature)?;
        }
        let manifest = self.manifest_as_opened()?;
        sync_directory(directory)?;
        write_new(&directory.join(MANIFEST_FILE), &manifest)?;
        Ok(sync_directory(directory)?)
    }
}

fn copy_file(from: &Path, to: &Path, facts: &FileFacts) -> Result<(), ArtifactError> {
    let mut file = File::create_new(to).map_err(ArtifactError::io("create", to))?;
    let copied = checksum::copy(from, facts, &mut file);
    copied.inspect_err(|_| drop(std::fs::remove_file(to)))?;
    file.sync_all().map_err(|source| remove_partial(to, source))
}
