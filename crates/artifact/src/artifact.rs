//! Reading a model directory that has been checked.

use std::path::{Path, PathBuf};

use crate::manifest::Manifest;
use crate::rows::{
    self, GOLDEN_FILE, GoldenExample, HELDOUT_FILE, HeldoutRow, OUT_OF_FOLD_FILE, Row,
};
use crate::{ArtifactError, checksum};

/// A model directory whose manifest makes sense and whose files are, byte for byte, those that were published.
#[derive(Debug, Clone)]
pub struct Artifact {
    directory: PathBuf,
    manifest: Manifest,
    /// Of the bytes the manifest was read from.
    manifest_sha256: String,
}

impl Artifact {
    /// Opens a model directory: validates its manifest, then verifies every file it lists. Files it does not list are
    /// ignored, and so is a signature: [`verify_signature`](Self::verify_signature) looks at it.
    pub fn open(directory: &Path) -> Result<Self, ArtifactError> {
        let (manifest, manifest_sha256) = Manifest::read_hashed(directory)?;
        for (name, facts) in &manifest.files {
            checksum::verify(&directory.join(name), facts)?;
        }
        Ok(Self { directory: directory.to_owned(), manifest, manifest_sha256 })
    }

    /// What the model says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    pub(crate) fn manifest_sha256(&self) -> &str {
        &self.manifest_sha256
    }

    /// Where it was opened.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Reads a file of the manifest. The bytes are verified once more, so what is used is what was checked.
    pub fn read(&self, name: &str) -> Result<Vec<u8>, ArtifactError> {
        let Some(facts) = self.manifest.files.get(name) else {
            return Err(ArtifactError::NotListed {
                name: name.to_owned(),
                directory: self.directory.clone(),
            });
        };
        checksum::read_verified(&self.directory.join(name), facts)
    }

    /// Reads the held-out rows; none if the model was published without.
    pub fn heldout(&self) -> Result<Vec<HeldoutRow>, ArtifactError> {
        self.rows(HELDOUT_FILE)
    }

    /// Reads what models that had not learnt it said of every row; none if the model was published without.
    pub fn out_of_fold(&self) -> Result<Vec<HeldoutRow>, ArtifactError> {
        self.rows(OUT_OF_FOLD_FILE)
    }

    /// Reads the golden examples; none if the model was published without.
    pub fn golden(&self) -> Result<Vec<GoldenExample>, ArtifactError> {
        self.rows(GOLDEN_FILE)
    }

    fn rows<R: Row>(&self, name: &str) -> Result<Vec<R>, ArtifactError> {
        if !self.manifest.files.contains_key(name) {
            return Ok(Vec::new());
        }
        rows::decode(&self.directory.join(name), &self.read(name)?)
    }
}
