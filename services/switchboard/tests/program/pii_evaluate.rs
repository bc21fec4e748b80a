//! `switchboard pii-evaluate`, as a whole program.

use std::fs;
use std::path::Path;

use crate::support::{Ran, switchboard};
use serde_json::{Value, json};

const LINES: &str = concat!(
    r#"{"text": "Écris à maya@example.com", "language": "fr", "spans": [{"type": "EMAIL_ADDRESS", "start": 8, "end": 24}]}"#,
    "\n\n",
    r#"{"text": "The server 10.20.30.40 is down again", "spans": [{"type": "NICKNAME", "start": 31, "end": 36}]}"#,
    "\n"
);

fn evaluate(folder: &Path, data: &str, more: &[&str]) -> Ran {
    let path = folder.join("data.json");
    fs::write(&path, data).unwrap();
    switchboard(&[&["pii-evaluate", "--data", path.to_str().unwrap()], more].concat(), "")
}

#[test]
fn a_report_a_picture_and_the_errors() {
    let folder = tempfile::tempdir().unwrap();
    let [picture, errors] =
        ["types.svg", "errors.jsonl"].map(|name| folder.path().join(name).display().to_string());
    let ran = evaluate(folder.path(), LINES, &["--picture", &picture, "--errors", &errors]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let report = ran.json();
    assert_eq!(report["texts"], 2);
    assert_eq!(report["any_type"]["exact"]["precision"], 0.5);
    assert_eq!(report["types"]["NICKNAME"]["word"]["recall"], 0.0);
    assert_eq!(report["languages"]["fr"]["by_type"]["exact"]["f2"], 1.0);
    assert!(fs::read_to_string(picture).unwrap().contains("EMAIL_ADDRESS"));
    let errors = fs::read_to_string(errors).unwrap();
    let errors: Vec<Value> =
        errors.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let missed = json!({"file": "data.json", "text": 3, "error": "missed", "type": "NICKNAME", "start": 31, "end": 36});
    assert!(errors.contains(&missed), "{errors:?}");
    assert_eq!(errors[1]["error"], "found_in_vain");
}

#[test]
fn presidio_research_writes_another_shape() {
    let folder = tempfile::tempdir().unwrap();
    let data = r#"[{"full_text": "see example.org/a", "masked": "see {{x}}",
        "spans": [{"entity_type": "DOMAIN_NAME", "entity_value": "x", "start_position": 4, "end_position": 17}]}]"#;
    let report = evaluate(folder.path(), data, &[]).json();
    assert_eq!(report["types"]["URL"]["overlap"]["recall"], 1.0);
    let report = evaluate(folder.path(), data, &["--alias", "DOMAIN_NAME=SITE"]).json();
    assert_eq!(report["types"]["SITE"]["overlap"]["recall"], 0.0);
}

#[test]
fn bad_data_is_named_without_its_text() {
    let folder = tempfile::tempdir().unwrap();
    for (data, place) in [
        (r#"{"text": "secret", "spans": [{"type": "A", "start": 2, "end": 9}]}"#, "spans[0]"),
        ("{\"text\": \"a\", \"spans\": []}\n{\"text\": \"b\", \"spans\": \"secret\"}", "line 2"),
        (r#"[{"full_text": "a", "spans": "secret"}]"#, "line 1, column"),
        ("", "no text"),
    ] {
        let ran = evaluate(folder.path(), data, &[]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
        assert!(ran.stderr.contains(place) && !ran.stderr.contains("secret"), "{ran:?}");
    }
}
