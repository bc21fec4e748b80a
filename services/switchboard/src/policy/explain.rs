//! What a policy would do with a ticket.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde::{Deserialize, Serialize};
use switchboard_pii::{RawText, Scrubber};
use switchboard_routing::{
    Ask, Circumstances, Family, Limit, LinearSignals, Policy, Reason, Record, Signals, Thresholds,
    TrialMode, Wish, first_wish, place_of, second_wish,
};
use switchboard_text::identify;

use crate::each_line;
use crate::reply::LineError;

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The policy (TOML).
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The task.
    #[arg(long, default_value = "category")]
    task: String,
}

/// A line: a text, the ticket's id, if canaries are to be looked at, and what the linear model said of it, if that is to be looked at.
#[derive(Deserialize)]
struct Line {
    text: String,
    id: Option<String>,
    confidence: Option<f32>,
    #[serde(default)]
    margin: Option<f32>,
    #[serde(default)]
    entropy: f32,
    #[serde(default)]
    out_of_vocabulary: f32,
    gate: Option<f32>,
}

#[derive(Serialize)]
struct Explained {
    signals: Signals,
    /// Rules that hold, the most important first.
    rules: Vec<String>,
    /// Which models are asked: tfidf, transformer or both.
    ask: Ask,
    reason: Reason,
    explanation: String,
    decided_by: String,
    otherwise: String,
    /// The task's challengers on trial.
    canaries: Vec<Canary>,
}

/// A challenger on trial.
#[derive(Serialize)]
struct Canary {
    family: Family,
    mode: TrialMode,
    /// In per cent.
    share: f64,
    /// Whether a ticket of that id is in the share; `null` for a line without an id.
    takes: Option<bool>,
}

pub(crate) fn run(args: &ExplainArgs) -> anyhow::Result<ExitCode> {
    let policy = super::load(&args.file)?;
    let scrubber = Scrubber::new();
    each_line::run(|line| {
        let line: Line = serde_json::from_str(line).map_err(|_| {
            LineError::invalid("a line is {\"text\": \"…\"}, with id as a string, and confidence, margin, entropy, out_of_vocabulary and gate as numbers if known")
        })?;
        Ok(explain(&policy, &args.task, &scrubber, &line))
    })
}

fn explain(policy: &Policy, task: &str, scrubber: &Scrubber, line: &Line) -> Explained {
    let scrubbed = scrubber.scrub(RawText::new(&line.text));
    let cut: usize = scrubbed.spans().iter().map(|span| span.end - span.start).sum();
    let share = cut as f32 / line.text.chars().count().max(1) as f32;
    let language = identify(scrubbed.for_models());
    let signals = Signals::of(scrubbed.for_models(), (language.code, language.confidence), share);
    let linear = line.answer();
    let (thresholds, any) = (Thresholds::default(), Record::default());
    let around = Circumstances {
        task,
        policy,
        thresholds: &thresholds,
        linear: Some(&any),
        transformer: Some(&any),
        fuses: policy.fusion,
        calibrated: false,
        share: (1.0, Limit::Latency),
        requested: None,
    };
    let Wish { ask, reason, explanation, decided_by, otherwise } =
        match (first_wish(&signals, &around), &linear) {
            (wish, Some(linear)) if wish.reason == Reason::Confident => {
                second_wish(&signals, linear, &around)
            }
            (wish, _) => wish,
        };
    let explanation = if explanation.is_empty() {
        "the linear model is asked first; add its confidence to the line to see what follows"
            .to_owned()
    } else {
        explanation
    };
    let holding = policy.holding(task, &signals, linear.as_ref());
    let rules = holding.map(|rule| rule.name.to_string()).collect();
    let canaries = canaries(policy, task, line.id.as_deref());
    Explained { signals, rules, ask, reason, explanation, decided_by, otherwise, canaries }
}

fn canaries(policy: &Policy, task: &str, id: Option<&str>) -> Vec<Canary> {
    let place = id.map(place_of);
    let of_task = policy.trials.iter().filter(|trial| trial.task.as_str() == task);
    let canary = of_task.map(|trial| Canary {
        family: trial.family,
        mode: trial.mode,
        share: trial.share.get(),
        takes: place.map(|place| trial.takes(place)),
    });
    canary.collect()
}

impl Line {
    fn answer(&self) -> Option<LinearSignals> {
        let confidence = self.confidence?;
        Some(LinearSignals {
            confidence,
            // All the rest on the second label: the least the margin can be.
            margin: self.margin.unwrap_or((2.0 * confidence - 1.0).max(0.0)),
            entropy: self.entropy,
            out_of_vocabulary: self.out_of_vocabulary,
            gate: self.gate,
        })
    }
}
