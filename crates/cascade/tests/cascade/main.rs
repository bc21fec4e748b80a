//! The room from its two doors: fitted to held-out rows, then asked.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and so do its helpers")]

mod fitting;
mod rows;
mod saved;
mod serving;
