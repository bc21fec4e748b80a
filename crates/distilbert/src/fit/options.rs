//! How to fine-tune.

use serde::{Deserialize, Serialize};

use super::FitError;
use super::rounds::FOLDS;
use crate::base::Base;
use crate::codec::MIN_MAX_TOKENS;
use crate::network::Pooling;

/// What of the encoder stays as it was pretrained; the rest of the network trains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frozen {
    /// Nothing: everything trains.
    Nothing,
    /// The embeddings of tokens and positions.
    Embeddings,
    /// The embeddings and this many layers, from the lowest.
    Layers(usize),
}

/// How to fine-tune.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FitOptions {
    /// Seed of everything random: the head's first weights, the order of rows, what dropout drops.
    pub seed: u64,
    /// Most times every row is seen.
    pub epochs: usize,
    /// Most tokens a step; a longer row has a step of its own.
    pub batch_tokens: usize,
    /// The encoder's largest learning rate, reached when warm-up ends.
    pub learning_rate: f64,
    /// How many times faster the head learns, which starts from nothing.
    pub head_factor: f64,
    /// What each layer's learning rate is of that of the layer above; 1 makes all alike.
    pub layer_decay: f64,
    /// Share of all steps over which the learning rate rises from 0; it then falls to 0 in a straight line.
    pub warmup: f64,
    /// AdamW's weight decay, of matrices; biases and layer norms have none.
    pub weight_decay: f64,
    /// Gradients longer than this (L2, all parameters together) are shortened to it.
    pub clip: f64,
    /// Tokens read of a text, the marks of beginning and end included; no more than the encoder can read.
    pub max_tokens: usize,
    /// What does not train.
    pub frozen: Frozen,
    /// What the head looks at.
    pub pooling: Pooling,
    /// Share of states the encoder drops while training; the head always drops a fifth.
    pub dropout: f64,
    /// Share of a row's tokens that are left out, others each time the row is seen.
    pub token_dropout: f64,
    /// Share of a label's probability that is spread over all labels in the loss.
    pub label_smoothing: f64,
    /// How much a mistake on each label costs, a weight a label; none when all cost the same.
    pub label_weights: Vec<f64>,
    /// Of ten folds, the first so many are not trained on: their rows stop the training, set the temperature and are published as held out.
    pub held_out_folds: u8,
    /// Epochs without a better macro F1 on held-out rows after which training stops.
    pub patience: usize,
    /// Train a second network, on every row and for as many epochs as were best, and return that one.
    pub refit: bool,
    /// Judge every row, not only those held out, by networks that were not trained on it: as many as it takes to hold out every fold once.
    pub out_of_fold: bool,
    /// Multiply in bfloat16 inside the encoder's linear layers while training: faster on processors made for it. What is measured and served is computed in 32 bits.
    pub mixed: bool,
    /// Threads to train with; each takes its part of every batch.
    pub threads: usize,
    /// What computes. A GPU has one thread in front of it.
    pub device: DeviceChoice,
}

/// What computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceChoice {
    /// The processor.
    Cpu,
    /// The CUDA device of that number.
    Cuda(usize),
}

impl Default for FitOptions {
    fn default() -> Self {
        Self {
            seed: 1,
            epochs: 4,
            batch_tokens: 1_280,
            learning_rate: 2e-4,
            head_factor: 10.0,
            layer_decay: 1.0,
            warmup: 0.06,
            weight_decay: 0.01,
            clip: 1.0,
            max_tokens: 256,
            frozen: Frozen::Nothing,
            pooling: Pooling::Mean,
            dropout: 0.1,
            token_dropout: 0.1,
            label_smoothing: 0.1,
            label_weights: Vec::new(),
            held_out_folds: 2,
            patience: 4,
            refit: false,
            out_of_fold: false,
            mixed: multiplies_bfloat16(),
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            device: DeviceChoice::Cpu,
        }
    }
}

/// Whether this processor multiplies bfloat16 faster than 32 bits.
fn multiplies_bfloat16() -> bool {
    #[cfg(target_arch = "x86_64")]
    return std::arch::is_x86_feature_detected!("avx512bf16");
    #[cfg(not(target_arch = "x86_64"))]
    false
}

