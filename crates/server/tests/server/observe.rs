//! What is counted, over real sockets.

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::common::{Fake, eventually, get_path, send};

const JSON: &str = "\ncontent-type: application/json";

async fn post(fake: &Fake, head: &str, body: &str) {
    let head = format!("POST /echo HTTP/1.1\ncontent-length: {}{head}", body.len());
    send(fake.api, &head, body.as_bytes()).await;
}

#[tokio::test]
async fn requests_are_counted_by_endpoint_and_outcome() {
    let fake = Fake::start().await;
    post(&fake, JSON, r#"{"text": "hello"}"#).await;
    post(&fake, JSON, "{").await;
    post(&fake, "", "{}").await;
    get_path(fake.api, "/echo").await;
    get_path(fake.api, "/jane").await;
    send(fake.api, "POST /fault HTTP/1.1", b"").await;
    let expected = [
        ("echo", "ok"),
        ("echo", "malformed_json"),
        ("echo", "wrong_content_type"),
        ("echo", "method_not_allowed"),
        ("none", "not_found"),
        ("fault", "internal"),
    ];
    assert_eq!(fake.answered(), expected);
}

#[tokio::test]
async fn probes_and_the_admin_port_are_not_requests() {
    let fake = Fake::start().await;
    get_path(fake.api, "/patience").await;
    get_path(fake.admin, "/metrics").await;
    let mut health = HealthClient::new(fake.channel().await);
    health.check(HealthCheckRequest::default()).await.unwrap();
    assert_eq!(fake.answered(), []);
    let nobody = HealthCheckRequest { service: "nobody".into() };
    health.check(nobody).await.unwrap_err();
    assert_eq!(fake.answered(), [("none", "not_found")]);
}

#[tokio::test]
async fn a_caller_that_leaves_is_counted_as_cancelled() {
    let fake = Fake::start().await;
    let mut stream = TcpStream::connect(fake.api).await.unwrap();
    stream.write_all(b"GET /slow HTTP/1.1\r\nhost: fake\r\n\r\n").await.unwrap();
    eventually(async || fake.slow.load(std::sync::atomic::Ordering::SeqCst) == 1).await;
    drop(stream);
    eventually(async || fake.answered() == [("slow", "cancelled")]).await;
}
