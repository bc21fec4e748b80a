#![doc = include_str!("../README.md")]

mod options;
mod progress;
mod rows;
mod run;
mod version;

pub use options::TrainingOptions;
pub use progress::Bar;
pub use rows::Rows;
pub use run::Run;
pub use version::{HELDOUT_FOLDS, Judged, Trained};
