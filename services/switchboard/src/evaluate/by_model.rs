//! Judging one model of a registry.

use std::process::ExitCode;
use std::thread;
use std::time::Instant;

use anyhow::Context;
use indicatif::ProgressBar;
use serde::Serialize;
use switchboard_artifact::{Artifact, Manifest};
use switchboard_classify::Options;
use switchboard_dataset::Row;
use switchboard_evaluate::{Outcome, Report};
use switchboard_pii::{RawText, Scrubber};
use switchboard_registry::{ModelRef, Registry, RegistryUrl};

use super::{DataFacts, Source, by_service};
use crate::{models, output, progress};

/// The family this program can run by itself; the others run in their services.
const FAMILY: &str = "tfidf";

#[derive(Serialize)]
struct ModelReport<'m> {
    model: ModelFacts<'m>,
    task: &'m str,
    data: DataFacts,
    #[serde(flatten)]
    report: Report,
    seconds: f64,
}

#[derive(Serialize)]
struct ModelFacts<'m> {
    name: &'m str,
    version: u32,
    family: &'m str,
}

pub(super) fn run(
    url: &RegistryUrl,
    model: &ModelRef,
    source: &Source,
) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let registry = Registry::open(url)?;
    let version = models::resolve(&registry, model)?;
    let artifact = registry.load(&model.name, version)?;
    let dataset = source.read()?;
    let bar = progress::tickets(Some(dataset.rows.len() as u64));
    let texts = cut_all(&dataset.rows);
    let Manifest { name, task, family, labels, .. } = artifact.manifest();
    let probabilities = probabilities(&artifact, &texts, &bar)?;
    bar.finish_and_clear();
    let outcomes: Vec<Outcome> =
        dataset.rows.iter().zip(&texts).zip(probabilities).map(outcome).collect();
    output::summary(&ModelReport {
        model: ModelFacts { name, version, family },
        task,
        data: DataFacts::of(&dataset),
        report: switchboard_evaluate::evaluate(labels, &outcomes),
        seconds: started.elapsed().as_secs_f64(),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// What a version answers for every text, in the order of its labels.
pub(crate) fn probabilities(
    artifact: &Artifact,
    texts: &[String],
    bar: &ProgressBar,
) -> anyhow::Result<Vec<Vec<f32>>> {
    let Manifest { name, family, .. } = artifact.manifest();
    if family != FAMILY {
        return by_service::probabilities(artifact, texts, bar);
    }
    let classifier =
        switchboard_tfidf_svm::load(artifact).with_context(|| format!("load {name}"))?;
    Ok(on_all_processors(texts, |texts| {
        let predict = |text: &String| classifier.predict(text, Options::default()).probabilities;
        texts.iter().inspect(|_| bar.inc(1)).map(predict).collect()
    }))
}

/// What the agent would send of each row: personal data cut out.
pub(crate) fn cut_all(rows: &[Row]) -> Vec<String> {
    on_all_processors(rows, cut)
}

fn cut(rows: &[Row]) -> Vec<String> {
    let scrubber = Scrubber::new();
    rows.iter().map(|row| scrubber.scrub(RawText::new(&row.text)).for_models().to_owned()).collect()
}

/// Works through `items` in order, a share a processor.
fn on_all_processors<I: Sync, O: Send>(
    items: &[I],
    work: impl Fn(&[I]) -> Vec<O> + Sync,
) -> Vec<O> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let share = items.len().div_ceil(workers).max(1);
    thread::scope(|scope| {
        let work = &work;
        let workers: Vec<_> =
            items.chunks(share).map(|chunk| scope.spawn(move || work(chunk))).collect();
        let finish = |worker: thread::ScopedJoinHandle<'_, Vec<O>>| {
            worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        workers.into_iter().flat_map(finish).collect()
    })
}

fn outcome(((row, text), probabilities): ((&Row, &String), Vec<f32>)) -> Outcome {
    let recognised = || switchboard_text::identify(text).code.to_owned();
    Outcome {
        truth: row.label.clone(),
        probabilities,
        language: Some(row.language.clone().unwrap_or_else(recognised)),
    }
}
