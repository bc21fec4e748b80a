//! A small model to write and to damage.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use switchboard_artifact::{
    Artifact, ArtifactError, ArtifactWriter, DataFacts, GoldenExample, HeldoutRow, LanguageFacts,
    MANIFEST_FILE, Manifest,
};
use tempfile::TempDir;

pub(crate) fn manifest() -> Manifest {
    Manifest {
        name: "category-tfidf".to_owned(),
        task: "category".to_owned(),
        family: "tfidf".to_owned(),
        labels: vec!["Billing".to_owned(), "Réseau".to_owned()],
        languages: [(
            "en".to_owned(),
            LanguageFacts { heldout_accuracy: Some(0.1), ..LanguageFacts::default() },
        )]
        .into(),
        metrics: [("accuracy".to_owned(), 0.867_000_000_000_000_1)].into(),
        seed: u64::MAX,
        data: DataFacts { rows: 3, fingerprint: "f00".to_owned() },
        code_revision: "abc".to_owned(),
        created_at: "2025-01-01T00:00:00Z".to_owned(),
        settings: [("c".to_owned(), json!({"chosen": 0.5}))].into(),
        ..Manifest::default()
    }
}

pub(crate) fn heldout() -> Vec<HeldoutRow> {
    let row = |hash: &str, language: Option<&str>| HeldoutRow {
        row_hash: hash.to_owned(),
        label: "Billing".to_owned(),
        language: language.map(str::to_owned),
        logits: vec![0.1, -2.5e-30],
        probabilities: vec![0.75, 0.25],
        signals: [("tokens".to_owned(), 3.0)].into(),
    };
    vec![row("a", Some("en")), row("b", None)]
}

pub(crate) fn golden() -> Vec<GoldenExample> {
    vec![GoldenExample {
        text: "two\nlines \u{2028} \"quoted\"".to_owned(),
        logits: vec![1.0, -0.0],
    }]
}

/// A sealed model of three files.
pub(crate) fn model() -> TempDir {
    let directory = tempfile::tempdir().expect("a temporary directory");
    write(directory.path(), manifest()).expect("a model");
    directory
}

pub(crate) fn write(directory: &Path, manifest: Manifest) -> Result<Manifest, ArtifactError> {
    let mut writer = ArtifactWriter::create(directory)?;
    writer.add_file("model.bin", b"weights")?;
    writer.add_heldout(&heldout())?;
    writer.add_golden(&golden())?;
    writer.seal(manifest)
}

pub(crate) fn refusal(directory: &Path) -> ArtifactError {
    Artifact::open(directory).expect_err("a refusal")
}

pub(crate) fn edit_manifest(directory: &Path, edit: impl FnOnce(&mut Value)) {
    let path = directory.join(MANIFEST_FILE);
    let mut value = serde_json::from_slice(&fs::read(&path).expect("a manifest")).expect("JSON");
    edit(&mut value);
    fs::write(&path, value.to_string()).expect("written");
}
