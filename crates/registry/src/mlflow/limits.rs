//! How long a server is waited for, and how often it is asked again.

use std::time::Duration;

/// The longest pause a server may ask for (`Retry-After`); it is given up on at once when it asks for more.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// A transfer that is slower than this is given up on.
const SLOWEST_BYTES_PER_SECOND: u64 = 128 * 1024;

/// How long a server is waited for, and how often it is asked again.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The longest that connecting may take.
    pub connect: Duration,
    /// The longest that one call may take, connecting and answer included; for files, a minute and what their size needs
    /// are added.
    pub answer: Duration,
    /// How often a call is made before it is given up, at least once.
    pub attempts: u32,
    /// The pause before the second attempt; each further one is twice as long, and all are shortened at random by up to a
    /// half, so that many services do not come back at once.
    pub first_pause: Duration,
    /// How long a call may be repeated; no new attempt begins later. Of a transfer, only the pauses count: a large file that
    /// breaks off after a long while goes on where it was.
    pub patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            answer: Duration::from_secs(20),
            attempts: 4,
            first_pause: Duration::from_millis(200),
            patience: Duration::from_secs(20),
        }
    }
}

impl Limits {
    /// The longest that one transfer of so many bytes may take.
    pub(super) fn transfer(&self, size_bytes: u64) -> Duration {
        self.answer
            + Duration::from_mins(1)
            + Duration::from_secs(size_bytes / SLOWEST_BYTES_PER_SECOND)
    }

    /// The pause after so many attempts, shortened by a part of a half.
    pub(super) fn pause(&self, attempts: u32, random: u64) -> Duration {
        let whole = self.first_pause.saturating_mul(1 << attempts.saturating_sub(1).min(10));
        let part = random as f64 / u64::MAX as f64;
        whole.min(LONGEST_PAUSE).mul_f64(1.0 - part / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_limit_and_lose_at_most_half() {
        let limits = Limits { first_pause: Duration::from_millis(100), ..Limits::default() };
        for (attempts, whole) in [(1, 100), (2, 200), (3, 400), (40, 10_000)] {
            let whole = Duration::from_millis(whole);
            assert_eq!(limits.pause(attempts, 0), whole);
            assert_eq!(limits.pause(attempts, u64::MAX), whole / 2);
        }
    }
}
