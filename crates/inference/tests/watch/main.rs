//! Following a registry: what is loaded, what is refused, and what is kept.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and so do its helpers")]

mod aliases;
mod away;
mod common;
mod refusals;
mod swaps;
