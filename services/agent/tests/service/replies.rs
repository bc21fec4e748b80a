//! The shape of every reply: which names it has, and what they say.

use serde_json::{Value, json};
use switchboard_proto::v1::{RouteTicketRequest, ScrubRequest};

use crate::common::agent::{linear, transformer, unsure};
use crate::common::{Agent, http};

const TEXT: &str = "Printer broken, write to jane.doe@example.com";

/// Every name of an object in its order, those of objects inside it with a dot.
fn names(value: &Value) -> Vec<String> {
    let mut all = Vec::new();
    collect("", value, &mut all);
    all
}

fn collect(prefix: &str, value: &Value, all: &mut Vec<String>) {
    let Value::Object(fields) = value else { return };
    for (name, value) in fields {
        let name = format!("{prefix}{name}");
        collect(&format!("{name}."), value, all);
        all.push(name);
    }
}

fn object_names(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn a_routed_ticket_has_the_names_of_the_contract() {
    let linear = linear();
    let agent = Agent::before(&linear, &[]).await;
    let body = json!({"text": TEXT, "id": "T-1", "explain": true});
    let reply = http::post(agent.api, "/v1/tickets/route", &body).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let json = reply.json();
    let expected = [
        "request_id",
        "ticket_id",
        "task",
        "label",
        "confidence",
        "scores.Access",
        "scores.Hardware",
        "scores.Storage",
        "scores",
        "needs_review",
        "trust",
        "prediction_set",
        "coverage",
        "out_of_scope",
        "model.name",
        "model.version",
        "model.family",
        "model",
        "models",
        "language.code",
        "language.confidence",
        "language",
        "scrubbed_text",
        "pii",
        "decision.route",
        "decision.reason",
        "decision.explanation",
        "decision.decided_by",
        "decision.otherwise",
        "decision.degraded",
        "decision.policy",
        "decision.policy_version",
        "decision.routing_version",
        "decision.canary",
        "decision",
        "terms",
        "tokens_total",
        "tokens_used",
        "truncated",
        "out_of_vocabulary",
        "timings_ms.scrub",
        "timings_ms.route",
        "timings_ms.classify",
        "timings_ms.total",
        "timings_ms",
    ];
    assert_eq!(names(&json), expected);
    assert_eq!(object_names(&json["pii"][0]), ["type", "start", "end", "score"]);
    assert_eq!(object_names(&json["terms"][0]), ["text", "start", "end", "weight"]);
}

#[tokio::test]
async fn a_routed_ticket_says_what_the_model_said() {
    let linear = linear();
    let agent = Agent::before(&linear, &[]).await;
    let body = json!({"text": TEXT, "id": "T-1", "explain": true});
    let json = http::post(agent.api, "/v1/tickets/route", &body).await.json();
    assert_eq!(json["ticket_id"], "T-1");
    assert_eq!(json["task"], "category");
    assert_eq!(json["label"], "Hardware");
    assert_eq!(json["needs_review"], false);
    assert_eq!(json["model"], json!({"name": "category-tfidf", "version": 1, "family": "tfidf"}));
    assert_eq!(json["scrubbed_text"], "Printer broken, write to [EMAIL_ADDRESS_1]");
    assert_eq!(json["pii"][0]["type"], "EMAIL_ADDRESS");
    assert_eq!((&json["pii"][0]["start"], &json["pii"][0]["end"]), (&json!(25), &json!(45)));
    assert_eq!(json["terms"][0]["text"], "printer");
    let decision = json!({
        "route": "tfidf", "reason": "confident", "degraded": false, "policy": "default",
        "explanation": "confidence 0.90 is not below 0.70", "decided_by": "escalate_below",
        "otherwise": "a confidence below 0.70 would have asked the transformer",
        "policy_version": "built-in", "routing_version": null, "canary": false,
    });
    assert_eq!(json["decision"], decision);
    assert_eq!((&json["trust"], &json["prediction_set"]), (&json!("automatic"), &json!([])));
    let model = &json["models"][0];
    assert_eq!((&model["label"], &model["scores"]["Hardware"]), (&json!("Hardware"), &json!(0.9)));
}

#[tokio::test]
async fn a_ticket_without_an_id_is_named_after_its_request() {
    let linear = linear();
    let agent = Agent::before(&linear, &[]).await;
    let json = agent.route(TEXT).await;
    assert_eq!(json["ticket_id"], json["request_id"]);
    assert_eq!(json["terms"], json!([]));
}

#[tokio::test]
async fn an_unsure_answer_needs_review() {
    let linear = linear();
    let agent = Agent::before(&linear, &[]).await;
    linear.says([0.3, 0.39, 0.31]);
    assert_eq!(agent.route(TEXT).await["needs_review"], true);
}

#[tokio::test]
async fn scrubbing_tells_types_and_places() {
    let agent = Agent::start(&["--tfidf-url", "http://127.0.0.1:9"]).await;
    let text = "é: jane.doe@example.com";
    let reply = http::post(agent.api, "/v1/pii/scrub", &json!({"text": text})).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let json = reply.json();
    assert_eq!(object_names(&json), ["text", "entities"]);
    assert_eq!(json["text"], "é: [EMAIL_ADDRESS_1]");
    assert_eq!(object_names(&json["entities"][0]), ["type", "start", "end", "score"]);
    assert_eq!(
        (&json["entities"][0]["start"], &json["entities"][0]["end"]),
        (&json!(3), &json!(23))
    );
    let grpc = agent.client().await.scrub(ScrubRequest { text: text.to_owned() }).await.unwrap();
    let grpc = grpc.into_inner();
    assert_eq!((grpc.text.as_str(), grpc.entities[0].start), ("é: [EMAIL_ADDRESS_1]", 3));
}

/// What the clients of other gateways of this kind read.
const KNOWN_NAMES: [&str; 43] = [
    "model_used",
    "prediction",
    "confidence",
    "classification_confidence",
    "explanation",
    "scrubbed_text",
    "predicted_class",
    "pii_detected",
    "pii_details",
    "routing_explanation.language",
    "routing_explanation.model_chosen",
    "processing_time_ms",
    "label",
    "all_scores",
    "routing.chosen_model",
    "routing.reason",
    "routing.text_length",
    "routing.has_multilingual",
    "routing.pii_scrubbed",
    "processing_time",
    "timestamp",
    "chosen_model",
    "predicted_category",
    "reasoning",
    "complexity_score",
    "cleaned_text",
    "routing_reason",
    "detected_language",
    "text_length",
    "predictions",
    "runtime_ms",
    "category",
    "scores",
    "reason",
    "pii_removed",
    "source",
    "model",
    "lang",
    "predicted_label",
    "probabilities",
    "model_version",
    "degraded",
    "needs_review",
];

#[tokio::test]
async fn predict_carries_every_name_existing_clients_read() {
    let linear = linear();
    let agent = Agent::before(&linear, &[]).await;
    // Fields such clients send beside the text are ignored.
    let body = json!({"text": TEXT, "force_model": "tfidf", "top_k": 3, "metadata": {"a": 1}});
    let reply = http::post(agent.api, "/predict", &body).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let json = reply.json();
    let names = names(&json);
    for name in KNOWN_NAMES {
        assert!(names.iter().any(|known| known == name), "{name} is missing: {names:?}");
    }
    assert_eq!(json["prediction"], "Hardware");
    assert_eq!(json["model_used"], "tfidf");
    assert_eq!(json["pii_detected"], true);
    assert_eq!(json["pii_details"], json!(["[EMAIL_ADDRESS]: 1 occurrence(s)"]));
    assert_eq!(object_names(&json["predictions"][0]), ["label", "score"]);
    assert_eq!(json["predictions"][0]["label"], "Hardware");
    assert!(!reply.body.contains("jane.doe"), "{reply:?}");
}

#[tokio::test]
async fn health_names_both_services() {
    let agent = Agent::start(&["--tfidf-url", "http://127.0.0.1:9"]).await;
    let json = http::get(agent.api, "/health").await.json();
    let alone = json!({"status": "unhealthy", "tfidf_service": "unhealthy", "transformer_service": "not_configured"});
    assert_eq!(json, alone);
    let (linear, transformer) = (linear(), transformer());
    let agent = Agent::before_both(&linear, &transformer, &[]).await;
    let json = http::get(agent.api, "/health").await.json();
    let both =
        json!({"status": "healthy", "tfidf_service": "healthy", "transformer_service": "healthy"});
    assert_eq!(json, both);
}

#[tokio::test]
async fn ready_means_that_a_model_can_answer_and_says_what_is_missing() {
    let agent = Agent::start(&["--tfidf-url", "http://127.0.0.1:9"]).await;
    let reply = http::get(agent.admin, "/readyz").await;
    assert_eq!((reply.status, &reply.json()["ready"]), (503, &json!(false)));
    let linear = linear();
    let agent = Agent::before(&linear, &[]).await;
    let reply = http::get(agent.admin, "/readyz").await;
    let lacks = json!(["no transformer service is configured (--transformer-url)"]);
    assert_eq!((reply.status, reply.json()), (200, json!({"ready": true, "lacks": lacks})));
}

#[tokio::test]
async fn grpc_and_http_say_the_same() {
    let linear = unsure();
    let agent = Agent::before(&linear, &[]).await;
    let body = json!({"text": TEXT, "id": "T-1", "explain": true});
    let json = http::post(agent.api, "/v1/tickets/route", &body).await.json();
    let request = RouteTicketRequest {
        text: TEXT.to_owned(),
        id: "T-1".to_owned(),
        explain: true,
        ..Default::default()
    };
    let grpc = agent.grpc(request).await.unwrap();
    let (model, language) = (grpc.model.unwrap(), grpc.language.unwrap());
    let (decision, term, pii) = (grpc.decision.unwrap(), &grpc.terms[0], &grpc.pii[0]);
    let said = &grpc.models[0];
    assert!(grpc.timings_ms.is_some() && grpc.request_id.len() == 36);
    let said = json!({
        "ticket_id": grpc.ticket_id, "task": grpc.task, "label": grpc.label,
        "confidence": grpc.confidence, "scores": grpc.scores, "needs_review": grpc.needs_review,
        "trust": grpc.trust, "prediction_set": grpc.prediction_set, "coverage": grpc.coverage,
        "out_of_scope": grpc.out_of_scope,
        "models": [{"name": said.name, "version": said.version, "family": said.family, "label": said.label,
            "confidence": said.confidence, "scores": said.scores}],
        "model": {"name": model.name, "version": model.version, "family": model.family},
        "language": {"code": language.code, "confidence": language.confidence},
        "scrubbed_text": grpc.scrubbed_text,
        "pii": [{"type": pii.r#type, "start": pii.start, "end": pii.end, "score": pii.score}],
        "decision": {"route": decision.route, "reason": decision.reason, "explanation": decision.explanation,
            "decided_by": decision.decided_by, "otherwise": decision.otherwise,
            "degraded": decision.degraded, "policy": decision.policy,
            "policy_version": decision.policy_version,
            "routing_version": Some(decision.routing_version).filter(|version| *version > 0), "canary": decision.canary},
        "terms": [{"text": term.text, "start": term.start, "end": term.end, "weight": term.weight}],
        "tokens_total": grpc.tokens_total, "tokens_used": grpc.tokens_used,
        "truncated": grpc.truncated, "out_of_vocabulary": grpc.out_of_vocabulary,
    });
    let mut expected = json;
    for of_this_request in ["request_id", "timings_ms"] {
        expected.as_object_mut().unwrap().remove(of_this_request);
    }
    assert_eq!(as_written(&said), expected);
}

/// The numbers of `value` as an `f32` is written: the shortest decimal that is it.
fn as_written(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), as_written(value))).collect()
        }
        Value::Array(items) => items.iter().map(as_written).collect(),
        Value::Number(number) if number.is_f64() => {
            let number = number.as_f64().unwrap() as f32;
            serde_json::from_str(&format!("{number:?}")).unwrap()
        }
        other => other.clone(),
    }
}
