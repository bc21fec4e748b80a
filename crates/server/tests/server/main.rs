//! What every service has in common, over real sockets.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and so do its helpers")]

mod common;
mod departure;
mod drain;
mod health;
mod log;
mod observe;
mod requests;