impl FitOptions {
    /// Refuses values that cannot be.
    pub(super) fn check(&self, base: &Base, labels: usize) -> Result<(), FitError> {
        let counts = [
            ("epochs", self.epochs, 1),
            ("batch_tokens", self.batch_tokens, 1),
            ("threads", self.threads, 1),
            ("patience", self.patience, 1),
            ("max_tokens", self.max_tokens, MIN_MAX_TOKENS),
        ];
        for (option, value, least) in counts {
            if value < least {
                let needed =
                    if least == 1 { "it must be 1 or more" } else { "it must be 3 or more" };
                return Err(FitError::Option { option, found: value.to_string(), needed });
            }
        }
        if !(1..=FOLDS / 2).contains(&self.held_out_folds) {
            let found = self.held_out_folds.to_string();
            let needed = "it must be between 1 and 5";
            return Err(FitError::Option { option: "held_out_folds", found, needed });
        }
        let numbers = [
            (
                "learning_rate",
                self.learning_rate,
                f64::MIN_POSITIVE,
                1.0,
                "it must be between 0 and 1",
            ),
            ("head_factor", self.head_factor, f64::MIN_POSITIVE, 1e6, "it must be positive"),
            ("warmup", self.warmup, 0.0, 1.0, "it must be between 0 and 1"),
            ("weight_decay", self.weight_decay, 0.0, 1.0, "it must be between 0 and 1"),
            ("layer_decay", self.layer_decay, 1e-3, 1.0, "it must be between 0.001 and 1"),
            ("dropout", self.dropout, 0.0, 0.9, "it must be between 0 and 0.9"),
            ("token_dropout", self.token_dropout, 0.0, 0.9, "it must be between 0 and 0.9"),
            ("label_smoothing", self.label_smoothing, 0.0, 0.9, "it must be between 0 and 0.9"),
            ("clip", self.clip, f64::MIN_POSITIVE, 1e6, "it must be positive"),
        ];
        for (option, value, least, most, needed) in numbers {
            if !(least..=most).contains(&value) {
                return Err(FitError::Option { option, found: value.to_string(), needed });
            }
        }
        if let Frozen::Layers(layers) = self.frozen
            && layers > base.layers()
        {
            let needed = "the encoder has fewer layers";
            return Err(FitError::Option { option: "frozen", found: layers.to_string(), needed });
        }
        let weights = &self.label_weights;
        let usable = weights.iter().all(|weight| *weight > 0.0 && weight.is_finite());
        if !weights.is_empty() && (weights.len() != labels || !usable) {
            let needed = "there must be a positive one for every label";
            let found = format!("{weights:?}");
            return Err(FitError::Option { option: "label_weights", found, needed });
        }
        self.device.check()
    }
}

impl DeviceChoice {
    /// Refuses a GPU that is not there.
    fn check(self) -> Result<(), FitError> {
        let Self::Cuda(number) = self else { return Ok(()) };
        let there = usize::try_from(tch::Cuda::device_count()).unwrap_or(0);
        if number < there {
            return Ok(());
        }
        let needed = if tch::utils::has_cuda() {
            "this machine has fewer CUDA devices"
        } else {
            "this libtorch computes on the CPU only: build against one with CUDA (LIBTORCH)"
        };
        Err(FitError::Option { option: "device", found: format!("cuda:{number}"), needed })
    }

    pub(super) fn of_torch(self) -> tch::Device {
        match self {
            Self::Cpu => tch::Device::Cpu,
            Self::Cuda(number) => tch::Device::Cuda(number),
        }
    }
}

impl Frozen {
    /// Whether the parameter of that name (without rust-bert's prefix) stays as it is.
    pub(super) fn holds(self, name: &str) -> bool {
        match (self, layer_of(name)) {
            (Self::Nothing, _) => false,
            (Self::Layers(frozen), Some(layer)) => layer < frozen,
            (Self::Embeddings | Self::Layers(_), _) => name.starts_with("embeddings."),
        }
    }
}

/// The number of the layer, from 0, that the parameter of that name is of.
pub(super) fn layer_of(name: &str) -> Option<usize> {
    name.strip_prefix("transformer.layer.")?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn freezing_goes_from_the_bottom_up() {
        let names = [
            "embeddings.LayerNorm.bias",
            "transformer.layer.0.ffn.lin1.weight",
            "transformer.layer.12.ffn.lin1.bias",
            "classifier.bias",
        ];
        let held = |frozen: Frozen| names.map(|name| frozen.holds(name));
        assert_eq!(held(Frozen::Nothing), [false; 4]);
        assert_eq!(held(Frozen::Embeddings), [true, false, false, false]);
        assert_eq!(held(Frozen::Layers(12)), [true, true, false, false]);
        assert_eq!(held(Frozen::Layers(13)), [true, true, true, false]);
    }
}
