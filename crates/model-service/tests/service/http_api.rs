//! The same contract as JSON.

use serde_json::{Value, json};

use crate::common::{Models, Reply, Service, http};

fn names(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn documents_are_classified() {
    let models = Models::with_champion();
    let service = Service::ready(&models, &[]).await;
    let body = json!({"documents": ["all of it", "fail"], "version": "1", "explain": true});
    let reply = http::post(service.api, "/v1/classify", &body).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let json = reply.json();
    assert_eq!(names(&json), ["model", "outcomes", "queue_us", "compute_us"]);
    assert_eq!(json["model"], json!({"name": "category-fake", "version": 1, "family": "fake"}));
    let expected = [
        "label",
        "confidence",
        "scores",
        "logits",
        "tokens_total",
        "tokens_used",
        "truncated",
        "out_of_vocabulary",
        "terms",
    ];
    assert_eq!(names(&json["outcomes"][0]), expected);
    assert_eq!(names(&json["outcomes"][0]["terms"][0]), ["text", "start", "end", "weight"]);
    assert_eq!(json["outcomes"][0]["truncated"], true);
    assert_eq!(
        json["outcomes"][1],
        json!({"error": {"type": "internal", "message": "run the model"}})
    );
}

#[tokio::test]
async fn models_are_listed() {
    let models = Models::with_champion();
    let service = Service::ready(&models, &[]).await;
    let json = http::get(service.api, "/v1/models").await.json();
    let expected = json!({"models": [{
        "name": "category-fake", "version": 1, "task": "category", "family": "fake",
        "aliases": ["champion"], "labels": ["Access", "Hardware", "Storage"],
        "languages": {"en": {"training_rows": 9, "heldout_rows": 8, "heldout_accuracy": 0.5}},
        "precision": "f32",
    }]});
    assert_eq!(json, expected);
}

#[tokio::test]
async fn every_error_has_its_status_and_type_and_repeats_nothing() {
    let models = Models::with_champion();
    let service = Service::ready(&models, &[]).await;
    let long = json!({"documents": ["jane ".repeat(300_000)]}).to_string();
    let huge = json!({"documents": vec!["jane ".repeat(200_000); 5]}).to_string();
    let many = json!({"documents": vec!["jane"; 257]}).to_string();
    let classify = "POST /v1/classify";
    let invalid = b"{\"documents\": [\"jane \xff\"]}".to_vec();
    let cases: [(&str, Vec<u8>, u16, &str); 15] = [
        (classify, br#"{"documents": []}"#.to_vec(), 400, "invalid_argument"),
        (classify, many.into(), 400, "invalid_argument"),
        (classify, long.into(), 413, "too_long"),
        (classify, huge.into(), 413, "too_long"),
        (classify, br#"{"documents": ["a"], "task": "jane"}"#.to_vec(), 404, "unknown_task"),
        (classify, br#"{"documents": ["a"], "version": "jane"}"#.to_vec(), 404, "unknown_version"),
        (classify, br#"{"documents": ["a"], "jane": 1}"#.to_vec(), 400, "unknown_field"),
        (classify, br#"{"documents": "jane"}"#.to_vec(), 400, "invalid_argument"),
        (
            classify,
            br#"{"documents": ["a"], "explain": "jane, expected jane at line 1"}"#.to_vec(),
            400,
            "invalid_argument",
        ),
        (classify, br#"[["jane"]]"#.to_vec(), 400, "invalid_argument"),
        (classify, br#"{"documents": ["jane"#.to_vec(), 400, "malformed_json"),
        (classify, invalid, 400, "invalid_utf8"),
        ("GET /v1/classify", Vec::new(), 405, "method_not_allowed"),
        ("POST /v1/models", b"jane".to_vec(), 405, "method_not_allowed"),
        ("POST /v1/jane", b"jane".to_vec(), 404, "not_found"),
    ];
    let json = "content-type: application/json\r\n";
    for (start, body, status, name) in cases {
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        let reply: Reply = http::send(service.api, start, json, &body).await;
        assert_eq!(
            (reply.status, reply.error_type().as_str()),
            (status, name),
            "{shown}: {reply:?}"
        );
        assert!(!reply.body.contains("jane"), "{shown}: {reply:?}");
    }
    let plain = "content-type: text/plain\r\n";
    let reply = http::send(service.api, classify, plain, br#"{"documents": ["a"]}"#).await;
    assert_eq!((reply.status, reply.error_type().as_str()), (415, "wrong_content_type"));
}
