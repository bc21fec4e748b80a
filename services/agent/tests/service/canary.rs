//! Personal data planted everywhere in requests is found nowhere outside the agent.

use std::collections::HashMap;

use log::Log;
use serde_json::{Value, json};
use switchboard_proto::v1::RouteTicketRequest;
use tonic::Request;

use crate::common::agent::{transformer, unsure};
use crate::common::proxy::Recorder;
use crate::common::raw_grpc::{call, field};
use crate::common::{Agent, Fake, http};

mod log;

/// What is planted, and the part of it that is looked for.
const CANARIES: [(&str, &str); 6] = [
    ("zoe.canary@leak-example.org", "zoe.canary"),
    ("+33 6 12 34 56 78", "12 34 56 78"),
    ("4111 1111 1111 1111", "1111 1111 1111"),
    ("GB82 WEST 1234 5698 7654 32", "1234 5698 7654"),
    ("203.0.113.77", "203.0.113.77"),
    ("https://leak.example.net/reset?token=s3cr3tCanary", "s3cr3tCanary"),
];

fn assert_clean(place: &str, text: &str) {
    for (_, part) in CANARIES {
        if let Some(at) = text.find(part) {
            let start = text.floor_char_boundary(at.saturating_sub(200));
            panic!("{place} holds {part}: …{}", &text[start..at + part.len()]);
        }
    }
}

fn planted() -> String {
    let values: Vec<&str> = CANARIES.iter().map(|(value, _)| *value).collect();
    format!("My printer is broken. Contact: {}. Thanks", values.join(" , "))
}

/// Every value in every place a request has room for.
async fn send_tickets(agent: &Agent) {
    let (text, metadata) = (planted(), metadata());
    for (value, _) in CANARIES {
        let headers = format!(
            "content-type: application/json\r\nx-customer: {value}\r\nuser-agent: {value}\r\n\
             traceparent: {value}\r\nx-request-id: {value}\r\ncookie: a={value}\r\nreferer: {value}\r\n"
        );
        let ticket = json!({"text": text, "id": value, "conversation_id": value, "metadata": metadata, "explain": true});
        for (path, body) in [
            ("/v1/tickets/route", ticket),
            ("/v1/pii/scrub", json!({"text": text})),
            ("/predict", json!({"text": text, value: value})),
        ] {
            let start = format!("POST {path}?q={}", value.replace(' ', "+"));
            let reply = http::send(agent.api, &start, &headers, body.to_string().as_bytes()).await;
            if reply.status == 200 {
                assert_clean(&start[..12], &without_id(reply.json()));
            } else {
                assert_clean("an error", &reply.body);
            }
        }
        send_over_grpc(agent, &text, value).await;
    }
}

fn metadata() -> HashMap<String, String> {
    CANARIES.iter().map(|(value, _)| ((*value).to_owned(), (*value).to_owned())).collect()
}

/// The caller's own id is the one thing that is given back as it came.
fn without_id(mut reply: Value) -> String {
    reply.as_object_mut().unwrap().remove("ticket_id");
    reply.to_string()
}

async fn send_over_grpc(agent: &Agent, text: &str, value: &str) {
    let ticket = RouteTicketRequest {
        text: text.to_owned(),
        id: value.to_owned(),
        conversation_id: value.to_owned(),
        metadata: metadata(),
        ..Default::default()
    };
    let mut request = Request::new(ticket);
    request.metadata_mut().insert("x-customer", value.parse().unwrap());
    request.metadata_mut().insert("traceparent", value.parse().unwrap());
    match agent.client().await.route_ticket(request).await {
        Ok(reply) => {
            let mut reply = reply.into_inner();
            reply.ticket_id.clear();
            assert_clean("a gRPC reply", &format!("{reply:?}"));
        }
        Err(status) => assert_clean("a gRPC error", &format!("{status:?}")),
    }
}

/// Requests that are wrong in every way, with every value in them.
async fn send_errors(agent: &Agent) {
    for (value, _) in CANARIES {
        let odd = json!({"text": "a", value: 1}).to_string().into_bytes();
        let bodies = [
            format!("{value} {{").into_bytes(),
            format!(r#"{{"text": "{value}"#).into_bytes(),
            format!(r#"{{"text": ["{value}"]}}"#).into_bytes(),
            format!(r#"{{"text": "a", "explain": "{value}"}}"#).into_bytes(),
            format!(r#"{{"text": "a", "explain": "x, expected {value} at line 1"}}"#).into_bytes(),
            json!({"text": "a", "task": value}).to_string().into_bytes(),
            json!({"text": format!("{value}{}", "x".repeat(70_000))}).to_string().into_bytes(),
            [format!(r#"{{"text": "{value}"#).as_bytes(), b"\xff\"}"].concat(),
            odd,
        ];
        for body in bodies {
            let head = format!("content-type: application/json\r\nx-customer: {value}\r\n");
            let reply = http::send(agent.api, "POST /v1/tickets/route", &head, &body).await;
            assert!(reply.status >= 400, "{reply:?}");
            assert_clean("an error", &format!("{}{}", reply.head, reply.body));
        }
        let path = value.replace(' ', "+");
        for start in [format!("POST /{path}"), format!("PUT /predict?{path}")] {
            let head = format!("content-type: {value}\r\n");
            let reply = http::send(agent.api, &start, &head, value.as_bytes()).await;
            assert_clean("an error", &format!("{}{}", reply.head, reply.body));
        }
        let invalid = field(1, &[value.as_bytes(), b"\xff"].concat());
        let status = call(agent, "RouteTicket", invalid).await.unwrap_err();
        assert_clean("a gRPC error", &format!("{status:?}"));
    }
}

/// What the model services were sent: as bytes on the wire, and decoded with every header.
fn assert_sent_clean(models: [(&Fake, &Recorder); 2]) {
    for (fake, recorder) in models {
        for heard in [fake.heard(), recorder.bytes()] {
            let heard = String::from_utf8_lossy(&heard).into_owned();
            assert!(heard.contains("My printer is broken."), "nothing was recorded");
            assert_clean("what a model service was sent", &heard);
            assert!(!heard.contains("EMAIL_ADDRESS"), "not even the placeholder is sent");
        }
    }
}

#[tokio::test]
async fn nothing_planted_leaves_the_agent() {
    // One thread runs the agent and its clients, so this sees all that they log.
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let (linear, transformer) = (unsure(), transformer());
    let (to_linear, to_transformer) =
        (Recorder::before(linear.addr).await, Recorder::before(transformer.addr).await);
    let urls = ["--tfidf-url", &to_linear.url, "--transformer-url", &to_transformer.url];
    let agent = Agent::start(&urls).await;
    agent.sees("tfidf_service", "healthy").await;
    agent.sees("transformer_service", "healthy").await;
    send_tickets(&agent).await;
    send_errors(&agent).await;
    assert_sent_clean([(&linear, &to_linear), (&transformer, &to_transformer)]);
    assert_clean("/metrics", &agent.metrics().await);
    transformer.kill();
    linear.kill();
    send_tickets(&agent).await;
    agent.sees("status", "unhealthy").await;
    let metrics = agent.metrics().await;
    assert!(metrics.contains("agent_pii_spans_total{type=\"EMAIL_ADDRESS\"}"), "{metrics}");
    assert_clean("/metrics", &metrics);
    let lines = log.lines();
    assert!(lines.contains("listening"), "the log was captured");
    assert_clean("the log", &lines);
}
