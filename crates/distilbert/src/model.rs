//! The fitted model.

use switchboard_calibration::Temperature;
use switchboard_classify::{Classifier, ClassifyError, Options, Prediction};
use tch::Tensor;

use crate::network::{NetworkError, Pooling};
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
        let logits = self.logits(&tokens).map_err(|error| ClassifyError::Model(error.into()))?;
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

    /// One sequence a call: company would pad it, and rounding differs from one padded length to another.
    fn logits(&self, tokens: &Tokens) -> Result<Vec<f32>, NetworkError> {
        let ids = Tensor::from_slice(&tokens.ids).unsqueeze(0);
        self.replicas.borrow(|network| {
            tch::no_grad(|| network.logits(&ids, None, None).map(|logits| to_floats(&logits)))
        })
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
