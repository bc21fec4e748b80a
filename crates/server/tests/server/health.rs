//! The admin port, and gRPC health that follows it.

use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::common::{Fake, NAME, eventually, get_path};

async fn health(fake: &Fake, name: &str) -> ServingStatus {
    let mut client = HealthClient::new(fake.channel().await);
    let request = HealthCheckRequest { service: name.to_owned() };
    client.check(request).await.unwrap().into_inner().status()
}

#[tokio::test]
async fn the_admin_port_tells_life_metrics_and_readiness() {
    let fake = Fake::start().await;
    assert_eq!(get_path(fake.admin, "/livez").await.body, "ok\n");
    let metrics = get_path(fake.admin, "/metrics").await;
    assert_eq!(metrics.body, "fake_requests_total 1\n");
    assert_eq!(metrics.header("content-type"), Some("text/plain; version=0.0.4"));
    let reply = get_path(fake.admin, "/readyz").await;
    let lacking = r#"{"ready":false,"lacks":["there is no model"]}"#;
    assert_eq!((reply.status, reply.body.as_str()), (503, lacking));
    fake.is_ready(true);
    let reply = get_path(fake.admin, "/readyz").await;
    assert_eq!((reply.status, reply.body.as_str()), (200, r#"{"ready":true,"lacks":[]}"#));
    assert_eq!(get_path(fake.api, "/metrics").await.status, 404, "metrics are not for callers");
}

#[tokio::test]
async fn grpc_health_follows_readiness() {
    let fake = Fake::start().await;
    for (ready, status) in [
        (false, ServingStatus::NotServing),
        (true, ServingStatus::Serving),
        (false, ServingStatus::NotServing),
    ] {
        fake.is_ready(ready);
        for name in ["", NAME] {
            eventually(async || health(&fake, name).await == status).await;
        }
    }
}

#[tokio::test]
async fn a_service_that_stops_says_first_that_it_no_longer_serves() {
    let fake = Fake::start().await;
    fake.is_ready(true);
    eventually(async || health(&fake, NAME).await == ServingStatus::Serving).await;
    let mut client = HealthClient::new(fake.channel().await);
    let request = HealthCheckRequest { service: NAME.to_owned() };
    let mut watched = client.watch(request).await.unwrap().into_inner();
    assert_eq!(watched.message().await.unwrap().unwrap().status(), ServingStatus::Serving);
    fake.stop.cancel();
    assert_eq!(watched.message().await.unwrap().unwrap().status(), ServingStatus::NotServing);
    drop((watched, client));
    fake.task.await.unwrap().unwrap();
}
