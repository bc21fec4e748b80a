//! One challenger on trial: how long a ticket may wait for it, and what a call says.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use switchboard_routing::{Call, Family, Pace, Trial, TrialPolicy, Versions};
use tokio::sync::Semaphore;

use crate::downstream::Lack;
use crate::ticket::Answer;

/// Challengers of one section that are asked in the background at once; one more is not asked.
pub(super) const SHADOWS: usize = 8;

/// A challenger on trial.
pub(crate) struct OnTrial {
    pub(crate) trial: Trial,
    /// How long the champions of the task take.
    paces: BTreeMap<Family, Pace>,
    /// Places for calls in the background.
    pub(super) room: Arc<Semaphore>,
}

impl OnTrial {
    pub(super) fn begin(section: &TrialPolicy) -> Self {
        let room = Arc::new(Semaphore::new(SHADOWS));
        Self { trial: Trial::new(section.clone()), paces: BTreeMap::new(), room }
    }

    /// Takes in what the policy says, and which versions are there.
    pub(super) fn follow(&mut self, section: &TrialPolicy, versions: Option<Versions>) {
        let champion = |trial: &Trial| trial.versions().map(|versions| versions.champion);
        let before = champion(&self.trial);
        self.trial.follow(section, versions);
        if champion(&self.trial) != before {
            self.paces.remove(&section.family);
        }
    }

    /// A champion of the task answered after that time.
    pub(super) fn champion_answered(&mut self, family: Family, took: Duration) {
        self.paces.entry(family).or_default().answered(micros(took));
    }

    /// How long to wait for the challenger when the caller leaves so much time: half of it at most, and only what leaves the champions what they need to answer after
    /// all. `None` when that is less than a fair wait, or it is not known yet how long the champion takes.
    pub(super) fn wait(&self, left: Duration) -> Option<Duration> {
        let policy = self.trial.policy();
        let pace = |pace: &Pace| Duration::from_micros(pace.p95_us().unwrap_or_default().into());
        // A quarter of the time is kept for the model that stands in: they need what they take, and a third of it.
        let champions = self.paces.values().map(pace).sum::<Duration>() * 4 / 3;
        let wait = policy.max_wait().min(left / 2).min(left.checked_sub(champions)?);
        (wait >= self.fair()?).then_some(wait)
    }

    /// What a call says of the model; `None` when it says nothing: the service was not asked, a replica has not loaded the version, or the caller had no time for a
    /// fair wait.
    pub(super) fn judged(&self, outcome: &Result<Answer, Lack>, took: Duration) -> Option<Call> {
        let longest = self.trial.policy().max_wait();
        match outcome {
            // The challenger would not have been waited for.
            Ok(_) if took > longest => Some(Call::Failed),
            Ok(_) => Some(Call::Answered(micros(took))),
            Err(Lack::Skipped | Lack::NotConfigured | Lack::NoModel) => None,
            Err(Lack::Slow) if took >= longest => Some(Call::Failed),
            Err(Lack::Slow) => (took >= self.fair()?).then(|| Call::Late(micros(took))),
            Err(Lack::Down | Lack::Overloaded) => Some(Call::Failed),
        }
    }

    /// Whether a caller that left after that time was kept waiting.
    pub(super) fn was_kept_waiting(&self, took: Duration) -> bool {
        took >= self.fair().unwrap_or_else(|| self.trial.policy().max_wait())
    }

    /// Who has not answered by then is slow; `None` while it is not known how long the champion takes.
    fn fair(&self) -> Option<Duration> {
        let policy = self.trial.policy();
        let us = policy.slow_above_us(self.paces.get(&policy.family)?.p95_us()?);
        Some(policy.max_wait().min(Duration::from_secs_f64(us / 1e6)))
    }
}

fn micros(took: Duration) -> u32 {
    u32::try_from(took.as_micros()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
