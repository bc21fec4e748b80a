//! A version as a comparison sees it.

use switchboard_artifact::{Artifact, ArtifactError, HELDOUT_FILE, HeldoutRow, OUT_OF_FOLD_FILE};

use crate::recorded::{CHECKS_FILE, Recorded};

/// An operating point names no label of a text: nothing it answers can be compared row by row.
const ROUTING: &str = "routing";

/// What is known of a version.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// What it can answer, in the order of its probabilities.
    pub labels: Vec<String>,
    /// What it answered for rows it had not learnt.
    pub rows: Vec<HeldoutRow>,
    /// How large it is, in bytes, without the rows.
    pub size_bytes: u64,
    /// What its trainer measured of it.
    pub recorded: Option<Recorded>,
    /// Its golden examples.
    pub golden: u64,
    /// Of these, those that do not hold one score a label.
    pub unsound_golden: u64,
    /// Whether it gives texts a label; an operating point does not.
    pub labels_texts: bool,
}

impl Candidate {
    /// Reads a version that was verified.
    pub fn read(artifact: &Artifact) -> Result<Self, ArtifactError> {
        let manifest = artifact.manifest();
        let is_model = |name: &str| name != HELDOUT_FILE && name != OUT_OF_FOLD_FILE;
        let files = manifest.files.iter().filter(|(name, _)| is_model(name));
        let golden = artifact.golden()?;
        let labels = manifest.labels.clone();
        let unsound = golden.iter().filter(|example| example.logits.len() != labels.len());
        Ok(Self {
            rows: artifact.heldout()?,
            size_bytes: files.map(|(_, facts)| facts.size_bytes).fold(0, u64::saturating_add),
            recorded: recorded(artifact)?,
            golden: golden.len() as u64,
            unsound_golden: unsound.count() as u64,
            labels_texts: manifest.family != ROUTING,
            labels,
        })
    }
}

/// Measurements of a form this release does not know count as none.
fn recorded(artifact: &Artifact) -> Result<Option<Recorded>, ArtifactError> {
    if !artifact.manifest().files.contains_key(CHECKS_FILE) {
        return Ok(None);
    }
    Ok(serde_json::from_slice(&artifact.read(CHECKS_FILE)?).ok())
}
