#![doc = include_str!("../README.md")]

mod counters;
mod decision;
mod health;
mod log;
mod read;
mod store;
mod sweep;
mod url;
mod writer;

pub use counters::Counts;
pub use decision::{Decision, Feedback, FeedbackError, Joined};
pub use log::{DecisionLog, LogOptions, Retention};
pub use read::{DecisionReader, Filter, ReadError, Rows, Stored};
pub use url::{DecisionLogUrl, DecisionLogUrlError};
