//! Fine-tuning: from labelled texts and a pretrained encoder to a calibrated model.

mod adamw;
mod batches;
mod checkpoint;
mod crew;
mod evaluation;
mod options;
mod rounds;
mod schedule;
mod share;
mod training;

use std::path::Path;

use rust_bert::RustBertError;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use switchboard_calibration::Temperature;

use crate::base::Base;
use crate::codec::MIN_MAX_TOKENS;
use crate::model::{DistilBert, Serving};
use crate::network::{Network, Pooling};
use crate::reference::Reference;
use crate::replicas::Replicas;
use crate::shape::Shape;
use crate::weights::{Weights, size_of, to_bytes};

use rounds::{Made, Rounds};

pub use checkpoint::{CheckpointError, Checkpoints};
pub use evaluation::HeldoutLogits;
pub use options::{DeviceChoice, FitOptions, Frozen};
pub use training::{Epoch, Happened, Progress};

/// Labelled texts.
#[derive(Clone, Copy)]
pub struct TrainingRows<'r> {
    /// The texts, scrubbed and cut as serving does.
    pub texts: &'r [&'r str],
    /// A label index a text.
    pub targets: &'r [usize],
    /// The labels.
    pub labels: &'r [String],
    /// A fold a text, of ten.
    pub folds: &'r [u8],
}

/// A fitted model and what is known of it.
pub struct Fitted {
    /// The model: as it was after its best epoch, or trained for as many on every row.
    pub model: DistilBert,
    /// What networks that were not trained on a row said of it, in the order of the rows: those held out, or all.
    pub heldout: Vec<HeldoutLogits>,
    /// What each epoch of the network that was judged by the rows held out came to, in order.
    pub epochs: Vec<Epoch>,
    pub(crate) weights: Weights,
    pub(crate) shape: Shape,
    pub(crate) pooling: Pooling,
}

