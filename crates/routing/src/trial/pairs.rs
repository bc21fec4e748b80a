//! A challenger's latest calls, each with one of the champion's, and whether they are surely worse.

use std::collections::VecDeque;

use crate::TrialPolicy;
use crate::trial::pace::{SLOWEST_IN, percentile};
use crate::trial::{Call, Side, Stopped, WINDOW};

/// Standard deviations by which the challenger's share must exceed what the limit makes of the champion's. Both shares are looked at after every call, so chance
/// has many tries; `tests::chance` measures how often it wins.
const SURELY: f64 = 4.0;

/// The challenger's latest calls, each with one of the champion's.
#[derive(Debug, Clone, Default)]
pub(super) struct Pairs {
    latest: VecDeque<Pair>,
    /// The champion's latest call that no call of the challenger followed.
    champion: Option<Call>,
}

/// A call of the challenger, and the champion's latest before it.
#[derive(Debug, Clone, Copy)]
struct Pair {
    challenger: Call,
    champion: Option<Call>,
}

impl Pairs {
    pub(super) fn champion_called(&mut self, call: Call) {
        self.champion = Some(call);
    }

    pub(super) fn challenger_called(&mut self, call: Call) {
        if self.latest.len() == WINDOW {
            self.latest.pop_front();
        }
        self.latest.push_back(Pair { challenger: call, champion: self.champion.take() });
    }

    /// The challenger and the champion.
    pub(super) fn sides(&self) -> (Side, Side) {
        (Side::of(self.challengers()), Side::of(self.champions()))
    }

    /// Which limit is broken.
    pub(super) fn broken(&self, policy: &TrialPolicy) -> Option<Stopped> {
        if self.latest.len() < policy.min_requests as usize {
            return None;
        }
        let (challenger, champion) = self.sides();
        if fails_too_often(policy, challenger, champion) {
            return Some(Stopped::Errors { challenger, champion });
        }
        self.is_too_slow(policy, champion).then_some(Stopped::Latency { challenger, champion })
    }

    /// Whether surely more of the challenger's answers than of the champion's, and more than 5 of 100, took longer than the limit makes of the champion's 95th percentile.
    fn is_too_slow(&self, policy: &TrialPolicy, champion: Side) -> bool {
        let answered = champion.calls - champion.failed;
        let (Some(p95), false) = (champion.p95_us, answered < policy.min_requests) else {
            return false;
        };
        let bound = policy.slow_above_us(p95);
        let (challenger, of) = slow(self.challengers(), bound);
        let (champion, of_champion) = slow(self.champions(), bound);
        // The percentile is an estimate: without the limit, as many are above it.
        let champion = champion.max(1.0 / SLOWEST_IN as f64);
        exceeds((challenger, of), (champion, of_champion), 0.0)
    }

    fn challengers(&self) -> impl Iterator<Item = Call> {
        self.latest.iter().map(|pair| pair.challenger)
    }

    fn champions(&self) -> impl Iterator<Item = Call> {
        self.latest.iter().filter_map(|pair| pair.champion)
    }
}

impl Side {
    fn of(calls: impl Iterator<Item = Call>) -> Self {
        let (mut number, mut times) = (0, Vec::new());
        for call in calls {
            number += 1;
            if let Call::Answered(us) | Call::Late(us) = call {
                times.push(us);
            }
        }
        let failed = number - times.len() as u32;
        Self { calls: number, failed, p95_us: percentile(&mut times) }
    }

    fn error_rate(self) -> f64 {
        f64::from(self.failed) / f64::from(self.calls.max(1))
    }
}

fn fails_too_often(policy: &TrialPolicy, challenger: Side, champion: Side) -> bool {
    let share = |side: Side| (side.error_rate(), side.calls);
    exceeds(share(challenger), share(champion), f64::from(policy.max_error_rate.get()))
}

/// The share of answers that took longer than `bound` microseconds, and of how many.
fn slow(calls: impl Iterator<Item = Call>, bound: f64) -> (f64, u32) {
    let (mut slow, mut all) = (0u32, 0u32);
    for call in calls {
        let is_slow = match call {
            Call::Answered(us) => f64::from(us) > bound,
            Call::Late(_) => true,
            Call::Failed => continue,
        };
        slow += u32::from(is_slow);
        all += 1;
    }
    (f64::from(slow) / f64::from(all.max(1)), all)
}

/// Whether one share exceeds another by surely more than `limit`; each is given with the number it is a share of.
fn exceeds((share, of): (f64, u32), (other, of_others): (f64, u32), limit: f64) -> bool {
    let variance = variance(share, of) + variance(other, of_others);
    share - other - limit > SURELY * variance.sqrt()
}

/// The variance of a share of so many.
fn variance(share: f64, of: u32) -> f64 {
    share * (1.0 - share) / f64::from(of.max(1))
}
