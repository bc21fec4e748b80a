//! The flags.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use switchboard_distilbert::{Checkpoints, DeviceChoice, FitOptions, Frozen, Pooling};
use switchboard_training::{ClassWeight, EXIT_CODES, Rows, TrainingOptions, class_weights};

use crate::base::{BaseChoice, Found};
use crate::hub::HubOptions;

const CHECKPOINT_EVERY: Duration = Duration::from_secs(30);
/// With so many rows, a fold of them is enough to judge by, and those held out are not missed.
const MANY_ROWS: usize = 20_000;
/// About so many rows are seen in all, one as often as it is seen.
const SEEN_ROWS: usize = 100_000;

/// Fine-tunes a transformer ticket classifier and publishes it.
// No `Debug`: it holds a token.
#[derive(Parser)]
#[command(name = "train-transformer", version, after_help = EXIT_CODES)]
pub(crate) struct Config {
    #[command(flatten)]
    pub(crate) training: TrainingOptions,
    /// The pretrained encoder: a Hugging Face folder, or hf:NAME or hf:NAME@REVISION for one on the hub; the one that `make setup` fetched when left out.
    #[arg(long, value_name = "DIR|hf:NAME")]
    base: Option<BaseChoice>,
    #[command(flatten)]
    hub: HubOptions,
    /// Drop the tokens that no training row uses: a smaller model, whose answers are the same where all tokens are kept.
    #[arg(long)]
    pub(crate) trim_vocabulary: bool,
    /// Most times every row is seen; training stops earlier when held-out macro F1 no longer rises [default: up to 12 for few rows; for many, 6 in bf16 and 4 in f32].
    #[arg(long, value_name = "N")]
    epochs: Option<NonZeroUsize>,
    /// Epochs without a better held-out macro F1 after which training stops.
    #[arg(long, default_value_t = positive_default(FitOptions::default().patience), value_name = "N")]
    patience: NonZeroUsize,
    /// Of ten folds of the rows, how many are not trained on but judge the model, from 1 to 5 [default: 2, or 1 of 20,000 rows or more].
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=5), value_name = "N")]
    held_out_folds: Option<u8>,
    /// Train a second network, on every row and for as many epochs as were best, and publish that one; what is measured is the first, which has not seen the
    /// held-out rows [default: true for less than 20,000 rows].
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_name = "BOOL")]
    refit: Option<bool>,
    /// Most tokens a step: a larger step is steadier, and there are fewer of them.
    #[arg(long, default_value_t = positive_default(FitOptions::default().batch_tokens), value_name = "N")]
    batch_tokens: NonZeroUsize,
    /// The encoder's largest learning rate, reached when warm-up ends; it then falls to 0.
    #[arg(long, default_value_t = FitOptions::default().learning_rate, value_name = "RATE")]
    learning_rate: f64,
    /// The share of all steps in which the learning rate rises.
    #[arg(long, default_value_t = FitOptions::default().warmup, value_name = "SHARE")]
    warmup: f64,
    /// What each layer's learning rate is of that of the layer above.
    #[arg(long, default_value_t = FitOptions::default().layer_decay, value_name = "FACTOR")]
    layer_decay: f64,
    /// The share of the encoder's states that are dropped while training.
    #[arg(long, default_value_t = FitOptions::default().dropout, value_name = "SHARE")]
    dropout: f64,
    /// The share of a row's tokens that are left out while training, others each time the row is seen.
    #[arg(long, default_value_t = FitOptions::default().token_dropout, value_name = "SHARE")]
    token_dropout: f64,
    /// The share of a label's probability that the loss spreads over all labels.
    #[arg(long, default_value_t = FitOptions::default().label_smoothing, value_name = "SHARE")]
    label_smoothing: f64,
    /// Multiply the loss of the rows of a label: LABEL=WEIGHT, or `balanced` for more weight to rare labels; may be given more than once.
    #[arg(long, value_name = "WEIGHT")]
    class_weight: Vec<ClassWeight>,
    /// Tokens read of a text, in training and in serving.
    #[arg(long, default_value_t = positive_default(FitOptions::default().max_tokens), value_name = "N")]
    max_tokens: NonZeroUsize,
    /// Leave the embeddings as pretrained: fewer numbers to train, less time, a little less accuracy.
    #[arg(long)]
    freeze_embeddings: bool,
    /// Leave the embeddings and this many layers, from the lowest, as pretrained.
    #[arg(long, default_value_t = 0, value_name = "N")]
    freeze_layers: usize,
    /// What the classifier looks at.
    #[arg(long, value_enum, default_value_t = PoolingChoice::Mean)]
    pooling: PoolingChoice,
    /// Keep checkpoints in this folder, and go on from the one that is there: the same command, given again after whatever ended it, finishes the run.
    #[arg(long, value_name = "DIR")]
    pub(crate) resume: Option<PathBuf>,
    /// What computes: `cpu`, `cuda` or `cuda:N`.
    #[arg(long, default_value = "cpu", value_parser = device, value_name = "DEVICE")]
    device: DeviceChoice,
    /// What the encoder's linear layers multiply in while training: `bf16` is about twice as fast on a processor that has it. Judging and serving are in 32 bits
    /// [default: bf16 where the processor has it, or else f32].
    #[arg(long, value_enum, value_name = "PRECISION")]
    precision: Option<TrainingPrecision>,
    /// Threads to train with; as many as there are cores when left out, and 1 on a GPU.
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
}

