//! Deadlines are kept and queues are bounded.

use std::time::{Duration, Instant};

use serde_json::json;
use tonic::{Code, Request};

use crate::common::service::request;
use crate::common::{AT_ONCE, Models, Service, eventually, fake, http};

/// Far longer than any test waits, and yet over before the worker would keep a test's process.
const LONG: Duration = Duration::from_secs(4);

#[tokio::test]
async fn a_grpc_deadline_is_kept() {
    let models = Models::with_champion();
    let service = Service::ready(&models, &["--workers", "1"]).await;
    let mut request = Request::new(request("", &[&fake::slow(LONG)]));
    request.set_timeout(Duration::from_millis(100));
    let started = Instant::now();
    let status = service.client().await.classify(request).await.unwrap_err();
    // tonic's own client gives up at the same moment and calls that cancelled.
    assert!(matches!(status.code(), Code::DeadlineExceeded | Code::Cancelled), "{status:?}");
    assert!(started.elapsed() < AT_ONCE, "{:?}", started.elapsed());
}

#[tokio::test]
async fn the_service_itself_keeps_the_deadline_whatever_its_caller_does() {
    let models = Models::with_champion();
    let service = Service::ready(&models, &["--workers", "1"]).await;
    let body = json!({"documents": [fake::slow(LONG)]}).to_string();
    for header in ["x-request-timeout-ms: 100", "grpc-timeout: 100m"] {
        let head = format!("content-type: application/json\r\n{header}\r\n");
        let started = Instant::now();
        let reply = http::send(service.api, "POST /v1/classify", &head, body.as_bytes()).await;
        assert_eq!((reply.status, reply.error_type().as_str()), (504, "deadline_exceeded"));
        assert!(started.elapsed() < AT_ONCE, "{:?}", started.elapsed());
    }
    let line = "fake_requests_total{outcome=\"deadline_exceeded\"} 2";
    assert!(service.metrics().await.contains(line));
}

#[tokio::test]
async fn nobody_waits_longer_than_the_service_allows() {
    let models = Models::with_champion();
    let service = Service::ready(&models, &["--longest-ms", "100"]).await;
    let started = Instant::now();
    let status = service.classify("", &[&fake::slow(LONG)]).await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded, "{status:?}");
    assert!(started.elapsed() < AT_ONCE, "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_full_queue_refuses_at_once_and_small_texts_pass_it_by() {
    let models = Models::with_champion();
    let service = Service::ready(&models, &["--workers", "1", "--queue", "2"]).await;
    let slow = request("", &[&fake::slow(LONG)]);
    let mut waiting = Vec::new();
    for queued in 0..3 {
        let (mut client, slow) = (service.client().await, slow.clone());
        waiting.push(tokio::spawn(async move { client.classify(slow).await }));
        let line = format!("\nfake_queue_length {queued}\n");
        eventually(async || service.metrics().await.contains(&line)).await;
        // The first is with the worker, which leaves the queue empty, once it was taken out.
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let started = Instant::now();
    for _ in 0..5 {
        let status = service.classify("", &[&fake::slow(LONG)]).await.unwrap_err();
        assert_eq!(status.code(), Code::ResourceExhausted, "{status:?}");
    }
    let body = json!({"documents": [fake::slow(LONG)]});
    let reply = http::post(service.api, "/v1/classify", &body).await;
    assert_eq!((reply.status, reply.error_type().as_str()), (429, "overloaded"));
    assert_eq!(service.champion().await, 1, "small texts need no worker");
    assert!(started.elapsed() < AT_ONCE, "{:?}", started.elapsed());
    let line = "fake_requests_total{outcome=\"overloaded\"} 6";
    assert!(service.metrics().await.contains(line));
    // What waits in the queue for nobody is not computed.
    waiting.iter().for_each(tokio::task::JoinHandle::abort);
}
