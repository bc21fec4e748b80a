//! The status page and the report behind it: right, up to date, and free of tickets.

use serde_json::{Value, json};

use crate::common::agent::{linear, transformer, unsure};
use crate::common::{Agent, Behaviour, Fake, eventually, fake, http};

mod browser;

const PRINTER: &str = "my printer is broken";
/// Planted where a ticket has room for it; part of it is personal data and part is not.
const CANARY: &str = "my zzcanary printer, zoe.canary@leak-example.org";

async fn status(agent: &Agent) -> Value {
    http::get(agent.admin, "/status.json").await.json()
}

/// How often one model answered for one reason in the last minute.
fn decided(status: &Value, family: &str, reason: &str) -> u64 {
    status["last_minute"]["routes"][family][reason].as_u64().unwrap()
}

#[tokio::test]
async fn an_idle_mesh_is_answering_and_says_which_versions_serve() {
    let (linear, transformer) = (linear(), transformer());
    linear.knows("fr", 412, 0.91);
    let agent = Agent::before_both(&linear, &transformer, &[]).await;
    let status = status(&agent).await;
    assert_eq!((&status["state"], &status["lacks"]), (&json!("answering"), &json!([])));
    assert_eq!(status["version"], env!("CARGO_PKG_VERSION"));
    let service = |family: &str, heldout: Value| {
        let model = json!({"task": "category", "name": format!("category-{family}"), "version": 1, "heldout": heldout});
        json!({"family": family, "up": true, "breaker_open": false, "models": [model]})
    };
    let of_french = json!({"fr": {"rows": 412, "accuracy": 0.91}});
    let expected = json!([service("tfidf", of_french), service("transformer", json!({}))]);
    assert_eq!(status["services"], expected);
    let minute = &status["last_minute"];
    assert_eq!((&minute["tickets"], &minute["latency_ms"]), (&json!(0), &Value::Null));
    assert_eq!(status["per_minute"].as_array().unwrap().len(), 1);
    assert_eq!((&status["in_flight"], &status["in_flight_limit"]), (&json!(0), &json!(1024)));
}

#[tokio::test]
async fn a_mesh_that_was_given_no_transformer_is_answering_and_says_so() {
    let linear = linear();
    let agent = Agent::before(&linear, &[]).await;
    let status = status(&agent).await;
    assert_eq!(status["state"], "answering", "{status}");
    assert_eq!(
        status["lacks"],
        json!(["no transformer service is configured (--transformer-url)"])
    );
}

#[tokio::test]
async fn tickets_count_by_model_and_reason_with_their_times() {
    let (linear, transformer) = (linear(), transformer());
    let agent = Agent::before_both(&linear, &transformer, &[]).await;
    agent.route(PRINTER).await;
    agent.route("write to jane.doe@example.com").await;
    linear.says(fake::UNSURE);
    agent.route(PRINTER).await;
    http::post(agent.api, "/v1/tickets/route", &json!({"text": ""})).await;
    http::post(agent.api, "/v1/pii/scrub", &json!({"text": "a@example.com"})).await;
    let status = status(&agent).await;
    assert_eq!(decided(&status, "tfidf", "confident"), 2);
    assert_eq!(decided(&status, "transformer", "low_confidence"), 1);
    let minute = &status["last_minute"];
    assert_eq!((&minute["tickets"], &minute["degraded"]), (&json!(3), &json!(0)));
    assert_eq!((&minute["pii_spans"], &minute["refused"]), (&json!(1), &json!(1)));
    let [p50, p99] = ["p50", "p99"].map(|q| minute["latency_ms"][q].as_f64().unwrap());
    assert!(0.0 < p50 && p50 <= p99 && p99 <= 10_000.0, "{p50} {p99}");
    let last = status["per_minute"].as_array().unwrap().last().unwrap();
    assert!(last["began_seconds_ago"].as_u64().unwrap() < 60, "{last}");
    assert_eq!(last["tickets"], 3);
}

