//! What is kept of decisions, and what is said of them later.

use serde_json::{Value, json};
use switchboard_decisions::{DecisionReader, Filter, Stored};
use switchboard_routing::{Evidence, Family};
use tempfile::TempDir;

use crate::common::agent::{linear, transformer, unsure};
use crate::common::http::Reply;
use crate::common::{Agent, eventually, http};

const TOKEN: &str = "a-token-that-nobody-guesses";
const TEXT: &str = "My printer is broken, write to zoe@example.org";

/// A folder with a token in it, and the flags that name it and a decision log beside it.
fn files() -> (TempDir, [String; 4]) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(path("token"), TOKEN).unwrap();
    let flags = ["--decisions", &url(&folder), "--operator-token-file", &path("token")];
    let flags = flags.map(str::to_owned);
    (folder, flags)
}

fn url(folder: &TempDir) -> String {
    format!("sqlite:{}", folder.path().join("decisions.db").display())
}

async fn kept(folder: &TempDir) -> Vec<Stored> {
    let mut reader = DecisionReader::open(&url(folder).parse().unwrap()).await.unwrap();
    let mut rows = reader.decisions(Filter::default());
    let mut kept = Vec::new();
    while let Some(stored) = rows.next().await.unwrap() {
        kept.push(stored);
    }
    kept
}

async fn judge(agent: &Agent, token: &str, body: &Value) -> Reply {
    let head = format!("content-type: application/json\r\nauthorization: Bearer {token}\r\n");
    http::send(agent.api, "POST /v1/feedback", &head, body.to_string().as_bytes()).await
}

async fn eventually_counts(agent: &Agent, line: &str) {
    eventually(async || agent.metrics().await.lines().any(|said| said == line)).await;
}

#[tokio::test]
async fn a_decision_is_kept_as_models_saw_it_with_what_they_said() {
    let (folder, flags) = files();
    let (linear, transformer) = (unsure(), transformer());
    let agent =
        Agent::before_both(&linear, &transformer, &flags.each_ref().map(String::as_str)).await;
    let body = json!({"text": TEXT, "id": "zoe-secret-id", "metadata": {"note": "secret note"}});
    let reply = http::post(agent.api, "/v1/tickets/route", &body).await.json();
    eventually_counts(&agent, "agent_decisions_recorded_total 1").await;
    let [stored] = &kept(&folder).await[..] else { panic!("one decision was made") };
    let decision = &stored.decision;
    assert_eq!(decision.request_id, reply["request_id"]);
    assert_eq!((decision.label.as_str(), decision.route.as_str()), ("Storage", "transformer"));
    assert_eq!(decision.text, "My printer is broken, write to");
    assert!(!format!("{}{}", decision.text, decision.evidence).contains("zoe"));
    let evidence: Evidence = serde_json::from_str(&decision.evidence).unwrap();
    assert_eq!(evidence.of(Family::Tfidf).unwrap().scores.len(), 3);
    assert_eq!(evidence.of(Family::Transformer).unwrap().model, "category-transformer");
    assert!(evidence.signals.placeholder > 0.2);
}

#[tokio::test]
async fn a_challengers_answer_is_kept_with_its_version() {
    let (folder, flags) = files();
    let linear = linear();
    linear.challenged_by(2, [0.9, 0.05, 0.05]);
    let policy = folder.path().join("policy.toml");
    let section = "[[canary]]\ntask = 'category'\nfamily = 'tfidf'\nshare = 100\nmode = 'answer'\n";
    std::fs::write(&policy, section).unwrap();
    let flags = flags.each_ref().map(String::as_str);
    let with_policy = [&flags[..], &["--policy", policy.to_str().unwrap()]].concat();
    let agent = Agent::before(&linear, &with_policy).await;
    eventually(async || agent.route(TEXT).await["model"]["version"] == 2).await;
    agent.stop.cancel();
    agent.task.await.unwrap().unwrap();
    let kept = kept(&folder).await;
    let decision = &kept.last().unwrap().decision;
    let evidence: Evidence = serde_json::from_str(&decision.evidence).unwrap();
    assert_eq!(evidence.of(Family::Tfidf).unwrap().version, 2);
    assert_eq!((decision.label.as_str(), decision.routing_version), ("Access", None));
}

