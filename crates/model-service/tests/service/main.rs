//! A whole model service over real sockets, around a small fake of a model.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and so do its helpers")]

mod answers;
mod common;
mod drift;
mod http_api;
mod life;
mod limits;
mod refusals;
mod trust;
