//! `switchboard replay` and `switchboard feedback`, on decisions that an agent would have kept.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use switchboard_decisions::{Decision, DecisionLog, Feedback, LogOptions};
use switchboard_routing::{Evidence, Family, Said, Signals};

use crate::agent::FakeAgent;
use crate::support::{Ran, promote_model, publish, registry_url, switchboard};

const PATIENCE: Duration = Duration::from_secs(20);

fn said(family: Family, label: &str, confidence: f32) -> Said {
    let other = if label == "Access" { "Hardware" } else { "Access" };
    Said {
        family,
        model: format!("category-{}", family.name()),
        version: 1,
        scores: [(label.to_owned(), confidence), (other.to_owned(), 1.0 - confidence)].into(),
        max_logit: None,
        out_of_vocabulary: 0.0,
    }
}

/// A decision that the last of those who said something made.
fn decision(number: u32, text: &str, heard: Vec<Said>) -> Decision {
    let last = heard.last().unwrap();
    let (label, confidence) = last.scores.iter().max_by(|a, b| a.1.total_cmp(b.1)).unwrap();
    let evidence = Evidence { signals: Signals::of(text, ("en", 0.99), 0.0), said: heard.clone() };
    Decision {
        request_id: format!("0190-{number:04}"),
        at_ms: 1_800_000_000_000 + i64::from(number),
        task: "category".to_owned(),
        policy: "default".to_owned(),
        policy_version: "built-in".to_owned(),
        routing_version: None,
        language: "en".to_owned(),
        route: last.family.name().to_owned(),
        reason: if heard.len() == 1 { "confident" } else { "low_confidence" }.to_owned(),
        label: label.clone(),
        confidence: *confidence,
        trust: "automatic".to_owned(),
        degraded: false,
        text: text.to_owned(),
        evidence: serde_json::to_string(&evidence).unwrap(),
    }
}

/// A registry and a log of three decisions: a sure one, and two of which the transformer changed one; two have feedback.
fn prepare(folder: &Path) -> String {
    for family in ["tfidf", "transformer"] {
        let version = publish(folder, family);
        promote_model(folder, &format!("category-{family}"), version);
    }
    let url = format!("sqlite:{}", folder.join("decisions.db").display());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let log = DecisionLog::open(url.parse().unwrap(), LogOptions::default());
        let unsure = said(Family::Tfidf, "Access", 0.6);
        log.record(decision(1, "my printer is jammed", vec![said(Family::Tfidf, "Hardware", 0.9)]));
        log.record(decision(
            2,
            "laptop does not start",
            vec![unsure.clone(), said(Family::Transformer, "Hardware", 0.8)],
        ));
        log.record(decision(
            3,
            "reset my password",
            vec![unsure, said(Family::Transformer, "Access", 0.8)],
        ));
        for (number, label) in [(2, "Hardware"), (3, "Access")] {
            let feedback = Feedback {
                key: number.to_string(),
                request_id: format!("0190-{number:04}"),
                label: label.to_owned(),
                at_ms: 1,
            };
            log.feedback(feedback, PATIENCE).await.unwrap();
        }
        log.close(PATIENCE).await;
    });
    url
}

fn replay(folder: &Path, url: &str, policy: &str, flags: &[&str]) -> Ran {
    let file = folder.join("policy.toml");
    std::fs::write(&file, policy).unwrap();
    let registry = registry_url(folder);
    let args =
        ["replay", "--policy", file.to_str().unwrap(), "--decisions", url, "--registry", &registry];
    switchboard(&[&args, flags].concat(), "")
}

#[test]
fn a_replay_says_what_would_change_and_what_it_cannot_know() {
    let folder = tempfile::tempdir().unwrap();
    let url = prepare(folder.path());
    let same = replay(folder.path(), &url, "escalate_below = 0.7", &[]).json();
    assert_eq!(
        (&same["replayed"], &same["agreement"], &same["changed"]["route"]),
        (&json!(3), &json!(1.0), &json!(0)),
        "{same}"
    );
    let stays = replay(folder.path(), &url, "name = \"stays\"\nescalate_below = 0.1", &[]).json();
    assert_eq!(stays["changed"], json!({"label": 1, "route": 2, "trust": 0}), "{stays}");
    assert_eq!(
        (&stays["after"]["routes"], &stays["after"]["transformer_share"]),
        (&json!({"tfidf": 3}), &json!(0.0))
    );
    assert_eq!(stays["accuracy"], json!({"n": 2, "before": 1.0, "after": 0.5}));
    let always = replay(folder.path(), &url, "escalate_below = 1.0", &[]).json();
    assert_eq!(
        (&always["replayed"], &always["unknown"]),
        (&json!(2), &json!({"transformer": 1})),
        "{always}"
    );
}

#[test]
fn what_was_never_asked_is_asked_again() {
    let folder = tempfile::tempdir().unwrap();
    let url = prepare(folder.path());
    let agent = FakeAgent::start();
    let report: Value =
        replay(folder.path(), &url, "escalate_below = 1.0", &["--agent", &agent.url()]).json();
    assert_eq!((&report["replayed"], &report["asked_again"]), (&json!(3), &json!(1)), "{report}");
    assert_eq!(report["unknown"], json!({}));
    let share = |side: &str| (report[side]["transformer_share"].as_f64().unwrap() * 3.0).round();
    assert!((share("before"), share("after")) == (2.0, 3.0), "{report}");
}

#[test]
fn judged_tickets_become_rows_to_learn_from() {
    let folder = tempfile::tempdir().unwrap();
    let url = prepare(folder.path());
    let out = folder.path().join("corrected.jsonl");
    let ran = switchboard(
        &["feedback", "export", "--decisions", &url, "--out", out.to_str().unwrap()],
        "",
    );
    assert_eq!((&ran.json()["rows"], &ran.json()["right"]), (&json!(2), &json!(2)), "{ran:?}");
    let rows: Vec<Value> = std::fs::read_to_string(&out)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let first = json!({"text": "laptop does not start", "label": "Hardware", "language": "en", "predicted": "Hardware"});
    assert_eq!((rows.len(), &rows[0]), (2, &first));
}

#[test]
fn a_log_that_is_not_there_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let gone = format!("sqlite:{}", folder.path().join("gone.db").display());
    let ran = replay(folder.path(), &gone, "", &[]);
    assert!(ran.code == Some(1) && ran.stderr.contains("gone.db"), "{ran:?}");
    assert!(!folder.path().join("gone.db").exists(), "reading makes nothing");
}
