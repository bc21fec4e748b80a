//! Fine-tuning: from labelled texts and a pretrained encoder to a calibrated model.

mod batches;
mod crew;
mod evaluation;
mod options;
mod schedule;
mod share;
mod training;

use std::sync::{Mutex, PoisonError};

use switchboard_calibration::Temperature;

use crate::base::Base;
use crate::codec::MIN_MAX_TOKENS;
use crate::head;
use crate::model::DistilBert;
use crate::random::SplitMix64;
use crate::replicas::Replicas;
use crate::weights::size_of;

use crew::Crew;
use training::{Task, train};

pub use evaluation::HeldoutLogits;
pub use options::{FitOptions, Frozen};
pub use training::{Epoch, Progress};

/// Rows of the folds below this are never trained on: they stop the training, set the temperature, and are published as held out.
pub const HELDOUT_FOLDS: u8 = 2;

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
    /// The model, as it was after its best epoch.
    pub model: DistilBert,
    /// Its answers for the rows it was not trained on, in the order of the rows.
    pub heldout: Vec<HeldoutLogits>,
    /// What each epoch came to, in order.
    pub epochs: Vec<Epoch>,
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
    /// A text could not be tokenised, or the network failed.
    #[error("run the network")]
    Network(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The encoder's dropout draws from libtorch's one generator, and two fits at once would only slow each other down.
static FITTING: Mutex<()> = Mutex::new(());

/// Fine-tunes `base` on `rows`, telling `progress` where it is after every step.
///
/// One seed on one machine with one number of threads gives one model, unless the encoder has dropout: libtorch draws for it. A process fits
/// one model at a time; a second call waits.
pub fn fit(
    base: Base,
    rows: TrainingRows<'_>,
    options: &FitOptions,
    progress: &dyn Fn(&Progress),
) -> Result<Fitted, FitError> {
    let _alone = FITTING.lock().unwrap_or_else(PoisonError::into_inner);
    options.check(&base)?;
    check_labels(rows)?;
    let max_tokens = options.max_tokens.min(base.positions()).max(MIN_MAX_TOKENS);
    tch::manual_seed(options.seed.cast_signed());
    let mut random = SplitMix64::new(options.seed);
    let sequences = batches::encode(&base.tokeniser, rows.texts, max_tokens)?;
    let Base { shape, tokeniser, mut weights } = base;
    head::initialise(&mut weights, &shape, size_of(rows.labels.len()), &mut random);
    let task = Task { rows, sequences: &sequences, options };
    let (epochs, heldout) = train(Crew::around(&weights, &shape, options), task, random, progress)?;
    let logits: Vec<Vec<f32>> = heldout.iter().map(|row| row.logits.clone()).collect();
    let targets: Vec<usize> = heldout.iter().map(|row| rows.targets[row.row]).collect();
    let model = DistilBert {
        labels: rows.labels.to_vec(),
        tokeniser,
        replicas: Replicas::new(weights, shape, options.pooling),
        temperature: Temperature::fit(&logits, &targets),
        max_tokens,
    };
    Ok(Fitted { model, heldout, epochs })
}

fn check_labels(rows: TrainingRows<'_>) -> Result<(), FitError> {
    for (index, label) in rows.labels.iter().enumerate() {
        let of_label =
            || rows.targets.iter().zip(rows.folds).filter(|(target, _)| **target == index);
        let heldout = of_label().filter(|(_, fold)| **fold < HELDOUT_FOLDS).count();
        let trained = of_label().count() - heldout;
        if trained == 0 || heldout == 0 {
            return Err(FitError::RareLabel { label: label.clone(), trained, heldout });
        }
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests;
