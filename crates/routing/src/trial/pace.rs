//! How long a model takes.

use std::collections::VecDeque;

/// The answers that are remembered.
const LATEST: usize = 200;
/// One answer in so many may be slower than the percentile of times that is compared: the 95th.
pub(super) const SLOWEST_IN: usize = 20;

/// How long a model took for its latest answers.
#[derive(Debug, Clone, Default)]
pub struct Pace {
    latest: VecDeque<u32>,
}

impl Pace {
    /// Takes in an answer that took so many microseconds.
    pub fn answered(&mut self, us: u32) {
        if self.latest.len() == LATEST {
            self.latest.pop_front();
        }
        self.latest.push_back(us);
    }

    /// The time, in microseconds, that 95 of 100 answers did not exceed; `None` without answers.
    pub fn p95_us(&self) -> Option<u32> {
        percentile(&mut self.latest.iter().copied().collect::<Vec<_>>())
    }
}

/// The least time that 95 of 100 do not exceed; puts the times in another order.
pub(super) fn percentile(times: &mut [u32]) -> Option<u32> {
    let place = times.len().checked_sub(1 + times.len() / SLOWEST_IN)?;
    Some(*times.select_nth_unstable(place).1)
}
