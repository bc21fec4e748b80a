//! The status page of the admin port: whether the mesh is healthy, which versions serve, what was routed lately and how fast.

mod canaries;
mod counts;
mod latency;
mod pages;
mod recent;
mod report;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

pub(crate) use pages::pages;

use crate::status::counts::Counts;
use crate::status::recent::{Minute, Recent};
use crate::ticket::Routed;

/// When the agent started, and what it did lately.
pub(crate) struct Status {
    started: Instant,
    started_at: SystemTime,
    recent: Mutex<Recent>,
}

/// What is known at one moment.
struct Now {
    /// The moment, in seconds since the start.
    second: u64,
    started_at: SystemTime,
    last_minute: Counts,
    minutes: Vec<Minute>,
}

impl Status {
    /// The agent starts now.
    pub(crate) fn begin() -> Self {
        Self {
            started: Instant::now(),
            started_at: SystemTime::now(),
            recent: Mutex::new(Recent::new()),
        }
    }

    /// Counts a ticket that was answered.
    pub(crate) fn routed(&self, routed: &Routed) {
        self.recent().at(self.second()).routed(routed);
    }

    /// Counts a request.
    pub(crate) fn answered(&self, endpoint: &str, outcome: &str, took: Duration) {
        self.recent().at(self.second()).answered(endpoint, outcome, took);
    }

    fn now(&self) -> Now {
        let recent = self.recent();
        let second = self.second();
        Now {
            second,
            started_at: self.started_at,
            last_minute: recent.last_minute(second),
            minutes: recent.minutes(second),
        }
    }

    fn second(&self) -> u64 {
        self.started.elapsed().as_secs()
    }

    fn recent(&self) -> MutexGuard<'_, Recent> {
        // Counts cannot be left half-changed in a way that matters: each is a number of its own.
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
