//! A ticket's part in a trial.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use switchboard_routing::{Call, Family, TrialPolicy};
use tokio::sync::Notify;

use crate::trials::{Trials, fair};

/// A ticket's part in a trial: the challenger is asked about it.
#[derive(Clone)]
pub(crate) struct Part {
    pub(crate) section: TrialPolicy,
    /// The challenger when the ticket came.
    pub(crate) version: u32,
}

impl Part {
    pub(crate) fn family(&self) -> Family {
        self.section.family
    }
}

/// The part of a ticket that the challenger answers in its champion's place, unless it fails.
pub(crate) struct Arm {
    pub(crate) part: Part,
    failure: Notify,
}

impl Arm {
    pub(super) fn of(part: Part) -> Self {
        Self { part, failure: Notify::new() }
    }

    /// Tells whoever waits for [`Self::failed`], and goes no further: the ticket begins again without the challenger.
    pub(super) async fn fail(&self) -> Infallible {
        self.failure.notify_one();
        std::future::pending().await
    }

    /// Returns once the challenger failed.
    pub(super) async fn failed(&self) {
        self.failure.notified().await;
    }
}

/// A call of a challenger under way. When its caller leaves after a fair wait, that is a failure: nobody may be kept waiting unseen.
pub(super) struct Pending<'p> {
    trials: &'p Trials,
    part: &'p Part,
    started: Instant,
    ended: bool,
}

impl<'p> Pending<'p> {
    pub(super) fn begin(trials: &'p Trials, part: &'p Part) -> Self {
        Self { trials, part, started: Instant::now(), ended: false }
    }

    /// How long the call took.
    pub(super) fn end(mut self) -> Duration {
        self.ended = true;
        self.started.elapsed()
    }
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        if !self.ended && self.started.elapsed() >= fair(&self.part.section) {
            self.trials.challenger_called(self.part, Call::Failed);
        }
    }
}
