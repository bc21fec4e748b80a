//! Clients of Presidio find here what they know.

use serde_json::{Value, json};

use crate::common::http::Reply;
use crate::common::{Agent, http};

const TEXT: &str = "é: mail zoe@example.org or +33 6 12 34 56 78";

async fn agent() -> Agent {
    Agent::start(&["--tfidf-url", "http://127.0.0.1:1"]).await
}

async fn ok(agent: &Agent, path: &str, body: &Value) -> Value {
    let reply = http::post(agent.api, path, body).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.json()
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

/// Type, start and end of what was found.
fn places(found: &Value) -> Vec<(String, u64, u64)> {
    let place = |one: &Value| {
        let number = |key: &str| one[key].as_u64().unwrap();
        (one["entity_type"].as_str().unwrap().to_owned(), number("start"), number("end"))
    };
    found.as_array().unwrap().iter().map(place).collect()
}

#[tokio::test]
async fn a_text_is_analyzed_and_so_is_each_of_several() {
    let agent = agent().await;
    let found = ok(&agent, "/analyze", &json!({"text": TEXT, "language": "en"})).await;
    let mail = ("EMAIL_ADDRESS".to_owned(), 8, 23);
    let phone = ("PHONE_NUMBER".to_owned(), 27, 44);
    assert_eq!(places(&found), [mail.clone(), phone.clone()]);
    assert_eq!(keys(&found[0]), ["analysis_explanation", "end", "entity_type", "score", "start"]);
    assert_eq!(found[0]["analysis_explanation"], Value::Null);
    let several = json!({"text": [TEXT, "", "nothing"], "language": "xx", "correlation_id": "7"});
    let several = ok(&agent, "/analyze", &several).await;
    assert_eq!(several.as_array().unwrap().len(), 3);
    assert_eq!((&several[0], &several[2]), (&found, &json!([])));
}

#[tokio::test]
async fn an_analysis_is_narrowed_and_explained_as_asked() {
    let agent = agent().await;
    let narrowed = async |rest: Value| {
        let mut body = json!({"text": TEXT, "language": "en"});
        body.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        let found = ok(&agent, "/analyze", &body).await;
        places(&found).into_iter().map(|(kind, ..)| kind).collect::<Vec<_>>()
    };
    assert_eq!(narrowed(json!({"entities": ["PHONE_NUMBER", "NRP"]})).await, ["PHONE_NUMBER"]);
    assert_eq!(narrowed(json!({"entities": [], "ad_hoc_recognizers": []})).await.len(), 2);
    assert_eq!(narrowed(json!({"allow_list": ["zoe@example.org"]})).await, ["PHONE_NUMBER"]);
    assert_eq!(narrowed(json!({"score_threshold": 1.0})).await.len(), 0);
    let body = json!({"text": TEXT, "language": "en", "return_decision_process": true});
    let found = ok(&agent, "/analyze", &body).await;
    let explanation = &found[0]["analysis_explanation"];
    assert_eq!(explanation["recognizer"], "EmailAddressRecognizer");
    assert_eq!(explanation["original_score"], found[0]["score"]);
    assert_eq!(keys(explanation).len(), 10);
}

#[tokio::test]
async fn what_was_analyzed_is_anonymized() {
    let agent = agent().await;
    let found = ok(&agent, "/analyze", &json!({"text": TEXT, "language": "en"})).await;
    let plain = json!({"text": TEXT, "analyzer_results": found});
    let plain = ok(&agent, "/anonymize", &plain).await;
    assert_eq!(plain["text"], "é: mail <EMAIL_ADDRESS> or <PHONE_NUMBER>");
    assert_eq!(plain["items"].as_array().unwrap().len(), 2);
    assert_eq!(
        plain["items"][1],
        json!({"start": 8, "end": 23, "entity_type": "EMAIL_ADDRESS", "text": "<EMAIL_ADDRESS>",
               "operator": "replace", "score": found[0]["score"]})
    );
    let anonymizers = json!({
        "EMAIL_ADDRESS": {"type": "mask", "masking_char": "*", "chars_to_mask": 12, "from_end": true},
        "DEFAULT": {"type": "replace", "new_value": "a number"},
    });
    let asked = json!({"text": TEXT, "anonymizers": anonymizers, "analyzer_results": found});
    let asked = ok(&agent, "/anonymize", &asked).await;
    assert_eq!(asked["text"], "é: mail zoe************ or a number");
}

/// As Presidio's own anonymizer answered these requests.
#[tokio::test]
async fn operators_and_overlaps_are_presidios() {
    let agent = agent().await;
    let place = |kind: &str, start: u64, end: u64, score: f64| json!({"entity_type": kind, "start": start, "end": end, "score": score});
    let anonymized = async |results: Value, operator: Value| {
        let text = "Ask Jane Doe of room 4711.";
        let body = json!({"text": text, "analyzer_results": results, "anonymizers": {"DEFAULT": operator}});
        ok(&agent, "/anonymize", &body).await["text"].as_str().unwrap().to_owned()
    };
    let whole = json!([place("PERSON", 4, 12, 0.8)]);
    let replace = json!({"type": "replace"});
    for (results, operator, expected) in [
        (whole.clone(), json!({"type": "redact"}), "Ask  of room 4711."),
        (whole.clone(), json!({"type": "keep"}), "Ask Jane Doe of room 4711."),
        (
            whole.clone(),
            json!({"type": "hash", "salt": "0123456789abcdef"}),
            "Ask 3b5a8847b24bdf009f3052e29cbe818ab20b5a6725b40a99d504382a12928337 of room 4711.",
        ),
        (
            whole,
            json!({"type": "mask", "masking_char": "#", "chars_to_mask": 99, "from_end": false}),
            "Ask ######## of room 4711.",
        ),
        (
            json!([place("PERSON", 4, 8, 0.8), place("PERSON", 9, 12, 0.9)]),
            replace.clone(),
            "Ask <PERSON> of room 4711.",
        ),
        (
            json!([place("OTHER", 6, 20, 0.5), place("PERSON", 4, 12, 0.8), place("X", 5, 7, 1.0)]),
            replace.clone(),
            "Ask <PERSON><OTHER> 4711.",
        ),
        (json!([place("PERSON", 8, 8, 0.8)]), replace, "Ask Jane<PERSON> Doe of room 4711."),
    ] {
        assert_eq!(anonymized(results, operator).await, expected);
    }
}

#[tokio::test]
async fn clients_learn_what_is_offered() {
    let agent = agent().await;
    let list = async |path: &str| http::get(agent.api, path).await.json();
    let entities = list("/supportedentities?language=en").await;
    assert!(entities.as_array().unwrap().contains(&json!("CREDIT_CARD")));
    let recognizers = list("/recognizers").await;
    assert!(recognizers.as_array().unwrap().contains(&json!("CreditCardRecognizer")));
    let anonymizers = json!(["encrypt", "hash", "keep", "mask", "redact", "replace"]);
    assert_eq!(list("/anonymizers").await, anonymizers);
    assert_eq!(list("/deanonymizers").await, json!([]));
}

async fn refused(agent: &Agent, path: &str, body: &Value) -> Reply {
    let reply = http::post(agent.api, path, body).await;
    assert_eq!(reply.status, 400, "{body} {reply:?}");
    assert_eq!(reply.error_type(), "invalid_argument");
    assert!(!reply.body.contains("zoe") && !reply.body.contains("secret"), "{reply:?}");
    reply
}

#[tokio::test]
async fn what_is_not_taken_is_refused_with_the_fix() {
    let agent = agent().await;
    for (rest, says) in [
        (json!({"ad_hoc_recognizers": [{"name": "zoe"}]}), "leave the field out"),
        (json!({"allow_list": ["zoe"], "allow_list_match": "regex"}), "list the values themselves"),
        (json!({"entities": ["zoe"]}), "GET /supportedentities"),
        (json!({"score_threshold": 2}), "from 0 to 1"),
        (json!({"text": 5}), "a string or a list of at most 256 strings"),
        (json!({"text": vec!["zoe"; 257]}), "a string or a list of at most 256 strings"),
        (json!({"text": ["zoe", 5]}), "a string"),
    ] {
        let mut body = json!({"text": "zoe", "language": "en"});
        body.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        let reply = refused(&agent, "/analyze", &body).await;
        assert!(reply.body.contains(says), "{reply:?}");
    }
    let place = json!([{"entity_type": "PERSON", "start": 0, "end": 3, "score": 0.5}]);
    for (results, operator, says) in [
        (
            json!([{"entity_type": "PERSON", "start": 0, "end": 4}]),
            json!({"type": "keep"}),
            "analyzer_results[0]",
        ),
        (
            json!([{"entity_type": "PERSON", "start": 2, "end": 1}]),
            json!({"type": "keep"}),
            "start <= end",
        ),
        (
            json!([{"entity_type": "", "start": 0, "end": 1}]),
            json!({"type": "keep"}),
            "entity_type",
        ),
        (
            json!([{"entity_type": "PERSON", "start": -1, "end": 1}]),
            json!({"type": "keep"}),
            "expected usize",
        ),
        (json!(vec![place[0].clone(); 4097]), json!({"type": "keep"}), "more than 4096"),
        (place.clone(), json!({"type": "custom"}), "encrypt, hash, keep"),
        (place.clone(), json!({"type": "mask", "masking_char": "secret"}), "masking_char"),
        (place.clone(), json!({"type": "mask", "masking_char": "*"}), "chars_to_mask"),
        (place.clone(), json!({"type": "hash", "hash_type": "secret"}), "sha256, sha512"),
        (place.clone(), json!({"type": "hash", "salt": "secret"}), "shorter than 16 bytes"),
        (place.clone(), json!({"type": "encrypt", "key": "secret"}), "16, 24 or 32 bytes"),
        (place.clone(), json!({"type": "replace", "new_value": "x".repeat(1025)}), "new_value"),
    ] {
        let body = json!({"text": "zoe", "analyzer_results": results, "anonymizers": {"DEFAULT": operator}});
        let reply = refused(&agent, "/anonymize", &body).await;
        assert!(reply.body.contains(says), "{says}: {reply:?}");
    }
    let over_and_over: Vec<Value> = (0..1000)
        .map(|n| json!({"entity_type": n.to_string(), "start": n, "end": 2000 + n}))
        .collect();
    let body = json!({"text": "zoe".repeat(1000), "analyzer_results": over_and_over});
    assert!(refused(&agent, "/anonymize", &body).await.body.contains("overlap too much"));
    let long = json!({"text": "zoe".repeat(70_000), "language": "en"});
    assert_eq!(http::post(agent.api, "/analyze", &long).await.error_type(), "too_long");
    let late = "content-type: application/json\r\nx-request-timeout-ms: 0\r\n";
    let reply = http::send(agent.api, "POST /analyze", late, br#"{"text": ["zoe"]}"#).await;
    assert_eq!(reply.error_type(), "deadline_exceeded");
}
