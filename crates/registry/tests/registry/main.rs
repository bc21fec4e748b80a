//! The registry as trainers, services and operators meet it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and so do its helpers")]

mod aliases;
mod cache;
mod clients;
mod common;
mod damage;
#[path = "../fake/mod.rs"]
mod fake;
mod laws;
mod others;
mod processes;
mod publish;
mod real;
mod server;
mod versions;
