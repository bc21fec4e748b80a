//! The room from its two doors: fitted to held-out rows, then asked.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and so do its helpers")]
#![expect(clippy::float_cmp, reason = "what is compared is the same number or none")]

mod fitting;
mod rows;
mod saved;
mod serving;
