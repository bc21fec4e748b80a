//! Who vouches for a version, and whose word counts.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::{Value, json};
use switchboard_artifact::{
    Artifact, ArtifactWriter, KeyError, MANIFEST_FILE, PublicKey, SIGNATURE_FILE, SignatureError,
    SigningKey, TrustedKeys,
};
use tempfile::TempDir;

use crate::common::{edit_manifest, manifest, model};

fn key() -> SigningKey {
    SigningKey::generate().expect("random bytes")
}

fn trusting(keys: &[&SigningKey]) -> TrustedKeys {
    keys.iter().map(|key| key.public()).collect()
}

/// A sealed model that `key` signed.
fn signed(key: &SigningKey) -> TempDir {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mut writer = ArtifactWriter::create(directory.path()).expect("a model");
    writer.add_file("model.bin", b"weights").expect("a file");
    writer.seal_signed(manifest(), Some(key)).expect("sealed");
    directory
}

fn verify(directory: &Path, trusted: &TrustedKeys) -> Result<String, SignatureError> {
    Artifact::open(directory).expect("an artifact").verify_signature(trusted)
}

fn edit_signature(directory: &Path, edit: impl FnOnce(&mut Value)) {
    let path = directory.join(SIGNATURE_FILE);
    let mut value = serde_json::from_slice(&fs::read(&path).expect("a signature")).expect("JSON");
    edit(&mut value);
    fs::write(&path, value.to_string()).expect("written");
}

#[test]
fn a_version_signed_by_a_trusted_key_names_that_key() {
    let (key, other) = (key(), key());
    let directory = signed(&key);
    assert_eq!(verify(directory.path(), &trusting(&[&other, &key])).unwrap(), key.public().id());
    let artifact = Artifact::open(directory.path()).unwrap();
    assert_eq!(artifact.signed_by().unwrap(), Some(key.public().id()));
    assert!(!artifact.manifest().files.contains_key(SIGNATURE_FILE));
}

#[test]
fn an_unsigned_version_opens_and_is_trusted_by_nobody() {
    let directory = model();
    let artifact = Artifact::open(directory.path()).unwrap();
    assert_eq!(artifact.signed_by().unwrap(), None);
    let error = artifact.verify_signature(&trusting(&[&key()])).unwrap_err();
    assert_eq!(error.reason(), "unsigned");
    assert!(error.to_string().contains("train it with --signing-key"), "{error}");
}

#[test]
fn a_key_that_is_not_trusted_is_named_beside_those_that_are() {
    let (key, other) = (key(), key());
    let error = verify(signed(&key).path(), &trusting(&[&other])).unwrap_err();
    assert_eq!(error.reason(), "unknown_key");
    for id in [key.public().id(), other.public().id()] {
        assert!(error.to_string().contains(&id), "{error}");
    }
}

#[test]
fn a_manifest_that_changed_since_it_was_signed_does_not_match() {
    let key = key();
    let directory = signed(&key);
    edit_manifest(directory.path(), |manifest| manifest["seed"] = json!(7));
    let error = verify(directory.path(), &trusting(&[&key])).unwrap_err();
    assert_eq!(error.reason(), "signature");
    assert!(error.to_string().contains("does not match"), "{error}");
}

#[test]
fn white_space_is_a_change() {
    let key = key();
    let directory = signed(&key);
    let path = directory.path().join(MANIFEST_FILE);
    fs::write(&path, [fs::read(&path).unwrap().as_slice(), b"\n"].concat()).unwrap();
    assert_eq!(verify(directory.path(), &trusting(&[&key])).unwrap_err().reason(), "signature");
}

#[test]
fn the_signature_of_another_version_does_not_match() {
    let key = key();
    let (one, other) = (signed(&key), tempfile::tempdir().unwrap());
    let writer = ArtifactWriter::create(other.path()).unwrap();
    writer.seal_signed(manifest(), Some(&key)).unwrap();
    let signature = |directory: &TempDir| directory.path().join(SIGNATURE_FILE);
    fs::copy(signature(&other), signature(&one)).unwrap();
    let error = verify(one.path(), &trusting(&[&key])).unwrap_err();
    assert!(matches!(error, SignatureError::Mismatch { .. }), "{error}");
}

