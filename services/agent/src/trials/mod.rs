//! Challengers on trial (`[[canary]]` of the policy): which tickets they are asked about, what became of it, and when that ends by itself.

mod arm;
mod gateway;
mod metrics;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use switchboard_routing::{Call, Family, Policy, Trial, TrialPolicy, TrialState, place_of};
use switchboard_server::Stop;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tracing::Instrument;

pub(crate) use arm::{Arm, Part};
pub(crate) use metrics::TrialMetrics;

use crate::downstream::{Downstream, FAIR_WAIT, Lack};
use crate::ticket::Answer;
use crate::trials::arm::Pending;
use crate::trials::metrics::Alias;

/// Challengers that are asked in the background at once; one more is not asked.
const SHADOWS: u32 = 8;

/// Every challenger on trial.
pub(crate) struct Trials {
    known: Mutex<Vec<OnTrial>>,
    metrics: TrialMetrics,
    room: Arc<Semaphore>,
    stop: Stop,
}

/// A challenger on trial.
pub(crate) struct OnTrial {
    pub(crate) trial: Trial,
    pub(crate) stopped_at: Option<SystemTime>,
    /// Tickets for which champion and challenger were asked and gave one label, and different ones.
    pub(crate) labels: [u64; 2],
}

/// What a challenger is asked.
struct Asked<'a> {
    /// Personal data is cut out of it.
    text: &'a str,
    explain: bool,
    until: Instant,
}

impl Trials {
    /// Nothing is on trial yet. What is asked in the background is given up at `stop`.
    pub(crate) fn new(metrics: TrialMetrics, stop: Stop) -> Self {
        let room = Arc::new(Semaphore::new(SHADOWS as usize));
        Self { known: Mutex::default(), metrics, room, stop }
    }

    /// Takes in what the policy says, and which versions are challengers.
    fn look(&self, policy: &Policy, challenger: impl Fn(&str, Family) -> Option<u32>) {
        let mut known = self.known();
        let mut before = std::mem::take(&mut *known);
        for section in &policy.trials {
            let task = section.task.as_str();
            let place = before.iter().position(|on| on.trial.policy().is_of(task, section.family));
            let mut on_trial = place.map_or_else(
                || OnTrial::begin(Trial::new(section.clone())),
                |place| before.swap_remove(place),
            );
            let anew = on_trial.trial.follow(section, challenger(task, section.family));
            if anew || place.is_none() {
                on_trial = OnTrial::begin(on_trial.trial);
                self.metrics.begin(section);
            }
            known.push(on_trial);
        }
    }

    /// The trials that a ticket has a part in, under that policy. It keeps them to its end.
    pub(crate) fn parts(&self, policy: &Policy, task: &str, id: &str) -> Vec<Part> {
        let mut sections = policy.trials.iter().filter(|trial| trial.task.as_str() == task);
        let Some(first) = sections.next() else { return Vec::new() };
        let place = place_of(id);
        let known = self.known();
        let part = |section: &TrialPolicy| {
            let on_trial = known.iter().find(|on| on.trial.policy() == section)?;
            let version = on_trial.trial.version()?;
            (on_trial.trial.state() == TrialState::Running && section.takes(place))
                .then(|| Part { section: section.clone(), version })
        };
        std::iter::once(first).chain(sections).filter_map(part).collect()
    }

    /// Takes in a call of the champion of `(policy, task)`, if its challenger is on trial.
    pub(crate) fn champion_called(
        &self,
        (policy, task): (&Policy, &str),
        family: Family,
        outcome: &Result<Answer, Lack>,
        took: Duration,
    ) {
        let Some(section) = policy.trial(task, family) else { return };
        self.metrics.called(section, Alias::Champion, outcome, took);
        if let Some(call) = judged(section, outcome, took) {
            self.of(section, |on_trial| on_trial.trial.champion_called(call));
        }
    }

    /// Asks the challenger, and takes in what becomes of it. A version that became the challenger since the ticket came gives it no answer, and that says nothing of either.
    async fn ask(
        &self,
        downstream: &Downstream,
        part: &Part,
        asked: Asked<'_>,
    ) -> Result<Answer, Lack> {
        let Asked { text, explain, until } = asked;
        let pending = Pending::begin(self, part);
        let task = part.section.task.as_str();
        let outcome = downstream.ask_challenger(task, text, explain, until).await;
        let took = pending.end();
        if outcome.as_ref().is_ok_and(|answer| answer.version != part.version) {
            return Err(Lack::NoModel);
        }
        self.metrics.called(&part.section, Alias::Challenger, &outcome, took);
        if let Some(call) = judged(&part.section, &outcome, took) {
            self.challenger_called(part, call);
        }
        outcome
    }

