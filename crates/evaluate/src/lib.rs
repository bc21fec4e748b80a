#![doc = include_str!("../README.md")]

mod classes;
mod evaluate;
mod outcome;
mod probability;
mod report;

pub use evaluate::evaluate;
pub use outcome::Outcome;
pub use report::{ClassReport, LanguageReport, Report};
