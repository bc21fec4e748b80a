//! Following a registry: what is loaded, what is refused, and what is kept.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and so do its helpers")]

mod aliases;
mod away;
mod common;
#[expect(dead_code, reason = "the registry's own tests use the rest")]
#[path = "../../../registry/tests/fake/mod.rs"]
mod fake;
mod mlflow;
mod refusals;
mod swaps;
