//! Challengers on trial (`[[canary]]` of the policy): which tickets they are asked about, what became of it, and when that ends by itself.

mod arm;
mod gateway;
mod metrics;
mod on_trial;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use switchboard_routing::{
    Call, Family, MAX_TRIALS, Policy, TrialMode, TrialPolicy, TrialState, Versions, place_of,
};
use switchboard_server::Stop;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tracing::Instrument;

pub(crate) use arm::{Arm, ChampionCall, Part, Pending};
pub(crate) use metrics::TrialMetrics;
pub(crate) use on_trial::OnTrial;

use crate::downstream::{Downstream, Lack};
use crate::ticket::Answer;
use crate::trials::arm::Called;
use crate::trials::metrics::Alias;
use crate::trials::on_trial::SHADOWS;

/// Challengers of all sections that are asked in the background at once.
const ALL_SHADOWS: u32 = (MAX_TRIALS * SHADOWS) as u32;

/// Every challenger on trial.
pub(crate) struct Trials {
    known: Mutex<Vec<OnTrial>>,
    metrics: TrialMetrics,
    room: Arc<Semaphore>,
    stop: Stop,
}

/// What a challenger is asked.
struct Asked<'a> {
    /// Personal data is cut out of it.
    text: &'a str,
    explain: bool,
    wait: Duration,
}

impl Trials {
    /// Nothing is on trial yet. What is asked in the background is given up at `stop`.
    pub(crate) fn new(metrics: TrialMetrics, stop: Stop) -> Self {
        let room = Arc::new(Semaphore::new(ALL_SHADOWS as usize));
        Self { known: Mutex::default(), metrics, room, stop }
    }

    /// Takes in what the policy says, and which versions are champions and challengers.
    fn look(&self, policy: &Policy, versions: impl Fn(&str, Family) -> Option<Versions>) {
        let mut known = self.known();
        let mut before = std::mem::take(&mut *known);
        for section in &policy.trials {
            let task = section.task.as_str();
            let place = before.iter().position(|on| on.trial.policy().is_of(task, section.family));
            let on_trial = place.map(|place| before.swap_remove(place));
            if on_trial.as_ref().is_none_or(|on| on.trial.policy() != section) {
                self.metrics.begin(section);
            }
            let mut on_trial = on_trial.unwrap_or_else(|| OnTrial::begin(section));
            on_trial.follow(section, versions(task, section.family));
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
            let versions = on_trial.trial.versions()?;
            (on_trial.trial.state() == TrialState::Running && section.takes(place))
                .then(|| Part { section: section.clone(), versions })
        };
        std::iter::once(first).chain(sections).filter_map(part).collect()
    }

    /// How long to wait for the challenger when the caller leaves so much time; `None` when it is not asked.
    fn wait(&self, part: &Part, left: Duration) -> Option<Duration> {
        self.of(&part.section, |on_trial| on_trial.wait(left)).flatten()
    }

    /// A call of a champion begins.
    pub(crate) fn champion_asked<'c>(&'c self, call: ChampionCall<'c>) -> Pending<'c> {
        Pending::begin(self, Called::Champion(call))
    }

    /// Takes in what became of it, if a challenger is on trial. It is held against the challenger's where that would have been asked, had it been in its place.
    pub(crate) fn champion_called(
        &self,
        call: ChampionCall<'_>,
        outcome: &Result<Answer, Lack>,
        took: Duration,
    ) {
        let ChampionCall { policy, task, family, question } = call;
        if !policy.trials.iter().any(|trial| trial.task.as_str() == task) {
            return;
        }
        if outcome.is_ok() {
            let of_task = |on: &&mut OnTrial| on.trial.policy().task.as_str() == task;
            for on_trial in self.known().iter_mut().filter(of_task) {
                on_trial.champion_answered(family, took);
            }
        }
        let Some(section) = policy.trial(task, family) else { return };
        self.metrics.called(section, Alias::Champion, outcome, took);
        let version = outcome.as_ref().ok().map(|answer| answer.version);
        self.of(section, |on_trial| {
            on_trial.wait(question.time)?;
            let judged = on_trial.judged(outcome, took)?;
            on_trial.trial.champion_called(version, judged);
            Some(())
        });
    }

