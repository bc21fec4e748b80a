//! Each kind of version that may not serve is refused for a reason of its own, in the log and in the metrics, and the champion serves on.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};
use switchboard_artifact::{MANIFEST_FILE, Manifest, NEW_LABELS, SIGNATURE_FILE, SigningKey};
use switchboard_model_service::Family;
use switchboard_tfidf_svm::{FitOptions, MODEL_FILE, TrainingRows, fit, load};
use tempfile::TempDir;

use crate::common::fake::FILE;
use crate::common::service::{NAME, manifest};
use crate::common::{Models, Service, eventually, log};

/// Waits until version 2 of `name` is refused for `reason`, once, and the log says `why`; version 1 serves on.
async fn is_refused(service: &Service, name: &str, reason: &str, why: &str) {
    let counted = format!("fake_model_refusals_total{{model=\"{name}\",reason=\"{reason}\"}} 1");
    let counted = counted.replacen("fake", name.rsplit('-').next().unwrap(), 1);
    eventually(async || service.metrics().await.lines().any(|line| line == counted)).await;
    assert!(log::has(&format!("refused {name} version 2"), why), "{why}");
    assert_eq!(service.champion().await, 1);
    // Each other reason was counted never.
    let metrics = service.metrics().await;
    let refusals = metrics.lines().filter(|line| line.contains("_model_refusals_total{"));
    assert_eq!(refusals.filter(|line| !line.ends_with(" 0")).count(), 1, "{metrics}");
}

/// A service before a champion, and what becomes of version 2, whose folder is changed.
async fn changed(reason: &str, why: &str, change: impl FnOnce(&Path)) {
    log::keep();
    let models = Models::with_champion();
    let service = Service::ready(&models, &[]).await;
    models.promote_changed(models.publish(), change);
    is_refused(&service, NAME, reason, why).await;
}

fn edit_manifest(folder: &Path, edit: impl FnOnce(&mut Value)) {
    let path = folder.join(MANIFEST_FILE);
    let mut manifest = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    edit(&mut manifest);
    std::fs::write(path, manifest.to_string()).unwrap();
}

