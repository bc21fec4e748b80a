//! What a replay came to.

use std::collections::BTreeMap;

use serde::Serialize;
use switchboard_cascade::{NeverAsked, Settled};
use switchboard_decisions::Stored;
use switchboard_routing::Policy;

/// What would change.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    policy: String,
    policy_version: String,
    /// Decisions read.
    decisions: u64,
    /// Decisions that the policy could be tried on; all shares are of these.
    replayed: u64,
    /// Decisions for which it would have asked a model that was never asked, by that model.
    unknown: BTreeMap<&'static str, u64>,
    /// Tickets that the agent was asked about again, and those it did not answer.
    pub(super) asked_again: u64,
    pub(super) failed: u64,
    /// Decisions whose evidence this release cannot read.
    pub(super) unreadable: u64,
    /// The share of the tickets that would get the label they got.
    agreement: Option<f64>,
    /// How many would get another label, another route, other trust.
    changed: Changed,
    before: Side,
    after: Side,
    /// Accuracy on tickets whose true label is known.
    accuracy: Accuracy,
}

#[derive(Debug, Default, Serialize)]
struct Changed {
    label: u64,
    route: u64,
    trust: u64,
}

/// How tickets were answered, or would be.
#[derive(Debug, Default, Serialize)]
struct Side {
    routes: BTreeMap<String, u64>,
    reasons: BTreeMap<String, u64>,
    trust: BTreeMap<String, u64>,
    /// The share of the tickets that reached the transformer.
    transformer_share: Option<f64>,
    #[serde(skip)]
    transformer: u64,
}

#[derive(Debug, Default, Serialize)]
struct Accuracy {
    /// Replayed tickets with feedback.
    n: u64,
    before: Option<f64>,
    after: Option<f64>,
    #[serde(skip)]
    right: [u64; 2],
}

impl Report {
    pub(super) fn of(policy: &Policy) -> Self {
        Self {
            policy: policy.name.to_string(),
            policy_version: policy.version.clone(),
            decisions: 0,
            replayed: 0,
            unknown: BTreeMap::new(),
            asked_again: 0,
            failed: 0,
            unreadable: 0,
            agreement: None,
            changed: Changed::default(),
            before: Side::default(),
            after: Side::default(),
            accuracy: Accuracy::default(),
        }
    }

    /// Counts a decision, whether it had asked the transformer, and what the policy makes of it.
    pub(super) fn count(
        &mut self,
        stored: &Stored,
        asked_transformer: bool,
        settled: Result<Settled, NeverAsked>,
    ) {
        self.decisions += 1;
        let settled = match settled {
            Ok(settled) => settled,
            Err(NeverAsked(family)) => {
                *self.unknown.entry(family.name()).or_default() += 1;
                return;
            }
        };
        self.replayed += 1;
        let decision = &stored.decision;
        let trust = settled.judgement.trust.name();
        self.changed.label += u64::from(settled.label != decision.label);
        self.changed.route += u64::from(settled.route.name() != decision.route);
        self.changed.trust += u64::from(trust != decision.trust);
        self.before.count([&decision.route, &decision.reason, &decision.trust], asked_transformer);
        self.after.count(
            [settled.route.name(), settled.wish.reason.name(), trust],
            settled.asked_transformer,
        );
        if let Some(truth) = &stored.feedback {
            self.accuracy.n += 1;
            self.accuracy.right[0] += u64::from(decision.label == *truth);
            self.accuracy.right[1] += u64::from(settled.label == *truth);
        }
        self.share();
    }

    fn share(&mut self) {
        let share = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
        let of_all = |part| share(part, self.replayed);
        self.agreement = of_all(self.replayed - self.changed.label);
        self.before.transformer_share = of_all(self.before.transformer);
        self.after.transformer_share = of_all(self.after.transformer);
        let Accuracy { n, right: [before, after], .. } = self.accuracy;
        (self.accuracy.before, self.accuracy.after) = (share(before, n), share(after, n));
    }
}

impl Side {
    fn count(&mut self, [route, reason, trust]: [&str; 3], transformer: bool) {
        *self.routes.entry(route.to_owned()).or_default() += 1;
        *self.reasons.entry(reason.to_owned()).or_default() += 1;
        *self.trust.entry(trust.to_owned()).or_default() += 1;
        self.transformer += u64::from(transformer);
    }
}
