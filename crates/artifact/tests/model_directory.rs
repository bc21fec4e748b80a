//! What is written is read back, and nothing else is.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};
use switchboard_artifact::{
    Artifact, ArtifactError, ArtifactWriter, DataFacts, FORMAT_VERSION, GoldenExample, HeldoutRow,
    LanguageFacts, MANIFEST_FILE, MAX_MANIFEST_BYTES, Manifest,
};
use tempfile::TempDir;

fn manifest() -> Manifest {
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

fn heldout() -> Vec<HeldoutRow> {
    let row = |hash: &str, language: Option<&str>| HeldoutRow {
        row_hash: hash.to_owned(),
        label: "Billing".to_owned(),
        language: language.map(str::to_owned),
        logits: vec![0.1, -2.5e-30],
        probabilities: vec![0.75, 0.25],
    };
    vec![row("a", Some("en")), row("b", None)]
}

fn golden() -> Vec<GoldenExample> {
    vec![GoldenExample {
        text: "two\nlines \u{2028} \"quoted\"".to_owned(),
        logits: vec![1.0, -0.0],
    }]
}

/// A sealed model of three files.
fn model() -> TempDir {
    let directory = tempfile::tempdir().expect("a temporary directory");
    write(directory.path(), manifest()).expect("a model");
    directory
}

fn write(directory: &Path, manifest: Manifest) -> Result<Manifest, ArtifactError> {
    let mut writer = ArtifactWriter::create(directory)?;
    writer.add_file("model.bin", b"weights")?;
    writer.add_heldout(&heldout())?;
    writer.add_golden(&golden())?;
    writer.seal(manifest)
}

fn edit_manifest(directory: &Path, edit: impl FnOnce(&mut Value)) {
    let path = directory.join(MANIFEST_FILE);
    let mut value = serde_json::from_slice(&fs::read(&path).expect("a manifest")).expect("JSON");
    edit(&mut value);
    fs::write(&path, value.to_string()).expect("written");
}

fn refusal(directory: &Path) -> ArtifactError {
    Artifact::open(directory).expect_err("a refusal")
}

#[test]
fn everything_is_read_back_as_it_was_written() {
    let directory = tempfile::tempdir().unwrap();
    let sealed = write(directory.path(), manifest()).unwrap();
    let artifact = Artifact::open(directory.path()).unwrap();
    assert_eq!(artifact.manifest(), &sealed);
    let names: Vec<&str> = sealed.files.keys().map(String::as_str).collect();
    assert_eq!(names, ["golden.jsonl", "heldout.jsonl", "model.bin"]);
    assert_eq!(Manifest { format_version: 0, files: [].into(), ..sealed }, manifest());
    assert_eq!(artifact.read("model.bin").unwrap(), b"weights");
    assert_eq!(artifact.heldout().unwrap(), heldout());
    assert_eq!(artifact.golden().unwrap(), golden());
    assert_eq!(artifact.directory(), directory.path());
}

#[test]
fn a_model_may_have_no_rows_and_no_files() {
    let directory = tempfile::tempdir().unwrap();
    ArtifactWriter::create(directory.path()).unwrap().seal(manifest()).unwrap();
    let artifact = Artifact::open(directory.path()).unwrap();
    assert!(artifact.heldout().unwrap().is_empty());
    assert!(artifact.golden().unwrap().is_empty());
}

#[test]
fn an_unsealed_model_cannot_be_opened() {
    let directory = tempfile::tempdir().unwrap();
    let mut writer = ArtifactWriter::create(directory.path()).unwrap();
    writer.add_file("model.bin", b"weights").unwrap();
    drop(writer);
    let message = refusal(directory.path()).to_string();
    assert!(
        message
            .ends_with("manifest.json does not exist: check the path, or publish the model again"),
        "{message}"
    );
}

#[test]
fn a_model_is_written_to_an_empty_directory() {
    let directory = model();
    let error = ArtifactWriter::create(directory.path()).unwrap_err();
    assert!(matches!(error, ArtifactError::Occupied { .. }));
}

#[test]
fn bad_file_names_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let mut writer = ArtifactWriter::create(&directory.path().join("model")).unwrap();
    writer.add_file("once.bin", b"").unwrap();
    for name in [
        "once.bin",
        "../outside",
        "/outside",
        "a/b",
        "..",
        "",
        ".hidden",
        "manifest.json",
        "line\nbreak",
    ] {
        let error = writer.add_file(name, b"x").unwrap_err();
        assert!(matches!(error, ArtifactError::InvalidFileName { .. }), "{name}: {error}");
    }
    assert!(!directory.path().join("outside").exists());
}

