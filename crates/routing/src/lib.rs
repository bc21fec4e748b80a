#![doc = include_str!("../README.md")]

mod policy;
mod signals;
mod thresholds;
mod wish;

pub use policy::{Policy, PolicyError};
pub use signals::{Signals, complexity};
pub use thresholds::{HeldOut, Thresholds};
pub use wish::{Family, LanguageRecord, Reason, Record, Wish, first_wish, second_wish};
