//! From a registry without a champion to a stop.

use std::time::{Duration, Instant};

use serde_json::json;
use switchboard_model_service::Family;
use switchboard_proto::v1::outcome::Result as Outcome;
use switchboard_server::DRAIN_LIMIT;
use tokio::net::TcpStream;
use tokio_stream::StreamExt;
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
use tonic_reflection::pb::v1::{ServerReflectionRequest, ServerReflectionResponse};

use crate::common::service::NAME;
use crate::common::{AT_ONCE, Models, Service, eventually, fake, http};

async fn health(service: &Service, name: &str) -> ServingStatus {
    let request = HealthCheckRequest { service: name.to_owned() };
    let mut client = HealthClient::new(service.channel().await);
    client.check(request).await.unwrap().into_inner().status()
}

#[tokio::test]
async fn it_is_up_without_a_champion_and_serves_as_soon_as_there_is_one() {
    let models = Models::new();
    let service = Service::start(&models, &[]).await;
    eventually(async || TcpStream::connect(service.api).await.is_ok()).await;
    assert_eq!(http::get(service.admin, "/livez").await.status, 200);
    let reply = http::get(service.admin, "/readyz").await;
    let lacks = json!(["no model has a champion: train one, or promote a version"]);
    assert_eq!((reply.status, reply.json()), (503, json!({"ready": false, "lacks": lacks})));
    let names = ["", "switchboard.v1.Classifier"];
    for name in names {
        eventually(async || health(&service, name).await == ServingStatus::NotServing).await;
    }
    let status = service.classify("", &["hello"]).await.unwrap_err();
    let told = (status.code(), status.message());
    assert_eq!(told, (Code::Unavailable, "no model is loaded yet; try again later"));
    let version = models.publish();
    models.promote(version);
    service.is_ready().await;
    for name in names {
        eventually(async || health(&service, name).await == ServingStatus::Serving).await;
    }
    let ready = json!({"ready": true, "lacks": []});
    assert_eq!(http::get(service.admin, "/readyz").await.json(), ready);
    assert_eq!(service.champion().await, 1);
}

#[tokio::test]
async fn a_challenger_alone_makes_it_no_more_ready() {
    let models = Models::new();
    models.point(NAME, "challenger", models.publish());
    let service = Service::start(&models, &[]).await;
    eventually(async || service.classify("challenger", &["hello"]).await.is_ok()).await;
    assert_eq!(http::get(service.admin, "/readyz").await.status, 503);
    models.promote(1);
    service.is_ready().await;
}

#[tokio::test]
async fn a_version_that_is_being_loaded_keeps_no_service_from_stopping() {
    let models = Models::with_champion();
    let (loading, is_loading) = std::sync::mpsc::channel();
    let load = Box::new(move |_: &_| {
        loading.send(()).unwrap();
        // As one whose files are fetched over a slow line: the test ends before it does.
        std::thread::sleep(Duration::from_mins(5));
        Err("too late".into())
    });
    let service = Service::start_family(Family { name: "fake", load }, &models, &[]).await;
    tokio::task::spawn_blocking(move || is_loading.recv()).await.unwrap().unwrap();
    service.stop.cancel();
    let ended = tokio::time::timeout(DRAIN_LIMIT, service.task).await;
    ended.expect("before the drain limit").unwrap().unwrap();
}

#[tokio::test]
async fn reflection_lists_the_services() {
    let models = Models::new();
    let service = Service::start(&models, &[]).await;
    let mut client = ServerReflectionClient::new(service.channel().await);
    let list = MessageRequest::ListServices(String::new());
    let request = ServerReflectionRequest { host: String::new(), message_request: Some(list) };
    let mut answers =
        client.server_reflection_info(tokio_stream::once(request)).await.unwrap().into_inner();
    let answer: ServerReflectionResponse = answers.next().await.unwrap().unwrap();
    let Some(MessageResponse::ListServicesResponse(list)) = answer.message_response else {
        panic!("{answer:?}")
    };
    let names: Vec<String> = list.service.into_iter().map(|service| service.name).collect();
    for name in ["switchboard.v1.Classifier", "grpc.health.v1.Health"] {
        assert!(names.iter().any(|known| known == name), "{name}: {names:?}");
    }
}

#[tokio::test]
async fn metrics_show_requests_and_loaded_versions() {
    let models = Models::with_champion();
    let service = Service::ready(&models, &[]).await;
    service.classify("", &["one", "two"]).await.unwrap();
    service.classify("9", &["one"]).await.unwrap_err();
    let metrics = service.metrics().await;
    for line in [
        "fake_requests_total{outcome=\"ok\"} 1",
        "fake_requests_total{outcome=\"unknown_version\"} 1",
        "fake_documents_total 2",
        "fake_request_duration_seconds_count 2",
        "fake_model_info{alias=\"champion\",model=\"category-fake\",precision=\"f32\",version=\"1\"} 1",
        "fake_model_swaps_total{model=\"category-fake\"} 1",
        "fake_registry_up 1",
        "fake_queue_length 0",
    ] {
        assert!(metrics.lines().any(|known| known == line), "{line} is not in\n{metrics}");
    }
}

#[tokio::test]
async fn a_stop_answers_what_is_under_way_and_takes_nothing_new() {
    let models = Models::with_champion();
    let service = Service::ready(&models, &["--workers", "1"]).await;
    let mut client = service.client().await;
    let time = Duration::from_millis(400);
    let slow = fake::slow(time);
    let request = crate::common::service::request("", &[&slow]);
    let (mut again, queued) = (client.clone(), request.clone());
    let first = tokio::spawn(async move { client.classify(request).await });
    // The second waits in the queue when the stop comes.
    let second = tokio::spawn(async move { again.classify(queued).await });
    eventually(async || service.metrics().await.contains("\nfake_queue_length 1\n")).await;
    let stopped = Instant::now();
    service.stop.cancel();
    eventually(async || TcpStream::connect(service.api).await.is_err()).await;
    // The process ends when this does: not before the second, which had not begun, is done.
    service.task.await.unwrap().unwrap();
    assert!(stopped.elapsed() >= time, "{:?}", stopped.elapsed());
    for call in [first, second] {
        let response = call.await.unwrap().unwrap().into_inner();
        assert!(matches!(response.outcomes[0].result, Some(Outcome::Prediction(_))));
    }
}

#[tokio::test]
async fn an_idle_service_stops_at_once() {
    let models = Models::with_champion();
    let service = Service::ready(&models, &["--poll-ms", "60000"]).await;
    let _idle = service.client().await;
    let started = Instant::now();
    service.stop.cancel();
    service.task.await.unwrap().unwrap();
    assert!(started.elapsed() < AT_ONCE, "{:?}", started.elapsed());
}
