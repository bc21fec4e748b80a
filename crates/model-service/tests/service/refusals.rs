//! Versions and registries that fail while the service runs.

use std::time::Duration;

use crate::common::service::NAME;
use crate::common::{Models, Service, eventually};

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
    let info = "fake_model_info{alias=\"champion\",model=\"category-fake\",version=\"1\"} 1";
    assert!(shows(&service, info).await);
}

#[tokio::test]
async fn a_version_that_answers_otherwise_than_when_it_was_made_is_refused() {
    let models = Models::with_champion();
    let service = Service::ready(&models, &[]).await;
    let version = models.publish_with(NAME, "fake", |writer| {
        let golden = switchboard_artifact::GoldenExample { text: "x".into(), logits: vec![7.0; 3] };
        writer.add_file(crate::common::fake::FILE, b"2").unwrap();
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

#[tokio::test]
async fn a_swap_under_load_fails_no_request_and_mixes_no_versions() {
    let models = Models::with_champion();
    let service = Service::ready(&models, &[]).await;
    let version = models.publish();
    let callers: Vec<_> = (0..4)
        .map(|_| {
            let api = service.api;
            tokio::spawn(async move {
                let url = format!("http://{api}");
                let mut client =
                    switchboard_proto::v1::classifier_client::ClassifierClient::connect(url)
                        .await
                        .unwrap();
                let mut seen = std::collections::BTreeSet::new();
                while !seen.contains(&2) {
                    let request = crate::common::service::request("", &["a", "bb", "ccc"]);
                    let response = client.classify(request).await.unwrap().into_inner();
                    assert_versions_agree(&response);
                    seen.insert(response.model_version);
                }
                seen.len()
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
    models.promote(version);
    for caller in callers {
        assert_eq!(caller.await.unwrap(), 2, "both versions answered");
    }
}

/// The fake adds its version to every logit, each of which is within 1 of it.
fn assert_versions_agree(response: &switchboard_proto::v1::ClassifyResponse) {
    use switchboard_proto::v1::outcome::Result as Outcome;
    for (outcome, length) in response.outcomes.iter().zip([1.0_f32, 2.0, 3.0]) {
        let Some(Outcome::Prediction(prediction)) = &outcome.result else { panic!("{outcome:?}") };
        let mark = prediction.logits[0] - length.sin();
        assert!((mark - response.model_version as f32).abs() < 1e-3, "{response:?}");
    }
}