    /// Asks the challenger, and takes in what becomes of it. A version that became the challenger since the ticket came gives it no answer, and that says nothing of either.
    async fn ask(
        &self,
        downstream: &Downstream,
        part: &Part,
        asked: Asked<'_>,
    ) -> Result<Answer, Lack> {
        let Asked { text, explain, wait } = asked;
        let pending = Pending::begin(self, Called::Challenger(part));
        let (task, until) = (part.section.task.as_str(), Instant::now() + wait);
        let outcome = downstream.ask_challenger(task, text, explain, until).await;
        let took = pending.end();
        if outcome.as_ref().is_ok_and(|answer| answer.version != part.versions.challenger) {
            return Err(Lack::NoModel);
        }
        self.metrics.called(&part.section, Alias::Challenger, &outcome, took);
        let judged = self.of(&part.section, |on_trial| on_trial.judged(&outcome, took));
        if let Some(call) = judged.flatten() {
            self.challenger_called(part, call);
        }
        outcome
    }

    /// Takes in that a caller left while it waited. That counts alike for both, after a fair wait, and not for a champion whose challenger no caller waits for.
    fn left(&self, called: Called<'_>, took: Duration) {
        let (section, alias) = match called {
            Called::Challenger(part) => (Some(&part.section), Alias::Challenger),
            Called::Champion(ChampionCall { policy, task, family, .. }) => {
                (policy.trial(task, family), Alias::Champion)
            }
        };
        let Some(section) = section.filter(|section| section.mode == TrialMode::Answer) else {
            return;
        };
        if self.of(section, |on_trial| on_trial.was_kept_waiting(took)) != Some(true) {
            return;
        }
        self.metrics.called(section, alias, &Err(Lack::Slow), took);
        match called {
            Called::Challenger(part) => self.challenger_called(part, Call::Failed),
            Called::Champion(call) => {
                self.of(section, |on_trial| {
                    on_trial.wait(call.question.time)?;
                    on_trial.trial.champion_called(None, Call::Failed);
                    Some(())
                });
            }
        }
    }

    fn challenger_called(&self, part: &Part, call: Call) {
        let Part { section, versions } = part;
        let stopped = self.of(section, |on_trial| {
            on_trial.trial.challenger_called(*versions, call, SystemTime::now())
        });
        let Some(stopped) = stopped.flatten() else { return };
        self.metrics.stopped(section, &stopped);
        let (task, family) = (section.task.as_str(), section.family.name());
        let because = section.sentence(&stopped);
        tracing::warn!(
            task,
            family,
            version = versions.challenger,
            because,
            "the canary of {task} {family} stopped: {because}; the champion answers"
        );
    }

    /// Asks the challenger in the background, if there is room, whether it says `label` as well.
    fn shadow(self: &Arc<Self>, downstream: Arc<Downstream>, part: Part, text: &str, label: &str) {
        let Some(places) = self.places(&part.section) else {
            return self.metrics.skipped(&part.section);
        };
        let (trials, text, label) = (self.clone(), text.to_owned(), label.to_owned());
        // A trace of its own: the ticket's is over before this is.
        let span = tracing::debug_span!(parent: None, "shadow", service = part.family().name());
        let shadow = async move {
            let asked = Asked { text: &text, explain: false, wait: part.section.max_wait() };
            let answer = tokio::select! {
                biased;
                () = trials.stop.cancelled() => return,
                answer = trials.ask(&downstream, &part, asked) => answer,
            };
            if let Ok(answer) = answer {
                trials.compared(&part, answer.label == label);
            }
            drop(places);
        };
        tokio::spawn(shadow.instrument(span));
    }

    /// A place of the section's own, so that a service which hangs takes none from another, and one of all.
    fn places(&self, section: &TrialPolicy) -> Option<[OwnedSemaphorePermit; 2]> {
        let own = self.of(section, |on_trial| on_trial.room.clone())?;
        let places = [own, self.room.clone()].map(|room| room.try_acquire_owned().ok());
        let [Some(own), Some(of_all)] = places else { return None };
        Some([own, of_all])
    }

    fn compared(&self, part: &Part, same: bool) {
        self.metrics.compared(&part.section, same);
        self.of(&part.section, |on_trial| on_trial.trial.compared(part.versions, same));
    }

    /// Returns once nothing is asked in the background any more.
    pub(crate) async fn ended(&self) {
        // The semaphore is never closed, so this cannot fail.
        let _ = self.room.acquire_many(ALL_SHADOWS).await;
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
