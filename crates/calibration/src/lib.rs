#![doc = include_str!("../README.md")]

mod sigmoid;
mod temperature;

pub use sigmoid::{CalibrationError, OneVsRest, Sigmoid};
pub use temperature::Temperature;
