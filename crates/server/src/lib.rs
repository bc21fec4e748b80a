#![doc = include_str!("../README.md")]

pub mod admin;
mod api_error;
mod arrival;
pub mod deadline;
mod grpc;
mod json;
mod listen;
pub mod observe;
mod service;
mod stop;

pub use api_error::{ApiError, ErrorKind, RequestId};
pub use grpc::{of_message, with_grpc};
pub use json::Json;
pub use listen::{DRAIN_LIMIT, serve};
pub use service::{Listeners, Service, StartError};
pub use stop::{Stop, stopped};
