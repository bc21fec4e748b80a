//! What is counted of a stretch of time.

use std::ops::AddAssign;
use std::time::Duration;

use switchboard_routing::{Reason, Route};
use switchboard_server::ErrorKind;
use switchboard_server::observe::{CANCELLED, NO_ENDPOINT, OK};

use crate::endpoints::NO_TICKETS;
use crate::status::latency::Latency;
use crate::ticket::Routed;

/// Counts, no texts: nothing here tells one ticket from another.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Counts {
    decisions: [[u64; Reason::ALL.len()]; Route::ALL.len()],
    /// Tickets answered by another model than the policy wanted.
    pub(super) degraded: u64,
    /// Tickets whose answer a person should look at.
    pub(super) needs_review: u64,
    /// Pieces of personal data removed from the tickets answered.
    pub(super) pii_spans: u64,
    /// Requests that were answered as asked.
    pub(super) ok: u64,
    /// Requests that the mesh should have answered and did not.
    pub(super) failed: u64,
    /// Requests refused for what they hold or ask.
    pub(super) refused: u64,
    /// Requests whose caller left before the answer.
    pub(super) cancelled: u64,
    /// How long tickets took that the mesh answered, or should have.
    pub(super) latency: Latency,
}

impl Counts {
    /// Counts a ticket that was answered.
    pub(super) fn routed(&mut self, routed: &Routed) {
        let decision = &routed.decision;
        self.decisions[routed.answer.route as usize][decision.reason as usize] += 1;
        self.degraded += u64::from(decision.reason.is_degraded());
        self.needs_review += u64::from(routed.needs_review());
        self.pii_spans += routed.pii.len() as u64;
    }

    /// Counts a request, by the names that metrics give its endpoint and outcome.
    pub(super) fn answered(&mut self, endpoint: &str, outcome: &str, took: Duration) {
        let is_ours = |kind: &ErrorKind| kind.name() == outcome && kind.is_our_fault();
        let count = match outcome {
            OK => &mut self.ok,
            CANCELLED => &mut self.cancelled,
            _ if ErrorKind::ALL.iter().any(is_ours) => &mut self.failed,
            _ => {
                self.refused += 1;
                return;
            }
        };
        *count += 1;
        // Other requests' times say nothing of how long a ticket takes.
        let is_ticket = endpoint != NO_ENDPOINT && !NO_TICKETS.contains(&endpoint);
        if is_ticket && outcome != CANCELLED {
            self.latency.observe(took);
        }
    }

    /// Tickets that were answered by `route` for `reason`.
    pub(super) fn decided(&self, route: Route, reason: Reason) -> u64 {
        self.decisions[route as usize][reason as usize]
    }

    /// Tickets that were answered.
    pub(super) fn tickets(&self) -> u64 {
        self.decisions.iter().flatten().sum()
    }
}

impl AddAssign<&Self> for Counts {
    fn add_assign(&mut self, other: &Self) {
        for (count, more) in
            self.decisions.iter_mut().flatten().zip(other.decisions.iter().flatten())
        {
            *count += more;
        }
        self.degraded += other.degraded;
        self.needs_review += other.needs_review;
        self.pii_spans += other.pii_spans;
        self.ok += other.ok;
        self.failed += other.failed;
        self.refused += other.refused;
        self.cancelled += other.cancelled;
        self.latency += &other.latency;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(3);
    const LONG: Duration = Duration::from_secs(4);

    #[test]
    fn a_request_is_ok_failed_refused_or_cancelled() {
        let mut counts = Counts::default();
        for outcome in [OK, OK, "unavailable", "overloaded", "internal", "empty_text", CANCELLED] {
            counts.answered("route", outcome, SHORT);
        }
        assert_eq!((counts.ok, counts.failed, counts.refused, counts.cancelled), (2, 3, 1, 1));
    }

    #[test]
    fn only_tickets_the_mesh_had_to_answer_are_timed() {
        let mut counts = Counts::default();
        counts.answered("scrub", OK, LONG);
        counts.answered("analyze", OK, LONG);
        counts.answered(NO_ENDPOINT, "not_found", LONG);
        counts.answered("route", "empty_text", LONG);
        counts.answered("route", CANCELLED, LONG);
        assert_eq!(counts.latency, Latency::default());
        counts.answered("predict", OK, SHORT);
        counts.answered("route", "deadline_exceeded", LONG);
        assert!(counts.latency.quantile(0.25).is_some_and(|seconds| seconds < 0.006));
        assert!(counts.latency.quantile(1.0).is_some_and(|seconds| seconds > 3.0));
    }
}