/// Why a model could not be fitted.
#[derive(Debug, thiserror::Error)]
pub enum FitError {
    /// An option has a value that cannot be.
    #[error("{option} is {found}; {needed}")]
    Option {
        /// The option.
        option: &'static str,
        /// Its value.
        found: String,
        /// What it must be.
        needed: &'static str,
    },
    /// A label that no row to train on carries, or none held out.
    #[error(
        "label {label:?} has {trained} row(s) to train on and {heldout} held out; it needs one of each: add rows or drop the label"
    )]
    RareLabel {
        /// The label.
        label: String,
        /// Its rows in the folds that are trained on.
        trained: usize,
        /// Its rows in the held-out folds.
        heldout: usize,
    },
    /// The loss became infinite or not a number.
    #[error(
        "the training diverged at step {step}: lower the learning rate (it is {learning_rate})"
    )]
    Diverged {
        /// The step, from 1.
        step: usize,
        /// The learning rate asked for.
        learning_rate: f64,
    },
    /// A checkpoint cannot be kept, or gone on from.
    #[error("keep a checkpoint")]
    Checkpoint(#[from] CheckpointError),
    /// A text could not be tokenised.
    #[error("tokenise the texts")]
    Tokenise(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// rust-bert's network failed.
    #[error("run rust-bert's network")]
    Reference(#[source] RustBertError),
}

/// Fine-tunes `base` on `rows`, telling `tell` what happens.
///
/// One seed on one machine with one number of threads gives one model, whatever the run is interrupted by: with a `checkpoints` folder it goes on from where
/// it was, to the same numbers. [`end`] removes them, once the model is safe.
pub fn fit(
    base: Base,
    rows: TrainingRows<'_>,
    options: &FitOptions,
    checkpoints: Option<Checkpoints<'_>>,
    tell: &dyn Fn(Happened<'_>),
) -> Result<Fitted, FitError> {
    options.check(&base, rows.labels.len())?;
    check_labels(rows, options.held_out_folds)?;
    let max_tokens = options.max_tokens.min(base.positions()).max(MIN_MAX_TOKENS);
    let sequences = batches::encode(&base.tokeniser, rows.texts, max_tokens)?;
    let _lock = checkpoints.map(Checkpoints::lock).transpose()?;
    let run = |checkpoints| (checkpoints, description(&base.weights, rows, &sequences, options));
    let checkpoints = checkpoints.map(run);
    let rounds = Rounds { base: &base, rows, sequences: &sequences, options, checkpoints, tell };
    let Made { weights, heldout, epochs } = rounds.train()?;
    let logits: Vec<Vec<f32>> = heldout.iter().map(|row| row.logits.clone()).collect();
    let targets: Vec<usize> = heldout.iter().map(|row| rows.targets[row.row]).collect();
    let Base { shape, tokeniser, .. } = base;
    let pooling = options.pooling;
    let model = DistilBert {
        labels: rows.labels.to_vec(),
        tokeniser,
        replicas: Replicas::new(Network::around(&weights, &shape, pooling)),
        temperature: Temperature::fit(&logits, &targets),
        max_tokens,
        serving: Serving::default(),
    };
    Ok(Fitted { model, heldout, epochs, weights, shape, pooling })
}

impl Fitted {
    /// The logits of texts by rust-bert's network instead of ours, to hold ours against.
    pub fn reference(&self) -> impl Fn(&str) -> Result<Vec<f32>, FitError> {
        let reference = Reference::around(&self.weights, &self.shape, self.pooling);
        move |text| {
            let model = &self.model;
            let sequence = batches::encode(&model.tokeniser, &[text], model.max_tokens)?;
            reference.logits(&sequence[0]).map_err(FitError::Reference)
        }
    }
}

/// Removes the checkpoint in a folder that [`fit`] was given.
pub fn end(checkpoints: &Path) -> Result<(), CheckpointError> {
    checkpoint::remove(checkpoints)
}

/// What a run is a run of, piece by piece, so that a difference can be named. The number of threads is part of it, for each draws its own dropout.
fn description(
    base: &Weights,
    rows: TrainingRows<'_>,
    sequences: &[Vec<i64>],
    options: &FitOptions,
) -> Map<String, Value> {
    let mut run = match json!(options) {
        Value::Object(options) => options,
        _ => Map::new(),
    };
    run.remove("device");
    let mut weights = Sha256::new();
    for (name, tensor) in base {
        weights.update(name);
        weights.update(to_bytes(tensor));
    }
    let mut data = Sha256::new();
    for ((sequence, target), fold) in sequences.iter().zip(rows.targets).zip(rows.folds) {
        data.update(size_of(sequence.len()).to_le_bytes());
        for id in sequence {
            data.update(id.to_le_bytes());
        }
        data.update(size_of(*target).to_le_bytes());
        data.update([*fold]);
    }
    for label in rows.labels {
        data.update(label);
        data.update([0]);
    }
    run.insert("base".to_owned(), json!(short(weights)));
    run.insert("data".to_owned(), json!(short(data)));
    run
}

/// Enough of a hash to tell two things apart.
fn short(hash: Sha256) -> String {
    let hash = hash.finalize();
    let bytes: [u8; 8] = std::array::from_fn(|place| hash[place]);
    format!("{:016x}", u64::from_be_bytes(bytes))
}

fn check_labels(rows: TrainingRows<'_>, held_out_folds: u8) -> Result<(), FitError> {
    for (index, label) in rows.labels.iter().enumerate() {
        let of_label =
            || rows.targets.iter().zip(rows.folds).filter(|(target, _)| **target == index);
        let heldout = of_label().filter(|(_, fold)| **fold < held_out_folds).count();
        let trained = of_label().count() - heldout;
        if trained == 0 || heldout == 0 {
            return Err(FitError::RareLabel { label: label.clone(), trained, heldout });
        }
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests;
