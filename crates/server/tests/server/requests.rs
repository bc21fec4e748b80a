//! Right and wrong requests, over HTTP and gRPC, on one port.

use serde_json::Value;
use switchboard_server::Listeners;
use switchboard_server::deadline::TIMEOUT_HEADER;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::common::{Fake, Reply, get_path, send};

fn post(what: &str, body: &[u8]) -> String {
    format!("POST /echo HTTP/1.1\ncontent-length: {}{what}", body.len())
}

const JSON: &str = "\ncontent-type: application/json";

fn assert_error(reply: &Reply, status: u16, name: &str) {
    let json: Value = serde_json::from_str(&reply.body).unwrap();
    let error = &json["error"];
    assert_eq!((reply.status, error["type"].as_str()), (status, Some(name)), "{reply:?}");
    assert_eq!(reply.header("x-request-id"), error["request_id"].as_str());
    assert!(!format!("{reply:?}").contains("jane"), "{reply:?}");
}

#[tokio::test]
async fn one_port_answers_grpc_and_http() {
    let fake = Fake::start().await;
    let mut client = HealthClient::new(fake.channel().await);
    assert!(client.check(HealthCheckRequest::default()).await.is_ok());
    let body = br#"{"text": "h\u00e9", "twice": true}"#;
    let reply = send(fake.api, &post(JSON, body), body).await;
    assert_eq!((reply.status, reply.body.as_str()), (200, r#"{"characters":4}"#));
}

#[tokio::test]
async fn every_error_has_one_shape_and_repeats_nothing() {
    let fake = Fake::start().await;
    let plain = "\ncontent-type: text/jane";
    let cases: [(&str, &[u8], u16, &str); 10] = [
        (JSON, b"jane", 400, "malformed_json"),
        (JSON, br#"{"text": "jane"#, 400, "malformed_json"),
        (JSON, br#"["jane"]"#, 400, "invalid_argument"),
        (JSON, br#"["jane"#, 400, "malformed_json"),
        (JSON, br#""jane, expected jane at line 1""#, 400, "invalid_argument"),
        (JSON, br#"{"text": "a", "twice": "x, expected jane at line 1"}"#, 400, "invalid_argument"),
        (JSON, br#"{"text": "a", "x, expected jane at line 1": 1}"#, 400, "unknown_field"),
        (JSON, b"{\"text\": \"jane \xff\"}", 400, "invalid_utf8"),
        (plain, br#"{"text": "jane"}"#, 415, "wrong_content_type"),
        ("", br#"{"text": "jane"}"#, 415, "wrong_content_type"),
    ];
    for (what, body, status, name) in cases {
        assert_error(&send(fake.api, &post(what, body), body).await, status, name);
    }
    assert_error(&get_path(fake.api, "/jane?jane=jane").await, 404, "not_found");
    assert_error(&get_path(fake.api, "/echo?jane").await, 405, "method_not_allowed");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_an_error_and_not_a_request() {
    let fake = Fake::start().await;
    let mut stream = TcpStream::connect(fake.api).await.unwrap();
    let head = "POST /echo HTTP/1.1\r\nhost: fake\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 90\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(br#"{"text": "jane"}"#).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(!answer.starts_with("HTTP/1.1 200") && !answer.contains("jane"), "{answer}");
}

/// A gRPC message with its prefix. gRPC over HTTP/1.1 lacks trailers, but an error comes in the head.
async fn call(fake: &Fake, path: &str, message: &[u8]) -> Reply {
    let framed = [&[0, 0, 0, 0, message.len() as u8], message].concat();
    let head = format!(
        "POST {path} HTTP/1.1\ncontent-type: application/grpc\nte: trailers\ncontent-length: {}",
        framed.len()
    );
    send(fake.api, &head, &framed).await
}

#[tokio::test]
async fn a_grpc_message_that_cannot_be_read_is_the_callers_mistake() {
    let fake = Fake::start().await;
    let path = "/grpc.health.v1.Health/Check";
    for (message, name) in [
        (&b"\x0a\x05jane\xff"[..], "invalid_utf8"),
        (b"\x0a\x7fjane", "invalid_argument"),
        (b"\xff\xff\xff", "invalid_argument"),
    ] {
        let reply = call(&fake, path, message).await;
        assert_eq!(reply.header("grpc-status"), Some("3"), "{reply:?}");
        assert_eq!(reply.header("x-error-type"), Some(name), "{reply:?}");
        assert!(reply.header("x-request-id").is_some(), "{reply:?}");
        assert!(!format!("{reply:?}").contains("jane"), "{reply:?}");
    }
}

#[tokio::test]
async fn other_grpc_errors_stay_what_they_are() {
    let fake = Fake::start().await;
    let unknown = call(&fake, "/switchboard.v1.Fake/Forget", b"").await;
    assert_eq!(unknown.header("grpc-status"), Some("12"), "{unknown:?}");
    let service = call(&fake, "/grpc.health.v1.Health/Check", b"\x0a\x04jane").await;
    assert_eq!(service.header("grpc-status"), Some("5"), "{service:?}");
}

#[tokio::test]
async fn a_caller_says_how_long_it_waits() {
    let fake = Fake::start().await;
    for (header, most) in [
        (format!("{TIMEOUT_HEADER}: 250"), 250),
        ("grpc-timeout: 250m".to_owned(), 250),
        (format!("{TIMEOUT_HEADER}: 900000"), 5_000),
        (format!("{TIMEOUT_HEADER}: soon"), 5_000),
        ("x-other: 1".to_owned(), 5_000),
    ] {
        let reply = send(fake.api, &format!("GET /patience HTTP/1.1\n{header}"), b"").await;
        let left: u64 = reply.body.parse().unwrap();
        assert!(left <= most && left + 200 > most, "{header}: {left}");
    }
}

#[tokio::test]
async fn a_taken_port_is_one_sentence_that_says_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (addr, free) = (taken.local_addr().unwrap(), "127.0.0.1:0".parse().unwrap());
    for (api, admin, flag) in [(addr, free, "--listen"), (free, addr, "--admin-listen")] {
        let error = Listeners::bind(api, admin).await.unwrap_err().to_string();
        let expected = format!(
            "listen on {addr}: stop the program that has this port, or choose another address with {flag}"
        );
        assert_eq!(error, expected);
    }
}

#[tokio::test]
async fn many_connections_are_served_at_once() {
    let fake = Fake::start().await;
    let api = fake.api;
    let started = std::time::Instant::now();
    let calls: Vec<_> = (0..60).map(|_| tokio::spawn(get_path(api, "/slow"))).collect();
    for call in calls {
        assert_eq!(call.await.unwrap().body, "done");
    }
    assert!(started.elapsed() < std::time::Duration::from_secs(8), "one after the other: 24 s");
}
