#![doc = include_str!("../README.md")]

mod codec;
mod explain;
mod features;
mod fit;
mod model;
mod sparse;
mod svm;
mod vectoriser;

pub use codec::{DecodeError, MODEL_FILE, load};
pub use features::FeatureSet;
pub use fit::{FitError, FitOptions, Fitted, Progress, TrainingRows, Trial, fit};
pub use model::TfidfSvm;
pub use sparse::SparseRows;
pub use svm::{LinearSvm, LinearSvmParams, SvmError};
