//! Which manifests are accepted.

use std::fs;

use proptest::prelude::*;
use serde_json::{Value, json};
use switchboard_artifact::{
    Artifact, ArtifactError, FORMAT_VERSION, MANIFEST_FILE, MAX_FILE_BYTES, MAX_MANIFEST_BYTES,
    Manifest,
};

use crate::common::{edit_manifest, manifest, model, refusal, write};

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
    let facts = json!({"sha256": "0".repeat(64), "size_bytes": 0});
    let size = &["files", "model.bin", "size_bytes"];
    let cases: [(&str, &[&str], Value); 18] = [
        ("format_version", &["format_version"], json!(0)),
        ("name", &["name"], json!("../x")),
        ("task", &["task"], json!(" ")),
        ("family", &["family"], json!("a\u{1b}[2J")),
        ("labels", &["labels"], json!([])),
        ("labels[1]", &["labels"], json!(["a", "a"])),
        ("labels[0]", &["labels"], json!(["", "a"])),
        ("labels[0]", &["labels"], json!(["a".repeat(1_025)])),
        ("languages.en.heldout_accuracy", &["languages", "en", "heldout_accuracy"], json!(1.5)),
        ("languages", &["languages", ""], json!({"training_rows": 0, "heldout_rows": 0})),
        ("files.../x", &["files", "../x"], facts.clone()),
        ("files./x", &["files", "/x"], facts.clone()),
        ("files.manifest.json", &["files", "manifest.json"], facts),
        ("files.model.bin.sha256", &["files", "model.bin", "sha256"], json!("abc")),
        ("files.model.bin.sha256", &["files", "model.bin", "sha256"], json!("A".repeat(64))),
        ("files.model.bin.size_bytes", size, json!(u64::MAX)),
        ("files.model.bin.size_bytes", size, json!(u64::MAX - 1)),
        ("files.model.bin.size_bytes", size, json!(MAX_FILE_BYTES + 1)),
    ];
    for (expected, keys, value) in cases {
        let directory = model();
        edit_manifest(directory.path(), |manifest| {
            *keys.iter().fold(manifest, |place, key| &mut place[*key]) = value;
        });
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
fn there_is_a_limit_to_what_the_files_add_up_to() {
    let refusal_of = |sizes: &[u64]| {
        let directory = model();
        edit_manifest(directory.path(), |manifest| {
            for (index, size_bytes) in sizes.iter().enumerate() {
                let facts = json!({"sha256": "0".repeat(64), "size_bytes": size_bytes});
                manifest["files"][format!("f{index}")] = facts;
            }
        });
        refusal(directory.path()).to_string()
    };
    let message = refusal_of(&[MAX_FILE_BYTES, MAX_FILE_BYTES]);
    assert!(message.contains("`files` add up to more than 32 GiB"), "{message}");
    // What it may list is still missing.
    let message = refusal_of(&[MAX_FILE_BYTES]);
    assert!(message.contains("f0 does not exist"), "{message}");
}

proptest! {
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
