#![doc = include_str!("../README.md")]

mod candidate;
mod check;
mod compare;
mod contest;
mod limits;
mod pairs;
mod quality;
mod recorded;
mod significance;
mod table;

pub use candidate::Candidate;
pub use check::{Check, Comparison, Verdict};
pub use compare::{admit, compare};
pub use contest::{Contest, ContestError};
pub use limits::{Limits, LimitsError};
pub use recorded::{CHECKS_FILE, Latency, Placeholders, Processor, Recorded};
