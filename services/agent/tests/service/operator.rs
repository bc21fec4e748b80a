//! Who has the operator's token can have back what was encrypted; nobody else can.

use std::fs;

use serde_json::{Value, json};
use switchboard_proto::v1::ScrubRequest;
use tempfile::TempDir;

use crate::common::agent::linear;
use crate::common::http::Reply;
use crate::common::{Agent, http};

const TOKEN: &str = "a-token-that-nobody-guesses";
const TEXT: &str = "Card 4111 1111 1111 1111 of zoe@example.org, on 10.0.0.1";

const POLICY: &str = "\
allow = ['10.0.0.1']
[keys]
encrypt = 'values.key'
[kinds.CREDIT_CARD]
operator = 'encrypt'
[kinds.EMAIL_ADDRESS]
operator = 'mask'
keep_first = 1
";

/// A policy, its key and a token, as files; and the flags that name them.
fn files() -> (TempDir, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    put("policy.toml", POLICY);
    put("values.key", &"5e".repeat(32));
    put("token", &format!("{TOKEN}\n"));
    let path = |name: &str| folder.path().join(name).display().to_string();
    let flags = ["--pii-policy", &path("policy.toml"), "--operator-token-file", &path("token")];
    let flags = flags.map(str::to_owned).to_vec();
    (folder, flags)
}

async fn agent(flags: &[String]) -> Agent {
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    Agent::start(&[&["--tfidf-url", "http://127.0.0.1:1"], flags.as_slice()].concat()).await
}

async fn post_as(agent: &Agent, token: &str, path: &str, body: &Value) -> Reply {
    let head = format!("content-type: application/json\r\nauthorization: Bearer {token}\r\n");
    let start = format!("POST {path}");
    http::send(agent.api, &start, &head, body.to_string().as_bytes()).await
}

#[tokio::test]
async fn replies_follow_the_policy_and_the_operator_has_the_text_back() {
    let (_folder, flags) = files();
    let agent = agent(&flags).await;
    let scrubbed = http::post(agent.api, "/v1/pii/scrub", &json!({"text": TEXT})).await.json();
    let text = scrubbed["text"].as_str().unwrap();
    assert!(text.starts_with("Card [CREDIT_CARD!"), "{text}");
    assert!(text.ends_with("] of [EMAIL_ADDRESS:z**************], on 10.0.0.1"), "{text}");
    assert_eq!(scrubbed["entities"].as_array().unwrap().len(), 2);
    let clear = post_as(&agent, TOKEN, "/v1/pii/deanonymize", &scrubbed_text(text)).await.json();
    assert_eq!(
        clear,
        json!({"text": "Card 4111 1111 1111 1111 of [EMAIL_ADDRESS:z**************], on 10.0.0.1",
               "entities": [{"type": "CREDIT_CARD", "start": 5, "end": 24}], "unreadable": 0})
    );
}

fn scrubbed_text(text: &str) -> Value {
    json!({"text": text})
}

#[tokio::test]
async fn without_a_key_of_its_own_the_agent_decrypts_what_the_request_has_a_key_for() {
    let (_folder, flags) = files();
    let agent = agent(&flags[2..]).await;
    let results = json!([{"entity_type": "CREDIT_CARD", "start": 5, "end": 24, "score": 1.0},
                         {"entity_type": "EMAIL_ADDRESS", "start": 28, "end": 43, "score": 1.0}]);
    let key = "WmZq4t7w!z%C&F)J";
    let anonymizers = json!({"CREDIT_CARD": {"type": "encrypt", "key": key}});
    let body = json!({"text": TEXT, "analyzer_results": results, "anonymizers": anonymizers});
    let hidden = http::post(agent.api, "/anonymize", &body).await.json();
    let mut body = json!({"text": hidden["text"], "anonymizer_results": hidden["items"]});
    assert_eq!(post_as(&agent, TOKEN, "/deanonymize", &body).await.status, 404);
    body["deanonymizers"] = json!({"CREDIT_CARD": {"type": "decrypt", "key": key}});
    let clear = post_as(&agent, TOKEN, "/deanonymize", &body).await.json();
    assert_eq!(clear["text"], "Card 4111 1111 1111 1111 of <EMAIL_ADDRESS>, on 10.0.0.1");
}

#[tokio::test]
async fn a_ticket_shows_what_the_policy_says_and_models_are_asked_as_ever() {
    let (_folder, flags) = files();
    let model = linear();
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let agent = Agent::before(&model, &flags).await;
    let reply = agent.route(TEXT).await;
    assert!(reply["scrubbed_text"].as_str().unwrap().starts_with("Card [CREDIT_CARD!"), "{reply}");
    let heard = String::from_utf8_lossy(&model.heard()).into_owned();
    assert!(heard.contains("Card of , on"), "{heard}");
    let scrubbed = agent.client().await.scrub(ScrubRequest { text: TEXT.to_owned() }).await;
    assert!(scrubbed.unwrap().into_inner().text.contains("[EMAIL_ADDRESS:z"));
}

