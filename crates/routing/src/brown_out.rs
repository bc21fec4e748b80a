//! How much of what would go to the transformer goes there, when it has more than it can do.

use std::time::Duration;

/// What the transformer may cost. Without a limit it may cost anything.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Budget {
    /// The share of all tickets that may reach it, 0 to 1.
    pub max_share: Option<f32>,
    /// The mean time it may take to answer, in milliseconds.
    pub max_latency_ms: Option<f32>,
}

/// What happened since the last look.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Window {
    /// Tickets answered, by whichever model.
    pub tickets: u64,
    /// Calls to the transformer that ended.
    pub asked: u64,
    /// Those of them that it refused for want of room, or did not answer in time.
    pub refused: u64,
    /// The sum of the times of the others, in milliseconds.
    pub latency_ms: f64,
}

/// Which limit presses hardest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// [`Budget::max_share`].
    Share,
    /// [`Budget::max_latency_ms`], or calls that were refused.
    Latency,
}

/// One call in this many may be refused before that counts as pressure.
const FAIR_REFUSALS: f64 = 50.0;
/// Pressure is a running mean that forgets in this time, in seconds, so one slow call moves nothing.
const MEMORY: f64 = 0.5;
/// How far ahead is looked, in seconds, were the pressure to go on changing as it does: a share stops falling when the pressure falls, and stops rising when it rises. A queue
/// answers late: without this the share would fall until the queue is empty, which is too far, and swing.
const AHEAD: f64 = 4.0;
/// Between this pressure and 1 nothing moves: what shrank for a limit does not grow back into it.
const CALM: f64 = 0.8;
/// At twice the pressure allowed, the share halves in this time, in seconds.
const HALVES_IN: f64 = 2.0;
/// Without any pressure it rises from nothing to the whole in this time, in seconds.
const RECOVERS_IN: f64 = 30.0;
/// So many still go there that it is noticed when it has room again.
const LEAST: f64 = 0.02;

/// A controller of the share: it falls by a factor while a limit is passed, and rises by a step while all limits are kept
/// (Chiu and Jain 1989), with a dead band between, so that it settles. It has no clock: it is told how much time went by.
#[derive(Debug, Clone, PartialEq)]
pub struct BrownOut {
    share: f64,
    latency: Pressure,
    tickets: Pressure,
}

/// How much of a limit is used, lately: 1 is all of it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Pressure {
    mean: f64,
    /// How fast it changes, a second.
    trend: f64,
}

impl Pressure {
    fn observe(&mut self, now: f64, seconds: f64) {
        let before = self.mean;
        self.mean += (1.0 - (-seconds / MEMORY).exp()) * (now - before);
        self.trend = (self.mean - before) / seconds;
    }

    /// What it will soon be if it falls, and what it is otherwise: nothing shrinks before a limit is passed.
    fn at_least(self) -> f64 {
        self.mean + AHEAD * self.trend.min(0.0)
    }

    /// What it will soon be if it rises, and what it is otherwise.
    fn at_most(self) -> f64 {
        self.mean + AHEAD * self.trend.max(0.0)
    }
}

impl Default for BrownOut {
    fn default() -> Self {
        Self { share: 1.0, latency: Pressure::default(), tickets: Pressure::default() }
    }
}

impl BrownOut {
    /// The share of what would go to the transformer that goes there: from 0.02 to 1.
    pub fn share(&self) -> f32 {
        self.share as f32
    }

    /// The limit that presses hardest.
    pub fn limit(&self) -> Limit {
        if self.tickets.mean > self.latency.mean { Limit::Share } else { Limit::Latency }
    }

    /// Takes in what happened in the `elapsed` time since the last call.
    pub fn observe(&mut self, budget: &Budget, window: Window, elapsed: Duration) {
        let seconds = elapsed.as_secs_f64().clamp(1e-3, 1.0);
        let (latency, tickets) = pressures(budget, window);
        self.latency.observe(latency, seconds);
        self.tickets.observe(tickets, seconds);
        let least = self.latency.at_least().max(self.tickets.at_least());
        let most = self.latency.at_most().max(self.tickets.at_most());
        if least > 1.0 {
            self.share *= 0.5f64.powf((least - 1.0).min(1.0) * seconds / HALVES_IN);
        } else if most < CALM {
            self.share += seconds / RECOVERS_IN * ((CALM - most) / CALM).min(1.0);
        }
        self.share = self.share.clamp(LEAST, 1.0);
    }
}

/// How much of each limit is used: 1 is all of it.
fn pressures(budget: &Budget, window: Window) -> (f64, f64) {
    let Window { tickets, asked, refused, latency_ms } = window;
    let of = |part: f64, limit: Option<f32>| match limit {
        Some(limit) => (part / f64::from(limit).max(1e-9)).min(10.0),
        None => 0.0,
    };
    let answered = asked.saturating_sub(refused);
    let mean = if answered == 0 { 0.0 } else { latency_ms / answered as f64 };
    let refusals = if asked == 0 { 0.0 } else { refused as f64 / asked as f64 * FAIR_REFUSALS };
    let latency = of(mean, budget.max_latency_ms).max(refusals.min(10.0));
    let share = if tickets == 0 { 0.0 } else { asked as f64 / tickets as f64 };
    (latency, of(share, budget.max_share))
}

#[cfg(test)]
mod tests;
