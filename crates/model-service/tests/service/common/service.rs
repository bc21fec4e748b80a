//! A service on ports of its own, and the registry it follows.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Parser;
use switchboard_artifact::{ArtifactWriter, GoldenExample, LanguageFacts, Manifest, SigningKey};
use switchboard_model_service::{Family, ServingOptions, serve};
use switchboard_proto::v1::classifier_client::ClassifierClient;
use switchboard_proto::v1::{ClassifyRequest, ClassifyResponse};
use switchboard_registry::{AliasChange, Expected, Registry, RegistryUrl};
use switchboard_server::{Listeners, Stop};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tonic::Status;
use tonic::transport::{Channel, Endpoint};

use super::fake::{FILE, Fake};
use super::http;

/// How long anything may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(20);
pub(crate) const NAME: &str = "category-fake";

/// A registry in a temporary folder.
pub(crate) struct Models(TempDir);

impl Models {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.0.path().join("registry")
    }

    pub(crate) fn registry(&self) -> Registry {
        Registry::open(&RegistryUrl::File(self.root())).unwrap()
    }

    /// Promotes a version and changes one byte of it, so that nobody ever sees it promoted and whole.
    pub(crate) fn promote_damaged(&self, version: u32) {
        self.promote_changed(version, |folder| {
            let path = folder.join(FILE);
            let mut bytes = std::fs::read(&path).unwrap();
            bytes[0] ^= 1;
            std::fs::write(&path, bytes).unwrap();
        });
    }

    /// Promotes a version and changes its folder, so that nobody ever sees it promoted and as it was.
    pub(crate) fn promote_changed(&self, version: u32, change_folder: impl FnOnce(&Path)) {
        let aside = self.0.path().join("aside");
        std::fs::rename(self.root(), &aside).unwrap();
        let registry = Registry::open(&RegistryUrl::File(aside.clone())).unwrap();
        registry.set_alias(NAME, "champion", change(version)).unwrap();
        change_folder(&registry.artifact_directory(NAME, version).unwrap());
        std::fs::rename(&aside, self.root()).unwrap();
    }

    /// Publishes a version of the fake that gives its own number as its mark.
    pub(crate) fn publish(&self) -> u32 {
        self.publish_fake(manifest(NAME, "fake"), None)
    }

    /// Publishes such a version with another manifest, signed by a key if there is one.
    pub(crate) fn publish_fake(&self, manifest: Manifest, key: Option<&SigningKey>) -> u32 {
        let next = self.registry().versions(NAME).unwrap().len() as u32 + 1;
        let labels = manifest.labels.clone();
        let version = self.publish_signed(manifest, key, |writer| {
            let golden = Fake::new(&labels, next).logits("golden");
            writer.add_file(FILE, next.to_string().as_bytes()).unwrap();
            writer.add_golden(&[GoldenExample { text: "golden".into(), logits: golden }]).unwrap();
        });
        assert_eq!(version, next);
        version
    }

    pub(crate) fn publish_with(
        &self,
        name: &str,
        family: &str,
        write: impl FnOnce(&mut ArtifactWriter),
    ) -> u32 {
        self.publish_signed(manifest(name, family), None, write)
    }

    fn publish_signed(
        &self,
        manifest: Manifest,
        key: Option<&SigningKey>,
        write: impl FnOnce(&mut ArtifactWriter),
    ) -> u32 {
        let registry = self.registry();
        let staged = registry.stage(&manifest.name).unwrap();
        let mut writer = ArtifactWriter::create(&staged.path()).unwrap();
        write(&mut writer);
        writer.seal_signed(manifest, key).unwrap();
        registry.publish(staged).unwrap()
    }

    pub(crate) fn point(&self, name: &str, alias: &str, version: u32) {
        self.registry().set_alias(name, alias, change(version)).unwrap();
    }

    pub(crate) fn promote(&self, version: u32) {
        self.point(NAME, "champion", version);
    }

    /// A registry whose one version is the champion.
    pub(crate) fn with_champion() -> Self {
        let models = Self::new();
        models.promote(models.publish());
        models
    }
}

