#![doc = include_str!("../README.md")]

mod error;
mod fit;
mod gate;
mod sample;
mod scale;

pub use error::GateError;
pub use fit::GateRow;
pub use gate::Gate;
