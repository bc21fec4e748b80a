//! A circuit breaker: after a few failures in a row, nobody waits for a service that does not answer.
//!
//! Nygard, *Release It!*, 2007. Time comes in as an argument.

use std::time::{Duration, Instant};

/// Failures in a row that open the breaker.
const FAILURES_TO_OPEN: u32 = 3;
/// How long it stays open the first time; doubled each time the trial fails.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Lets calls through, or not.
#[derive(Debug)]
pub(crate) struct Breaker {
    failures: u32,
    pause: Duration,
    /// When open: the moment one trial call is let through.
    opens_at: Option<Instant>,
}

impl Breaker {
    pub(crate) fn new() -> Self {
        Self { failures: 0, pause: FIRST_PAUSE, opens_at: None }
    }

    /// Whether a call may go out at `now`. When open, one call a pause is let through as a trial.
    pub(crate) fn allows(&mut self, now: Instant) -> bool {
        match self.opens_at {
            None => true,
            Some(at) if now >= at => {
                // The next trial is due a pause later, whatever becomes of this one: its caller may leave without a word.
                self.opens_at = Some(now + self.pause);
                true
            }
            Some(_) => false,
        }
    }

    /// A call was answered.
    pub(crate) fn succeeded(&mut self) {
        *self = Self::new();
    }

    /// A call that was let through failed at `now`.
    pub(crate) fn failed(&mut self, now: Instant) {
        self.failures += 1;
        if self.opens_at.is_some() {
            self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        }
        if self.failures >= FAILURES_TO_OPEN {
            self.opens_at = Some(now + self.pause);
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        self.opens_at.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(now: Instant) -> Breaker {
        let mut breaker = Breaker::new();
        for _ in 0..FAILURES_TO_OPEN {
            assert!(breaker.allows(now));
            breaker.failed(now);
        }
        breaker
    }

    #[test]
    fn opens_after_failures_in_a_row_only() {
        let now = Instant::now();
        let mut breaker = Breaker::new();
        for _ in 0..10 {
            breaker.failed(now);
            breaker.failed(now);
            breaker.succeeded();
        }
        assert!(breaker.allows(now) && !breaker.is_open());
        assert!(!opened(now).allows(now));
    }

    #[test]
    fn lets_one_trial_through_and_closes_when_it_succeeds() {
        let now = Instant::now();
        let mut breaker = opened(now);
        let later = now + FIRST_PAUSE;
        assert!(breaker.allows(later));
        assert!(!breaker.allows(later), "a second call during the trial");
        breaker.succeeded();
        assert!(breaker.allows(later));
    }

    #[test]
    fn waits_longer_after_each_failed_trial_but_never_for_ever() {
        let mut now = Instant::now();
        let mut breaker = opened(now);
        for _ in 0..12 {
            now += breaker.pause;
            assert!(breaker.allows(now));
            breaker.failed(now);
            assert!(!breaker.allows(now));
        }
        assert!(breaker.allows(now + LONGEST_PAUSE));
    }

    #[test]
    fn a_trial_whose_caller_left_does_not_lock_the_breaker() {
        let now = Instant::now();
        let mut breaker = opened(now);
        assert!(breaker.allows(now + FIRST_PAUSE));
        assert!(breaker.allows(now + FIRST_PAUSE * 2));
    }
}
