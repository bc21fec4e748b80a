#![doc = include_str!("../README.md")]

mod sigmoid;

pub use sigmoid::{CalibrationError, OneVsRest, Sigmoid};
