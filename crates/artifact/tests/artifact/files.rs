//! What is written is read back, and nothing else is.

use std::fs;

use proptest::prelude::*;
use serde_json::json;
use switchboard_artifact::{Artifact, ArtifactError, ArtifactWriter, MAX_FILE_BYTES, Manifest};

use crate::common::{edit_manifest, golden, heldout, manifest, model, refusal, write};

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
fn a_file_of_another_length_is_not_read() {
    let directory = model();
    // So long that reading it would take a while, and holes take no space.
    let size_bytes = MAX_FILE_BYTES;
    edit_manifest(directory.path(), |manifest| {
        manifest["files"]["model.bin"]["size_bytes"] = json!(size_bytes);
    });
    assert!(matches!(refusal(directory.path()), ArtifactError::Truncated { found_bytes: 7, .. }));
    let file = fs::File::create(directory.path().join("model.bin")).unwrap();
    file.set_len(size_bytes + 1).unwrap();
    assert!(matches!(refusal(directory.path()), ArtifactError::Oversized { .. }));
    file.set_len(size_bytes - 1).unwrap();
    assert!(matches!(refusal(directory.path()), ArtifactError::Truncated { .. }));
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
}

#[test]
fn the_hash_of_all_files_is_that_of_the_usual_tools() {
    let directory = tempfile::tempdir().unwrap();
    let mut writer = ArtifactWriter::create(directory.path()).unwrap();
    writer.add_file("b.bin", b"weights").unwrap();
    writer.add_file("a.bin", b"").unwrap();
    // printf weights > b.bin; printf '' > a.bin; sha256sum a.bin b.bin | sha256sum
    assert_eq!(
        writer.files_sha256(),
        "2bee148f31bd56599847f5c616fe048ab7b0beb2462986f4e77bb12a8263ebda"
    );
}
