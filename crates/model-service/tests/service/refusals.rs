//! Versions and registries that fail while the service runs.

use std::collections::BTreeSet;
use std::time::Duration;

use switchboard_artifact::GoldenExample;
use switchboard_proto::v1::classifier_client::ClassifierClient;
use switchboard_proto::v1::outcome::Result as Outcome;
use tonic::transport::Channel;

use crate::common::fake::{FILE, Fake};
use crate::common::service::{NAME, labels, request};
use crate::common::{Models, Service, eventually, fake};

async fn shows(service: &Service, line: &str) -> bool {
    service.metrics().await.lines().any(|known| known == line)
}

#[tokio::test]
async fn a_damaged_version_is_refused_and_counted_while_the_old_one_serves() {
    let models = Models::with_champion();
    let service = Service::ready(&models, &[]).await;
    models.promote_damaged(models.publish());
    let refused = "fake_model_refusals_total{model=\"category-fake\",reason=\"artifact\"} 1";
    eventually(async || shows(&service, refused).await).await;
    assert_eq!(service.champion().await, 1);
    // Several looks later it was still refused only once.
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(shows(&service, refused).await);
    assert_eq!(service.champion().await, 1);
    let info = "fake_model_info{alias=\"champion\",model=\"category-fake\",precision=\"f32\",version=\"1\"} 1";
    assert!(shows(&service, info).await);
}

#[tokio::test]
async fn a_version_that_answers_otherwise_than_when_it_was_made_is_refused() {
    let models = Models::with_champion();
    let service = Service::ready(&models, &[]).await;
    let version = models.publish_with(NAME, "fake", |writer| {
        let golden = GoldenExample { text: "x".into(), logits: vec![7.0; 3] };
        writer.add_file(FILE, b"2").unwrap();
        writer.add_golden(&[golden]).unwrap();
    });
    models.promote(version);
    let refused = "fake_model_refusals_total{model=\"category-fake\",reason=\"golden\"} 1";
    eventually(async || shows(&service, refused).await).await;
    assert_eq!(service.champion().await, 1);
}

#[tokio::test]
async fn a_registry_that_vanishes_stops_no_answer() {
    let models = Models::with_champion();
    let service = Service::ready(&models, &[]).await;
    let away = models.root().with_extension("away");
    std::fs::rename(models.root(), &away).unwrap();
    eventually(async || shows(&service, "fake_registry_up 0").await).await;
    for _ in 0..20 {
        assert_eq!(service.champion().await, 1);
    }
    service.is_ready().await;
    std::fs::rename(&away, models.root()).unwrap();
    eventually(async || shows(&service, "fake_registry_up 1").await).await;
    let version = models.publish();
    models.promote(version);
    eventually(async || service.champion().await == 2).await;
}

/// Asks until version 2 has answered, and returns how many versions did.
async fn ask_until_swapped(mut client: ClassifierClient<Channel>) -> usize {
    // A worker takes a while over it, so that the swap comes while it is being answered.
    let documents = [fake::slow(Duration::from_millis(15)), "b".to_owned(), "cc".to_owned()];
    let mut seen = BTreeSet::new();
    while !seen.contains(&2) {
        let documents = documents.each_ref().map(String::as_str);
        let response = client.classify(request("", &documents)).await.unwrap().into_inner();
        assert_eq!(response.outcomes.len(), documents.len());
        for (outcome, document) in response.outcomes.iter().zip(documents) {
            let Some(Outcome::Prediction(prediction)) = &outcome.result else {
                panic!("{outcome:?}")
            };
            let expected = Fake::new(&labels(), response.model_version).logits(document);
            assert_eq!(prediction.logits, expected, "version {}", response.model_version);
        }
        seen.insert(response.model_version);
    }
    seen.len()
}

#[tokio::test]
async fn a_swap_under_load_fails_no_request_and_mixes_no_versions() {
    let models = Models::with_champion();
    let service = Service::ready(&models, &["--workers", "4"]).await;
    let version = models.publish();
    let mut callers = Vec::new();
    for _ in 0..8 {
        callers.push(tokio::spawn(ask_until_swapped(service.client().await)));
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    models.promote(version);
    for caller in callers {
        assert_eq!(caller.await.unwrap(), 2, "both versions answered");
    }
}
