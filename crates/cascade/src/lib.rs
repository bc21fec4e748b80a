#![doc = include_str!("../README.md")]

mod error;
mod features;
mod fit;
mod fits;
mod point;
mod situations;
mod validate;

pub use error::PointError;
pub use fit::{
    Answers, Automatic, Coverage, Escalation, FitError, FitOptions, FusionTrial, Gain, GateTrial,
    Language, MIN_ROWS, Report, Side, Situated, fit,
};
pub use fits::{Fits, FittedVersion};
pub use point::{FAMILY, FORMAT, OperatingPoint, ROUTING_FILE, Targets};
pub use situations::{Sets, Situation};
