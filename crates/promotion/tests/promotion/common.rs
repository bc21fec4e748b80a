//! Versions that answered a few hundred rows.

use switchboard_artifact::HeldoutRow;
use switchboard_promotion::{
    Candidate, Comparison, Latency, Placeholders, Processor, Recorded, Verdict,
};

pub(crate) const LABELS: [&str; 4] = ["Access", "Hardware", "Purchase", "Storage"];

/// A version of 400 rows that is wrong on those for which `wrong` says so, and as sure as `confidence` says.
pub(crate) fn version(wrong: impl Fn(usize) -> bool, confidence: f32) -> Candidate {
    let row = |row: usize| {
        let truth = row % LABELS.len();
        let answer = if wrong(row) { (truth + 1) % LABELS.len() } else { truth };
        answered(row, truth, (answer, confidence))
    };
    candidate((0..400).map(row).collect())
}

/// A row, its label, and the answer with its probability; the others share the rest.
pub(crate) fn answered(row: usize, truth: usize, (answer, confidence): (usize, f32)) -> HeldoutRow {
    let mut probabilities = vec![(1.0 - confidence) / (LABELS.len() - 1) as f32; LABELS.len()];
    probabilities[answer] = confidence;
    HeldoutRow {
        row_hash: format!("{row:032x}"),
        label: LABELS[truth].to_owned(),
        language: None,
        logits: probabilities.iter().map(|probability| probability.ln()).collect(),
        probabilities,
        signals: [].into(),
    }
}

pub(crate) fn candidate(rows: Vec<HeldoutRow>) -> Candidate {
    Candidate {
        labels: LABELS.map(str::to_owned).to_vec(),
        rows,
        size_bytes: 100_000_000,
        recorded: Some(recorded(10.0, 0)),
        golden: 8,
        unsound_golden: 0,
        labels_texts: true,
    }
}

pub(crate) fn recorded(median_ms: f64, changed: u64) -> Recorded {
    let processor = Processor { name: "a processor".to_owned(), threads: 2 };
    let latency = Latency { texts: 200, median_ms, p99_ms: 2.0 * median_ms, processor };
    Recorded { latency, placeholders: Placeholders { texts: 200, changed } }
}

/// What failed.
pub(crate) fn failed(comparison: &Comparison) -> Vec<&'static str> {
    comparison.failed().map(|check| check.name).collect()
}

pub(crate) fn verdict(comparison: &Comparison, name: &str) -> Verdict {
    comparison.checks.iter().find(|check| check.name == name).unwrap().verdict
}

pub(crate) fn sentence<'c>(comparison: &'c Comparison, name: &str) -> &'c str {
    &comparison.checks.iter().find(|check| check.name == name).unwrap().sentence
}
