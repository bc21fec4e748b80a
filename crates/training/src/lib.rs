#![doc = include_str!("../README.md")]

mod card;
mod class_weights;
mod gate;
mod limits;
mod markdown;
mod measured;
mod options;
mod progress;
mod publishing;
mod reports;
mod reproduce;
mod rows;
mod run;
mod signing;
mod version;

pub use card::CARD_FILE;
pub use class_weights::{ClassWeight, class_weights, positive};
pub use gate::{EXIT_CODES, Gate, GateOptions};
pub use markdown::{Markdown, escaped};
pub use options::{SplitChoice, TrainingOptions};
pub use progress::Bar;
pub use publishing::{CODE_REVISION, Placed, Publisher, leave_with_stdin, now};
pub use reproduce::reproducing;
pub use rows::{RowPlace, Rows};
pub use run::Run;
pub use signing::SigningOptions;
pub use version::{HELDOUT_FOLDS, Judged, Trained, WEIGHTS_SHA256};
