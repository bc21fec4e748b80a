//! Running a model this program cannot load itself: in the service of its family, started beside it for as long as it takes.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, bail};
use indicatif::ProgressBar;
use switchboard_artifact::{Artifact, Manifest};
use switchboard_proto::v1::classifier_client::ClassifierClient;
use switchboard_proto::v1::{ClassifyRequest, outcome};
use switchboard_registry::{AliasChange, CHAMPION, Expected, Registry, RegistryUrl};
use tempfile::TempDir;
use tonic::Code;
use tonic::transport::Channel;

use crate::mesh;

/// Documents a call; each is computed on its own, so this only keeps calls few.
const BATCH: usize = 8;
/// Calls under way at once.
const CALLS: usize = 8;
/// How long the service may take to load the model, and to answer one call.
const PATIENCE: Duration = Duration::from_mins(1);

/// The probabilities of every text, in order.
pub(super) fn probabilities(
    artifact: &Artifact,
    texts: &[String],
    bar: &ProgressBar,
) -> anyhow::Result<Vec<Vec<f32>>> {
    let alone = registry_of_one(artifact)?;
    let mut service = Service::start(artifact.manifest(), alone.path())?;
    mesh::runtime()?.block_on(async {
        let client = service.ready(&artifact.manifest().task).await?;
        ask_all(&client, &artifact.manifest().task, texts, bar).await
    })
}

/// A registry in which the version is the one and only champion, whatever it is where it came from.
fn registry_of_one(artifact: &Artifact) -> anyhow::Result<TempDir> {
    let folder = tempfile::tempdir().context("make a temporary folder")?;
    let registry = Registry::open(&RegistryUrl::File(folder.path().to_owned()))?;
    let name = &artifact.manifest().name;
    let staged = registry.stage(name)?;
    artifact.copy_to(&staged.path()).context("copy the version")?;
    let version = registry.publish(staged)?;
    let at = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    let (who, why) = ("switchboard".to_owned(), "evaluate".to_owned());
    registry.set_alias(
        name,
        CHAMPION,
        AliasChange { version, expected: Expected::Anything, who, why, at, evidence: None },
    )?;
    Ok(folder)
}

/// A running service; it stops when its stdin closes, and is waited for when this is dropped.
struct Service {
    process: Child,
    url: String,
}

impl Service {
    fn start(manifest: &Manifest, registry: &Path) -> anyhow::Result<Self> {
        let this = std::env::current_exe().context("find this program's own folder")?;
        let program = this.with_file_name(&manifest.family);
        if !program.is_file() {
            bail!(
                "{} is a {} model, and `{}` is not beside `switchboard`: run `make build`",
                manifest.name,
                manifest.family,
                manifest.family
            );
        }
        let [api, admin] = free_ports()?;
        let process = Command::new(&program)
            .args(["--stop-with-stdin", "--log", "error", "--tasks", &manifest.task])
            .args([
                "--listen",
                &format!("127.0.0.1:{api}"),
                "--admin-listen",
                &format!("127.0.0.1:{admin}"),
            ])
            .args(["--registry", &format!("file:{}", registry.display())])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("start {}", program.display()))?;
        Ok(Self { process, url: format!("http://127.0.0.1:{api}") })
    }

    /// Waits until the model answers.
    async fn ready(&mut self, task: &str) -> anyhow::Result<ClassifierClient<Channel>> {
        let endpoint = tonic::transport::Endpoint::from_shared(self.url.clone())
            .context("read its address")?
            .timeout(PATIENCE);
        let client = ClassifierClient::new(endpoint.connect_lazy());
        let started = Instant::now();
        loop {
            match ask(&client, task, &[String::new()]).await {
                Ok(_) => return Ok(client),
                Err(error) if started.elapsed() > PATIENCE => {
                    return Err(error).context("wait for the model to load");
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
            if let Some(status) = self.process.try_wait().context("look at the service")? {
                bail!("the service ended with {status}: see its messages above");
            }
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

fn free_ports() -> anyhow::Result<[u16; 2]> {
    let listen = || TcpListener::bind("127.0.0.1:0").context("find a free port");
    // Both are held until both are known, so they differ.
    let (api, admin) = (listen()?, listen()?);
    let port = |listener: &TcpListener| {
        listener.local_addr().map(|addr| addr.port()).context("find a free port")
    };
    Ok([port(&api)?, port(&admin)?])
}

async fn ask_all(
    client: &ClassifierClient<Channel>,
    task: &str,
    texts: &[String],
    bar: &ProgressBar,
) -> anyhow::Result<Vec<Vec<f32>>> {
    let mut all = Vec::with_capacity(texts.len());
    for round in texts.chunks(BATCH * CALLS) {
        let calls: Vec<_> = round
            .chunks(BATCH)
            .map(|batch| {
                let (client, task, batch) = (client.clone(), task.to_owned(), batch.to_vec());
                tokio::spawn(async move { ask(&client, &task, &batch).await })
            })
            .collect();
        for call in calls {
            let probabilities = call.await.context("ask the service")??;
            bar.inc(probabilities.len() as u64);
            all.extend(probabilities);
        }
    }
    Ok(all)
}

async fn ask(
    client: &ClassifierClient<Channel>,
    task: &str,
    documents: &[String],
) -> anyhow::Result<Vec<Vec<f32>>> {
    let request = ClassifyRequest {
        task: task.to_owned(),
        documents: documents.to_vec(),
        ..ClassifyRequest::default()
    };
    let response =
        client.clone().classify(request).await.map_err(|status| match status.code() {
            Code::Unavailable => anyhow::anyhow!("the service does not answer"),
            code => anyhow::anyhow!("the service answers {code:?}: {}", status.message()),
        })?;
    let outcomes = response.into_inner().outcomes.into_iter();
    outcomes
        .map(|outcome| match outcome.result {
            Some(outcome::Result::Prediction(prediction)) => Ok(prediction.probabilities),
            Some(outcome::Result::Error(error)) => bail!("the model failed on a ticket: {error}"),
            None => bail!("the service sent an empty outcome"),
        })
        .collect()
}
