//! What is counted of challengers on trial, and of their champions beside them.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use switchboard_registry::{CHALLENGER, CHAMPION};
use switchboard_routing::{Stopped, TrialPolicy, TrialState};
use switchboard_telemetry::metrics::{
    Declared, HistogramVec, IntCounterVec, IntGaugeVec, MetricsResult, PROBABILITIES, SECONDS,
};

use crate::downstream::Lack;
use crate::ticket::Answer;

/// Whether champion and challenger gave one label.
const SAME: &str = "same";
const DIFFERENT: &str = "different";

/// Which of the two was called.
#[derive(Debug, Clone, Copy)]
pub(super) enum Alias {
    Champion,
    Challenger,
}

impl Alias {
    const ALL: [Self; 2] = [Self::Champion, Self::Challenger];

    fn name(self) -> &'static str {
        match self {
            Self::Champion => CHAMPION,
            Self::Challenger => CHALLENGER,
        }
    }
}

/// The metrics of trials. Series exist from the moment a policy with the section is followed.
#[derive(Clone)]
pub(crate) struct TrialMetrics {
    requests: IntCounterVec,
    seconds: HistogramVec,
    confidence: HistogramVec,
    agreement: IntCounterVec,
    skipped: IntCounterVec,
    stops: IntCounterVec,
    state: IntGaugeVec,
    /// The trials that `state` tells of.
    told: Arc<Mutex<BTreeSet<[String; 3]>>>,
}

impl TrialMetrics {
    /// Declares every metric.
    #[rustfmt::skip]
    pub(crate) fn new(declared: &Declared) -> MetricsResult<Self> {
        let sides = ["task", "family", "mode", "alias"];
        Ok(Self {
            requests: declared.counters("canary_requests_total", "Calls of a champion whose challenger is on trial, and of that challenger, by outcome: ok or what was lacking.", &["task", "family", "mode", "alias", "outcome"])?,
            seconds: declared.histograms("canary_duration_seconds", "Time a champion and its challenger on trial took to answer, or not to.", &SECONDS, &sides)?,
            confidence: declared.histograms("canary_confidence", "Calibrated probability of the label that a champion and its challenger on trial gave.", &PROBABILITIES, &sides)?,
            agreement: declared.counters("canary_agreement_total", "Tickets that a champion and its challenger were both asked about (mode shadow), by outcome: same or different label.", &["task", "family", "outcome"])?,
            skipped: declared.counters("canary_skipped_total", "Tickets a challenger on trial was not asked about, for want of room (mode shadow) or of time (mode answer).", &["task", "family"])?,
            stops: declared.counters("canary_stops_total", "Trials that stopped by themselves, by reason: errors or latency.", &["task", "family", "mode", "reason"])?,
            state: declared.gauges("canary_state", "1 for the state a challenger's trial is in, 0 for the others: no_challenger, running, stopped_errors, stopped_latency.", &["task", "family", "mode", "state"])?,
            told: Arc::default(),
        })
    }

    /// Makes the series of a trial exist before anything is counted.
    pub(super) fn begin(&self, trial: &TrialPolicy) {
        let [task, family, mode] = names(trial);
        for alias in Alias::ALL.map(Alias::name) {
            self.seconds.with_label_values(&[task, family, mode, alias]);
            self.confidence.with_label_values(&[task, family, mode, alias]);
            for outcome in Lack::ALL.iter().map(|lack| lack.name()).chain(["ok"]) {
                self.requests.with_label_values(&[task, family, mode, alias, outcome]).inc_by(0);
            }
        }
        for outcome in [SAME, DIFFERENT] {
            self.agreement.with_label_values(&[task, family, outcome]).inc_by(0);
        }
        for reason in Stopped::NAMES {
            self.stops.with_label_values(&[task, family, mode, reason]).inc_by(0);
        }
        self.skipped.with_label_values(&[task, family]).inc_by(0);
    }

