//! Model services that are away, slow, full, frozen or broken: the other one answers, at once, and the reply says so.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use switchboard_proto::v1::RouteTicketRequest;
use tonic::Code;

use crate::common::agent::{linear, transformer, unsure};
use crate::common::{AT_ONCE, Agent, Behaviour, Fake, eventually, fake, http};

const PRINTER: &str = "my printer is broken";
/// Waits that a test can afford to see pass.
const SHORT: [&str; 4] = ["--transformer-timeout-ms", "300", "--tfidf-timeout-ms", "300"];

/// The scores as a reply writes them: no digit more than an `f32` has.
fn scores(probabilities: [f64; 3]) -> Value {
    fake::LABELS.iter().zip(probabilities).map(|(label, p)| (*label, json!(p))).collect()
}

/// The linear model answered although another one was wanted, and the answer is its own to the last digit.
fn assert_linear_fallback(reply: &Value, why: &str) {
    let decision = &reply["decision"];
    assert_eq!((&decision["route"], &decision["reason"]), (&json!("tfidf"), &json!("fallback")));
    assert_eq!((&decision["degraded"], &reply["label"]), (&json!(true), &json!("Hardware")));
    assert_eq!(reply["scores"], scores([0.3, 0.55, 0.15]));
    assert_eq!(reply["confidence"], json!(0.55));
    let explanation = format!(
        "the linear model's confidence 0.55 is below 0.70, but the transformer {why}; the linear model answered"
    );
    assert_eq!(decision["explanation"], explanation);
}

#[tokio::test]
async fn without_a_transformer_the_linear_model_answers() {
    let linear = unsure();
    let agent = Agent::before(&linear, &[]).await;
    assert_linear_fallback(&agent.route(PRINTER).await, "is not configured");
    assert!(agent.metrics().await.contains("\nagent_degraded_total 1\n"));
}

#[tokio::test]
async fn whatever_ails_the_transformer_the_linear_model_answers() {
    let (linear, transformer) = (unsure(), transformer());
    let agent = Agent::before_both(&linear, &transformer, &SHORT).await;
    for (behaviour, why) in [
        (Behaviour::Overloaded, "is overloaded"),
        (Behaviour::Broken, "is down"),
        (Behaviour::Never, "did not answer in time"),
    ] {
        transformer.now(behaviour);
        assert_linear_fallback(&agent.route(PRINTER).await, why);
    }
    transformer.kill();
    let reply = agent.route(PRINTER).await;
    assert_linear_fallback(&reply, "is down");
    assert!(agent.metrics().await.contains("\nagent_degraded_total 4\n"));
}

#[tokio::test]
async fn a_complex_ticket_is_the_linear_models_when_the_transformer_is_away() {
    let (linear, transformer) = (linear(), transformer());
    let agent = Agent::before_both(&linear, &transformer, &SHORT).await;
    transformer.kill();
    let reply = agent.route(&"my printer prints blank pages ".repeat(40)).await;
    assert_eq!(reply["scores"], scores([0.05, 0.9, 0.05]));
    let explanation =
        "complexity 0.60 is above 0.50, but the transformer is down; the linear model answered";
    assert_eq!(reply["decision"]["explanation"], explanation);
    assert_eq!(reply["decision"]["degraded"], true);
}

#[tokio::test]
async fn without_the_linear_model_the_transformer_answers() {
    let (linear, transformer) = (linear(), transformer());
    let agent = Agent::before_both(&linear, &transformer, &SHORT).await;
    linear.kill();
    let reply = agent.route(PRINTER).await;
    assert_eq!(
        (&reply["label"], &reply["scores"]),
        (&json!("Storage"), &scores([0.02, 0.03, 0.95]))
    );
    let expected = json!({
        "route": "transformer", "reason": "fallback", "degraded": true, "policy": "default",
        "explanation": "the linear model is down; the transformer answered",
        "decided_by": "availability", "policy_version": "built-in", "routing_version": null, "canary": false,
        "otherwise": "with the linear model able to answer it would have been asked",
    });
    assert_eq!(reply["decision"], expected);
}

#[tokio::test]
async fn without_any_model_every_ticket_is_refused_at_once() {
    let (linear, transformer) = (linear(), transformer());
    let agent = Agent::before_both(&linear, &transformer, &[]).await;
    linear.kill();
    transformer.kill();
    for _ in 0..6 {
        let started = Instant::now();
        let reply = agent.try_route(PRINTER).await;
        assert_eq!((reply.status, reply.error_type().as_str()), (503, "unavailable"));
        let ticket = RouteTicketRequest { text: PRINTER.into(), ..Default::default() };
        let status = agent.grpc(ticket).await.unwrap_err();
        assert_eq!(status.code(), Code::Unavailable);
        assert!(started.elapsed() < AT_ONCE, "{:?}", started.elapsed());
    }
    agent.sees("status", "unhealthy").await;
    assert_eq!(http::get(agent.admin, "/readyz").await.status, 503);
}

