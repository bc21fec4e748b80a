//! The network: rust-bert's DistilBERT, and a head that turns its hidden states into a logit a label.

use rust_bert::distilbert::DistilBertModel;
use serde::{Deserialize, Serialize};
use tch::nn::{self, VarStore};
use tch::{Device, Kind, Tensor};

use crate::shape::Shape;
use crate::weights::Weights;

/// The tensors of the head: a layer as wide as the network, and one with a row a label.
pub(crate) const PRE_CLASSIFIER: &str = "pre_classifier";
pub(crate) const CLASSIFIER: &str = "classifier";

/// rust-bert puts this before the names of its tensors.
const ENCODER_PREFIX: &str = "distilbert.";
/// The optimiser's group of the head, which starts from nothing and may learn faster.
pub(crate) const HEAD_GROUP: usize = 1;

/// What the head looks at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pooling {
    /// The hidden state of the first token, as in the published DistilBERT classifiers.
    #[default]
    FirstToken,
    /// The mean of all hidden states, as in the sentence encoders.
    Mean,
}

/// An encoder with its head.
pub(crate) struct Network {
    /// The parameters; the parts below hold the same tensors.
    pub(crate) store: VarStore,
    encoder: DistilBertModel,
    pre_classifier: nn::Linear,
    classifier: nn::Linear,
    pooling: Pooling,
}

impl Network {
    /// Builds a network around `weights`, which it shares: what trains one trains all.
    ///
    /// `weights` are the encoder's and the head's tensors, by name; `crate::weights` and `crate::head` have checked them.
    ///
    /// `dropout` is the share of values the encoder drops while training.
    pub(crate) fn around(weights: &Weights, shape: &Shape, pooling: Pooling, dropout: f64) -> Self {
        let store = VarStore::new(Device::Cpu);
        let root = store.root();
        let encoder = DistilBertModel::new(&root, &shape.scaffold(dropout));
        let head = root.set_group(HEAD_GROUP);
        let pre_classifier = nn::linear(&head / PRE_CLASSIFIER, 1, 1, nn::LinearConfig::default());
        let classifier = nn::linear(&head / CLASSIFIER, 1, 1, nn::LinearConfig::default());
        for (name, mut parameter) in store.variables() {
            if let Some(tensor) = weights.get(plain_name(&name)) {
                parameter.set_data(tensor);
            }
        }
        Self { store, encoder, pre_classifier, classifier, pooling }
    }

    /// The logits (sequences × labels) of `ids` (sequences × tokens). `mask` is 1 where there is a token and 0 where there is padding;
    /// without it, every sequence fills its row. `keep` (sequences × width) is given while training: what the head's dropout multiplies by.
    pub(crate) fn logits(
        &self,
        ids: &Tensor,
        mask: Option<&Tensor>,
        keep: Option<&Tensor>,
    ) -> Result<Tensor, NetworkError> {
        let states = self.encoder.forward_t(Some(ids), mask, None, keep.is_some())?.hidden_state;
        let pooled = match (self.pooling, mask) {
            (Pooling::FirstToken, _) => states.select(1, 0),
            (Pooling::Mean, None) => states.mean_dim(1, false, Kind::Float),
            (Pooling::Mean, Some(mask)) => masked_mean(&states, mask),
        };
        let inner = pooled.apply(&self.pre_classifier).relu();
        let kept = keep.map_or_else(|| inner.shallow_clone(), |keep| &inner * keep);
        Ok(kept.apply(&self.classifier))
    }

    /// Every parameter, by its name without rust-bert's prefix.
    pub(crate) fn parameters(&self) -> Weights {
        self.store
            .variables()
            .into_iter()
            .map(|(name, tensor)| (plain_name(&name).to_owned(), tensor))
            .collect()
    }
}

/// Why the network did not answer.
#[derive(Debug, thiserror::Error)]
#[error("run the network")]
pub(crate) struct NetworkError(#[from] rust_bert::RustBertError);

fn masked_mean(states: &Tensor, mask: &Tensor) -> Tensor {
    let mask = mask.to_kind(Kind::Float).unsqueeze(-1);
    let sum = (states * &mask).sum_dim_intlist(1i64, false, Kind::Float);
    sum / mask.sum_dim_intlist(1i64, false, Kind::Float)
}

fn plain_name(name: &str) -> &str {
    name.strip_prefix(ENCODER_PREFIX).unwrap_or(name)
}
