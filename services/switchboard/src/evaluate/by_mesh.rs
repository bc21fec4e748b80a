//! Judging a whole mesh, over the wire.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Instant;

use indicatif::ProgressBar;
use serde::Serialize;
use switchboard_dataset::Row;
use switchboard_evaluate::{CoverageReport, LabelSet, Outcome, Report, coverage};
use switchboard_proto::v1::{RouteTicketRequest, RouteTicketResponse};
use tokio::sync::mpsc::{self, Sender};

use super::{DataFacts, Source};
use crate::mesh::{self, Answer, Job, Pace, Sink};
use crate::output::{self, say};
use crate::progress;
use crate::values::AgentUrl;

#[derive(Serialize)]
struct MeshReport<'m> {
    agent: String,
    task: &'m str,
    data: DataFacts,
    #[serde(flatten)]
    report: Report,
    #[serde(flatten)]
    tally: Tally,
    seconds: f64,
}

/// How tickets were answered, rather than how well.
#[derive(Debug, Default, Serialize)]
struct Tally {
    routes: BTreeMap<String, u64>,
    reasons: BTreeMap<String, u64>,
    degraded: u64,
    needs_review: u64,
    /// Tickets by what to do with the answer.
    trust: BTreeMap<String, u64>,
    automatic: Automatic,
    /// How often prediction sets hold the right label, and how large they are; absent when no sets are calibrated.
    #[serde(skip_serializing_if = "Option::is_none")]
    prediction_sets: Option<CoverageReport>,
    failed: u64,
    /// Failed tickets by the kind of error.
    failures: BTreeMap<String, u64>,
}

/// Answers that can be acted on.
#[derive(Debug, Default, Serialize)]
struct Automatic {
    /// Their share of all tickets.
    share: Option<f64>,
    /// The share of them that are right.
    accuracy: Option<f64>,
    #[serde(skip)]
    right: u64,
}

