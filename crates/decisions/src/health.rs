//! Whether the store can be used: said once when it changes, and how long to wait before the next try.

use std::time::Duration;

use tracing::{info, warn};

use crate::DecisionLogUrl;
use crate::store::StoreError;

const FIRST_DELAY: Duration = Duration::from_millis(100);
const LONGEST_DELAY: Duration = Duration::from_secs(5);

pub(crate) struct Health {
    url: DecisionLogUrl,
    state: State,
    delay: Option<Duration>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Unknown,
    Here,
    /// It could not be opened.
    Unreachable,
    /// It could be opened, and did not do what was asked: only doing so shows that it is back.
    Refusing,
}

impl Health {
    pub(crate) fn new(url: DecisionLogUrl) -> Self {
        Self { url, state: State::Unknown, delay: None }
    }

    /// Whether nothing is known of the store yet.
    pub(crate) fn unknown(&self) -> bool {
        self.state == State::Unknown
    }

    /// How long to leave the store alone: longer after every failure.
    pub(crate) fn delay(&self) -> Duration {
        self.delay.unwrap_or_default()
    }

    pub(crate) fn opened(&mut self) {
        if self.state != State::Refusing {
            self.here();
        }
    }

    pub(crate) fn answered(&mut self) {
        self.here();
    }

    pub(crate) fn unreachable(&mut self, error: &StoreError) {
        self.away(State::Unreachable, error);
    }

    pub(crate) fn refused(&mut self, error: &StoreError) {
        self.away(State::Refusing, error);
    }

    fn here(&mut self) {
        match self.state {
            State::Unknown => info!(store = %self.url, "decisions go to {}", self.url),
            State::Unreachable | State::Refusing => {
                warn!(store = %self.url, "decision store is back: {}", self.url);
            }
            State::Here => {}
        }
        self.state = State::Here;
        self.delay = None;
    }

    fn away(&mut self, state: State, error: &StoreError) {
        if matches!(self.state, State::Unknown | State::Here) {
            warn!(store = %self.url, %error, "decision store is away, decisions may be dropped: {error}");
        }
        // What refused keeps that name until it does what is asked, also when it cannot be reached for a while.
        if self.state != State::Refusing {
            self.state = state;
        }
        self.delay = Some(self.delay.map_or(FIRST_DELAY, |delay| (delay * 2).min(LONGEST_DELAY)));
    }
}
