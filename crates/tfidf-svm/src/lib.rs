#![doc = include_str!("../README.md")]

mod bayes;
mod codec;
mod counts;
mod descent;
mod explain;
mod features;
mod fit;
mod model;
mod sparse;
mod svm;
mod table;
mod vectoriser;

pub use codec::{DecodeError, MODEL_FILE, load};
pub use explain::Contribution;
pub use features::FeatureSet;
pub use fit::{
    FitError, FitOptions, Fitted, OnProgress, Progress, ShareTrial, TrainingRows, Trial, fit,
};
pub use model::TfidfSvm;
pub use sparse::SparseRows;
pub use svm::{LinearSvm, LinearSvmParams, SvmError};
