//! The service around a tiny random model, over a real socket.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and so do its helpers")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Parser;
use switchboard_artifact::{ArtifactWriter, Manifest};
use switchboard_distilbert::{Base, FitOptions, Serving, TrainingRows, fit};
use switchboard_model_service::{Family, ServingOptions, serve};
use switchboard_proto::v1::classifier_client::ClassifierClient;
use switchboard_proto::v1::{ClassifyRequest, Prediction, outcome};
use switchboard_registry::{AliasChange, CHAMPION, Expected, Registry};
use switchboard_server::{Listeners, Stop};
use tonic::transport::Channel;

const TEXTS: [(&str, usize); 6] = [
    ("my printer", 0),
    ("the laptop screen", 0),
    ("please order the screen", 0),
    ("reset my password", 1),
    ("password reset please", 1),
    ("the invoice password", 1),
];

fn publish(folder: &Path) {
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/distilbert/distilbert");
    let texts: Vec<&str> = TEXTS.iter().cycle().take(60).map(|(text, _)| *text).collect();
    let targets: Vec<usize> = TEXTS.iter().cycle().take(60).map(|(_, target)| *target).collect();
    let folds: Vec<u8> = (0..60u8).map(|row| row % 10).collect();
    let labels = ["Hardware".to_owned(), "Access".to_owned()];
    let rows = TrainingRows { texts: &texts, targets: &targets, labels: &labels, folds: &folds };
    let options = FitOptions { epochs: 1, threads: 1, ..FitOptions::default() };
    let fitted = fit(Base::load(&base).unwrap(), rows, &options, None, &|_| ())
        .unwrap_or_else(|error| panic!("{error}"));
    let registry = Registry::open(&format!("file:{}", folder.display()).parse().unwrap()).unwrap();
    let staged = registry.stage("category-transformer").unwrap();
    let mut writer = ArtifactWriter::create(&staged.path()).unwrap();
    fitted.save(&mut writer).unwrap();
    let manifest = Manifest {
        name: "category-transformer".into(),
        task: "category".into(),
        family: "transformer".into(),
        labels: labels.to_vec(),
        languages: BTreeMap::new(),
        ..Manifest::default()
    };
    writer.seal(manifest).unwrap();
    let version = registry.publish(staged).unwrap();
    let (who, why, at) = ("test".into(), "test".into(), "2026-01-01T00:00:00Z".into());
    let change = AliasChange { version, expected: Expected::Anything, who, why, at };
    registry.set_alias("category-transformer", CHAMPION, change).unwrap();
}

/// The flags, read as the program reads them.
#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    serving: ServingOptions,
}

struct Running {
    client: ClassifierClient<Channel>,
    stop: Stop,
    task: tokio::task::JoinHandle<anyhow::Result<()>>,
}

async fn start(registry: &Path) -> Running {
    let local = "127.0.0.1:0".parse().unwrap();
    let listeners = Listeners::bind(local, local).await.unwrap();
    let url = format!("http://{}", listeners.api.local_addr().unwrap());
    let registry = format!("file:{}", registry.display());
    let flags = Flags::parse_from([
        "transformer",
        "--registry",
        &registry,
        "--workers",
        "2",
        "--poll-ms",
        "50",
    ]);
    let load = Box::new(|artifact: &_| {
        Ok(Arc::new(switchboard_distilbert::load(artifact, Serving::default())?) as Arc<_>)
    });
    let stop = Stop::new();
    let stopped = stop.clone();
    let family = Family { name: "transformer", load };
    let task = tokio::spawn(async move { serve(family, &flags.serving, listeners, stopped).await });
    let client = ClassifierClient::connect(url).await.unwrap();
    Running { client, stop, task }
}

async fn classify(client: &mut ClassifierClient<Channel>, documents: &[&str]) -> Vec<Prediction> {
    let started = Instant::now();
    loop {
        let documents = documents.iter().map(|document| (*document).to_owned()).collect();
        let request = ClassifyRequest { documents, ..ClassifyRequest::default() };
        match client.classify(request).await {
            Ok(response) => {
                let outcomes = response.into_inner().outcomes;
                return outcomes
                    .into_iter()
                    .map(|outcome| match outcome.result {
                        Some(outcome::Result::Prediction(prediction)) => prediction,
                        other => panic!("{other:?}"),
                    })
                    .collect();
            }
            Err(status)
                if status.code() == tonic::Code::Unavailable
                    && started.elapsed() < Duration::from_mins(1) =>
            {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Err(status) => panic!("{status}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_as_the_linear_service_does() {
    let folder = tempfile::tempdir().unwrap();
    publish(folder.path());
    let mut running = start(folder.path()).await;
    let long = "please reset my password ".repeat(200);
    let texts = ["my printer", "reset my password", "", "🙂 password", &long];
    let together = classify(&mut running.client, &texts).await;
    for (text, in_company) in texts.iter().zip(&together) {
        let alone = &classify(&mut running.client, &[text]).await[0];
        for (a, b) in alone.logits.iter().zip(&in_company.logits) {
            assert!((a - b).abs() < 1e-4, "{text}");
        }
        assert!((alone.probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-4);
    }
    assert!(
        together[4].truncated && together[4].tokens_used < together[4].tokens_total,
        "{:?}",
        together[4]
    );
    assert!(!together[0].truncated);
    running.stop.cancel();
    running.task.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn many_callers_at_once_get_the_answers_they_would_get_alone() {
    let folder = tempfile::tempdir().unwrap();
    publish(folder.path());
    let mut running = start(folder.path()).await;
    let alone: Vec<Prediction> = classify(&mut running.client, &TEXTS.map(|(text, _)| text)).await;
    let callers = (0..60).map(|caller| {
        let mut client = running.client.clone();
        tokio::spawn(
            async move { (caller % 6, classify(&mut client, &[TEXTS[caller % 6].0]).await) },
        )
    });
    for caller in callers.collect::<Vec<_>>() {
        let (text, answer) = caller.await.unwrap();
        for (a, b) in answer[0].logits.iter().zip(&alone[text].logits) {
            assert!((a - b).abs() < 1e-4);
        }
    }
    running.stop.cancel();
    running.task.await.unwrap().unwrap();
}
