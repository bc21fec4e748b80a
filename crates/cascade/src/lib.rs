#![doc = include_str!("../README.md")]

mod desk;
mod error;
mod features;
mod fit;
mod fits;
mod held_out;
mod point;
mod settle;
mod situations;
mod validate;

pub use desk::{Desk, Fused, Heard, Judgement, Point};
pub use error::PointError;
pub use fit::{
    Answers, Automatic, Coverage, Escalation, FitError, FitOptions, FusionForm, FusionTrial, Gain,
    GateTrial, Language, MIN_ROWS, Report, Side, Situated, fit,
};
pub use fits::{Fits, FittedVersion};
pub use held_out::{held_out, record};
pub use point::{FAMILY, FORMAT, OperatingPoint, ROUTING_FILE, Targets};
pub use settle::{NeverAsked, Settled};
pub use situations::{Sets, Situation};
