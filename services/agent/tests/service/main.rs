//! The whole gateway over real sockets, between real clients and small fakes of the model services.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and so do its helpers")]

mod bounds;
mod canary;
mod cascade;
mod common;
mod decisions;
mod errors;
mod grpc_errors;
mod invariance;
#[expect(dead_code, reason = "the registry's own tests use the rest")]
#[path = "../../../../crates/registry/tests/fake/mod.rs"]
mod mlflow;
mod operator;
mod policy;
mod presidio;
mod registry;
mod replies;
mod routing;
mod shutdown;
mod slow_registry;
mod status;
mod stream;
mod trial;
mod trouble;
