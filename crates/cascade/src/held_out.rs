//! What a version says of itself: how it did on rows it had not seen, row by row and by language.

use switchboard_artifact::{Artifact, ArtifactError, HeldoutRow, Manifest};
use switchboard_routing::{HeldOut, LanguageRecord, Record};

/// How a version did on each held-out row.
pub fn held_out(artifact: &Artifact) -> Result<Vec<HeldOut>, ArtifactError> {
    let labels = &artifact.manifest().labels;
    Ok(artifact.heldout()?.into_iter().filter_map(|row| judge(row, labels)).collect())
}

fn judge(row: HeldoutRow, labels: &[String]) -> Option<HeldOut> {
    let probabilities = row.probabilities.iter().copied().enumerate();
    let (top, confidence) = probabilities.reduce(|a, b| if b.1 > a.1 { b } else { a })?;
    let right = labels.get(top).is_some_and(|label| *label == row.label);
    Some(HeldOut { row: row.row_hash, language: row.language, confidence, right })
}

/// How a version did in each language.
pub fn record(manifest: &Manifest) -> Record {
    let languages = manifest.languages.iter().map(|(code, facts)| {
        let record = LanguageRecord {
            training_rows: facts.training_rows,
            rows: facts.heldout_rows,
            accuracy: facts.heldout_accuracy.unwrap_or(f64::NAN),
        };
        (code.clone(), record)
    });
    Record { languages: languages.collect() }
}
