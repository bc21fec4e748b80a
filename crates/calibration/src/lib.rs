#![doc = include_str!("../README.md")]

mod calibration;
mod isotonic;
mod order_preserving;
mod sigmoid;
mod temperature;

pub use calibration::{Calibration, CalibrationTrial, Chosen, Method, choose};
pub use isotonic::Isotonic;
pub use order_preserving::OrderPreserving;
pub use sigmoid::{CalibrationError, OneVsRest, Sigmoid};
pub use temperature::Temperature;