pub(super) fn run(
    (agent, pace): (&AgentUrl, &Pace),
    task: &str,
    source: &Source,
) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let dataset = source.read()?;
    let data = DataFacts::of(&dataset);
    let mut judge = Judge::new(data.rows as u64);
    let (sender, jobs) = mpsc::channel(64);
    let rows_task = task.to_owned();
    // Not joined: if the mesh cannot be reached, its rows go nowhere.
    std::thread::spawn(move || send(dataset.rows, &rows_task, &sender));
    let runtime = mesh::runtime()?;
    let outcome =
        runtime.block_on(mesh::route_all((agent, pace), jobs, &mut judge, std::future::pending()));
    judge.bar.finish_and_clear();
    outcome?;
    judge.finish();
    let report = MeshReport {
        agent: agent.to_string(),
        task,
        data,
        report: judge.report(),
        tally: judge.tally,
        seconds: started.elapsed().as_secs_f64(),
    };
    output::summary(&report)?;
    Ok(if report.tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What is known of a row beside its text.
struct Truth {
    label: String,
    language: Option<String>,
}

fn send(rows: Vec<Row>, task: &str, jobs: &Sender<Job<Truth>>) {
    for Row { text, label, language, .. } in rows {
        let ticket = RouteTicketRequest { text, task: task.to_owned(), ..Default::default() };
        if jobs.blocking_send((Ok(ticket), Truth { label, language })).is_err() {
            return;
        }
    }
}

struct Judge {
    /// The labels of each prediction set, and the truth, by the numbers of `labels`.
    sets: Vec<(u32, Vec<u32>)>,
    answers: Vec<(Truth, Vec<(u32, f32)>)>,
    /// Every label the mesh named, with its number in `answers`.
    labels: BTreeMap<String, u32>,
    tally: Tally,
    bar: ProgressBar,
}

impl Judge {
    fn new(rows: u64) -> Self {
        let (sets, answers, labels) = (Vec::new(), Vec::new(), BTreeMap::new());
        Self { sets, answers, labels, tally: Tally::default(), bar: progress::tickets(Some(rows)) }
    }

    fn count(&mut self, ticket: &RouteTicketResponse, truth: &str) {
        let decision = ticket.decision.clone().unwrap_or_default();
        *self.tally.routes.entry(decision.route).or_default() += 1;
        *self.tally.reasons.entry(decision.reason).or_default() += 1;
        self.tally.degraded += u64::from(decision.degraded);
        self.tally.needs_review += u64::from(ticket.needs_review);
        *self.tally.trust.entry(ticket.trust.clone()).or_default() += 1;
        self.tally.automatic.right += u64::from(!ticket.needs_review && ticket.label == truth);
        if ticket.coverage.is_some() {
            let labels = ticket.prediction_set.iter().map(|label| self.number(label.clone()));
            let labels = labels.collect();
            let truth = self.number(truth.to_owned());
            self.sets.push((truth, labels));
        }
    }

    fn number(&mut self, label: String) -> u32 {
        let next = self.labels.len() as u32;
        *self.labels.entry(label).or_insert(next)
    }

    /// Works out the shares once every ticket is counted.
    fn finish(&mut self) {
        let all: u64 = self.tally.trust.values().sum();
        let automatic = all - self.tally.needs_review;
        let share = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
        self.tally.automatic.share = share(automatic, all);
        self.tally.automatic.accuracy = share(self.tally.automatic.right, automatic);
        if self.sets.is_empty() {
            return;
        }
        let (names, places) = self.names();
        let place = |number: u32| places[number as usize];
        let set = |(truth, labels): (u32, Vec<u32>)| LabelSet {
            truth: place(truth),
            labels: labels.into_iter().map(place).collect(),
        };
        let sets: Vec<LabelSet> = self.sets.drain(..).map(set).collect();
        self.tally.prediction_sets = Some(coverage(&names, &sets));
    }

    /// Every label in the order of its name, and where each number stands in that order.
    fn names(&self) -> (Vec<String>, Vec<usize>) {
        let mut places = vec![0; self.labels.len()];
        for (place, number) in self.labels.values().enumerate() {
            places[*number as usize] = place;
        }
        (self.labels.keys().cloned().collect(), places)
    }

    /// Different models may know different labels; one that a model did not name has probability 0 there.
    fn report(&mut self) -> Report {
        let (names, places) = self.names();
        let outcome = |(Truth { label, language }, scores): (Truth, Vec<(u32, f32)>)| {
            let mut probabilities = vec![0.0; names.len()];
            for (number, score) in scores {
                probabilities[places[number as usize]] = score;
            }
            Outcome { truth: label, probabilities, language }
        };
        let outcomes: Vec<Outcome> = self.answers.drain(..).map(outcome).collect();
        switchboard_evaluate::evaluate(&names, &outcomes)
    }
}

impl Sink for Judge {
    type Note = Truth;

    fn answered(&mut self, mut truth: Truth, answer: Answer) -> anyhow::Result<()> {
        self.bar.inc(1);
        let scores = match answer {
            Ok(ticket) => {
                self.count(&ticket, &truth.label);
                let recognised = ticket.language.map(|language| language.code);
                truth.language = truth.language.or(recognised);
                ticket
                    .scores
                    .into_iter()
                    .map(|(label, score)| (self.number(label), score))
                    .collect()
            }
            Err(error) => {
                self.tally.failed += 1;
                let kind = error.kind().to_owned();
                if !self.tally.failures.contains_key(&kind) {
                    self.bar.suspend(|| say(format_args!("a ticket failed: {}", error.message())));
                }
                *self.tally.failures.entry(kind).or_default() += 1;
                // No probability for any label: no prediction, so wrong.
                Vec::new()
            }
        };
        self.answers.push((truth, scores));
        Ok(())
    }

    fn idle(&mut self) -> anyhow::Result<()> {
        Ok(())
    }
}
