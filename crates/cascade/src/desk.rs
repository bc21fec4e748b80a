//! What decides about one ticket: the policy, what held-out rows say, and the routing model where it fits what answered.

use std::sync::{Arc, Mutex, PoisonError};

use switchboard_routing::{
    Circumstances, Family, Grounds, LinearSignals, Reason, Route, Signals, Then, Trust, Wish,
    second_wish,
};

use crate::{OperatingPoint, Sets, Situation};

/// A version of a task's routing model that serves.
#[derive(Debug)]
pub struct Point {
    /// The version.
    pub version: u32,
    /// What it holds.
    pub model: OperatingPoint,
    /// What prediction sets are made by, at the coverage last asked for.
    sets: Mutex<Arc<(f32, Sets)>>,
}

/// What one model said of a ticket.
#[derive(Debug, Clone, Copy)]
pub struct Heard<'h> {
    /// Its kind.
    pub family: Family,
    /// Its registered name.
    pub model: &'h str,
    /// Its version.
    pub version: u32,
    /// Every label and its calibrated probability, in the model's order.
    pub scores: &'h [(String, f32)],
    /// The largest raw score.
    pub max_logit: Option<f32>,
    /// Share of the tokens it has never seen.
    pub out_of_vocabulary: f32,
}

/// Both answers as one.
#[derive(Debug, Clone, PartialEq)]
pub struct Fused {
    /// A probability a label, in the models' order.
    pub probabilities: Vec<f32>,
    /// The model that counts more.
    pub leader: Family,
}

/// How far an answer can be trusted.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// What to do with it.
    pub trust: Trust,
    /// The labels that hold the right one as often as `coverage` says, the most probable first.
    pub prediction_set: Vec<String>,
    /// The share of prediction sets that hold the right label; `None` where no sets are calibrated.
    pub coverage: Option<f32>,
    /// The share of held-out tickets that were less unlike what the models were trained on.
    pub out_of_scope: Option<f32>,
}

/// What decides about one ticket.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'d> {
    /// Everything but the ticket and the routing model.
    pub around: Circumstances<'d>,
    /// The routing model, when one fits what serves.
    pub point: Option<&'d Point>,
}

impl Point {
    /// A version of the routing model.
    pub fn new(version: u32, model: OperatingPoint) -> Self {
        let coverage = 0.9;
        let sets = Mutex::new(Arc::new((coverage, model.for_coverage(coverage))));
        Self { version, model, sets }
    }

    /// A policy seldom changes its coverage, and making sets takes longer than using them.
    fn sets(&self, coverage: f32) -> Arc<(f32, Sets)> {
        // What is behind the lock is replaced as a whole.
        let mut sets = self.sets.lock().unwrap_or_else(PoisonError::into_inner);
        if sets.0.to_bits() != coverage.to_bits() {
            *sets = Arc::new((coverage, self.model.for_coverage(coverage)));
        }
        sets.clone()
    }

    fn fits(&self, heard: &Heard<'_>) -> bool {
        self.model.fits().is(heard.family, heard.model, heard.version)
    }
}

impl Heard<'_> {
    fn probabilities(&self) -> Vec<f32> {
        self.scores.iter().map(|(_, p)| *p).collect()
    }

    fn linear_signals(&self) -> LinearSignals {
        LinearSignals::of(&self.probabilities(), self.out_of_vocabulary)
    }

    fn top(&self) -> Option<usize> {
        top(self.scores.iter().map(|(_, p)| *p))
    }
}

impl<'d> Desk<'d> {
    /// What decides, under these circumstances; whether answers fuse, and whether thresholds are calibrated, follows from the routing model.
    pub fn new(around: Circumstances<'d>, point: Option<&'d Point>) -> Self {
        let can = point.is_some_and(|point| point.model.fusion().is_some());
        let fuses = around.policy.fusion && can;
        let around = Circumstances { fuses, calibrated: point.is_some(), ..around };
        Self { around, point }
    }