#[test]
fn there_is_a_limit_to_the_number_of_files() {
    let directory = tempfile::tempdir().unwrap();
    let facts = json!({"sha256": "0".repeat(64), "size_bytes": 0});
    write(directory.path(), manifest()).unwrap();
    edit_manifest(directory.path(), |manifest| {
        for index in 0..998 {
            manifest["files"][format!("f{index}")] = facts.clone();
        }
    });
    let message = refusal(directory.path()).to_string();
    assert!(message.contains("`files` lists more than 1,000 files"), "{message}");
}

#[test]
fn damage_is_refused_and_the_file_named() {
    let directory = model();
    fs::write(directory.path().join("model.bin"), b"Weights").unwrap();
    assert!(refusal(directory.path()).to_string().contains("model.bin is damaged (SHA-256 "));
    fs::write(directory.path().join("model.bin"), b"weight").unwrap();
    let message = refusal(directory.path()).to_string();
    assert!(message.contains("model.bin is cut short (6 bytes, its manifest says 7)"), "{message}");
    fs::write(directory.path().join("model.bin"), b"weights!").unwrap();
    let message = refusal(directory.path()).to_string();
    assert!(message.contains("model.bin is longer than the 7 bytes"), "{message}");
    fs::remove_file(directory.path().join("model.bin")).unwrap();
    assert!(refusal(directory.path()).to_string().contains("model.bin does not exist"));
    fs::create_dir(directory.path().join("model.bin")).unwrap();
    assert!(refusal(directory.path()).to_string().contains("model.bin is not a regular file"));
}

#[test]
fn what_is_damaged_after_opening_is_refused_when_read() {
    let directory = model();
    let artifact = Artifact::open(directory.path()).unwrap();
    fs::write(directory.path().join("model.bin"), b"Weights").unwrap();
    assert!(matches!(artifact.read("model.bin"), Err(ArtifactError::Damaged { .. })));
}

#[test]
fn only_listed_files_are_read() {
    let directory = model();
    fs::write(directory.path().join("foreign"), b"").unwrap();
    let artifact = Artifact::open(directory.path()).unwrap();
    for name in ["foreign", "manifest.json", "../model.bin", ""] {
        assert!(matches!(artifact.read(name), Err(ArtifactError::NotListed { .. })), "{name}");
    }
}

#[test]
fn a_later_format_is_refused_whatever_else_it_holds() {
    let directory = model();
    let later = json!({"format_version": FORMAT_VERSION + 1, "labels": "in another shape"});
    fs::write(directory.path().join(MANIFEST_FILE), later.to_string()).unwrap();
    let message = refusal(directory.path()).to_string();
    assert!(
        message.contains("manifest.json has format version 2, and this release reads up to 1"),
        "{message}"
    );
}

#[test]
fn fields_of_a_later_release_are_ignored() {
    let directory = model();
    edit_manifest(directory.path(), |manifest| {
        manifest["licence"] = json!("new");
        manifest["data"]["columns"] = json!(["new"]);
    });
    Artifact::open(directory.path()).unwrap();
}

