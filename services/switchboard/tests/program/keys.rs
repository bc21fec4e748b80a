//! `switchboard keys`, as a whole program.

use std::fs;

use serde_json::json;

use crate::support::switchboard;

#[test]
fn a_pair_is_made_once_and_its_public_half_shown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("release.key");
    let (private, public) = (path.to_str().unwrap(), format!("{}.pub", path.display()));
    let made = switchboard(&["keys", "generate", "--out", private], "");
    assert_eq!(made.code, Some(0), "{made:?}");
    let id = made.json()["key_id"].as_str().unwrap().to_owned();
    let expected = json!({"key_id": id, "private_key": private, "public_key": public});
    assert_eq!((made.json(), id.len()), (expected, 16));
    let secret = fs::read_to_string(private).unwrap();
    let secret = secret.split_whitespace().last().unwrap();
    assert!(!made.stdout.contains(secret) && !made.stderr.contains(secret));

    let shown = switchboard(&["keys", "show", &public], "").json();
    let line = fs::read_to_string(&public).unwrap().lines().last().unwrap().to_owned();
    assert_eq!(shown["keys"], json!([{"key_id": id, "public_key": line}]));

    let again = switchboard(&["keys", "generate", "--out", private], "");
    assert_eq!((again.code, again.stdout.as_str()), (Some(1), ""));
    assert!(again.stderr.contains("File exists"), "{again:?}");
    assert!(fs::read_to_string(private).unwrap().contains(secret), "it is as it was");
}

#[cfg(unix)]
#[test]
fn the_private_half_is_its_owners_alone_and_left_out_when_the_public_one_cannot_be_written() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("release.key");
    switchboard(&["keys", "generate", "--out", path.to_str().unwrap()], "");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let other = folder.path().join("other.key");
    fs::write(folder.path().join("other.key.pub"), "taken").unwrap();
    let ran = switchboard(&["keys", "generate", "--out", other.to_str().unwrap()], "");
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(!other.exists());
}

#[test]
fn a_private_key_is_not_shown_for_a_public_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("release.key");
    let path = path.to_str().unwrap();
    switchboard(&["keys", "generate", "--out", path], "");
    let ran = switchboard(&["keys", "show", path], "");
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    assert!(ran.stderr.contains("this is a private key"), "{ran:?}");
}
