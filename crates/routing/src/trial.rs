//! Whether a challenger on trial goes on: its latest calls beside its champion's, and the limits that stop it.
//!
//! There is no clock. Each call of the challenger is kept with the champion's latest call before it, so both sides hold as many calls of the same time, however
//! different their shares of the tickets are: what is slow or fails for both, such as a service that is away, speaks against neither.

use std::collections::VecDeque;

use crate::TrialPolicy;

/// The challenger's latest calls that are remembered, each with one of the champion's.
pub const WINDOW: usize = 500;

/// What is above a limit must be so by more than chance gives in one case of a hundred (a one-sided test of two shares): the limits are looked at after every call.
const SURELY: f64 = 2.326;
/// Times that differ by less than this, in microseconds, are alike: nobody notices, and on a busy machine they are chance.
const UNNOTICED_US: f64 = 1_000.0;
/// One answer in so many may be slower than the percentile of times that is compared: the 95th.
const SLOWEST_IN: usize = 20;

/// How a call went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// It was answered after so many microseconds.
    Answered(u32),
    /// It was not.
    Failed,
}

/// What is remembered of one side.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Side {
    /// Calls.
    pub calls: u32,
    /// Those of them that failed.
    pub failed: u32,
    /// The time, in microseconds, that 95 of 100 answers did not exceed; `None` without answers.
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

/// A challenger on trial.
#[derive(Debug, Clone)]
pub struct Trial {
    policy: TrialPolicy,
    /// The version that is judged; one that went away is remembered, so that it comes back as it went.
    version: Option<u32>,
    is_there: bool,
    pairs: VecDeque<Pair>,
    /// The champion's latest call that no call of the challenger followed.
    champion: Option<Call>,
    stopped: Option<Stopped>,
}

/// A call of the challenger, and the champion's latest before it.
#[derive(Debug, Clone, Copy)]
struct Pair {
    challenger: Call,
    champion: Option<Call>,
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
        Self {
            policy,
            version: None,
            is_there: false,
            pairs: VecDeque::new(),
            champion: None,
            stopped: None,
        }
    }

    /// What the operator wants of it.
    pub fn policy(&self) -> &TrialPolicy {
        &self.policy
    }

    /// The version that is there now, or was last.
    pub fn version(&self) -> Option<u32> {
        self.version
    }

    /// Takes in what the policy says and which version is the challenger. It begins anew, with nothing remembered, when either is another one than before: a stop
    /// ends in no other way. Whether it did.
    pub fn follow(&mut self, policy: &TrialPolicy, challenger: Option<u32>) -> bool {
        let is_other = challenger.is_some() && challenger != self.version;
        let anew = is_other || *policy != self.policy;
        if anew {
            *self = Self { version: challenger.or(self.version), ..Self::new(policy.clone()) };
        }
        self.is_there = challenger.is_some();
        anew
    }

    /// Whether the challenger is asked.
    pub fn state(&self) -> TrialState {
        match self.stopped {
            _ if !self.is_there => TrialState::NoChallenger,
            None => TrialState::Running,
            Some(stopped) => TrialState::Stopped(stopped),
        }
    }

    /// Takes in a call of the champion.
    pub fn champion_called(&mut self, call: Call) {
        self.champion = Some(call);
    }

    /// Takes in a call of that version; the stop, when it is this call that broke a limit. What another version did says nothing.
    pub fn challenger_called(&mut self, version: u32, call: Call) -> Option<Stopped> {
        if self.version != Some(version) || self.stopped.is_some() {
            return None;
        }
        if self.pairs.len() == WINDOW {
            self.pairs.pop_front();
        }
        self.pairs.push_back(Pair { challenger: call, champion: self.champion.take() });
        self.stopped = self.broken();
        self.stopped
    }

    /// What is remembered of the challenger and of the champion.
    pub fn sides(&self) -> (Side, Side) {
        (Side::of(&mut self.answers_of_challenger(), self.challengers()), self.champion_side())
    }

    fn broken(&self) -> Option<Stopped> {
        if self.pairs.len() < self.policy.min_requests as usize {
            return None;
        }
        let mut times = self.answers_of_challenger();
        let (challenger, champion) =
            (Side::of(&mut times, self.challengers()), self.champion_side());
        if self.fails_too_often(challenger, champion) {
            return Some(Stopped::Errors { challenger, champion });
        }
        self.is_too_slow(&times, champion).then_some(Stopped::Latency { challenger, champion })
    }

    fn fails_too_often(&self, challenger: Side, champion: Side) -> bool {
        let (rate, other) = (challenger.error_rate(), champion.error_rate());
        let variance = variance(rate, challenger.calls) + variance(other, champion.calls);
        let limit = f64::from(self.policy.max_error_rate.get());
        rate - other - limit > SURELY * variance.sqrt()
    }

    /// Whether surely more than 5 of 100 answers took longer than the limit makes of the champion's 95th percentile.
    fn is_too_slow(&self, times: &[u32], champion: Side) -> bool {
        let answered = champion.calls - champion.failed;
        let (Some(p95), false) = (champion.p95_us, answered < self.policy.min_requests) else {
            return false;
        };
        let p95 = f64::from(p95);
        let bound = (self.policy.max_latency_ratio.get() * p95).max(p95 + UNNOTICED_US);
        let slower = times.iter().filter(|time| f64::from(**time) > bound).count();
        let share = slower as f64 / times.len().max(1) as f64;
        share - 1.0 / SLOWEST_IN as f64 > SURELY * variance(share, times.len() as u32).sqrt()
    }

    fn challengers(&self) -> impl Iterator<Item = Call> {
        self.pairs.iter().map(|pair| pair.challenger)
    }

    fn answers_of_challenger(&self) -> Vec<u32> {
        self.challengers().filter_map(Call::time).collect()
    }

    fn champion_side(&self) -> Side {
        let calls = || self.pairs.iter().filter_map(|pair| pair.champion);
        Side::of(&mut calls().filter_map(Call::time).collect::<Vec<_>>(), calls())
    }
}

impl Call {
    fn time(self) -> Option<u32> {
        match self {
            Self::Answered(time) => Some(time),
            Self::Failed => None,
        }
    }
}

impl Side {
    /// The figures of some calls; `times` are those of their answers, and are put in another order.
    fn of(times: &mut [u32], calls: impl Iterator<Item = Call>) -> Self {
        let calls = calls.count();
        let failed = calls - times.len();
        Self { calls: calls as u32, failed: failed as u32, p95_us: percentile(times) }
    }

    fn error_rate(self) -> f64 {
        f64::from(self.failed) / f64::from(self.calls.max(1))
    }
}

/// The least time that 95 of 100 do not exceed.
fn percentile(times: &mut [u32]) -> Option<u32> {
    let place = times.len().checked_sub(1 + times.len() / SLOWEST_IN)?;
    Some(*times.select_nth_unstable(place).1)
}

/// The variance of a share of so many.
fn variance(share: f64, of: u32) -> f64 {
    share * (1.0 - share) / f64::from(of.max(1))
}

#[cfg(test)]
mod tests;