    /// Counts a call.
    pub(super) fn called(
        &self,
        trial: &TrialPolicy,
        alias: Alias,
        outcome: &Result<Answer, Lack>,
        took: Duration,
    ) {
        let ([task, family, mode], alias) = (names(trial), alias.name());
        let name = outcome.as_ref().map_or_else(|lack| lack.name(), |_| "ok");
        self.requests.with_label_values(&[task, family, mode, alias, name]).inc();
        let sides = [task, family, mode, alias];
        self.seconds.with_label_values(&sides).observe(took.as_secs_f64());
        if let Ok(answer) = outcome {
            self.confidence.with_label_values(&sides).observe(f64::from(answer.confidence));
        }
    }

    /// Counts a ticket that both were asked about.
    pub(super) fn compared(&self, trial: &TrialPolicy, same: bool) {
        let [task, family, _] = names(trial);
        let outcome = if same { SAME } else { DIFFERENT };
        self.agreement.with_label_values(&[task, family, outcome]).inc();
    }

    /// Counts a ticket that the challenger was not asked about.
    pub(super) fn skipped(&self, trial: &TrialPolicy) {
        let [task, family, _] = names(trial);
        self.skipped.with_label_values(&[task, family]).inc();
    }

    /// Counts a stop.
    pub(super) fn stopped(&self, trial: &TrialPolicy, stopped: &Stopped) {
        let [task, family, mode] = names(trial);
        self.stops.with_label_values(&[task, family, mode, stopped.name()]).inc();
    }

    /// Sets the state of every trial; one that is no more has none. A scrape at the same time sees those that go on.
    pub(super) fn states<'t>(&self, trials: impl Iterator<Item = (&'t TrialPolicy, TrialState)>) {
        let mut after = BTreeSet::new();
        for (trial, now) in trials {
            let [task, family, mode] = names(trial);
            for state in TrialState::NAMES {
                let is_now = i64::from(state == now.name());
                self.state.with_label_values(&[task, family, mode, state]).set(is_now);
            }
            after.insert(names(trial).map(str::to_owned));
        }
        // A panic while the lock was held cannot leave the names half-changed.
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        for [task, family, mode] in told.difference(&after) {
            for state in TrialState::NAMES {
                // It was set when its trial was there, and nobody else removes it.
                let _ = self.state.remove_label_values(&[task, family, mode, state]);
            }
        }
        *told = after;
    }
}

fn names(trial: &TrialPolicy) -> [&str; 3] {
    [trial.task.as_str(), trial.family.name(), trial.mode.name()]
}

#[cfg(test)]
mod tests {
    use switchboard_routing::Policy;

    use super::*;

    fn trials(sections: &[(&str, &str)]) -> Vec<TrialPolicy> {
        let section = |(family, mode): &(&str, &str)| {
            format!("[[canary]]\ntask = 't'\nfamily = '{family}'\nshare = 5\nmode = '{mode}'\n")
        };
        Policy::parse(&sections.iter().map(section).collect::<String>()).unwrap().trials
    }

    #[test]
    fn a_scrape_always_sees_the_trials_that_go_on_and_none_that_went() {
        let declared = Declared::new("agent").unwrap();
        let metrics = TrialMetrics::new(&declared).unwrap();
        let both = trials(&[("tfidf", "answer"), ("transformer", "shadow")]);
        let tell = |trials: &[TrialPolicy]| {
            metrics.states(trials.iter().map(|trial| (trial, TrialState::Running)));
        };
        let series = || declared.text().matches("\nagent_canary_state{").count();
        tell(&both);
        assert_eq!(series(), 8);
        std::thread::scope(|scope| {
            let telling = scope.spawn(|| (0..2_000).for_each(|_| tell(&both)));
            while !telling.is_finished() {
                assert_eq!(series(), 8);
            }
        });
        tell(&both[1..]);
        assert_eq!(series(), 4);
        tell(&trials(&[("transformer", "answer")]));
        assert_eq!(series(), 4, "the mode is another");
        assert!(!declared.text().contains("mode=\"shadow\""), "{}", declared.text());
    }
}
