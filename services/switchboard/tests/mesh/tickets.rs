//! Held-out tickets.

use std::path::PathBuf;

use serde::Deserialize;

/// A ticket nobody trained on, and what is in it.
#[derive(Deserialize)]
pub(crate) struct HeldOut {
    pub(crate) text: String,
    pub(crate) label: String,
    pub(crate) pii: Vec<Personal>,
}

/// A piece of fictitious personal data.
#[derive(Deserialize)]
pub(crate) struct Personal {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) value: String,
}

/// A file of the repository's test data.
pub(crate) fn testdata(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../testdata").join(path)
}

/// The held-out tickets of one language.
pub(crate) fn held_out(language: &str) -> Vec<HeldOut> {
    let file = std::fs::read_to_string(testdata(&format!("tickets/{language}.jsonl"))).unwrap();
    file.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
