//! `switchboard route` and `switchboard evaluate --agent`.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::agent::FakeAgent;
use crate::support::{Ran, switchboard, tickets_csv};

fn route(agent: &FakeAgent, flags: &[&str], stdin: &str) -> Ran {
    switchboard(&[&["route", "--agent", &agent.url()], flags].concat(), stdin)
}

#[test]
fn a_reply_is_what_the_http_door_answers() {
    let agent = FakeAgent::start();
    let line = r#"{"text": "my printer", "id": "t-1", "metadata": {"k": "v"}}"#;
    let ran = route(&agent, &["--explain", "--task", "priority"], line);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let expected = json!({
        "request_id": "r-1",
        "ticket_id": "t-1",
        "task": "priority",
        "label": "Hardware",
        "confidence": 0.9,
        "scores": {"Access": 0.1, "Hardware": 0.9},
        "needs_review": false,
        "trust": "automatic",
        "prediction_set": ["Hardware"],
        "coverage": 0.9,
        "out_of_scope": 0.5,
        "models": [{"name": "category-tfidf", "version": 3, "family": "tfidf", "label": "Hardware", "confidence": 0.9}],
        "model": {"name": "category-tfidf", "version": 3, "family": "tfidf"},
        "language": {"code": "en", "confidence": 0.75},
        "scrubbed_text": "my printer",
        "pii": [{"type": "EMAIL_ADDRESS", "start": 1, "end": 4, "score": 0.5}],
        "decision": {"route": "tfidf", "reason": "confident", "explanation": "The model is sure.", "decided_by": "escalate_below",
            "otherwise": "a confidence below 0.70 would have asked the transformer", "degraded": true, "policy": "standard",
            "policy_version": "0123456789ab", "routing_version": 2, "canary": true},
        "terms": [{"text": "a", "start": 0, "end": 1, "weight": 0.5}],
        "timings_ms": {"scrub": 0.1, "route": 0.2, "classify": 0.3, "total": 0.6},
        "tokens_total": 4,
        "tokens_used": 4,
        "truncated": false,
        "out_of_vocabulary": 0.25
    });
    assert_eq!(ran.json(), expected);
    assert_eq!(ran.stderr, "");
}

#[test]
fn replies_come_in_the_order_of_their_tickets() {
    let agent = FakeAgent::start();
    let texts: Vec<String> = (0..200)
        .map(|number| match number % 50 {
            0 => format!("slow {number}"),
            _ => format!("quick {number}"),
        })
        .collect();
    let lines: Vec<String> = texts.iter().map(|text| json!({ "text": text }).to_string()).collect();
    let ran = route(&agent, &["--concurrency", "8"], &lines.join("\n"));
    let replies = ran.json_lines();
    let found: Vec<&str> =
        replies.iter().map(|reply| reply["scrubbed_text"].as_str().unwrap()).collect();
    assert_eq!(found, texts);
}

#[test]
fn what_goes_wrong_is_said_in_its_place() {
    let agent = FakeAgent::start();
    let long = format!("{{\"text\": \"{}\"}}", "x".repeat(1024 * 1024));
    let input = [
        r#"{"text": "first"}"#,
        "{",
        r#"{"text": "refuse"}"#,
        r#"{"text": "never"}"#,
        r#"{"txt": "a"}"#,
        &long,
        r#"{"text": "last"}"#,
    ];
    let ran = route(&agent, &["--timeout", "500ms"], &input.join("\n"));
    assert_eq!(ran.code, Some(1));
    let lines = ran.json_lines();
    let kinds: Vec<&str> =
        lines.iter().map(|line| line["error"]["type"].as_str().unwrap_or("routed")).collect();
    let expected = [
        "routed",
        "malformed_json",
        "empty_text",
        "deadline_exceeded",
        "unknown_field",
        "too_long",
        "routed",
    ];
    assert_eq!(kinds, expected);
    let refused = json!({"type": "empty_text", "message": "`text` is empty: write something", "request_id": "r-7"});
    assert_eq!(lines[2]["error"], refused);
    assert_eq!(lines[3]["error"]["message"], "no answer within 0.5 s");
    assert_eq!(lines[1]["error"]["request_id"], Value::Null);
    assert!(ran.stderr.contains("5 of 7 lines failed"), "{ran:?}");
}

#[test]
fn ctrl_c_keeps_the_replies_there_are() {
    let agent = FakeAgent::start();
    let mut child = Command::new(env!("CARGO_BIN_EXE_switchboard"))
        .args(["route", "--agent", &agent.url()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"{\"text\": \"first\"}\n{\"text\": \"never\"}\n").unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    stdout.read_line(&mut first).unwrap();
    assert!(first.contains("scrubbed_text"), "{first}");
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "switchboard: stopped after 1 tickets\n");
}

/// A port that nobody listens on.
fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

#[test]
fn an_agent_that_is_not_there_is_one_sentence() {
    let url = nobody();
    let ran = switchboard(&["route", "--agent", &url], r#"{"text": "a"}"#);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    assert!(
        ran.stderr.contains(&format!("no agent answers at {url} (connection refused)")),
        "{ran:?}"
    );
    assert!(ran.stderr.contains("`switchboard up`"), "{ran:?}");
    assert_eq!(ran.stderr.trim_end().lines().count(), 1, "{ran:?}");
}

fn evaluate(url: &str, extra_rows: &str) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("test.csv");
    std::fs::write(&data, tickets_csv("text,label", "", extra_rows)).unwrap();
    let data = data.display().to_string();
    let columns = ["--text-column", "text", "--label-column", "label", "--timeout", "500ms"];
    let args = ["evaluate", "--agent", url, "--task", "category", "--data", &data];
    switchboard(&[&args[..], &columns].concat(), "")
}

#[test]
fn a_mesh_is_judged() {
    let agent = FakeAgent::start();
    let ran = evaluate(&agent.url(), "");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let report = ran.json();
    assert_eq!((&report["n"], &report["accuracy"]), (&json!(12), &json!(1.0)));
    assert_eq!(report["data"], json!({"rows": 12, "skipped": 0}));
    assert_eq!(report["routes"], json!({"tfidf": 12}));
    assert_eq!(report["reasons"], json!({"confident": 12}));
    assert_eq!((&report["degraded"], &report["needs_review"]), (&json!(12), &json!(0)));
    assert_eq!(report["per_language"]["en"]["n"], 12);
    assert_eq!((&report["failed"], &report["task"]), (&json!(0), &json!("category")));
}

#[test]
fn a_ticket_that_fails_counts_as_wrong() {
    let agent = FakeAgent::start();
    let ran = evaluate(&agent.url(), "refuse,Access\nnever,Access\n");
    assert_eq!(ran.code, Some(1));
    let report = ran.json();
    assert_eq!((&report["n"], &report["failed"]), (&json!(14), &json!(2)));
    assert_eq!(report["failures"], json!({"deadline_exceeded": 1, "empty_text": 1}));
    assert!((report["accuracy"].as_f64().unwrap() - 12.0 / 14.0).abs() < 1e-12);
}

#[test]
fn a_mesh_that_is_not_there_is_not_judged() {
    let ran = evaluate(&nobody(), "");
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    assert!(ran.stderr.contains("no agent answers"), "{ran:?}");
}
