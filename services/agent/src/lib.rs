#![doc = include_str!("../README.md")]

mod breaker;
mod compat;
mod config;
mod deanonymize;
mod downstream;
mod endpoints;
mod facts;
mod gateway;
mod grpc;
mod heldout;
mod http;
mod limits;
mod metrics;
mod operator;
mod presidio;
mod replicas;
mod serve;
mod status;
mod ticket;

pub use config::Config;
pub use serve::serve;
