//! Judging one model of a registry, in this process.

use std::process::ExitCode;
use std::thread;
use std::time::Instant;

use anyhow::{Context, bail};
use indicatif::ProgressBar;
use serde::Serialize;
use switchboard_artifact::{Artifact, Manifest};
use switchboard_classify::Options;
use switchboard_dataset::Row;
use switchboard_evaluate::{Outcome, Report};
use switchboard_pii::{RawText, Scrubber};
use switchboard_registry::{Registry, RegistryUrl};
use switchboard_tfidf_svm::TfidfSvm;

use super::{DataFacts, Source};
use crate::values::ModelRef;
use crate::{models, output, progress};

/// The family this program can run by itself.
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
    let classifier = load(&artifact)?;
    let dataset = source.read()?;
    let bar = progress::tickets(Some(dataset.rows.len() as u64));
    let outcomes = judge(&classifier, &dataset.rows, &bar);
    bar.finish_and_clear();
    let Manifest { name, task, family, labels, .. } = artifact.manifest();
    output::summary(&ModelReport {
        model: ModelFacts { name, version, family },
        task,
        data: DataFacts::of(&dataset),
        report: switchboard_evaluate::evaluate(labels, &outcomes),
        seconds: started.elapsed().as_secs_f64(),
    })?;
    Ok(ExitCode::SUCCESS)
}

fn load(artifact: &Artifact) -> anyhow::Result<TfidfSvm> {
    let Manifest { name, family, .. } = artifact.manifest();
    if family != FAMILY {
        bail!(
            "{name} is a {family} model, and this command runs {FAMILY} models only: start the mesh and use --agent"
        );
    }
    switchboard_tfidf_svm::load(artifact).with_context(|| format!("load {name}"))
}

/// Classifies every row, in order, on all processors.
fn judge(classifier: &TfidfSvm, rows: &[Row], bar: &ProgressBar) -> Vec<Outcome> {
    let scrubber = Scrubber::new();
    let judge_one = |row: &Row| {
        bar.inc(1);
        outcome(classifier, &scrubber, row)
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let share = rows.len().div_ceil(workers).max(1);
    thread::scope(|scope| {
        let mut workers = Vec::new();
        for chunk in rows.chunks(share) {
            workers.push(scope.spawn(move || chunk.iter().map(judge_one).collect::<Vec<_>>()));
        }
        let finish = |worker: thread::ScopedJoinHandle<'_, Vec<Outcome>>| {
            worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        workers.into_iter().flat_map(finish).collect()
    })
}

fn outcome(classifier: &TfidfSvm, scrubber: &Scrubber, row: &Row) -> Outcome {
    let scrubbed = scrubber.scrub(RawText::new(&row.text));
    let text = scrubbed.for_models();
    let recognised = || switchboard_text::identify(text).code.to_owned();
    Outcome {
        truth: row.label.clone(),
        probabilities: classifier.predict(text, Options::default()).probabilities,
        language: Some(row.language.clone().unwrap_or_else(recognised)),
    }
}
