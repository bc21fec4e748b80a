//! The service around a tiny random model, over a real socket.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and so do its helpers")]

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Parser;
use switchboard_artifact::{ArtifactWriter, GoldenExample, Manifest};
use switchboard_distilbert::{Base, FitOptions, LongTexts, Precision, Serving, TrainingRows, fit};
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
    // Longer than the model reads at once.
    let text = "please reset my password ".repeat(100);
    let logits = fitted.reference()(&text).unwrap();
    writer.add_golden(&[GoldenExample { text, logits }]).unwrap();
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
    let change =
        AliasChange { version, expected: Expected::Anything, who, why, at, evidence: None };
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

async fn start(registry: &Path, serving: Serving) -> Running {
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
        "--queue",
        "2000",
        "--poll-ms",
        "50",
    ]);
    let load = Box::new(move |artifact: &_| {
        Ok(Arc::new(switchboard_distilbert::load(artifact, serving)?) as Arc<_>)
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
    let mut running = start(folder.path(), Serving::default()).await;
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
async fn a_long_text_is_read_in_windows_when_the_service_is_told_to() {
    let folder = tempfile::tempdir().unwrap();
    publish(folder.path());
    let long = "please reset my password ".repeat(20);
    let windows = LongTexts::Windows(NonZeroUsize::new(4).unwrap());
    let mut answers = Vec::new();
    for long_texts in [LongTexts::Truncate, windows] {
        let serving = Serving { long_texts, ..Serving::default() };
        let mut running = start(folder.path(), serving).await;
        answers.push(classify(&mut running.client, &[&long]).await.swap_remove(0));
        running.stop.cancel();
        running.task.await.unwrap().unwrap();
    }
    assert!(answers[0].truncated && !answers[1].truncated);
    assert_eq!(answers[1].tokens_used, answers[1].tokens_total);
}

/// What becomes of one of many calls.
enum Patience {
    /// It waits as long as it takes.
    Endless,
    /// Its deadline is so near.
    Deadline(Duration),
    /// It leaves after this, without a word.
    Leaves(Duration),
}

impl Patience {
    fn of(call: u64) -> Self {
        let milliseconds = Duration::from_millis(call * 7_919 % 97);
        match call % 3 {
            0 => Self::Endless,
            1 => Self::Deadline(milliseconds + Duration::from_millis(1)),
            _ => Self::Leaves(milliseconds),
        }
    }
}

fn documents(call: usize) -> Vec<String> {
    let document = |number: usize| {
        let words = TEXTS.iter().cycle().skip(call % 6).map(|(text, _)| *text);
        words.take(1 + (call + number) % 5).collect::<Vec<_>>().join(" ")
    };
    (0..=call % 4).map(document).collect()
}

/// The logits of each document of a call; none when it ended as its caller meant it to.
async fn call(mut client: ClassifierClient<Channel>, number: usize) -> Option<Vec<Vec<f32>>> {
    let documents = documents(number);
    let mut request =
        tonic::Request::new(ClassifyRequest { documents, ..ClassifyRequest::default() });
    let patience = Patience::of(number as u64);
    if let Patience::Deadline(deadline) = patience {
        request.set_timeout(deadline);
    }
    let leave = match patience {
        Patience::Leaves(after) => after,
        _ => Duration::from_mins(1),
    };
    let Ok(reply) = tokio::time::timeout(leave, client.classify(request)).await else {
        assert!(matches!(patience, Patience::Leaves(_)), "call {number} waits in vain");
        return None;
    };
    match reply {
        Ok(reply) => Some(logits(reply.into_inner().outcomes)),
        Err(status) => {
            assert!(matches!(patience, Patience::Deadline(_)), "call {number}: {status}");
            None
        }
    }
}

fn logits(outcomes: Vec<switchboard_proto::v1::Outcome>) -> Vec<Vec<f32>> {
    let logits = |outcome: switchboard_proto::v1::Outcome| match outcome.result {
        Some(outcome::Result::Prediction(prediction)) => prediction.logits,
        other => panic!("{other:?}"),
    };
    outcomes.into_iter().map(logits).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_calls_at_once_some_of_which_leave_get_the_answers_they_would_get_alone() {
    const CALLS: usize = 1_000;
    let folder = tempfile::tempdir().unwrap();
    publish(folder.path());
    for precision in [Precision::F32, Precision::Int8] {
        let serving = Serving { precision, ..Serving::default() };
        let mut running = start(folder.path(), serving).await;
        let mut alone = Vec::new();
        for number in 0..60 {
            let documents = documents(number);
            let texts: Vec<&str> = documents.iter().map(String::as_str).collect();
            for text in texts {
                let answer = classify(&mut running.client, &[text]).await.swap_remove(0);
                alone.push((text.to_owned(), answer.logits));
            }
        }
        let alone: BTreeMap<String, Vec<f32>> = alone.into_iter().collect();
        let calls =
            (0..CALLS).map(|number| (number, tokio::spawn(call(running.client.clone(), number))));
        let mut answered = 0;
        for (number, call) in calls.collect::<Vec<_>>() {
            let Some(rows) = call.await.unwrap() else { continue };
            answered += 1;
            let documents = documents(number);
            assert_eq!(rows.len(), documents.len());
            for (document, row) in documents.iter().zip(rows) {
                let close = row.iter().zip(&alone[document]).all(|(a, b)| (a - b).abs() < 1e-4);
                assert!(close, "{document}: {row:?} is not {:?}", alone[document]);
            }
        }
        assert!(answered >= CALLS.div_ceil(3), "{answered}");
        running.stop.cancel();
        running.task.await.unwrap().unwrap();
    }
}
