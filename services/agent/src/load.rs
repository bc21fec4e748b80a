//! How busy the transformer is, and what share of the escalations it can take.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use switchboard_routing::{BrownOut, Budget, Limit, Window};

use crate::downstream::Lack;

/// How often the share is looked at anew.
pub(crate) const PERIOD: Duration = Duration::from_millis(250);

/// Counts since the last look, and the share that follows from all looks.
#[derive(Debug)]
pub(crate) struct Load {
    tickets: AtomicU64,
    asked: AtomicU64,
    refused: AtomicU64,
    latency_us: AtomicU64,
    controller: Mutex<BrownOut>,
    /// The bits of the share.
    share: AtomicU32,
    /// Whether it is the share of tickets that presses, and not the time.
    by_share: AtomicU32,
}

impl Default for Load {
    fn default() -> Self {
        Self {
            tickets: AtomicU64::new(0),
            asked: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            latency_us: AtomicU64::new(0),
            controller: Mutex::default(),
            share: AtomicU32::new(1f32.to_bits()),
            by_share: AtomicU32::new(0),
        }
    }
}

impl Load {
    /// Counts a ticket that was answered.
    pub(crate) fn routed(&self) {
        self.tickets.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a call to the transformer. One that was not made says nothing, and one that found nobody is the breaker's business.
    pub(crate) fn asked(&self, lack: Option<Lack>, took: Duration) {
        let refused = match lack {
            None => false,
            Some(Lack::Overloaded | Lack::Slow) => true,
            Some(_) => return,
        };
        self.asked.fetch_add(1, Ordering::Relaxed);
        if refused {
            self.refused.fetch_add(1, Ordering::Relaxed);
        } else {
            let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
            self.latency_us.fetch_add(took, Ordering::Relaxed);
        }
    }

    /// The share of escalations that may go to the transformer now, 0 to 1, and the limit that presses hardest.
    pub(crate) fn share(&self) -> (f32, Limit) {
        let limit =
            if self.by_share.load(Ordering::Relaxed) == 1 { Limit::Share } else { Limit::Latency };
        (f32::from_bits(self.share.load(Ordering::Relaxed)), limit)
    }

    /// Takes in what was counted in the `elapsed` time since the last call.
    pub(crate) fn look(&self, budget: &Budget, elapsed: Duration) {
        let take = |count: &AtomicU64| count.swap(0, Ordering::Relaxed);
        let window = Window {
            tickets: take(&self.tickets),
            asked: take(&self.asked),
            refused: take(&self.refused),
            latency_ms: take(&self.latency_us) as f64 / 1e3,
        };
        // Whole or not at all: a panic cannot leave these few numbers half-changed.
        let mut controller = self.controller.lock().unwrap_or_else(PoisonError::into_inner);
        controller.observe(budget, window, elapsed);
        self.share.store(controller.share().to_bits(), Ordering::Relaxed);
        self.by_share.store(u32::from(controller.limit() == Limit::Share), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_transformer_gets_a_smaller_share_and_a_quick_one_the_whole() {
        let load = Load::default();
        let budget = Budget { max_latency_ms: Some(100.0), max_share: None };
        let look = |took: u64| {
            for _ in 0..100 {
                load.routed();
                load.asked(None, Duration::from_millis(took));
            }
            load.look(&budget, Duration::from_secs(1));
            load.share().0
        };
        assert!((look(50) - 1.0).abs() < 1e-6);
        let slow = (0..20).fold(1.0, |_, _| look(300));
        assert!(slow < 0.1, "{slow}");
        let quick = (0..60).fold(0.0, |_, _| look(10));
        assert!(quick > 0.99, "{quick}");
    }

    #[test]
    fn only_calls_that_were_made_count() {
        let load = Load::default();
        for lack in [Lack::Skipped, Lack::NotConfigured, Lack::NoModel, Lack::Down] {
            load.asked(Some(lack), Duration::ZERO);
        }
        assert_eq!(load.asked.load(Ordering::Relaxed), 0);
        load.asked(Some(Lack::Overloaded), Duration::ZERO);
        assert_eq!(
            (load.asked.load(Ordering::Relaxed), load.refused.load(Ordering::Relaxed)),
            (1, 1)
        );
    }
}
