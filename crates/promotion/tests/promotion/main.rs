//! What a comparison says of versions, and what must hold of it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and so do its helpers")]

mod cases;
mod common;
mod contests;
mod laws;
