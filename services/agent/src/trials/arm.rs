//! A ticket's part in a trial, and the calls that are judged.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use switchboard_routing::{Family, Policy, TrialPolicy, Versions};
use switchboard_server::Stop;

use crate::choice::Question;
use crate::trials::Trials;

/// A ticket's part in a trial: the challenger is asked about it.
#[derive(Clone)]
pub(crate) struct Part {
    pub(crate) section: TrialPolicy,
    /// The champion and the challenger when the ticket came.
    pub(crate) versions: Versions,
}

impl Part {
    pub(crate) fn family(&self) -> Family {
        self.section.family
    }
}

/// The part of a ticket that the challenger answers in its champion's place, unless it fails.
pub(crate) struct Arm {
    pub(crate) part: Part,
    failure: Stop,
}

impl Arm {
    pub(super) fn of(part: Part) -> Self {
        Self { part, failure: Stop::new() }
    }

    /// Tells whoever waits for [`Self::failed`], and goes no further: the ticket begins again without the challenger.
    pub(super) async fn fail(&self) -> Infallible {
        self.failure.cancel();
        std::future::pending().await
    }

    /// Returns once the challenger failed.
    pub(super) async fn failed(&self) {
        self.failure.cancelled().await;
    }
}

/// A call of a champion, whose challenger may be on trial.
#[derive(Clone, Copy)]
pub(crate) struct ChampionCall<'c> {
    pub(crate) policy: &'c Policy,
    pub(crate) task: &'c str,
    pub(crate) family: Family,
    pub(crate) question: &'c Question<'c>,
}

/// Whose call it is.
#[derive(Clone, Copy)]
pub(super) enum Called<'c> {
    Champion(ChampionCall<'c>),
    Challenger(&'c Part),
}

/// A call under way. When its caller leaves after a fair wait, that is a failure of whoever was asked: nobody may be kept waiting unseen.
pub(crate) struct Pending<'c> {
    trials: &'c Trials,
    called: Called<'c>,
    started: Instant,
    ended: bool,
}

impl<'c> Pending<'c> {
    pub(super) fn begin(trials: &'c Trials, called: Called<'c>) -> Self {
        Self { trials, called, started: Instant::now(), ended: false }
    }

    /// How long the call took.
    pub(crate) fn end(mut self) -> Duration {
        self.ended = true;
        self.started.elapsed()
    }
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        if !self.ended && !self.called.is_given_up() {
            self.trials.left(self.called, self.started.elapsed());
        }
    }
}

impl Called<'_> {
    /// Whether it ends because the ticket begins again without a challenger that was asked beside it: nobody left.
    fn is_given_up(self) -> bool {
        match self {
            Self::Champion(call) => call.question.arm.is_some_and(|arm| arm.failure.is_cancelled()),
            Self::Challenger(_) => false,
        }
    }
}
