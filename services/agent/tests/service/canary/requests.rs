//! Requests with a value in every place they have room for.

use std::collections::HashMap;

use serde_json::{Value, json};
use switchboard_proto::v1::{RouteTicketRequest, ScrubRequest};
use tonic::Request;

use super::table::{Canary, SECRETS, assert_clean};
use crate::common::raw_grpc::{call, field};
use crate::common::{Agent, http};

/// Every value in every place a request has room for.
pub(super) async fn send_tickets(agent: &Agent, canaries: &[Canary]) {
    let metadata = metadata(canaries);
    for canary in canaries {
        let (value, text) = (&canary.value, canary.planted());
        let headers = headers(value);
        let ticket = json!({"text": text, "id": value, "conversation_id": value, "metadata": metadata, "explain": true});
        for (path, body) in [
            ("/v1/tickets/route", ticket),
            ("/v1/pii/scrub", json!({"text": text})),
            ("/predict", json!({"text": text, value: value})),
        ] {
            let start = format!("POST {path}?q={}", value.replace(' ', "+"));
            let reply = http::send(agent.api, &start, &headers, body.to_string().as_bytes()).await;
            if reply.status == 200 {
                assert_clean(path, canaries, &without_id(reply.json()));
            } else {
                assert_clean("an error", canaries, &reply.body);
            }
        }
        send_over_grpc(agent, canaries, canary, &metadata).await;
    }
}

fn headers(value: &str) -> String {
    format!(
        "content-type: application/json\r\nx-customer: {value}\r\nuser-agent: {value}\r\n\
         traceparent: {value}\r\nx-request-id: {value}\r\ncookie: a={value}\r\nreferer: {value}\r\n"
    )
}

/// As many entries as a ticket may have.
fn metadata(canaries: &[Canary]) -> HashMap<String, String> {
    canaries.iter().map(|canary| (canary.value.clone(), canary.value.clone())).take(64).collect()
}

/// The caller's own id is the one thing that is given back as it came.
fn without_id(mut reply: Value) -> String {
    reply.as_object_mut().unwrap().remove("ticket_id");
    reply.to_string()
}

async fn send_over_grpc(
    agent: &Agent,
    canaries: &[Canary],
    canary: &Canary,
    metadata: &HashMap<String, String>,
) {
    let (value, text) = (&canary.value, canary.planted());
    let ticket = RouteTicketRequest {
        text: text.clone(),
        id: value.clone(),
        conversation_id: value.clone(),
        metadata: metadata.clone(),
        ..Default::default()
    };
    let mut request = Request::new(ticket);
    request.metadata_mut().insert("x-customer", value.parse().unwrap());
    request.metadata_mut().insert("traceparent", value.parse().unwrap());
    let mut client = agent.client().await;
    match client.route_ticket(request).await {
        Ok(reply) => {
            let mut reply = reply.into_inner();
            reply.ticket_id.clear();
            assert_clean("a gRPC reply", canaries, &format!("{reply:?}"));
        }
        Err(status) => assert_clean("a gRPC error", canaries, &format!("{status:?}")),
    }
    let scrubbed = client.scrub(ScrubRequest { text }).await.unwrap();
    assert_clean("a gRPC reply", canaries, &format!("{scrubbed:?}"));
}

/// What only asks about personal data: Presidio's requests and the operator's.
pub(super) async fn send_about_personal_data(agent: &Agent, canaries: &[Canary]) {
    let [token, key, salt, ..] = SECRETS;
    for canary in canaries {
        let (value, text) = (&canary.value, canary.planted());
        let analysis = json!({
            "text": [text, value], "language": value, "correlation_id": value, "context": [value],
            "allow_list": [value, key], "entities": [value, canary.kind], "return_decision_process": true,
        });
        let found = post(agent, canary, "/analyze", &analysis).await;
        assert_clean("/analyze", canaries, &found.body);
        // Nothing is looked for here: what is said to be personal is.
        let text = format!("My printer is broken. {value}");
        let end = text.chars().count();
        let place = json!([{"entity_type": "CANARY", "start": 0, "end": end, "score": 0.5}]);
        for operator in [
            json!({"type": "replace"}),
            json!({"type": "hash", "salt": salt}),
            json!({"type": "encrypt", "key": key}),
        ] {
            let body = json!({"text": text, "analyzer_results": place, "anonymizers": {"DEFAULT": operator, value: {"type": "keep"}}});
            let hidden = post(agent, canary, "/anonymize", &body).await;
            assert_eq!(hidden.status, 200, "{hidden:?}");
            assert_clean("/anonymize", canaries, &hidden.body);
            let hidden = hidden.json();
            let decrypt = json!({"DEFAULT": {"type": "decrypt", "key": key}});
            let body = json!({"text": hidden["text"], "anonymizer_results": hidden["items"], "deanonymizers": decrypt});
            let clear = post(agent, canary, "/deanonymize", &body).await;
            // The one reply that is meant to show a value, and only to the operator.
            assert_eq!(clear.status == 200, hidden["items"][0]["operator"] == "encrypt");
            assert_eq!(clear.body.contains(&canary.part), clear.status == 200);
            assert!(!clear.body.contains(token) && !clear.body.contains(key));
        }
    }
}