#[tokio::test]
async fn a_corrupted_version() {
    changed("artifact", "mark.txt is damaged", |folder| {
        std::fs::write(folder.join(FILE), "3").unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_truncated_version() {
    changed("truncated", "mark.txt is cut short", |folder| {
        std::fs::write(folder.join(FILE), "").unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_version_of_a_later_format() {
    changed("format", "reads up to 1: upgrade it", |folder| {
        edit_manifest(folder, |manifest| manifest["format_version"] = json!(2));
    })
    .await;
}

/// What a version with these labels says of itself.
fn labelled(labels: &[&str]) -> Manifest {
    let labels = labels.iter().map(|label| (*label).to_owned()).collect();
    Manifest { labels, ..manifest(NAME, "fake") }
}

#[tokio::test]
async fn a_version_of_another_label_set() {
    log::keep();
    let models = Models::with_champion();
    let service = Service::ready(&models, &[]).await;
    models.promote(models.publish_fake(labelled(&["Access", "Storage", "Weather"]), None));
    let why = "not those of version 1, which it would replace: it lacks \"Hardware\", and adds \"Weather\"; train it on the same labels, or with --new-labels";
    is_refused(&service, NAME, "label_set", why).await;
}

#[tokio::test]
async fn a_challenger_of_another_label_set() {
    log::keep();
    let models = Models::with_champion();
    let service = Service::ready(&models, &[]).await;
    models.point(NAME, "challenger", models.publish_fake(labelled(&["Access"]), None));
    let why = "it lacks \"Hardware\", \"Storage\"; train it";
    is_refused(&service, NAME, "label_set", why).await;
}

#[tokio::test]
async fn labels_in_another_order_are_the_same_labels() {
    let models = Models::with_champion();
    let service = Service::ready(&models, &[]).await;
    models.promote(models.publish_fake(labelled(&["Storage", "Access", "Hardware"]), None));
    eventually(async || service.champion().await == 2).await;
}

#[tokio::test]
async fn new_labels_that_are_meant_serve_and_the_way_back_stays_open() {
    let models = Models::with_champion();
    let service = Service::ready(&models, &[]).await;
    let settings = [(NEW_LABELS.to_owned(), json!(true))].into();
    models.promote(
        models.publish_fake(Manifest { settings, ..labelled(&["Access", "Weather"]) }, None),
    );
    eventually(async || service.champion().await == 2).await;
    models.registry().rollback(NAME, "a test", "worse", "2026-01-01T00:00:00Z").unwrap();
    eventually(async || service.champion().await == 1).await;
}

#[tokio::test]
async fn a_challenger_that_was_refused_for_its_labels_is_tried_again_beside_another_champion() {
    let models = Models::with_champion();
    let service = Service::ready(&models, &[]).await;
    models.point(NAME, "challenger", models.publish_fake(labelled(&["Access", "Weather"]), None));
    let refused = "fake_model_refusals_total{model=\"category-fake\",reason=\"label_set\"} 1";
    eventually(async || service.metrics().await.contains(refused)).await;
    let settings = [(NEW_LABELS.to_owned(), json!(true))].into();
    models.promote(
        models.publish_fake(Manifest { settings, ..labelled(&["Weather", "Access"]) }, None),
    );
    eventually(async || service.classify("challenger", &["hello"]).await.is_ok()).await;
    assert_eq!(service.champion().await, 3);
}

/// A registry whose champion one key signed, a service that trusts that key, and another key.
struct Signed {
    folder: TempDir,
    models: Models,
    service: Service,
    trusted: SigningKey,
}

impl Signed {
    async fn new() -> Self {
        log::keep();
        let folder = tempfile::tempdir().unwrap();
        let trusted = SigningKey::generate().unwrap();
        let file = folder.path().join("trusted.pub");
        trusted.public().write_new(&file).unwrap();
        let models = Models::new();
        models.promote(models.publish_fake(manifest(NAME, "fake"), Some(&trusted)));
        let service = Service::ready(&models, &["--trusted-keys", file.to_str().unwrap()]).await;
        assert_eq!(service.champion().await, 1);
        Self { folder, models, service, trusted }
    }

    fn publish(&self, key: Option<&SigningKey>) -> u32 {
        self.models.publish_fake(manifest(NAME, "fake"), key)
    }
}

#[tokio::test]
async fn an_unsigned_version_where_keys_are_required() {
    let signed = Signed::new().await;
    signed.models.promote(signed.publish(None));
    is_refused(&signed.service, NAME, "unsigned", "the version is unsigned").await;
    signed.models.promote(signed.publish(Some(&signed.trusted)));
    eventually(async || signed.service.champion().await == 3).await;
    drop(signed.folder);
}

#[tokio::test]
async fn a_version_signed_by_an_unknown_key() {
    let (signed, stranger) = (Signed::new().await, SigningKey::generate().unwrap());
    signed.models.promote(signed.publish(Some(&stranger)));
    let why = format!("is signed by key {}, which is not among", stranger.public().id());
    is_refused(&signed.service, NAME, "unknown_key", &why).await;
}

#[tokio::test]
async fn a_version_that_was_changed_after_it_was_signed() {
    let signed = Signed::new().await;
    let version = signed.publish(Some(&signed.trusted));
    signed.models.promote_changed(version, |folder| {
        edit_manifest(folder, |manifest| manifest["seed"] = json!(7));
    });
    is_refused(&signed.service, NAME, "signature", "did not sign this manifest").await;
}

#[tokio::test]
async fn a_version_whose_signature_is_not_one() {
    let signed = Signed::new().await;
    let version = signed.publish(Some(&signed.trusted));
    signed.models.promote_changed(version, |folder| {
        std::fs::write(folder.join(SIGNATURE_FILE), "{}").unwrap();
    });
    is_refused(&signed.service, NAME, "signature", "is not a readable signature").await;
}

#[tokio::test]
async fn a_signed_version_needs_no_key_where_none_is_required() {
    let models = Models::new();
    let key = SigningKey::generate().unwrap();
    models.promote(models.publish_fake(manifest(NAME, "fake"), Some(&key)));
    assert_eq!(Service::ready(&models, &[]).await.champion().await, 1);
}

#[tokio::test]
async fn a_file_of_keys_that_cannot_be_used_ends_the_service_before_it_begins() {
    let folder = tempfile::tempdir().unwrap();
    let file = |text: &str| -> PathBuf {
        let path = folder.path().join("keys");
        std::fs::write(&path, text).unwrap();
        path
    };
    for (path, part) in
        [(folder.path().join("nowhere"), "open"), (file("# none\n"), "holds no public key")]
    {
        let flags = ["--trusted-keys", path.to_str().unwrap()];
        let service = Service::start(&Models::new(), &flags).await;
        let error = format!("{:#}", service.task.await.unwrap().unwrap_err());
        assert!(error.contains("--trusted-keys") && error.contains(part), "{error}");
    }
}

/// The file of a linear model of so many labels.
fn weights(labels: usize) -> Vec<u8> {
    let texts: Vec<String> =
        (0..labels * 4).map(|row| format!("word{} word{row}", row % labels)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let targets: Vec<usize> = (0..texts.len()).map(|row| row % labels).collect();
    let folds: Vec<u8> = (0..texts.len()).map(|row| (row / labels) as u8).collect();
    let labels: Vec<String> = (0..labels).map(|label| label.to_string()).collect();
    let rows = TrainingRows { texts: &texts, targets: &targets, labels: &labels, folds: &folds };
    let options = FitOptions { min_rows: 1, c: Some(1.0), ..FitOptions::default() };
    fit(rows, &options, &|_| ()).unwrap().model.to_bytes()
}

#[tokio::test]
async fn weights_of_another_number_of_labels() {
    log::keep();
    let models = Models::new();
    let name = "category-tfidf";
    let publish = |labels| {
        models.publish_with(name, "tfidf", |writer| {
            writer.add_file(MODEL_FILE, &weights(labels)).unwrap();
        })
    };
    models.point(name, "champion", publish(3));
    let load = Box::new(|artifact: &_| Ok(Arc::new(load(artifact)?) as Arc<_>));
    let service = Service::start_family(Family { name: "tfidf", load }, &models, &[]).await;
    service.is_ready().await;
    models.point(name, "champion", publish(2));
    is_refused(&service, name, "load", "its number of labels is not the manifest's").await;
}
