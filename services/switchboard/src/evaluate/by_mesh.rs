//! Judging a whole mesh, over the wire.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Instant;

use indicatif::ProgressBar;
use serde::Serialize;
use switchboard_dataset::Row;
use switchboard_evaluate::{Outcome, Report};
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
    failed: u64,
    /// Failed tickets by the kind of error.
    failures: BTreeMap<String, u64>,
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
    answers: Vec<(Truth, Vec<(u32, f32)>)>,
    /// Every label the mesh named, with its number in `answers`.
    labels: BTreeMap<String, u32>,
    tally: Tally,
    bar: ProgressBar,
}

impl Judge {
    fn new(rows: u64) -> Self {
        let (answers, labels) = (Vec::new(), BTreeMap::new());
        Self { answers, labels, tally: Tally::default(), bar: progress::tickets(Some(rows)) }
    }

    fn count(&mut self, ticket: &RouteTicketResponse) {
        let decision = ticket.decision.clone().unwrap_or_default();
        *self.tally.routes.entry(decision.route).or_default() += 1;
        *self.tally.reasons.entry(decision.reason).or_default() += 1;
        self.tally.degraded += u64::from(decision.degraded);
        self.tally.needs_review += u64::from(ticket.needs_review);
    }

    fn number(&mut self, label: String) -> u32 {
        let next = self.labels.len() as u32;
        *self.labels.entry(label).or_insert(next)
    }

    /// Different models may know different labels; one that a model did not name has probability 0 there.
    fn report(&mut self) -> Report {
        let names: Vec<String> = self.labels.keys().cloned().collect();
        let mut places = vec![0; names.len()];
        for (place, number) in self.labels.values().enumerate() {
            places[*number as usize] = place;
        }
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
                self.count(&ticket);
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
