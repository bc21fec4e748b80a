#![doc = include_str!("../README.md")]

mod base;
mod batch;
mod codec;
mod error;
mod explain;
#[cfg(test)]
mod fidelity;
mod fit;
mod head;
mod lesson;
mod linear;
#[cfg(test)]
mod loading_tests;
mod model;
mod network;
mod random;
mod reference;
mod replicas;
mod sequences;
#[cfg(test)]
mod serving_tests;
mod shape;
mod threads;
mod tokeniser;
mod trimming;
#[cfg(test)]
mod trimming_tests;
#[cfg(test)]
mod vocabulary_tests;
mod weights;

pub use base::Base;
pub use codec::{SaveError, load};
pub use error::LoadError;
pub use fit::{
    CheckpointError, Checkpoints, DeviceChoice, Epoch, FitError, FitOptions, Fitted, Frozen,
    Happened, HeldoutLogits, Progress, TrainingRows, end, fit,
};
pub use model::{DistilBert, LongTexts, Precision, Serving};
pub use network::Pooling;
