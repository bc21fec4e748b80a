//! The whole program, from flags to exit code.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and so do its helpers")]

mod agent;
mod decisions;
mod evaluate;
mod keys;
mod models;
mod pii_evaluate;
mod policy;
mod promotion;
mod route;
mod scrub;
mod stand_ins;
mod support;
mod up;
mod up_refuses;
mod usage;
