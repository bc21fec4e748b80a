//! The same network by rust-bert: an implementation that ours is held against.
//!
//! It answers the golden examples of every version that is published, so every service that loads the version checks our network against it.

use rust_bert::RustBertError;
use rust_bert::distilbert::DistilBertModel;
use tch::nn::{self, Module, VarStore};
use tch::{Device, Kind, Tensor};

use crate::network::{CLASSIFIER, PRE_CLASSIFIER, Pooling};
use crate::shape::Shape;
use crate::weights::{Weights, published, to_floats};

/// rust-bert puts this before the names of its tensors.
const ENCODER_PREFIX: &str = "distilbert.";

/// rust-bert's encoder with the head.
pub(crate) struct Reference {
    encoder: DistilBertModel,
    pre_classifier: nn::Linear,
    classifier: nn::Linear,
    pooling: Pooling,
}

impl Reference {
    /// Builds the network around `weights`, which it shares.
    pub(crate) fn around(weights: &Weights, shape: &Shape, pooling: Pooling) -> Self {
        let store = VarStore::new(Device::Cpu);
        let root = store.root();
        let encoder = DistilBertModel::new(&root, &shape.scaffold());
        let linear = |name| nn::linear(&root / name, 1, 1, nn::LinearConfig::default());
        let (pre_classifier, classifier) = (linear(PRE_CLASSIFIER), linear(CLASSIFIER));
        let weights = published(weights);
        for (name, mut parameter) in store.variables() {
            if let Some(tensor) = weights.get(name.strip_prefix(ENCODER_PREFIX).unwrap_or(&name)) {
                parameter.set_data(tensor);
            }
        }
        Self { encoder, pre_classifier, classifier, pooling }
    }

    /// The logits of one sequence.
    pub(crate) fn logits(&self, ids: &[i64]) -> Result<Vec<f32>, RustBertError> {
        tch::no_grad(|| {
            let ids = Tensor::from_slice(ids).unsqueeze(0);
            let states = self.encoder.forward_t(Some(&ids), None, None, false)?.hidden_state;
            let pooled = match self.pooling {
                Pooling::FirstToken => states.select(1, 0),
                Pooling::Mean => states.mean_dim(1, false, Kind::Float),
            };
            let inner = self.pre_classifier.forward(&pooled).relu();
            Ok(to_floats(&self.classifier.forward(&inner)))
        })
    }
}
