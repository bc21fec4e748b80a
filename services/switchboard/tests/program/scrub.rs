//! `switchboard scrub` and `switchboard deanonymize`, as whole programs.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use crate::support::switchboard;
use serde_json::json;

#[test]
fn every_line_is_answered_in_its_place() {
    let input = concat!(
        "{\"text\": \"ö: write to maya.lindqvist@example.com\", \"id\": 7}\n",
        "not json\n",
        "{\"text\": \"nothing to hide\"}"
    );
    let ran = switchboard(&["scrub"], input);
    assert_eq!(ran.code, Some(1));
    let lines = ran.json_lines();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["text"], "ö: write to [EMAIL_ADDRESS_1]");
    let entity = &lines[0]["entities"][0];
    assert_eq!(
        (&entity["type"], &entity["start"], &entity["end"]),
        (&json!("EMAIL_ADDRESS"), &json!(12), &json!(38))
    );
    assert_eq!(lines[1]["error"]["type"], "malformed_json");
    assert_eq!(lines[2], json!({"text": "nothing to hide", "entities": []}));
    assert!(ran.stderr.contains("1 of 3 lines failed"), "{ran:?}");
}

#[test]
fn good_lines_alone_are_success() {
    assert_eq!(switchboard(&["scrub"], "{\"text\": \"\"}\n").code, Some(0));
    assert_eq!(switchboard(&["scrub"], "").code, Some(0));
}

#[test]
fn an_answer_does_not_wait_for_the_next_line() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_switchboard"))
        .arg("scrub")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for _ in 0..2 {
        stdin.write_all(b"{\"text\": \"a\"}\n").unwrap();
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert!(line.contains("entities"));
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_switchboard"))
        .arg("scrub")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    // The program may be gone before it has read it all.
    let _ = stdin.write_all("{\"text\": \"a\"}\n".repeat(100_000).as_bytes());
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn what_a_policy_encrypts_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.toml");
    let policy = path.to_str().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("values.key", &"5e".repeat(32));
    write("policy.toml", "[keys]\nencrypt = 'values.key'\n[default]\noperator = 'encrypt'\n");
    let input = "{\"text\": \"ö: maya.lindqvist@example.com\"}\n";
    let scrubbed = switchboard(&["scrub", "--pii-policy", policy], input);
    assert_eq!(scrubbed.code, Some(0), "{scrubbed:?}");
    assert!(!scrubbed.stdout.contains("maya"), "{scrubbed:?}");
    let clear = switchboard(&["deanonymize", "--pii-policy", policy], &scrubbed.stdout);
    assert_eq!(
        clear.json_lines(),
        [json!({
            "text": "ö: maya.lindqvist@example.com",
            "entities": [{"type": "EMAIL_ADDRESS", "start": 3, "end": 29}],
            "unreadable": 0
        })]
    );
}

#[test]
fn a_bad_policy_is_named_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.toml");
    std::fs::write(&path, "[kinds.URL]\nscrubs = true\n").unwrap();
    for command in ["scrub", "deanonymize"] {
        let ran = switchboard(&[command, "--pii-policy", path.to_str().unwrap()], "");
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
        assert!(ran.stderr.contains("policy.toml") && ran.stderr.contains("line 2"), "{ran:?}");
    }
    std::fs::write(&path, "").unwrap();
    let ran = switchboard(&["deanonymize", "--pii-policy", path.to_str().unwrap()], "");
    assert!(ran.code == Some(1) && ran.stderr.contains("under [keys]"), "{ran:?}");
}
