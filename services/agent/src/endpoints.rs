//! The paths that are counted and traced, and their names.

use switchboard_server::observe::Endpoint;

/// A stream has no endpoint of its own: each of its tickets is one request.
pub(crate) const STREAMED: Endpoint =
    Endpoint { path: "/switchboard.v1.Agent/RouteTickets", name: "route_tickets" };

/// What is one request on the wire.
pub(crate) const UNARY: &[Endpoint] = &[
    Endpoint { path: "/v1/tickets/route", name: "route" },
    Endpoint { path: "/v1/pii/scrub", name: "scrub" },
    Endpoint { path: "/predict", name: "predict" },
    Endpoint { path: "/switchboard.v1.Agent/RouteTicket", name: "route_ticket" },
    Endpoint { path: "/switchboard.v1.Agent/Scrub", name: "scrub" },
];

/// Every name.
pub(crate) const NAMES: [&str; 5] = ["route", "scrub", "predict", "route_ticket", STREAMED.name];
