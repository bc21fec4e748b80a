#![doc = include_str!("../README.md")]

mod breaker;
mod choice;
mod compat;
mod config;
mod deanonymize;
mod downstream;
mod endpoints;
mod facts;
mod feedback;
mod gateway;
mod grpc;
mod heldout;
mod http;
mod limits;
mod load;
mod metrics;
mod moment;
mod operator;
mod policy_file;
mod presidio;
mod reader;
mod record;
mod replicas;
mod routing_models;
mod serve;
mod status;
mod ticket;
mod trials;
mod vouched;

pub use config::Config;
pub use serve::serve;
