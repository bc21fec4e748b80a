//! Everything that decides about one ticket, as it was when the ticket came: no answer mixes two policies, or two calibrations.

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use switchboard_cascade::{Desk, Point};
use switchboard_routing::{Ask, Circumstances, Family, Limit, Policy, Record, Thresholds};

use crate::gateway::Gateway;
use crate::ticket::{Ticket, asked_for};

/// What held-out rows say of a task.
#[derive(Debug, Default)]
pub(crate) struct Calibrated {
    pub(crate) thresholds: Thresholds,
    /// The routing version that fits the models that serve.
    pub(crate) point: Option<Point>,
    /// Why the routing version of the registry does not.
    pub(crate) misfit: Option<String>,
}

/// What is known of a task.
pub(crate) struct KnownTask {
    /// While its champions answer.
    pub(crate) served: Arc<Calibrated>,
    /// While a challenger, of that version, answers in its champion's place.
    pub(crate) on_trial: BTreeMap<Family, (u32, Arc<Calibrated>)>,
}

/// What is known of each task, shared.
pub(crate) type SharedCalibrated = Arc<ArcSwap<BTreeMap<String, KnownTask>>>;

/// The policy that serves, shared.
pub(crate) type SharedPolicy = Arc<ArcSwap<Policy>>;

/// What decides about one ticket.
#[derive(Clone)]
pub(crate) struct Moment {
    pub(crate) task: String,
    pub(crate) policy: Arc<Policy>,
    pub(crate) calibrated: Arc<Calibrated>,
    pub(crate) linear: Option<Arc<Record>>,
    pub(crate) transformer: Option<Arc<Record>>,
    pub(crate) share: (f32, Limit),
    pub(crate) requested: Option<Ask>,
    /// Whether a challenger stands in its champion's place.
    pub(crate) canary: bool,
}

impl Moment {
    pub(crate) fn desk(&self) -> Desk<'_> {
        let around = Circumstances {
            task: &self.task,
            policy: &self.policy,
            thresholds: &self.calibrated.thresholds,
            linear: self.linear.as_deref(),
            transformer: self.transformer.as_deref(),
            fuses: false,
            calibrated: false,
            share: self.share,
            requested: self.requested,
        };
        Desk::new(around, self.calibrated.point.as_ref())
    }
}

impl Gateway {
    /// What decides about this ticket, as of now.
    pub(crate) fn moment(&self, task: &str, ticket: &Ticket) -> Moment {
        let record = |family| -> Option<Arc<Record>> {
            Some(self.facts(family)?.champions.get(task)?.record.clone())
        };
        Moment {
            task: task.to_owned(),
            policy: self.policy.load_full(),
            calibrated: self.calibrated(task),
            linear: record(Family::Tfidf),
            transformer: record(Family::Transformer),
            share: self.load.share(),
            requested: asked_for(&ticket.route).unwrap_or_default(),
            canary: false,
        }
    }

    fn calibrated(&self, task: &str) -> Arc<Calibrated> {
        self.calibrated.load().get(task).map(|known| known.served.clone()).unwrap_or_default()
    }
}
