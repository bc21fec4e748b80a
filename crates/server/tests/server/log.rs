//! The log filter of a running service.

use clap::Parser;
use serde_json::Value;
use switchboard_telemetry::TelemetryOptions;

use crate::common::{Fake, Reply, send};

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    telemetry: TelemetryOptions,
}

async fn put(fake: &Fake, body: &str) -> Reply {
    let head = format!("PUT /log HTTP/1.1\ncontent-length: {}", body.len());
    send(fake.admin, &head, body.as_bytes()).await
}

fn json(reply: &Reply) -> Value {
    serde_json::from_str(&reply.body).unwrap()
}

#[tokio::test]
async fn what_is_logged_can_be_changed_while_the_service_runs() {
    let fake = Fake::start().await;
    assert_eq!(put(&fake, "debug").await.status, 503);
    let options = Flags::parse_from(["fake", "--log", "warn"]).telemetry;
    let _telemetry = switchboard_telemetry::init("fake", &options).unwrap();
    let reply = send(fake.admin, "GET /log HTTP/1.1", b"").await;
    assert_eq!(json(&reply)["log"], "warn");
    let reply = put(&fake, "off\n").await;
    assert_eq!((reply.status, json(&reply)["log"].as_str()), (200, Some("off")));
    for wrong in ["", "verbose", "agent", &"x".repeat(2000)] {
        let reply = put(&fake, wrong).await;
        assert_eq!(
            (reply.status, json(&reply)["error"]["type"].as_str()),
            (400, Some("invalid_argument")),
            "{reply:?}"
        );
    }
    let reply = send(fake.admin, "GET /log HTTP/1.1", b"").await;
    assert_eq!(json(&reply)["log"], "off");
}