async fn post(agent: &Agent, canary: &Canary, path: &str, body: &Value) -> http::Reply {
    let head = format!("{}authorization: Bearer {}\r\n", headers(&canary.value), SECRETS[0]);
    let start = format!("POST {path}?q={}", canary.value.replace(' ', "+"));
    http::send(agent.api, &start, &head, body.to_string().as_bytes()).await
}

const PATHS: [&str; 6] = [
    "/v1/tickets/route",
    "/v1/pii/scrub",
    "/v1/pii/deanonymize",
    "/analyze",
    "/anonymize",
    "/deanonymize",
];

/// Requests that are wrong in every way, with every value in them.
pub(super) async fn send_errors(agent: &Agent, canaries: &[Canary]) {
    for (at, canary) in canaries.iter().enumerate() {
        let value = &canary.value;
        let odd = json!({"text": "a", value: 1}).to_string().into_bytes();
        let bodies = [
            format!("{value} {{").into_bytes(),
            format!(r#"{{"text": "{value}"#).into_bytes(),
            format!(r#"{{"text": {{"{value}": 1}}}}"#).into_bytes(),
            format!(r#"{{"text": "a", "explain": "{value}", "score_threshold": "{value}", "analyzer_results": "{value}", "anonymizer_results": "{value}"}}"#).into_bytes(),
            format!(r#"{{"text": "a", "explain": "x, expected {value} at line 1", "entities": "x, expected {value} at line 1"}}"#).into_bytes(),
            json!({"text": "a", "task": value, "ad_hoc_recognizers": [{"name": value}]}).to_string().into_bytes(),
            json!({"text": "a", "analyzer_results": [{"entity_type": value, "start": 0, "end": 9}], "entities": [value]}).to_string().into_bytes(),
            json!({"text": "a", "analyzer_results": [], "anonymizers": {value: {"type": value}}, "allow_list_match": value}).to_string().into_bytes(),
            json!({"text": "a", "analyzer_results": [], "anonymizers": {value: {"type": "hash", "hash_type": value}}, "deanonymizers": {value: {"type": "decrypt", "key": value}}}).to_string().into_bytes(),
            json!({"text": format!("{value}{}", "x".repeat(300_000))}).to_string().into_bytes(),
            [format!(r#"{{"text": "{value}"#).as_bytes(), b"\xff\"}"].concat(),
            odd,
        ];
        // All paths get the first value, and then one path each: there are many.
        for path in PATHS.iter().enumerate().filter(|(n, _)| at == 0 || at % PATHS.len() == *n) {
            for token in [SECRETS[0], value] {
                let head = format!(
                    "content-type: application/json\r\nx-customer: {value}\r\nauthorization: Bearer {token}\r\n"
                );
                for body in &bodies {
                    let reply =
                        http::send(agent.api, &format!("POST {}", path.1), &head, body).await;
                    assert_clean("an error", canaries, &format!("{}{}", reply.head, reply.body));
                }
            }
        }
        let path = value.replace(' ', "+");
        for start in [format!("POST /{path}"), format!("PUT /predict?{path}")] {
            let head = format!("content-type: {value}\r\n");
            let reply = http::send(agent.api, &start, &head, value.as_bytes()).await;
            assert_clean("an error", canaries, &format!("{}{}", reply.head, reply.body));
        }
        let invalid = field(1, &[value.as_bytes(), b"\xff"].concat());
        let status = call(agent, "RouteTicket", invalid).await.unwrap_err();
        assert_clean("a gRPC error", canaries, &format!("{status:?}"));
    }
}