#[tokio::test]
async fn both_full_is_overloaded() {
    let (linear, transformer) = (linear(), transformer());
    let agent = Agent::before_both(&linear, &transformer, &[]).await;
    linear.now(Behaviour::Overloaded);
    transformer.now(Behaviour::Overloaded);
    let reply = agent.try_route(PRINTER).await;
    assert_eq!((reply.status, reply.error_type().as_str()), (429, "overloaded"));
}

/// Slow enough that five tickets in a row could not all wait for it and still come at once.
const PATIENT: [&str; 2] = ["--transformer-timeout-ms", "1000"];

#[tokio::test]
async fn a_frozen_transformer_is_skipped_after_a_few_tickets_and_used_again_when_it_thaws() {
    let (linear, transformer) = (unsure(), transformer());
    let agent = Agent::before_both(&linear, &transformer, &PATIENT).await;
    assert_eq!(agent.route(PRINTER).await["label"], "Storage");
    let frozen = transformer.freeze();
    for _ in 0..3 {
        assert_linear_fallback(&agent.route(PRINTER).await, "did not answer in time");
    }
    // Skipped, but for one trial a pause; a trial has the same limit.
    let mut skipped = 0;
    let started = Instant::now();
    for _ in 0..10 {
        let reply = agent.route(PRINTER).await;
        skipped +=
            usize::from(reply["decision"]["explanation"].as_str().unwrap().contains("skipped"));
    }
    assert!(skipped >= 8, "{skipped} of 10 were answered without waiting");
    assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
    assert!(agent.metrics().await.contains("agent_breaker_open{service=\"transformer\"} 1"));
    drop(frozen);
    eventually(async || agent.route(PRINTER).await["label"] == "Storage").await;
    assert!(agent.metrics().await.contains("agent_breaker_open{service=\"transformer\"} 0"));
}

#[tokio::test]
async fn a_port_that_accepts_and_says_nothing_is_skipped_until_a_service_has_it() {
    let linear = unsure();
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = silent.local_addr().unwrap();
    let holding = tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = silent.accept().await {
            held.push(stream);
        }
    });
    let url = format!("http://{addr}");
    // Three waits are over before the transformer has less to do because it answers nothing.
    let waits = ["--transformer-timeout-ms", "100", "--transformer-url", &url];
    let agent = Agent::before(&linear, &waits).await;
    for _ in 0..3 {
        assert_linear_fallback(&agent.route(PRINTER).await, "did not answer in time");
    }
    let reply = agent.route(PRINTER).await;
    assert_linear_fallback(&reply, "failed lately and is being skipped");
    holding.abort();
    let _ = holding.await;
    let _back = Fake::start_at(addr, "transformer", [0.02, 0.03, 0.95]);
    eventually(async || agent.route(PRINTER).await["label"] == "Storage").await;
}

#[tokio::test]
async fn a_killed_service_is_used_again_when_it_is_back() {
    let linear = linear();
    let agent = Agent::before(&linear, &[]).await;
    let addr = linear.kill();
    for _ in 0..20 {
        let started = Instant::now();
        let reply = agent.try_route(PRINTER).await;
        assert_eq!((reply.status, reply.error_type().as_str()), (503, "unavailable"));
        assert!(started.elapsed() < AT_ONCE, "{:?}", started.elapsed());
    }
    let _back = Fake::start_at(addr, "tfidf", [0.05, 0.9, 0.05]);
    let started = Instant::now();
    eventually(async || agent.try_route(PRINTER).await.status == 200).await;
    assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
}

#[tokio::test]
async fn an_answer_that_breaks_the_contract_is_no_answer() {
    let (linear, transformer) = (unsure(), transformer());
    let agent = Agent::before_both(&linear, &transformer, &[]).await;
    transformer.now(Behaviour::Malformed);
    assert_linear_fallback(&agent.route(PRINTER).await, "is down");
}

#[tokio::test]
async fn a_caller_with_little_time_gets_the_linear_answer_when_the_transformer_is_frozen() {
    let (linear, transformer) = (unsure(), transformer());
    let agent = Agent::before_both(&linear, &transformer, &[]).await;
    transformer.now(Behaviour::Never);
    // The transformer may take four seconds, the caller waits less than one.
    for _ in 0..5 {
        let mut request =
            tonic::Request::new(RouteTicketRequest { text: PRINTER.into(), ..Default::default() });
        request.set_timeout(Duration::from_millis(900));
        let reply = agent.client().await.route_ticket(request).await.unwrap().into_inner();
        let decision = reply.decision.unwrap();
        assert_eq!((decision.route.as_str(), decision.degraded), ("tfidf", true));
    }
    // Three such waits are enough to skip it.
    let started = Instant::now();
    agent.route(PRINTER).await;
    assert!(started.elapsed() < AT_ONCE, "{:?}", started.elapsed());
}