#[tokio::test]
async fn what_presidios_clients_encrypt_they_can_decrypt() {
    let (_folder, flags) = files();
    let agent = agent(&flags).await;
    let results = json!([
        {"entity_type": "CREDIT_CARD", "start": 5, "end": 24, "score": 1.0},
        {"entity_type": "EMAIL_ADDRESS", "start": 28, "end": 43, "score": 0.9},
    ]);
    // With a key of the caller's, and with the policy's.
    for (encrypt, decrypt) in [
        (
            json!({"type": "encrypt", "key": "3t6w9z$C&F)J@NcR"}),
            json!({"type": "decrypt", "key": "3t6w9z$C&F)J@NcR"}),
        ),
        (json!({"type": "encrypt"}), json!({"type": "decrypt"})),
    ] {
        let body =
            json!({"text": TEXT, "analyzer_results": results, "anonymizers": {"DEFAULT": encrypt}});
        let hidden = http::post(agent.api, "/anonymize", &body).await.json();
        assert_eq!(hidden["items"][0]["operator"], "encrypt");
        assert!(!hidden["text"].as_str().unwrap().contains("4111"));
        let body = json!({"text": hidden["text"], "anonymizer_results": hidden["items"],
                          "deanonymizers": {"DEFAULT": decrypt}});
        let clear = post_as(&agent, TOKEN, "/deanonymize", &body).await.json();
        assert_eq!(clear["text"], TEXT);
        assert_eq!(clear["items"][1]["text"], "4111 1111 1111 1111");
        assert_eq!(clear["items"][1]["operator"], "decrypt");
        let mut other = body.clone();
        other["deanonymizers"]["DEFAULT"]["key"] = json!("another key 1234");
        let refused = post_as(&agent, TOKEN, "/deanonymize", &other).await;
        assert_eq!((refused.status, refused.error_type().as_str()), (400, "invalid_argument"));
        let mut twice = body;
        let first = twice["anonymizer_results"][0].clone();
        twice["anonymizer_results"].as_array_mut().unwrap().push(first);
        assert!(post_as(&agent, TOKEN, "/deanonymize", &twice).await.body.contains("overlap"));
    }
    let offered = http::get(agent.api, "/deanonymizers").await.json();
    assert_eq!(offered, json!(["decrypt", "deanonymize_keep"]));
}

const PATHS: [&str; 2] = ["/deanonymize", "/v1/pii/deanonymize"];

#[tokio::test]
async fn without_its_token_the_operator_is_nobody() {
    let (_folder, flags) = files();
    let agent = agent(&flags).await;
    for path in PATHS {
        for token in ["", "a-token-that-nobody-guesse", "a-token-that-nobody-guesses2"] {
            let reply = post_as(&agent, token, path, &scrubbed_text("a")).await;
            assert_eq!((reply.status, reply.error_type().as_str()), (401, "unauthenticated"));
            assert!(reply.head.contains("www-authenticate: bearer"), "{reply:?}");
            assert!(!reply.body.contains("nobody"), "{reply:?}");
        }
        // Nobody's body is read before that.
        let reply = http::send(agent.api, &format!("POST {path}"), "", b"{").await;
        assert_eq!(reply.status, 401, "{reply:?}");
    }
    let metrics = agent.metrics().await;
    let refused = "agent_requests_total{endpoint=\"deanonymize\",outcome=\"unauthenticated\"} 8";
    assert!(metrics.contains(refused), "{metrics}");
}

#[tokio::test]
async fn without_a_token_file_there_are_no_operators_endpoints() {
    let agent = agent(&[]).await;
    for path in PATHS {
        let reply = post_as(&agent, TOKEN, path, &scrubbed_text("a")).await;
        assert_eq!((reply.status, reply.error_type().as_str()), (404, "not_found"));
        assert!(reply.body.contains("--operator-token-file FILE"), "{reply:?}");
    }
}

#[tokio::test]
async fn without_a_key_the_operator_is_told_so() {
    let (_folder, flags) = files();
    let agent = agent(&flags[2..]).await;
    for path in PATHS {
        let reply = post_as(&agent, TOKEN, path, &scrubbed_text("a")).await;
        assert_eq!((reply.status, reply.error_type().as_str()), (404, "not_found"));
        assert!(reply.body.contains("[keys] of --pii-policy"), "{reply:?}");
    }
}

#[tokio::test]
async fn a_bad_policy_or_token_keeps_the_agent_from_starting() {
    let (folder, flags) = files();
    for (file, text, says) in [
        ("policy.toml", "\n[kinds.PHONE]\nscrub = true", "line 2"),
        ("policy.toml", "[default]\noperator = 'hash'", "openssl rand -hex 32"),
        ("token", "short", "--operator-token-file"),
    ] {
        let path = folder.path().join(file);
        let good = fs::read_to_string(&path).unwrap();
        fs::write(&path, text).unwrap();
        let error = agent(&flags).await.task.await.unwrap().unwrap_err();
        let error = format!("{error:#}");
        assert!(error.contains(says) && error.contains(file), "{error}");
        fs::write(&path, good).unwrap();
    }
}