    fn challenger_called(&self, part: &Part, call: Call) {
        let Part { section, version } = part;
        let stopped = self.of(section, |on_trial| {
            let stopped = on_trial.trial.challenger_called(*version, call)?;
            on_trial.stopped_at = Some(SystemTime::now());
            Some(stopped)
        });
        let Some(stopped) = stopped.flatten() else { return };
        self.metrics.stopped(section, &stopped);
        let (task, family) = (section.task.as_str(), section.family.name());
        let because = section.sentence(&stopped);
        tracing::warn!(
            task,
            family,
            version,
            because,
            "the canary of {task} {family} stopped: {because}; the champion answers"
        );
    }

    /// Asks the challenger in the background, if there is room, whether it says `label` as well.
    fn shadow(self: &Arc<Self>, downstream: Arc<Downstream>, part: Part, text: &str, label: &str) {
        let Ok(place) = self.room.clone().try_acquire_owned() else {
            return self.metrics.skipped(&part.section);
        };
        let (trials, text, label) = (self.clone(), text.to_owned(), label.to_owned());
        // A trace of its own: the ticket's is over before this is.
        let span = tracing::debug_span!(parent: None, "shadow", service = part.family().name());
        let shadow = async move {
            let until = Instant::now() + part.section.max_wait();
            let asked = Asked { text: &text, explain: false, until };
            let answer = tokio::select! {
                biased;
                () = trials.stop.cancelled() => return,
                answer = trials.ask(&downstream, &part, asked) => answer,
            };
            if let Ok(answer) = answer {
                trials.compared(&part.section, answer.label == label);
            }
            drop(place);
        };
        tokio::spawn(shadow.instrument(span));
    }

    fn compared(&self, section: &TrialPolicy, same: bool) {
        self.metrics.compared(section, same);
        self.of(section, |on_trial| on_trial.labels[usize::from(!same)] += 1);
    }

    /// Returns once nothing is asked in the background any more.
    pub(crate) async fn ended(&self) {
        // The semaphore is never closed, so this cannot fail.
        let _ = self.room.acquire_many(SHADOWS).await;
    }

    /// What every challenger on trial looks like now.
    pub(crate) fn each<T>(&self, look: impl FnMut(&OnTrial) -> T) -> Vec<T> {
        self.known().iter().map(look).collect()
    }

    /// Sets what metrics say of the state of every trial.
    pub(crate) fn tell(&self) {
        let known = self.known();
        self.metrics.states(known.iter().map(|on| (on.trial.policy(), on.trial.state())));
    }

    /// The trial of exactly this section of the policy; a ticket of another policy has no part in it.
    fn of<T>(&self, section: &TrialPolicy, with: impl FnOnce(&mut OnTrial) -> T) -> Option<T> {
        self.known().iter_mut().find(|on| on.trial.policy() == section).map(with)
    }

    fn known(&self) -> MutexGuard<'_, Vec<OnTrial>> {
        // Nothing that is done under the lock leaves a trial half-changed.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OnTrial {
    fn begin(trial: Trial) -> Self {
        Self { trial, stopped_at: None, labels: [0; 2] }
    }
}

/// What a call says of the model; `None` when it says nothing: the service was not asked, or the caller had no time for a fair wait.
fn judged(section: &TrialPolicy, outcome: &Result<Answer, Lack>, took: Duration) -> Option<Call> {
    match outcome {
        // The challenger would not have been waited for.
        Ok(_) if took > section.max_wait() => Some(Call::Failed),
        Ok(_) => Some(Call::Answered(u32::try_from(took.as_micros()).unwrap_or(u32::MAX))),
        Err(Lack::Skipped | Lack::NotConfigured) => None,
        Err(Lack::Slow) if took < fair(section) => None,
        Err(_) => Some(Call::Failed),
    }
}

/// A model that lets a caller wait this long is slow.
fn fair(section: &TrialPolicy) -> Duration {
    section.max_wait().min(FAIR_WAIT)
}
