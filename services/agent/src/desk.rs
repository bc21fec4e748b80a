//! Everything that decides about one ticket, as it was when the ticket came: no answer mixes two policies, or two calibrations.

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use switchboard_cascade::{OperatingPoint, Sets, Situation};
use switchboard_routing::{
    Ask, Circumstances, Family, Grounds, Limit, LinearSignals, Policy, Reason, Record, Route, Signals, Then,
    Thresholds, Wish, second_wish,
};

use crate::ticket::{Answer, Judgement};

/// What held-out rows say of a task.
#[derive(Debug, Default)]
pub(crate) struct Calibrated {
    pub(crate) thresholds: Thresholds,
    /// The routing version that fits the models that serve.
    pub(crate) point: Option<Point>,
    /// Why the routing version of the registry does not.
    pub(crate) misfit: Option<String>,
}

/// A version of the task's routing model.
#[derive(Debug)]
pub(crate) struct Point {
    pub(crate) version: u32,
    pub(crate) model: OperatingPoint,
    /// What prediction sets are made by, at the coverage last asked for.
    sets: ArcSwap<(f32, Sets)>,
}

impl Point {
    pub(crate) fn new(version: u32, model: OperatingPoint) -> Self {
        let coverage = Policy::default().coverage.get();
        let sets = ArcSwap::from_pointee((coverage, model.for_coverage(coverage)));
        Self { version, model, sets }
    }

    /// A policy seldom changes its coverage, and making sets takes longer than using them.
    fn sets(&self, coverage: f32) -> Arc<(f32, Sets)> {
        let known = self.sets.load_full();
        if known.0.to_bits() == coverage.to_bits() {
            return known;
        }
        let made = Arc::new((coverage, self.model.for_coverage(coverage)));
        self.sets.store(made.clone());
        made
    }

    fn fits(&self, answer: &Answer) -> bool {
        self.model.fits().is(answer.family, &answer.model, answer.version)
    }
}

/// What is known of each task, shared.
pub(crate) type SharedCalibrated = Arc<ArcSwap<BTreeMap<String, Arc<Calibrated>>>>;

/// The policy that serves, shared.
pub(crate) type SharedPolicy = Arc<ArcSwap<Policy>>;

/// What decides about one ticket.
pub(crate) struct Desk {
    pub(crate) task: String,
    pub(crate) policy: Arc<Policy>,
    pub(crate) calibrated: Arc<Calibrated>,
    pub(crate) linear: Option<Arc<Record>>,
    pub(crate) transformer: Option<Arc<Record>>,
    pub(crate) share: (f32, Limit),
    pub(crate) requested: Option<Ask>,
}

impl Desk {
    pub(crate) fn circumstances(&self) -> Circumstances<'_> {
        let point = self.calibrated.point.as_ref();
        Circumstances {
            task: &self.task,
            policy: &self.policy,
            thresholds: &self.calibrated.thresholds,
            linear: self.linear.as_deref(),
            transformer: self.transformer.as_deref(),
            fuses: self.policy.fusion && point.is_some_and(|point| point.model.fusion().is_some()),
            share: self.share,
            requested: self.requested,
        }
    }

    /// The routing model, where it fits what answered.
    fn fitting(&self, said: &[Answer]) -> Option<&Point> {
        let point = self.calibrated.point.as_ref()?;
        said.iter().all(|answer| point.fits(answer)).then_some(point)
    }

    /// What the linear model's answer makes of the ticket.
    pub(crate) fn second_wish(&self, signals: &Signals, answer: &Answer) -> Wish {
        let mut linear = linear_signals(answer);
        if let Some(point) = self.fitting(std::slice::from_ref(answer)) {
            let label = answer.scores.iter().position(|(label, _)| *label == answer.label);
            linear.gate = label.and_then(|label| point.model.gate(signals, &linear, label));
        }
        second_wish(signals, &linear, &self.circumstances())
    }

    /// Both answers as one; the transformer's where they cannot be combined.
    pub(crate) fn combine(&self, said: &[Answer; 2]) -> Answer {
        let [linear, transformer] = said;
        self.fused(linear, transformer).unwrap_or_else(|| transformer.clone())
    }

    fn fused(&self, linear: &Answer, transformer: &Answer) -> Option<Answer> {
        let both = [linear.clone(), transformer.clone()];
        let point = self.fitting(&both).filter(|_| self.policy.fusion)?;
        let labels = |answer: &Answer| answer.scores.iter().map(|(label, _)| label.clone()).collect::<Vec<_>>();
        if labels(linear) != labels(transformer) {
            return None;
        }
        let combined = point.model.fuse(&linear.probabilities(), &transformer.probabilities())?;
        let leader = point.model.fusion()?.leader();
        let leader = if leader == Family::Tfidf { linear } else { transformer };
        let mut answer = Answer { route: Route::Fusion, ..leader.clone() };
        let (top, confidence) =
            combined.iter().copied().enumerate().reduce(|a, b| if b.1 > a.1 { b } else { a })?;
        answer.label.clone_from(&answer.scores[top].0);
        answer.confidence = confidence;
        for ((_, score), combined) in answer.scores.iter_mut().zip(combined) {
            *score = combined;
        }
        Some(answer)
    }

    /// How far the answer can be trusted.
    pub(crate) fn judge(&self, signals: &Signals, (answer, said): (&Answer, &[Answer]), reason: Reason) -> Judgement {
        // What would have been both models' is one model's: it is judged as that model alone is.
        let alone = matches!(reason, Reason::Fallback | Reason::BrownOut | Reason::Budget);
        let point = self.fitting(said);
        let situation = match answer.route {
            Route::Tfidf if alone => Situation::Linear,
            Route::Transformer if alone => Situation::Transformer,
            _ => Situation::Mesh,
        };
        let coverage = self.policy.coverage.get();
        let set = point.and_then(|point| point.sets(coverage).1.set(situation, &answer.probabilities()));
        let out_of_scope = point.and_then(|point| out_of_scope(&point.model, said));
        let thresholds = &self.calibrated.thresholds;
        let measured = thresholds.review_below(answer.route, alone);
        let review_below = self.policy.review_below(&self.task, &signals.language).or(measured);
        let grounds = Grounds {
            confidence: answer.confidence,
            review_below,
            set_size: set.as_ref().map(Vec::len),
            suggest_at_most: self.policy.suggest_at_most,
            held_back: out_of_scope.is_some_and(|score| score > self.policy.out_of_scope_above.get())
                || self.wants_review(signals, said),
        };
        let named = |set: Vec<usize>| set.into_iter().filter_map(|label| Some(answer.scores.get(label)?.0.clone())).collect();
        Judgement {
            trust: grounds.trust(),
            coverage: set.is_some().then_some(coverage),
            prediction_set: set.map(named).unwrap_or_default(),
            out_of_scope,
        }
    }

    /// Whether a rule says that a person should look.
    fn wants_review(&self, signals: &Signals, said: &[Answer]) -> bool {
        let linear = said.iter().find(|answer| answer.family == Family::Tfidf).map(linear_signals);
        self.policy.holding(&self.task, signals, linear.as_ref()).any(|rule| rule.then == Then::Review)
    }
}

fn linear_signals(answer: &Answer) -> LinearSignals {
    LinearSignals::of(&answer.probabilities(), answer.out_of_vocabulary)
}

/// By the linear model's raw scores where it answered: they tell best what it has never seen.
fn out_of_scope(model: &OperatingPoint, said: &[Answer]) -> Option<f32> {
    let answer = said.iter().min_by_key(|answer| answer.family)?;
    model.out_of_scope(answer.family, answer.max_logit?)
}