#[test]
fn a_signature_under_the_name_of_a_trusted_key_does_not_match() {
    let (trusted, other) = (key(), key());
    let directory = signed(&other);
    edit_signature(directory.path(), |file| file["key_id"] = json!(trusted.public().id()));
    let error = verify(directory.path(), &trusting(&[&trusted])).unwrap_err();
    assert!(matches!(error, SignatureError::Mismatch { .. }), "{error}");
}

#[test]
fn a_manifest_that_is_exchanged_after_opening_is_not_vouched_for() {
    let key = key();
    let directory = model();
    let artifact = Artifact::open(directory.path()).unwrap();
    let other = signed(&key);
    for file in [MANIFEST_FILE, SIGNATURE_FILE] {
        fs::copy(other.path().join(file), directory.path().join(file)).unwrap();
    }
    let error = artifact.verify_signature(&trusting(&[&key])).unwrap_err();
    assert!(matches!(error, SignatureError::Artifact(_)), "{error}");
}

#[test]
fn a_signature_file_that_makes_no_sense_is_no_signature() {
    let key = key();
    for (field, value) in [
        ("algorithm", json!("rsa")),
        ("key_id", json!("../../etc")),
        ("key_id", json!(1)),
        ("signature", json!(null)),
    ] {
        let directory = signed(&key);
        edit_signature(directory.path(), |file| file[field] = value);
        let error = verify(directory.path(), &trusting(&[&key])).unwrap_err();
        assert!(matches!(error, SignatureError::Unreadable { .. }), "{field}: {error}");
    }
    let directory = signed(&key);
    fs::write(directory.path().join(SIGNATURE_FILE), " ".repeat(5_000)).unwrap();
    let error = verify(directory.path(), &trusting(&[&key])).unwrap_err();
    assert!(error.to_string().contains("larger than 4 KiB"), "{error}");
    fs::remove_file(directory.path().join(SIGNATURE_FILE)).unwrap();
    fs::create_dir(directory.path().join(SIGNATURE_FILE)).unwrap();
    assert_eq!(verify(directory.path(), &trusting(&[&key])).unwrap_err().reason(), "signature");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_changed_signature_verifies(at in any::<prop::sample::Index>(), change in 1_u8..) {
        let key = key();
        let directory = signed(&key);
        let path = directory.path().join(SIGNATURE_FILE);
        let mut bytes = fs::read(&path).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= change;
        fs::write(&path, bytes).unwrap();
        // White space between the fields is all that may change.
        if verify(directory.path(), &trusting(&[&key])).is_ok() {
            let whole = signed(&key);
            let fields = |directory: &Path| -> Value {
                serde_json::from_slice(&fs::read(directory.join(SIGNATURE_FILE)).unwrap()).unwrap()
            };
            prop_assert_eq!(fields(directory.path()), fields(whole.path()));
        }
    }
}

/// A private key's file and its public key's.
fn written(folder: &TempDir, key: &SigningKey) -> (PathBuf, PathBuf) {
    let (private, public) = (folder.path().join("release.key"), folder.path().join("release.pub"));
    key.write_new(&private).expect("a private key");
    key.public().write_new(&public).expect("a public key");
    (private, public)
}

fn trusted_ids(path: &Path) -> Vec<String> {
    TrustedKeys::load(path).expect("keys").keys().map(|(id, _)| id.to_owned()).collect()
}

#[test]
fn keys_are_read_back_from_their_files() {
    let folder = tempfile::tempdir().unwrap();
    let key = key();
    let (private, public) = written(&folder, &key);
    assert_eq!(SigningKey::load(&private).unwrap().public(), key.public());
    assert_eq!(trusted_ids(&public), [key.public().id()]);
}

#[test]
fn a_file_of_several_keys_with_comments_trusts_each_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let keys = [key().public(), key().public()];
    let path = folder.path().join("trusted");
    let [one, other] = keys.each_ref();
    fs::write(&path, format!("# ours\n{one} release@build\n\n  {other}\n{one}\n")).unwrap();
    let mut ids: Vec<String> = keys.iter().map(PublicKey::id).collect();
    ids.sort();
    assert_eq!(trusted_ids(&path), ids);
}

#[test]
fn the_example_of_the_standard_has_the_id_it_should() {
    // RFC 8032, section 7.1, test 1; the id is `sha256sum` of the 32 bytes.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trusted");
    fs::write(&path, "ed25519 11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n").unwrap();
    assert_eq!(trusted_ids(&path), ["21fe31dfa154a261"]);
}

