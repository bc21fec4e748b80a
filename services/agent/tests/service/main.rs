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
mod operator;
mod policy;
mod presidio;
mod registry;
mod replies;
mod routing;
mod shutdown;
mod status;
mod stream;
mod trial;
mod trouble;
