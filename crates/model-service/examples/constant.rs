//! A model service whose model computes nothing: what is left is the cost of the service around it.
//!
//! `make bench` loads it beside the linear model's service, on the same registry.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use switchboard_artifact::{Artifact, ArtifactError};
use switchboard_classify::{Classifier, ClassifyError, Options, Prediction};
use switchboard_model_service::{Family, ServingOptions, serve};
use switchboard_server::Listeners;

/// Serves a constant answer under the labels of the linear models in a registry.
#[derive(Debug, Parser)]
struct Config {
    /// Address of the API (gRPC and HTTP).
    #[arg(long)]
    listen: SocketAddr,
    /// Address of the admin port.
    #[arg(long)]
    admin_listen: SocketAddr,
    #[command(flatten)]
    serving: ServingOptions,
}

struct Constant {
    labels: Vec<String>,
    /// Logits by text. A version is taken into service only when its golden examples are answered rightly.
    golden: HashMap<String, Vec<f32>>,
}

impl Constant {
    fn load(artifact: &Artifact) -> Result<Self, ArtifactError> {
        let golden = artifact.golden()?.into_iter();
        Ok(Self {
            labels: artifact.manifest().labels.clone(),
            golden: golden.map(|example| (example.text, example.logits)).collect(),
        })
    }

    fn answer(&self, document: &str) -> Prediction {
        let labels = self.labels.len();
        Prediction {
            logits: self.golden.get(document).cloned().unwrap_or_else(|| vec![0.5; labels]),
            probabilities: vec![1.0 / labels as f32; labels],
            tokens_total: 10,
            tokens_used: 10,
            ..Prediction::default()
        }
    }
}

impl Classifier for Constant {
    fn labels(&self) -> &[String] {
        &self.labels
    }

    fn classify(&self, documents: &[&str], _: Options) -> Vec<Result<Prediction, ClassifyError>> {
        documents.iter().map(|document| Ok(self.answer(document))).collect()
    }

    fn answers_inline(&self, _: usize) -> bool {
        true
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    switchboard_telemetry::exit_code("constant", run(Config::parse()).await)
}

async fn run(config: Config) -> anyhow::Result<()> {
    let telemetry = switchboard_telemetry::init("constant", &config.serving.telemetry)?;
    let stop = switchboard_server::stopped(config.serving.stop_with_stdin)?;
    let listeners = Listeners::bind(config.listen, config.admin_listen).await?;
    let load = Box::new(|artifact: &_| Ok(Arc::new(Constant::load(artifact)?) as Arc<_>));
    let outcome = serve(Family { name: "tfidf", load }, &config.serving, listeners, stop).await;
    telemetry.stop().await;
    outcome
}
