//! The fitted model.

use switchboard_calibration::Temperature;
use switchboard_classify::{Classifier, ClassifyError, Options, Prediction};
use tch::Device;

use crate::batch::Batch;
use crate::network::Pooling;
use crate::reference::Reference;
use crate::replicas::Replicas;
use crate::tokeniser::{Tokeniser, Tokens};
use crate::weights::to_floats;

/// A fine-tuned DistilBERT: tokeniser, network and temperature.
pub struct DistilBert {
    pub(crate) labels: Vec<String>,
    pub(crate) tokeniser: Tokeniser,
    pub(crate) replicas: Replicas,
    pub(crate) temperature: Temperature,
    pub(crate) max_tokens: usize,
}

impl DistilBert {
    /// Classifies one text, on the caller's thread.
    pub fn predict(&self, text: &str) -> Result<Prediction, ClassifyError> {
        let tokens = self.tokeniser.encode(text, self.max_tokens).map_err(ClassifyError::Model)?;
        let logits = self.logits(&tokens);
        Ok(Prediction {
            probabilities: self.temperature.probabilities(&logits),
            logits,
            tokens_total: tokens.total,
            tokens_used: tokens.used,
            out_of_vocabulary: share(tokens.unknown, tokens.total),
            terms: Vec::new(),
        })
    }

    /// The probabilities behind a row of logits of this model.
    pub fn calibrate(&self, logits: &[f32]) -> Vec<f32> {
        self.temperature.probabilities(logits)
    }

    /// The number the logits are divided by before they become probabilities.
    pub fn temperature(&self) -> f64 {
        self.temperature.value()
    }

    /// The most tokens the model reads of a text, the marks of beginning and end included.
    pub fn max_tokens(&self) -> usize {
        self.max_tokens
    }

    /// What the model's head looks at.
    pub fn pooling(&self) -> Pooling {
        self.replicas.pooling()
    }

    fn logits(&self, tokens: &Tokens) -> Vec<f32> {
        let batch = Batch::of(&[&tokens.ids], Device::Cpu);
        self.replicas.borrow(|network| to_floats(&network.logits(&batch, None)))
    }

    /// The logits of texts by rust-bert's network instead of ours, to hold ours against.
    pub fn reference(&self) -> impl Fn(&str) -> Result<Vec<f32>, ClassifyError> {
        let (shape, pooling) = (self.replicas.shape(), self.replicas.pooling());
        let reference = self.replicas.weights(|weights| Reference::around(weights, shape, pooling));
        move |text| {
            let tokens =
                self.tokeniser.encode(text, self.max_tokens).map_err(ClassifyError::Model)?;
            reference.logits(&tokens.ids).map_err(|error| ClassifyError::Model(error.into()))
        }
    }
}

impl Classifier for DistilBert {
    fn labels(&self) -> &[String] {
        &self.labels
    }

    fn classify(
        &self,
        documents: &[&str],
        _options: Options,
    ) -> Vec<Result<Prediction, ClassifyError>> {
        documents.iter().map(|document| self.predict(document)).collect()
    }

    /// Even the shortest text costs milliseconds.
    fn answers_inline(&self, _size_bytes: usize) -> bool {
        false
    }
}

fn share(part: u32, whole: u32) -> f32 {
    if whole == 0 { 0.0 } else { part as f32 / whole as f32 }
}
