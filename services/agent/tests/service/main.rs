//! The whole gateway over real sockets, between real clients and small fakes of the model services.

mod bounds;
mod canary;
mod common;
mod errors;
mod grpc_errors;
mod invariance;
mod registry;
mod replies;
mod routing;
mod shutdown;
mod stream;
mod trouble;