#[tokio::test]
async fn feedback_is_joined_once_and_counted_by_route_and_language() {
    let (folder, flags) = files();
    let linear = linear();
    let agent = Agent::before(&linear, &flags.each_ref().map(String::as_str)).await;
    let routed = agent.route(TEXT).await;
    let body = |label: &str| json!({"request_id": routed["request_id"], "label": label});
    let reply = judge(&agent, TOKEN, &body("Storage")).await;
    let expected = json!({"request_id": routed["request_id"], "task": "category", "label": "Hardware", "right": false, "repeated": false});
    assert_eq!((reply.status, reply.json()), (200, expected));
    assert_eq!(judge(&agent, TOKEN, &body("Storage")).await.json()["repeated"], true);
    let wrong = "agent_feedback_total{language=\"en\",outcome=\"wrong\",route=\"tfidf\"} 1";
    assert!(agent.metrics().await.contains(wrong));
    let reused = judge(&agent, TOKEN, &body("Hardware")).await;
    assert_eq!(reused.status, 400, "another label under the same key: {reused:?}");
    let mut corrected = body("Hardware");
    corrected["key"] = json!("second look");
    assert_eq!(judge(&agent, TOKEN, &corrected).await.json()["right"], true);
    assert_eq!(kept(&folder).await[0].feedback.as_deref(), Some("Hardware"));
}

#[tokio::test]
async fn feedback_that_cannot_be_joined_says_why() {
    let (_folder, flags) = files();
    let linear = linear();
    let agent = Agent::before(&linear, &flags.each_ref().map(String::as_str)).await;
    let body = |id: &str, label: &str| json!({"request_id": id, "label": label});
    let cases = [
        (
            TOKEN,
            body("01a1fc25-8a60-7558-9a45-8172dfee2c91", "Hardware"),
            404,
            "no decision with this request_id",
        ),
        (
            TOKEN,
            body("01a1fc25-8a60-7558-9a45-8172dfee2c91", "Hardwear"),
            400,
            "known: Access, Hardware, Storage",
        ),
        (TOKEN, body("", "Hardware"), 400, "request_id"),
        ("another-token-of-somebody", body("x", "Hardware"), 401, "authorization"),
    ];
    for (token, body, status, part) in cases {
        let reply = judge(&agent, token, &body).await;
        assert!(reply.status == status && reply.body.contains(part), "{body}: {reply:?}");
        assert!(!reply.body.contains("Hardwear"), "a label of the caller's own is not repeated");
    }
    let closed = Agent::before(&linear, &[]).await;
    let reply = judge(&closed, TOKEN, &body("x", "Hardware")).await;
    assert!(reply.status == 404 && reply.body.contains("--operator-token-file"), "{reply:?}");
}

#[tokio::test]
async fn a_store_that_is_away_delays_and_fails_no_reply() {
    let linear = linear();
    let agent = Agent::before(&linear, &["--decisions", "sqlite:/proc/nowhere/decisions.db"]).await;
    for _ in 0..50 {
        assert_eq!(agent.route(TEXT).await["label"], "Hardware");
    }
    let metrics = agent.metrics().await;
    assert!(
        metrics.contains("agent_decisions_recorded_total 0")
            && metrics.contains("agent_decisions_queued 50"),
        "{metrics}"
    );
}

#[tokio::test]
async fn what_waits_is_stored_before_the_agent_stops() {
    let (folder, flags) = files();
    let linear = linear();
    let agent = Agent::before(&linear, &flags.each_ref().map(String::as_str)).await;
    for _ in 0..300 {
        agent.route(TEXT).await;
    }
    agent.stop.cancel();
    agent.task.await.unwrap().unwrap();
    assert_eq!(kept(&folder).await.len(), 300);
}
