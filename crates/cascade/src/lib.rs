#![doc = include_str!("../README.md")]

mod desk;
mod error;
mod features;
mod fits;
mod point;
mod situations;
mod validate;

pub use desk::{Desk, Fused, Heard, Judgement, Point};
pub use error::PointError;
pub use fits::{Fits, FittedVersion};
pub use point::{FAMILY, FORMAT, OperatingPoint, ROUTING_FILE, Targets};
pub use situations::{Sets, Situation};