#[tokio::test]
async fn a_service_that_stops_is_down_and_the_mesh_degraded_then_not_answering() {
    let (linear, transformer) = (unsure(), transformer());
    let agent = Agent::before_both(&linear, &transformer, &[]).await;
    transformer.kill();
    eventually(async || status(&agent).await["services"][1]["up"] == false).await;
    agent.route(PRINTER).await;
    let degraded = status(&agent).await;
    assert_eq!((&degraded["state"], &degraded["ready"]), (&json!("degraded"), &json!(true)));
    let lacks = "the transformer service does not answer: start it, or check its URL";
    assert_eq!(degraded["lacks"], json!([lacks]));
    assert_eq!(decided(&degraded, "tfidf", "fallback"), 1);
    assert_eq!(degraded["last_minute"]["degraded"], 1);
    assert_eq!(degraded["services"][1]["models"][0]["version"], 1, "the last known version");
    linear.kill();
    eventually(async || status(&agent).await["state"] == "not_answering").await;
    assert_eq!(agent.try_route(PRINTER).await.status, 503);
    assert_eq!(status(&agent).await["last_minute"]["failed"], 1);
}

#[tokio::test]
async fn a_service_that_fails_while_it_is_up_is_told_of() {
    let linear = linear();
    let agent = Agent::before(&linear, &[]).await;
    linear.now(Behaviour::Broken);
    for _ in 0..3 {
        agent.try_route(PRINTER).await;
    }
    let status = status(&agent).await;
    assert_eq!(status["services"][0]["breaker_open"], true);
    let lacks = [
        "no transformer service is configured (--transformer-url)",
        "the tfidf service failed lately and is being skipped",
        "3 of 3 requests of the last minute failed",
    ];
    assert_eq!((&status["state"], &status["lacks"]), (&json!("degraded"), &json!(lacks)));
}

#[tokio::test]
async fn nothing_of_a_ticket_is_in_any_page() {
    let linear = linear();
    let agent = Agent::before(&linear, &[]).await;
    let ticket = json!({"text": CANARY, "id": CANARY, "conversation_id": CANARY, "metadata": {CANARY: CANARY}});
    assert_eq!(http::post(agent.api, "/v1/tickets/route", &ticket).await.status, 200);
    http::post(agent.api, "/v1/tickets/route", &json!({"text": CANARY, "task": CANARY})).await;
    http::post(agent.api, "/zzcanary", &ticket).await;
    for page in ["/status", "/status.json", "/status.css", "/status.js"] {
        let reply = http::get(agent.admin, &format!("{page}?q=zzcanary")).await;
        assert_eq!(reply.status, 200);
        let told = format!("{}{}", reply.head, reply.body);
        for planted in ["zzcanary", "zoe.canary", "leak-example"] {
            assert!(!told.contains(planted), "{reply:?}");
        }
    }
    assert_eq!(status(&agent).await["last_minute"]["pii_spans"], 1, "the ticket was counted");
}

#[tokio::test]
async fn the_pages_allow_nothing_from_elsewhere_and_are_not_kept() {
    let linear: Fake = linear();
    let agent = Agent::before(&linear, &[]).await;
    for (page, content_type) in [
        ("/status", "text/html; charset=utf-8"),
        ("/status.css", "text/css; charset=utf-8"),
        ("/status.js", "text/javascript; charset=utf-8"),
        ("/status.json", "application/json"),
    ] {
        let reply = http::get(agent.admin, page).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        for header in [
            &format!("content-type: {content_type}"),
            "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';",
            "cache-control: no-store",
            "x-content-type-options: nosniff",
        ] {
            assert!(reply.head.contains(header), "{page} lacks {header}: {}", reply.head);
        }
    }
    let script = http::get(agent.admin, "/status.js").await.body;
    for way_to_markup in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write"] {
        assert!(!script.contains(way_to_markup), "{way_to_markup}");
    }
}