    /// The routing model, where it fits what was heard.
    fn fitting(&self, heard: &[Heard<'_>]) -> Option<&'d Point> {
        let point = self.point?;
        heard.iter().all(|heard| point.fits(heard)).then_some(point)
    }

    /// What the linear model's answer makes of the ticket.
    pub fn second_wish(&self, signals: &Signals, linear: &Heard<'_>) -> Wish {
        let mut said = linear.linear_signals();
        if let Some(point) = self.fitting(std::slice::from_ref(linear)) {
            said.gate = linear.top().and_then(|label| point.model.gate(signals, &said, label));
        }
        second_wish(signals, &said, &self.around)
    }

    /// Both answers as one, where they can be combined.
    pub fn fuse(&self, linear: &Heard<'_>, transformer: &Heard<'_>) -> Option<Fused> {
        let point = self.fitting(&[*linear, *transformer]).filter(|_| self.around.fuses)?;
        let alike = |(one, other): (&(String, f32), &(String, f32))| one.0 == other.0;
        if linear.scores.len() != transformer.scores.len()
            || !linear.scores.iter().zip(transformer.scores).all(alike)
        {
            return None;
        }
        let probabilities =
            point.model.fuse(&linear.probabilities(), &transformer.probabilities())?;
        Some(Fused { probabilities, leader: point.model.fusion()?.leader() })
    }

    /// How far an answer can be trusted: whose probabilities it has, those, what was heard, and why it is this answer.
    pub fn judge(
        &self,
        signals: &Signals,
        (route, scores): (Route, &[(String, f32)]),
        heard: &[Heard<'_>],
        reason: Reason,
    ) -> Judgement {
        let policy = self.around.policy;
        let probabilities: Vec<f32> = scores.iter().map(|(_, p)| *p).collect();
        // What would have been both models' is one model's: it is judged as that model alone is.
        let alone = matches!(reason, Reason::Fallback | Reason::BrownOut | Reason::Budget);
        let point = self.fitting(heard);
        let coverage = policy.coverage.get();
        let set = point
            .and_then(|point| point.sets(coverage).1.set(situation(route, alone), &probabilities));
        let out_of_scope = point.and_then(|point| out_of_scope(&point.model, heard));
        let measured = self.around.thresholds.review_below(route, alone);
        let grounds = Grounds {
            confidence: top(probabilities.iter().copied())
                .map_or(0.0, |label| probabilities[label]),
            review_below: policy.review_below(self.around.task, &signals.language).or(measured),
            set_size: set.as_ref().map(Vec::len),
            suggest_at_most: policy.suggest_at_most,
            held_back: out_of_scope.is_some_and(|score| score > policy.out_of_scope_above.get())
                || self.wants_review(signals, heard),
        };
        let name = |label: usize| Some(scores.get(label)?.0.clone());
        Judgement {
            trust: grounds.trust(),
            coverage: set.is_some().then_some(coverage),
            prediction_set: set.into_iter().flatten().filter_map(name).collect(),
            out_of_scope,
        }
    }

    /// Whether a rule says that a person should look.
    fn wants_review(&self, signals: &Signals, heard: &[Heard<'_>]) -> bool {
        let linear =
            heard.iter().find(|heard| heard.family == Family::Tfidf).map(Heard::linear_signals);
        let mut rules = self.around.policy.holding(self.around.task, signals, linear.as_ref());
        rules.any(|rule| rule.then == Then::Review)
    }
}

fn situation(route: Route, alone: bool) -> Situation {
    match route {
        Route::Tfidf if alone => Situation::Linear,
        Route::Transformer if alone => Situation::Transformer,
        _ => Situation::Mesh,
    }
}

/// By the linear model's raw scores where it answered: they tell best what it has never seen.
fn out_of_scope(model: &OperatingPoint, heard: &[Heard<'_>]) -> Option<f32> {
    let heard = heard.iter().min_by_key(|heard| heard.family)?;
    model.out_of_scope(heard.family, heard.max_logit?)
}

/// The place of the greatest probability; the first of equals.
fn top(probabilities: impl Iterator<Item = f32>) -> Option<usize> {
    let best = probabilities.enumerate().reduce(|a, b| if b.1 > a.1 { b } else { a });
    best.map(|(label, _)| label)
}
