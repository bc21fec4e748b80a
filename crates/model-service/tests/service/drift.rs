//! What a service answers, compared with what its version answered when it was made.

use switchboard_artifact::ArtifactWriter;
use switchboard_evaluate::{REFERENCE_FILE, Spread};

use crate::common::fake::FILE;
use crate::common::service::NAME;
use crate::common::{Models, Service, eventually};

fn publish(models: &Models, reference: &[u8]) {
    let write = |writer: &mut ArtifactWriter| {
        writer.add_file(FILE, b"1").unwrap();
        writer.add_file(REFERENCE_FILE, reference).unwrap();
    };
    models.promote(models.publish_with(NAME, "fake", write));
}

#[tokio::test]
async fn drift_is_measured_against_the_versions_own_reference() {
    let mut reference = Spread::default();
    for _ in 0..1_000 {
        reference.add("Access", 0.55, 24);
        reference.add_language("en");
    }
    let models = Models::new();
    publish(&models, &serde_json::to_vec(&reference).unwrap());
    let service = Service::ready(&models, &[]).await;
    for document in ["the printer is broken now", "the screen is broken now", "مرحبا"] {
        service.classify("", &[document]).await.unwrap();
    }
    let metrics = service.metrics().await;
    let version = "model=\"category-fake\",version=\"1\"";
    assert!(metrics.contains(&format!("fake_drift_documents{{{version}}} 3\n")), "{metrics}");
    for feature in ["label", "language", "confidence", "length"] {
        let series = format!("fake_drift_psi{{feature=\"{feature}\",{version}}} ");
        assert!(metrics.contains(&series), "{series}: {metrics}");
    }
}

#[tokio::test]
async fn a_version_without_a_reference_serves_and_one_whose_reference_is_none_does_not() {
    let models = Models::with_champion();
    let service = Service::ready(&models, &[]).await;
    service.classify("", &["hello"]).await.unwrap();
    assert!(!service.metrics().await.contains("fake_drift_psi{"));
    publish(&models, b"{}");
    let refused = "fake_model_refused{model=\"category-fake\",version=\"2\"} 1\n";
    eventually(async || service.metrics().await.contains(refused)).await;
    assert!(service.classify("", &["hello"]).await.is_ok());
    // The alias goes back to what serves: nothing is refused any more.
    models.promote(1);
    eventually(async || !service.metrics().await.contains("fake_model_refused{")).await;
}
