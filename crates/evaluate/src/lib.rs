#![doc = include_str!("../README.md")]

mod classes;
mod drift;
mod evaluate;
mod outcome;
mod probability;
mod report;

pub use drift::{Feature, REFERENCE_FILE, Spread};
pub use evaluate::evaluate;
pub use outcome::Outcome;
pub use report::{ClassReport, LanguageReport, Report};
