//! Whether a challenger on trial goes on: its latest calls beside its champion's, and the limits that stop it.
//!
//! There is no clock. Each call of the challenger is kept with the champion's latest call before it, so both sides hold as many calls of the same time, however
//! different their shares of the tickets are: what is slow or fails for both, such as a service that is away, speaks against neither.

mod pace;
mod pairs;

use std::time::SystemTime;

use crate::TrialPolicy;
use crate::trial::pairs::Pairs;

pub use pace::Pace;

/// The challenger's latest calls that are remembered, each with one of the champion's.
pub const WINDOW: usize = 500;
/// Champions and challengers that are remembered, two of each with one another: what replicas tell by turns while they disagree about both.
const REMEMBERED: usize = 4;

/// How a call went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// It was answered after so many microseconds.
    Answered(u32),
    /// It was not within so many microseconds, and those are too many; the caller could wait no longer.
    Late(u32),
    /// It was not, however long one would have waited.
    Failed,
}

/// What is remembered of one side.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Side {
    /// Calls.
    pub calls: u32,
    /// Those of them that failed.
    pub failed: u32,
    /// The time, in microseconds, that 95 of 100 answers did not exceed, late ones as far as they were waited for; `None` without answers.
    pub p95_us: Option<u32>,
}

/// Which limit was broken, and the figures of that moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// [`TrialPolicy::max_error_rate`].
    Errors {
        /// The challenger.
        challenger: Side,
        /// The champion.
        champion: Side,
    },
    /// [`TrialPolicy::max_latency_ratio`].
    Latency {
        /// The challenger.
        challenger: Side,
        /// The champion.
        champion: Side,
    },
}

/// Whether a challenger is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrialState {
    /// There is none to ask.
    NoChallenger,
    /// It is.
    Running,
    /// It broke a limit.
    Stopped(Stopped),
}

/// Two versions that are held against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Versions {
    /// The champion.
    pub champion: u32,
    /// The challenger.
    pub challenger: u32,
}

/// A challenger on trial.
#[derive(Debug, Clone)]
pub struct Trial {
    policy: TrialPolicy,
    is_there: bool,
    /// Versions that were there, those of now at the end: whoever comes back comes back as it went.
    known: Vec<Held>,
}

/// What is known of a champion and a challenger beside each other.
#[derive(Debug, Clone)]
struct Held {
    versions: Versions,
    pairs: Pairs,
    labels: [u64; 2],
    stopped: Option<(Stopped, SystemTime)>,
}

impl Stopped {
    /// Every name.
    pub const NAMES: [&str; 2] = ["errors", "latency"];

    /// The name used in metrics.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Errors { .. } => "errors",
            Self::Latency { .. } => "latency",
        }
    }

    /// The challenger's figures.
    pub fn challenger(&self) -> Side {
        let (Self::Errors { challenger, .. } | Self::Latency { challenger, .. }) = self;
        *challenger
    }

    /// The champion's figures.
    pub fn champion(&self) -> Side {
        let (Self::Errors { champion, .. } | Self::Latency { champion, .. }) = self;
        *champion
    }
}

impl TrialState {
    /// Every name.
    pub const NAMES: [&str; 4] = ["no_challenger", "running", "stopped_errors", "stopped_latency"];

    /// The name used in metrics.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NoChallenger => "no_challenger",
            Self::Running => "running",
            Self::Stopped(Stopped::Errors { .. }) => "stopped_errors",
            Self::Stopped(Stopped::Latency { .. }) => "stopped_latency",
        }
    }
}

impl Trial {
    /// A trial that has heard of no challenger yet.
    pub fn new(policy: TrialPolicy) -> Self {
        Self { policy, is_there: false, known: Vec::new() }
    }

    /// What the operator wants of it.
    pub fn policy(&self) -> &TrialPolicy {
        &self.policy
    }

    /// The versions that are there now, or were last.
    pub fn versions(&self) -> Option<Versions> {
        Some(self.known.last()?.versions)
    }

    /// Takes in what the policy says, and which versions are there. Everything is forgotten when the policy is another one than before: a stop of two versions ends
    /// in no other way. Other versions begin with nothing; those of a moment ago go on from where they were.
    pub fn follow(&mut self, policy: &TrialPolicy, versions: Option<Versions>) {
        if *policy != self.policy {
            *self = Self::new(policy.clone());
        }
        self.is_there = versions.is_some();
        if let Some(versions) = versions.filter(|versions| self.versions() != Some(*versions)) {
            let before = self.known.iter().position(|held| held.versions == versions);
            let held = before.map_or_else(|| Held::new(versions), |place| self.known.remove(place));
            if self.known.len() == REMEMBERED {
                self.known.remove(0);
            }
            self.known.push(held);
        }
    }

    /// Whether the challenger is asked.
    pub fn state(&self) -> TrialState {
        match self.known.last() {
            Some(held) if self.is_there => held
                .stopped
                .map_or(TrialState::Running, |(stopped, _)| TrialState::Stopped(stopped)),
            _ => TrialState::NoChallenger,
        }
    }

    /// When the challenger that is there, or was last, broke a limit.
    pub fn stopped_at(&self) -> Option<SystemTime> {
        Some(self.known.last()?.stopped?.1)
    }

    /// Takes in a call of the champion, of that version if it said so. What another version did says nothing.
    pub fn champion_called(&mut self, version: Option<u32>, call: Call) {
        if let Some(held) = self.known.last_mut()
            && version.is_none_or(|version| version == held.versions.champion)
        {
            held.pairs.champion_called(call);
        }
    }

    /// Takes in a call that the challenger of these two got; the stop, of `now`, when it is this call that broke a limit.
    pub fn challenger_called(
        &mut self,
        versions: Versions,
        call: Call,
        now: SystemTime,
    ) -> Option<Stopped> {
        let held = self.known.iter_mut().find(|held| held.versions == versions)?;
        if held.stopped.is_some() {
            return None;
        }
        held.pairs.challenger_called(call);
        let stopped = held.pairs.broken(&self.policy)?;
        held.stopped = Some((stopped, now));
        Some(stopped)
    }

    /// Takes in whether these two gave a ticket the same label.
    pub fn compared(&mut self, versions: Versions, same: bool) {
        if let Some(held) = self.known.iter_mut().find(|held| held.versions == versions) {
            held.labels[usize::from(!same)] += 1;
        }
    }

    /// What is remembered of the challenger and of the champion.
    pub fn sides(&self) -> (Side, Side) {
        self.known.last().map(|held| held.pairs.sides()).unwrap_or_default()
    }

    /// Tickets that the two gave one label, and different ones.
    pub fn labels(&self) -> [u64; 2] {
        self.known.last().map(|held| held.labels).unwrap_or_default()
    }
}

impl Held {
    fn new(versions: Versions) -> Self {
        Self { versions, pairs: Pairs::default(), labels: [0; 2], stopped: None }
    }
}

#[cfg(test)]
mod tests;
