#![doc = include_str!("../README.md")]

mod class_weights;
mod gate;
mod measured;
mod options;
mod progress;
mod publishing;
mod reports;
mod rows;
mod run;
mod version;

pub use class_weights::{ClassWeight, class_weights, positive};
pub use gate::{EXIT_CODES, Gate, GateOptions};
pub use options::{SplitChoice, TrainingOptions};
pub use progress::Bar;
pub use publishing::{CODE_REVISION, Placed, Publisher, leave_with_stdin, now};
pub use rows::{RowPlace, Rows};
pub use run::Run;
pub use version::{HELDOUT_FOLDS, Judged, Trained};
