#![doc = include_str!("../README.md")]

mod config;
mod core;
mod drift;
mod grpc;
mod http;
mod metrics;
mod serve;

pub use config::ServingOptions;
pub use serve::{Family, serve};
