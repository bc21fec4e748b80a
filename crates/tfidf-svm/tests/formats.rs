//! Models of every format that was ever published still load, and damaged ones do not.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and so do its helpers")]

use std::path::{Path, PathBuf};

use serde::Deserialize;
use switchboard_artifact::{Artifact, ArtifactWriter, Manifest};
use switchboard_classify::Options;
use switchboard_tfidf_svm::{MODEL_FILE, TfidfSvm, load};

/// What a golden model answered when it was made.
#[derive(Deserialize)]
struct Golden {
    labels: Vec<String>,
    examples: Vec<Example>,
}

#[derive(Deserialize)]
struct Example {
    text: String,
    logits: Vec<f32>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/tfidf-svm")
}

fn golden(name: &str) -> (Vec<u8>, Golden) {
    let file =
        |extension: &str| std::fs::read(folder().join(name).with_extension(extension)).unwrap();
    (file("bin"), serde_json::from_slice(&file("json")).unwrap())
}

#[test]
fn models_of_every_format_answer_as_they_did() {
    for name in ["format-1-words", "format-1-characters", "format-2-words", "format-2-characters"] {
        let (bytes, golden) = golden(name);
        let model = TfidfSvm::from_bytes(&bytes, golden.labels.clone()).unwrap();
        // A model of an earlier format stays what it is when a later release saves it.
        let saved = TfidfSvm::from_bytes(&model.to_bytes(), golden.labels).unwrap();
        assert!(!golden.examples.is_empty());
        for example in &golden.examples {
            let answer = model.predict(&example.text, Options::default());
            for (found, expected) in answer.logits.iter().zip(&example.logits) {
                assert!((found - expected).abs() < 1e-5, "{name}: {found} is not {expected}");
            }
            assert!((answer.probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-5);
            assert_eq!(saved.predict(&example.text, Options::default()), answer, "{name}");
        }
    }
}

/// A model folder as published, then changed by `damage`; what loading it says.
fn refusal(damage: impl Fn(&mut Vec<u8>)) -> String {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("model");
    let (bytes, golden) = golden("format-2-words");
    let mut writer = ArtifactWriter::create(&directory).unwrap();
    writer.add_file(MODEL_FILE, &bytes).unwrap();
    let manifest = Manifest {
        name: "tiny-tfidf".into(),
        task: "tiny".into(),
        family: "tfidf".into(),
        labels: golden.labels,
        ..Manifest::default()
    };
    writer.seal(manifest).unwrap();
    let mut damaged = bytes;
    damage(&mut damaged);
    std::fs::write(directory.join(MODEL_FILE), damaged).unwrap();
    match Artifact::open(&directory) {
        Err(error) => error.to_string(),
        Ok(artifact) => {
            load(&artifact).map(|_| String::new()).unwrap_or_else(|error| error.to_string())
        }
    }
}

#[test]
fn truncated_and_flipped_files_are_refused_with_a_sentence() {
    assert_eq!(refusal(|_| ()), "");
    for place in [0, 5, 40, 500, 1_000] {
        let flipped = refusal(|bytes| bytes[place] ^= 4);
        assert!(flipped.contains("tfidf-svm.bin"), "{flipped}");
        let cut = refusal(|bytes| bytes.truncate(place));
        assert!(cut.contains("tfidf-svm.bin"), "{cut}");
    }
}

#[test]
fn a_later_format_is_refused_with_a_sentence() {
    let (mut bytes, golden) = golden("format-2-words");
    bytes[4] = 9;
    let error = TfidfSvm::from_bytes(&bytes, golden.labels).unwrap_err().to_string();
    assert!(error.contains("format 9") && error.contains("upgrade"), "{error}");
}
