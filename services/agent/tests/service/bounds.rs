//! No more is taken on than was promised.

use std::time::Instant;

use serde_json::json;
use switchboard_proto::v1::RouteTicketRequest;
use tonic::Code;

use crate::common::agent::linear;
use crate::common::{AT_ONCE, Agent, Behaviour, eventually, http};

const PRINTER: &str = "my printer is broken";
const FEW: [&str; 4] = ["--max-in-flight", "3", "--tfidf-timeout-ms", "20000"];

#[tokio::test]
async fn one_ticket_too_many_is_refused_at_once() {
    let linear = linear();
    let agent = Agent::before(&linear, &[&FEW[..], &["--longest-ms", "20000"]].concat()).await;
    linear.now(Behaviour::Never);
    let api = agent.api;
    let waiting: Vec<_> = (0..3)
        .map(|_| {
            tokio::spawn(async move {
                http::post(api, "/v1/tickets/route", &json!({"text": PRINTER})).await
            })
        })
        .collect();
    eventually(async || linear.asked() == 3).await;
    let started = Instant::now();
    for _ in 0..20 {
        let reply = agent.try_route(PRINTER).await;
        assert_eq!((reply.status, reply.error_type().as_str()), (429, "overloaded"));
    }
    let ticket = RouteTicketRequest { text: PRINTER.into(), ..Default::default() };
    assert_eq!(agent.grpc(ticket).await.unwrap_err().code(), Code::ResourceExhausted);
    let scrubbed = http::post(agent.api, "/v1/pii/scrub", &json!({"text": PRINTER})).await;
    assert_eq!(scrubbed.status, 200, "scrubbing waits for no model");
    assert!(started.elapsed() < AT_ONCE, "{:?}", started.elapsed());
    assert_eq!(linear.asked(), 3, "nobody was asked about what was refused");
    // Callers who leave give their places back.
    waiting.iter().for_each(tokio::task::JoinHandle::abort);
    linear.now(Behaviour::Answer);
    eventually(async || agent.try_route(PRINTER).await.status == 200).await;
}

#[tokio::test]
async fn every_place_is_given_back() {
    let linear = linear();
    let agent = Agent::before(&linear, &FEW).await;
    for behaviour in [Behaviour::Answer, Behaviour::Overloaded, Behaviour::Answer] {
        linear.now(behaviour);
        for _ in 0..10 {
            let reply = agent.try_route(PRINTER).await;
            assert!(!reply.body.contains("too many tickets"), "{reply:?}");
        }
    }
    assert_eq!(agent.try_route(PRINTER).await.status, 200);
}
