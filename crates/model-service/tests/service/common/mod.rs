//! What every test needs: a registry, a service that follows it, and clients.

pub(crate) mod fake;
pub(crate) mod http;
pub(crate) mod log;
pub(crate) mod service;

pub(crate) use http::Reply;
pub(crate) use service::{Models, Service, eventually};

use std::time::Duration;

/// Where a naive implementation would wait for a whole deadline, an answer within this time came at once.
pub(crate) const AT_ONCE: Duration = Duration::from_secs(2);