fn change(version: u32) -> AliasChange {
    let [who, why, at] = ["a test", "to be served", "2026-01-01T00:00:00Z"].map(str::to_owned);
    AliasChange { version, expected: Expected::Anything, who, why, at, evidence: None }
}

/// What a version says of itself.
pub(crate) fn manifest(name: &str, family: &str) -> Manifest {
    let facts = LanguageFacts { training_rows: 9, heldout_rows: 8, heldout_accuracy: Some(0.5) };
    Manifest {
        name: name.to_owned(),
        task: name.split('-').next().unwrap().to_owned(),
        family: family.to_owned(),
        labels: labels(),
        languages: [("en".to_owned(), facts)].into(),
        ..Manifest::default()
    }
}

pub(crate) fn labels() -> Vec<String> {
    ["Access", "Hardware", "Storage"].map(str::to_owned).to_vec()
}

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    serving: ServingOptions,
}

/// A running service. It stops when the test's runtime ends.
pub(crate) struct Service {
    pub(crate) api: SocketAddr,
    pub(crate) admin: SocketAddr,
    pub(crate) stop: Stop,
    pub(crate) task: JoinHandle<anyhow::Result<()>>,
}

impl Service {
    /// Starts a service of fakes, and does not wait for anything.
    pub(crate) async fn start(models: &Models, flags: &[&str]) -> Self {
        Self::start_family(Fake::family(), models, flags).await
    }

    pub(crate) async fn start_family(family: Family, models: &Models, flags: &[&str]) -> Self {
        let local = "127.0.0.1:0".parse().unwrap();
        let listeners = Listeners::bind(local, local).await.unwrap();
        let (api, admin) =
            (listeners.api.local_addr().unwrap(), listeners.admin.local_addr().unwrap());
        let url = format!("file:{}", models.root().display());
        let poll = if flags.contains(&"--poll-ms") { &[][..] } else { &["--poll-ms", "20"] };
        let flags = [&["model", "--registry", &url], poll, flags].concat();
        let flags = Flags::try_parse_from(flags).unwrap();
        let stop = Stop::new();
        let stopped = stop.clone();
        let task =
            tokio::spawn(async move { serve(family, &flags.serving, listeners, stopped).await });
        Self { api, admin, stop, task }
    }

    /// Starts and waits until a champion is loaded.
    pub(crate) async fn ready(models: &Models, flags: &[&str]) -> Self {
        let service = Self::start(models, flags).await;
        service.is_ready().await;
        service
    }

    pub(crate) async fn is_ready(&self) {
        eventually(async || http::get(self.admin, "/readyz").await.status == 200).await;
    }

    pub(crate) async fn channel(&self) -> Channel {
        Endpoint::try_from(format!("http://{}", self.api)).unwrap().connect().await.unwrap()
    }

    pub(crate) async fn client(&self) -> ClassifierClient<Channel> {
        ClassifierClient::new(self.channel().await)
    }

    pub(crate) async fn classify(
        &self,
        version: &str,
        documents: &[&str],
    ) -> Result<ClassifyResponse, Status> {
        let request = request(version, documents);
        Ok(self.client().await.classify(request).await?.into_inner())
    }

    /// The version that answers now.
    pub(crate) async fn champion(&self) -> u32 {
        self.classify("", &["hello"]).await.unwrap().model_version
    }

    pub(crate) async fn metrics(&self) -> String {
        http::get(self.admin, "/metrics").await.body
    }
}

pub(crate) fn request(version: &str, documents: &[&str]) -> ClassifyRequest {
    ClassifyRequest {
        version: version.to_owned(),
        documents: documents.iter().map(|document| (*document).to_owned()).collect(),
        ..Default::default()
    }
}

/// Looks again and again until `condition` holds.
pub(crate) async fn eventually(mut condition: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !condition().await {
        assert!(started.elapsed() < PATIENCE, "it never comes true");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
