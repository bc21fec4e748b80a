//! Several replicas behind one name.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use switchboard_proto::v1::classifier_server::{Classifier, ClassifierServer};
use switchboard_proto::v1::{ListModelsResponse, Outcome};
use tonic::Response;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

use super::*;

/// Gives every document its only label, or has no room.
#[derive(Clone, Default)]
struct Fake {
    asked: Arc<AtomicUsize>,
    full: bool,
    /// It has not loaded the challenger yet.
    lags: bool,
}

#[tonic::async_trait]
impl Classifier for Fake {
    async fn classify(
        &self,
        request: Request<ClassifyRequest>,
    ) -> Result<Response<ClassifyResponse>, Status> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.lags && request.get_ref().version == CHALLENGER {
            return Err(Status::not_found("no challenger is loaded"));
        }
        if self.full {
            return Err(Status::resource_exhausted("full"));
        }
        let prediction = Prediction { probabilities: vec![1.0], ..Prediction::default() };
        let outcome = Outcome { result: Some(outcome::Result::Prediction(prediction)) };
        Ok(Response::new(ClassifyResponse {
            labels: vec!["Hardware".into()],
            outcomes: vec![outcome],
            ..ClassifyResponse::default()
        }))
    }

    async fn list_models(
        &self,
        _: Request<ListModelsRequest>,
    ) -> Result<Response<ListModelsResponse>, Status> {
        Ok(Response::new(ListModelsResponse::default()))
    }
}

impl Fake {
    fn start(&self) -> SocketAddr {
        let incoming = TcpIncoming::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let addr = incoming.local_addr().unwrap();
        let server = Server::builder().add_service(ClassifierServer::new(self.clone()));
        tokio::spawn(server.serve_with_incoming(incoming));
        addr
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn behind(replicas: &[SocketAddr]) -> Downstream {
    let endpoint = Endpoint::from_static("http://tfidf.invalid:8001");
    let downstream = Downstream::new(Family::Tfidf, endpoint, Duration::from_secs(5));
    downstream.replicas.update(replicas.to_vec());
    downstream
}

async fn ask(downstream: &Downstream) -> Result<Answer, Lack> {
    downstream.ask("category", "text", false, Instant::now() + Duration::from_secs(5)).await
}

#[tokio::test]
async fn every_replica_gets_its_share() {
    let fakes = [Fake::default(), Fake::default()];
    let downstream = behind(&fakes.each_ref().map(Fake::start));
    for _ in 0..10 {
        ask(&downstream).await.unwrap();
    }
    assert_eq!(fakes.each_ref().map(Fake::asked), [5, 5]);
}

#[tokio::test]
async fn a_replica_that_is_gone_or_full_is_answered_for_by_another() {
    let there = Fake::default();
    let full = Fake { full: true, ..Fake::default() };
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for other in [gone, full.start()] {
        let downstream = behind(&[there.start(), other]);
        for _ in 0..10 {
            assert_eq!(ask(&downstream).await.unwrap().label, "Hardware");
            assert!(downstream.models().await.is_ok());
        }
        assert!(!downstream.is_skipped());
    }
    assert!(full.asked() > 0);
}

#[tokio::test]
async fn a_replica_without_the_challenger_is_answered_for_by_one_that_has_it() {
    let (has, lags) = (Fake::default(), Fake { lags: true, ..Fake::default() });
    let downstream = behind(&[has.start(), lags.start()]);
    for _ in 0..10 {
        let until = Instant::now() + Duration::from_secs(5);
        let answer = downstream.ask_challenger("category", "text", false, until).await;
        assert_eq!(answer.unwrap().label, "Hardware");
    }
    assert!(lags.asked() > 0);
}

#[tokio::test]
async fn a_service_without_a_replica_that_answers_is_down_at_once() {
    let gone = ["127.0.0.1:1", "127.0.0.1:2"].map(|addr| addr.parse().unwrap());
    let downstream = behind(&gone);
    assert_eq!(ask(&downstream).await, Err(Lack::Down));
}