/// What the classifier looks at, on the command line.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum PoolingChoice {
    /// The first token's state, as Hugging Face's classifiers do.
    FirstToken,
    /// The mean of all states.
    Mean,
}

/// What is multiplied in while training, on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum TrainingPrecision {
    /// 32 bits.
    F32,
    /// bfloat16: 16 bits with the range of 32 (mixed precision; weights and sums stay in 32 bits).
    Bf16,
}

fn positive_default(number: usize) -> NonZeroUsize {
    NonZeroUsize::new(number).unwrap_or(NonZeroUsize::MIN)
}

/// Few rows must be seen more often to be learnt. Many gain from six times rather than four, where products are fast enough for that.
fn epochs(rows: usize, mixed: bool) -> usize {
    let least = if mixed { 6 } else { 4 };
    (SEEN_ROWS / rows.max(1)).clamp(least, 12)
}

/// One fold of many rows judges well enough, and the other is better learnt from.
fn held_out_folds(rows: usize) -> u8 {
    if rows < MANY_ROWS { 2 } else { 1 }
}

fn device(text: &str) -> Result<DeviceChoice, String> {
    let number = match text {
        "cpu" => return Ok(DeviceChoice::Cpu),
        "cuda" => Some(0),
        other => other.strip_prefix("cuda:").and_then(|number| number.parse().ok()),
    };
    number.map(DeviceChoice::Cuda).ok_or_else(|| "give cpu, cuda or cuda:N".to_owned())
}

impl Config {
    /// The pretrained encoder, downloaded if it is not here yet.
    pub(crate) fn base(&self) -> anyhow::Result<Found> {
        self.base.as_ref().map_or_else(Found::fetched_by_setup, |base| base.find(&self.hub))
    }

    /// Where checkpoints are kept.
    pub(crate) fn checkpoints(&self) -> Option<Checkpoints<'_>> {
        let every = CHECKPOINT_EVERY;
        self.resume.as_deref().map(|folder| Checkpoints { folder, every })
    }

    pub(crate) fn fit_options(&self, rows: &Rows) -> anyhow::Result<FitOptions> {
        let defaults = FitOptions::default();
        let threads = match self.device {
            DeviceChoice::Cpu => defaults.threads,
            DeviceChoice::Cuda(_) => 1,
        };
        let mixed =
            self.precision.map_or(defaults.mixed, |precision| precision == TrainingPrecision::Bf16);
        Ok(FitOptions {
            seed: self.training.seed,
            epochs: self.epochs.map_or_else(|| epochs(rows.len(), mixed), NonZeroUsize::get),
            held_out_folds: self.held_out_folds.unwrap_or_else(|| held_out_folds(rows.len())),
            patience: self.patience.get(),
            refit: self.refit.unwrap_or(rows.len() < MANY_ROWS),
            out_of_fold: self.training.out_of_fold,
            batch_tokens: self.batch_tokens.get(),
            learning_rate: self.learning_rate,
            warmup: self.warmup,
            layer_decay: self.layer_decay,
            dropout: self.dropout,
            token_dropout: self.token_dropout,
            label_smoothing: self.label_smoothing,
            label_weights: class_weights(&self.class_weight, &rows.labels, &rows.targets)?,
            max_tokens: self.max_tokens.get(),
            frozen: self.frozen(),
            pooling: match self.pooling {
                PoolingChoice::FirstToken => Pooling::FirstToken,
                PoolingChoice::Mean => Pooling::Mean,
            },
            device: self.device,
            mixed,
            threads: self.threads.map_or(threads, NonZeroUsize::get),
            ..defaults
        })
    }

    fn frozen(&self) -> Frozen {
        match self.freeze_layers {
            0 if self.freeze_embeddings => Frozen::Embeddings,
            0 => Frozen::Nothing,
            lowest => Frozen::Layers(lowest),
        }
    }
}
