//! Everything that decides about one ticket, as it was when the ticket came: no answer mixes two policies, or two calibrations.

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use switchboard_cascade::{Desk, Point};
use switchboard_routing::{Ask, Circumstances, Limit, Policy, Record, Thresholds};

/// What held-out rows say of a task.
#[derive(Debug, Default)]
pub(crate) struct Calibrated {
    pub(crate) thresholds: Thresholds,
    /// The routing version that fits the models that serve.
    pub(crate) point: Option<Point>,
    /// Why the routing version of the registry does not.
    pub(crate) misfit: Option<String>,
}

/// What is known of each task, shared.
pub(crate) type SharedCalibrated = Arc<ArcSwap<BTreeMap<String, Arc<Calibrated>>>>;

/// The policy that serves, shared.
pub(crate) type SharedPolicy = Arc<ArcSwap<Policy>>;

/// What decides about one ticket.
pub(crate) struct Moment {
    pub(crate) task: String,
    pub(crate) policy: Arc<Policy>,
    pub(crate) calibrated: Arc<Calibrated>,
    pub(crate) linear: Option<Arc<Record>>,
    pub(crate) transformer: Option<Arc<Record>>,
    pub(crate) share: (f32, Limit),
    pub(crate) requested: Option<Ask>,
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
