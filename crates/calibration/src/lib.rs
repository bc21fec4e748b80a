#![doc = include_str!("../README.md")]

mod calibration;
mod conformal;
mod isotonic;
mod order_preserving;
mod sigmoid;
mod tail;
mod temperature;

pub use calibration::{Calibration, CalibrationTrial, Chosen, Method, choose};
pub use conformal::{ConformalError, ConformalSets, Thresholds};
pub use isotonic::Isotonic;
pub use order_preserving::OrderPreserving;
pub use sigmoid::{CalibrationError, OneVsRest, Sigmoid};
pub use tail::{Tail, TailError};
pub use temperature::Temperature;
