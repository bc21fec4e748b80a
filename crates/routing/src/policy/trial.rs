//! `[[canary]]`: a challenger on trial, as the operator wants it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};

use super::{MAX_TRIALS, PolicyError};
use crate::trial::WINDOW;
use crate::values::{Name, Percent, Ratio, Share, Whole};
use crate::{Family, Stopped};

/// Times that differ by less than this, in microseconds, are alike: nobody notices, and on a busy machine they are chance.
const UNNOTICED_US: f64 = 1_000.0;

/// A challenger on trial with a share of a task's tickets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrialPolicy {
    /// The task.
    pub task: Name,
    /// Whose challenger it is.
    pub family: Family,
    /// The share of the task's tickets, in per cent, chosen by their ids.
    pub share: Percent,
    /// What becomes of the challenger's answer.
    pub mode: TrialMode,
    /// By how much the share of its calls that fail may exceed that of the champion's.
    #[serde(default = "max_error_rate")]
    pub max_error_rate: Share,
    /// How many times the champion's 95th percentile of time its own may be.
    #[serde(default = "max_latency_ratio")]
    pub max_latency_ratio: Ratio,
    /// Calls before either limit can stop it; at most [`WINDOW`], which are remembered.
    #[serde(default = "min_requests", deserialize_with = "calls")]
    pub min_requests: u32,
    /// The longest to wait for it, in milliseconds; an answer that takes longer is a failure, the champion's as well.
    #[serde(default = "max_wait_ms", deserialize_with = "milliseconds")]
    pub max_wait_ms: u32,
}

/// What becomes of a challenger's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrialMode {
    /// It is the answer to the ticket.
    Answer,
    /// It is compared with the champion's, and no reply is made of it.
    Shadow,
}

impl TrialMode {
    /// The name used in the policy and in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Shadow => "shadow",
        }
    }
}

impl TrialPolicy {
    /// Whether it is the trial of that task's challenger.
    pub fn is_of(&self, task: &str, family: Family) -> bool {
        self.task.as_str() == task && self.family == family
    }

    /// Whether a ticket at that [place](place_of) is in the share. A greater share keeps every ticket of a smaller one; the families take from opposite ends, so
    /// that two shares which are at most 100 per cent together have no ticket in common.
    pub fn takes(&self, place: f64) -> bool {
        match self.family {
            Family::Tfidf => place < self.share.get(),
            Family::Transformer => place >= 100.0 - self.share.get(),
        }
    }

    /// [`Self::max_wait_ms`].
    pub fn max_wait(&self) -> Duration {
        Duration::from_millis(u64::from(self.max_wait_ms))
    }

    /// What takes longer than this, in microseconds, is slow beside a champion with that 95th percentile.
    pub fn slow_above_us(&self, champions_p95_us: u32) -> f64 {
        let p95 = f64::from(champions_p95_us);
        (self.max_latency_ratio.get() * p95).max(p95 + UNNOTICED_US)
    }

    /// What broke a limit of this trial, as a sentence.
    pub fn sentence(&self, stopped: &Stopped) -> String {
        let (challenger, champion) = (stopped.challenger(), stopped.champion());
        let milliseconds = |p95: Option<u32>| p95.map_or(f64::NAN, |us| f64::from(us) / 1e3);
        match stopped {
            Stopped::Errors { .. } => format!(
                "{} of {} calls failed, and {} of {} of the champion's: that is more than max_error_rate = {} above it",
                challenger.failed,
                challenger.calls,
                champion.failed,
                champion.calls,
                self.max_error_rate.get()
            ),
            Stopped::Latency { .. } => format!(
                "95 of 100 calls took up to {:.1} ms, and of the champion's {:.1} ms: that is more than max_latency_ratio = {}",
                milliseconds(challenger.p95_us),
                milliseconds(champion.p95_us),
                self.max_latency_ratio.get()
            ),
        }
    }
}

/// Where a ticket stands among all, from 0 to below 100; always the same for one id. By the first 8 bytes of SHA-256, so that ids which follow each other stand
/// anywhere.
pub fn place_of(id: &str) -> f64 {
    let digest = Sha256::digest(id);
    let start: [u8; 8] = std::array::from_fn(|place| digest[place]);
    // 53 bits are what a number holds exactly: it stays below 100.
    (u64::from_be_bytes(start) >> 11) as f64 / (1u64 << 53) as f64 * 100.0
}

/// Refuses what cannot be told apart, or would answer the same tickets.
pub(super) fn check(trials: &[TrialPolicy]) -> Result<(), PolicyError> {
    if trials.len() > MAX_TRIALS {
        return Err(PolicyError::TooManyTrials(trials.len()));
    }
    let (mut seen, mut answered) = (BTreeSet::new(), BTreeMap::new());
    for trial in trials {
        let task = trial.task.as_str();
        if !seen.insert((task, trial.family)) {
            let family = trial.family.name();
            return Err(PolicyError::SameTrial { task: task.to_owned(), family });
        }
        if trial.mode == TrialMode::Answer {
            *answered.entry(task).or_insert(0.0) += trial.share.get();
        }
    }
    match answered.into_iter().find(|(_, percent)| *percent > 100.0) {
        Some((task, percent)) => Err(PolicyError::SharesOverlap { task: task.to_owned(), percent }),
        None => Ok(()),
    }
}

fn max_error_rate() -> Share {
    Share::of(0.02)
}

fn max_latency_ratio() -> Ratio {
    Ratio::of(2.0)
}

fn min_requests() -> u32 {
    50
}

fn max_wait_ms() -> u32 {
    1_000
}

fn calls<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let most = WINDOW as u32;
    Whole { least: 1, most, what: "a whole number of calls, from 1 to 500" }.read(deserializer)
}

fn milliseconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let what = "a whole number of milliseconds, from 1 to 600000";
    Whole { least: 1, most: 600_000, what }.read(deserializer)
}
