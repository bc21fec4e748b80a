//! What became of the decisions.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use crate::Decision;

/// What became of the decisions since the log was opened. Each is counted in one of the four.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Decisions that are stored.
    pub recorded: u64,
    /// Decisions dropped because the queue was full.
    pub dropped_full: u64,
    /// Decisions dropped because the store refused them twice, the log was closed, or they have no name. After a write that was cut
    /// short, some of them may be stored all the same.
    pub dropped_failed: u64,
    /// Decisions that wait to be stored.
    pub queued: u64,
}

#[derive(Default)]
pub(crate) struct Counters {
    recorded: AtomicU64,
    dropped_full: AtomicU64,
    dropped_failed: AtomicU64,
    queued: AtomicU64,
    queued_bytes: AtomicUsize,
}

impl Counters {
    /// Whether there is room for the decision; if so, it counts as queued from now on.
    pub(crate) fn enqueue(&self, decision: &Decision, most_bytes: usize) -> bool {
        let size = decision.size_bytes();
        let before = self.queued_bytes.fetch_add(size, Relaxed);
        if before.saturating_add(size) > most_bytes {
            self.queued_bytes.fetch_sub(size, Relaxed);
            return false;
        }
        self.queued.fetch_add(1, Relaxed);
        true
    }

    /// One that the queue had no place for.
    pub(crate) fn dropped_full(&self) {
        self.dropped_full.fetch_add(1, Relaxed);
    }

    /// One that cannot be stored.
    pub(crate) fn dropped_nameless(&self) {
        self.dropped_failed.fetch_add(1, Relaxed);
    }

    /// What was queued and is now stored.
    pub(crate) fn stored(&self, decisions: &[Decision]) {
        self.dequeue(decisions);
        self.recorded.fetch_add(decisions.len() as u64, Relaxed);
    }

    /// What was queued and will not be stored.
    pub(crate) fn failed(&self, decisions: &[Decision]) {
        self.dequeue(decisions);
        self.dropped_failed.fetch_add(decisions.len() as u64, Relaxed);
    }

    /// Takes decisions out of what counts as queued.
    pub(crate) fn dequeue(&self, decisions: &[Decision]) {
        let size = decisions.iter().map(Decision::size_bytes).sum();
        self.queued.fetch_sub(decisions.len() as u64, Relaxed);
        self.queued_bytes.fetch_sub(size, Relaxed);
    }

    pub(crate) fn counts(&self) -> Counts {
        Counts {
            recorded: self.recorded.load(Relaxed),
            dropped_full: self.dropped_full.load(Relaxed),
            dropped_failed: self.dropped_failed.load(Relaxed),
            queued: self.queued.load(Relaxed),
        }
    }
}
