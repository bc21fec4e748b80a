//! The paths that are counted and traced, and their names.

use switchboard_server::observe::Endpoint;

/// A stream has no endpoint of its own: each of its tickets is one request.
pub(crate) const STREAMED: Endpoint =
    Endpoint { path: "/switchboard.v1.Agent/RouteTickets", name: "route_tickets" };

/// What is one request on the wire.
pub(crate) const UNARY: &[Endpoint] = &[
    Endpoint { path: "/v1/tickets/route", name: "route" },
    Endpoint { path: "/v1/pii/scrub", name: "scrub" },
    Endpoint { path: "/v1/pii/deanonymize", name: "deanonymize" },
    Endpoint { path: "/analyze", name: "analyze" },
    Endpoint { path: "/anonymize", name: "anonymize" },
    Endpoint { path: "/deanonymize", name: "deanonymize" },
    Endpoint { path: "/v1/feedback", name: "feedback" },
    Endpoint { path: "/predict", name: "predict" },
    Endpoint { path: "/switchboard.v1.Agent/RouteTicket", name: "route_ticket" },
    Endpoint { path: "/switchboard.v1.Agent/Scrub", name: "scrub" },
];

/// Every name.
pub(crate) const NAMES: [&str; 9] = [
    "route",
    "scrub",
    "analyze",
    "anonymize",
    "deanonymize",
    "feedback",
    "predict",
    "route_ticket",
    STREAMED.name,
];

/// Names of what routes no ticket.
pub(crate) const NO_TICKETS: [&str; 5] =
    ["scrub", "analyze", "anonymize", "deanonymize", "feedback"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_that_of_an_endpoint() {
        for name in NAMES.into_iter().chain(NO_TICKETS) {
            assert!(
                UNARY.iter().chain([&STREAMED]).any(|endpoint| endpoint.name == name),
                "{name}"
            );
        }
        assert!(UNARY.iter().all(|endpoint| NAMES.contains(&endpoint.name)));
    }
}