#[test]
fn a_key_file_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let first = key();
    let (private, public) = written(&folder, &first);
    assert!(matches!(key().write_new(&private), Err(KeyError::Io { doing: "create", .. })));
    assert!(matches!(key().public().write_new(&public), Err(KeyError::Io { .. })));
    assert_eq!(SigningKey::load(&private).unwrap().public(), first.public());
}

#[cfg(unix)]
#[test]
fn a_private_key_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let (private, _) = written(&folder, &key());
    assert_eq!(fs::metadata(&private).unwrap().permissions().mode() & 0o777, 0o600);
    for mode in [0o640, 0o604, 0o620] {
        fs::set_permissions(&private, fs::Permissions::from_mode(mode)).unwrap();
        let error = SigningKey::load(&private).unwrap_err();
        assert!(matches!(error, KeyError::Exposed { .. }), "{error}");
        assert!(error.to_string().contains("chmod 600"), "{error}");
    }
    fs::set_permissions(&private, fs::Permissions::from_mode(0o400)).unwrap();
    SigningKey::load(&private).unwrap();
}

#[test]
fn a_file_of_anything_else_is_refused_by_line_and_not_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let (private, public) = written(&folder, &key());
    let told = |error: KeyError| format!("{error} {error:?}");
    let message = told(TrustedKeys::load(&private).unwrap_err());
    assert!(message.contains("line 2: this is a private key"), "{message}");
    assert!(!message.contains(&fs::read_to_string(&private).unwrap()[80..]), "{message}");
    let path = folder.path().join("other");
    for (text, part) in [
        ("", "holds no public key"),
        ("# only a comment\n", "holds no public key"),
        ("secret-words\n", "line 1: a public key is"),
        ("ed25519\n", "line 1: a key is 32 bytes"),
        ("ed25519 AAAA\n", "line 1: a key is 32 bytes"),
        // The neutral point: every signature of some form would be its own.
        ("\ned25519 AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", "line 2: these 32 bytes"),
    ] {
        fs::write(&path, text).unwrap();
        let message = told(TrustedKeys::load(&path).unwrap_err());
        assert!(message.contains(part) && !message.contains("secret-words"), "{message}");
    }
    assert!(matches!(TrustedKeys::load(folder.path()), Err(KeyError::Io { .. })));
    let load = |text: &str| {
        let file = folder.path().join(format!("private-{}", text.len()));
        key().write_new(&file).unwrap();
        fs::write(&file, text).unwrap();
        told(SigningKey::load(&file).unwrap_err())
    };
    assert!(load(&fs::read_to_string(public).unwrap()).contains("this is a public key"));
    assert!(load("").contains("holds one private key"));
    assert!(load("ed25519-private c2VjcmV0\n").contains("32 bytes"));
}

#[test]
fn a_private_key_is_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let key = key();
    let (private, _) = written(&folder, &key);
    let text = fs::read_to_string(private).unwrap();
    let secret = text.split_whitespace().last().unwrap();
    assert!(!format!("{key:?}").contains(secret));
    assert_eq!(format!("{key:?}"), format!("SigningKey({}, secret)", key.public().id()));
}

#[test]
fn a_copy_has_what_the_manifest_lists_and_the_signature_and_nothing_else() {
    let key = key();
    let directory = signed(&key);
    fs::write(directory.path().join("note"), "not listed").unwrap();
    let target = tempfile::tempdir().unwrap();
    Artifact::open(directory.path()).unwrap().copy_to(target.path()).unwrap();
    let mut names: Vec<_> =
        fs::read_dir(target.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort_unstable();
    assert_eq!(names, ["manifest.json", "manifest.sig", "model.bin"]);
    assert_eq!(verify(target.path(), &trusting(&[&key])).unwrap(), key.public().id());
}

#[test]
fn what_changed_since_it_was_opened_is_not_copied() {
    let directory = signed(&key());
    let artifact = Artifact::open(directory.path()).unwrap();
    fs::write(directory.path().join("model.bin"), b"WEIGHTS").unwrap();
    let target = tempfile::tempdir().unwrap();
    artifact.copy_to(target.path()).unwrap_err();
    assert!(!target.path().join("model.bin").exists());
    assert!(!target.path().join(MANIFEST_FILE).exists());
}
