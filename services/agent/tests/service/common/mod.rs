//! What every test needs: an agent, fakes behind it, clients in front of it.

pub(crate) mod agent;
pub(crate) mod fake;
pub(crate) mod http;
pub(crate) mod proxy;
pub(crate) mod raw_grpc;
pub(crate) mod registry;

pub(crate) use agent::{Agent, eventually};
pub(crate) use fake::{Behaviour, Fake};

use std::time::Duration;

/// Where a naive implementation would wait for a whole deadline, an answer within this time came at once.
pub(crate) const AT_ONCE: Duration = Duration::from_secs(2);