#[test]
fn manifests_that_make_no_sense_are_refused_by_field() {
    type Edit = fn(&mut Value);
    let cases: [(&str, Edit); 15] = [
        ("format_version", |manifest| manifest["format_version"] = json!(0)),
        ("name", |manifest| manifest["name"] = json!("../x")),
        ("task", |manifest| manifest["task"] = json!(" ")),
        ("family", |manifest| manifest["family"] = json!("a\u{1b}[2J")),
        ("labels", |manifest| manifest["labels"] = json!([])),
        ("labels[1]", |manifest| manifest["labels"] = json!(["a", "a"])),
        ("labels[0]", |manifest| manifest["labels"] = json!(["", "a"])),
        ("labels[0]", |manifest| manifest["labels"] = json!(["a".repeat(1_025)])),
        ("languages.en.heldout_accuracy", |manifest| {
            manifest["languages"]["en"]["heldout_accuracy"] = json!(1.5)
        }),
        ("languages", |manifest| {
            manifest["languages"][""] = json!({"training_rows": 0, "heldout_rows": 0})
        }),
        ("files.../x", |manifest| {
            manifest["files"]["../x"] = manifest["files"]["model.bin"].clone()
        }),
        ("files.manifest.json", |manifest| {
            manifest["files"][MANIFEST_FILE] = manifest["files"]["model.bin"].clone()
        }),
        ("files.model.bin.sha256", |manifest| {
            manifest["files"]["model.bin"]["sha256"] = json!("ABC")
        }),
        ("files.model.bin.sha256", |manifest| {
            manifest["files"]["model.bin"]["sha256"] = json!("A".repeat(64));
        }),
        ("files./x", |manifest| manifest["files"]["/x"] = manifest["files"]["model.bin"].clone()),
    ];
    for (expected, edit) in cases {
        let directory = model();
        edit_manifest(directory.path(), edit);
        let error = refusal(directory.path());
        assert!(
            matches!(&error, ArtifactError::InvalidManifest { field, .. } if field == expected),
            "{error}"
        );
    }
}

#[test]
fn sealing_refuses_what_opening_would() {
    let deep = (0..200).fold(json!(0), |inner, _| json!([inner]));
    let bad = [
        Manifest { labels: vec![], ..manifest() },
        Manifest { metrics: [("loss".to_owned(), f64::NAN)].into(), ..manifest() },
        Manifest { settings: [("deep".to_owned(), deep)].into(), ..manifest() },
        Manifest { code_revision: "x".repeat(MAX_MANIFEST_BYTES as usize), ..manifest() },
    ];
    for manifest in bad {
        let directory = tempfile::tempdir().unwrap();
        write(directory.path(), manifest).unwrap_err();
        assert!(!directory.path().join(MANIFEST_FILE).exists());
    }
}

#[test]
fn an_unreadable_manifest_is_named() {
    for bytes in [
        &b""[..],
        b"{",
        b"[]",
        b"{}",
        b"{\"format_version\": 1}",
        b"{\"format_version\": \"1\"}",
        b"\xff",
    ] {
        let directory = model();
        fs::write(directory.path().join(MANIFEST_FILE), bytes).unwrap();
        let message = refusal(directory.path()).to_string();
        assert!(message.contains("manifest.json is not a readable manifest"), "{message}");
    }
}

#[test]
fn a_huge_manifest_is_not_read() {
    let directory = model();
    fs::File::create(directory.path().join(MANIFEST_FILE)).unwrap().set_len(1 << 40).unwrap();
    assert!(matches!(refusal(directory.path()), ArtifactError::TooLarge { .. }));
}

#[test]
fn a_file_that_grew_is_not_read() {
    let directory = model();
    fs::File::create(directory.path().join("model.bin")).unwrap().set_len(1 << 40).unwrap();
    assert!(matches!(refusal(directory.path()), ArtifactError::Oversized { .. }));
}

proptest! {
    #[test]
    fn no_changed_byte_goes_unseen(file in prop::sample::select(&["model.bin", "heldout.jsonl", "golden.jsonl"]),
        at in any::<prop::sample::Index>(), change in 1_u8..) {
        let directory = model();
        let path = directory.path().join(file);
        let mut bytes = fs::read(&path).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= change;
        fs::write(&path, bytes).unwrap();
        let is_named = matches!(refusal(directory.path()), ArtifactError::Damaged { file, .. } if file == path);
        prop_assert!(is_named);
    }

    #[test]
    fn a_changed_manifest_is_refused_or_still_true(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let directory = model();
        let path = directory.path().join(MANIFEST_FILE);
        let mut bytes = fs::read(&path).unwrap();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        fs::write(&path, bytes).unwrap();
        if let Ok(artifact) = Artifact::open(directory.path()) {
            for name in artifact.manifest().files.keys() {
                artifact.read(name).unwrap();
            }
        }
    }
}
