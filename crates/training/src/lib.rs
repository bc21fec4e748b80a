#![doc = include_str!("../README.md")]

mod class_weights;
mod options;
mod progress;
mod publishing;
mod reports;
mod rows;
mod run;
mod version;

pub use class_weights::{ClassWeight, class_weights, positive};
pub use options::{SplitChoice, TrainingOptions};
pub use progress::Bar;
pub use publishing::{CODE_REVISION, Publisher, leave_with_stdin, now};
pub use rows::{RowPlace, Rows};
pub use run::Run;
pub use version::{HELDOUT_FOLDS, Judged, Trained};
