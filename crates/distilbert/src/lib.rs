#![doc = include_str!("../README.md")]

mod base;
mod codec;
mod error;
#[cfg(test)]
mod fidelity;
mod fit;
mod head;
#[cfg(test)]
mod loading_tests;
mod model;
mod network;
mod random;
mod replicas;
#[cfg(test)]
mod serving_tests;
mod shape;
mod threads;
mod tokeniser;
mod weights;

pub use base::Base;
pub use codec::{SaveError, load};
pub use error::LoadError;
pub use fit::{
    Epoch, FitError, FitOptions, Fitted, Frozen, HELDOUT_FOLDS, HeldoutLogits, Progress,
    TrainingRows, fit,
};
pub use model::DistilBert;
pub use network::Pooling;
