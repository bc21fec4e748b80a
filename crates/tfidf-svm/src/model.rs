//! The fitted model.

use switchboard_calibration::{Calibration, Method};
use switchboard_classify::{Classifier, ClassifyError, Options, Prediction};

use crate::vectoriser::{Vector, Vectoriser};

/// Texts up to this size are answered on the caller's thread: at 15 ns a byte, and ten times that with character n-grams and an explanation, in under a millisecond.
const INLINE_BYTES: usize = 6 * 1024;

/// A vectoriser, a linear SVM a label, and their calibration.
#[derive(Debug, Clone)]
pub struct TfidfSvm {
    pub(crate) labels: Vec<String>,
    pub(crate) vectoriser: Vectoriser,
    /// A row a feature: its term weight, then its weight a label. What a feature costs is fetching its row.
    pub(crate) rows: Vec<f32>,
    pub(crate) biases: Vec<f32>,
    pub(crate) calibration: Calibration,
}

impl TfidfSvm {
    /// Classifies one text.
    pub fn predict(&self, text: &str, options: Options) -> Prediction {
        let vector = self.transform(text);
        let logits = self.logits(&vector);
        let mut prediction = Prediction {
            probabilities: self.calibration.probabilities(&logits),
            logits,
            tokens_total: vector.words,
            tokens_used: vector.words,
            out_of_vocabulary: if vector.words == 0 {
                0.0
            } else {
                vector.unknown as f32 / vector.words as f32
            },
            terms: Vec::new(),
        };
        if options.explain {
            prediction.terms = self.terms(text, &vector, prediction.top().0);
        }
        prediction
    }

    /// The probabilities behind a row of logits of this model.
    pub fn calibrate(&self, logits: &[f32]) -> Vec<f32> {
        self.calibration.probabilities(logits)
    }

    /// How logits become probabilities.
    pub fn calibration(&self) -> Method {
        self.calibration.method()
    }

    /// The features of a text: (index, value) with indices ascending, values of Euclidean length 1.
    pub fn vectorise(&self, text: &str) -> Vec<(u32, f32)> {
        self.transform(text).entries
    }

    /// How many n-grams the model knows.
    pub fn features(&self) -> usize {
        self.vectoriser.hashes.len()
    }

    /// Entries come in ascending feature order, so the sum is the same to the last bit however the text arrived.
    fn logits(&self, vector: &Vector) -> Vec<f32> {
        let mut logits = self.biases.clone();
        for &(feature, value) in &vector.entries {
            for (logit, weight) in logits.iter_mut().zip(self.weights_of(feature)) {
                *logit += value * weight;
            }
        }
        logits
    }

    pub(crate) fn transform(&self, text: &str) -> Vector {
        self.vectoriser.transform(text, |feature| self.row(feature)[0])
    }

    /// The weights of one feature, a label each.
    pub(crate) fn weights_of(&self, feature: u32) -> &[f32] {
        &self.row(feature)[1..]
    }

    fn row(&self, feature: u32) -> &[f32] {
        let width = self.biases.len() + 1;
        &self.rows[feature as usize * width..][..width]
    }
}

impl Classifier for TfidfSvm {
    fn labels(&self) -> &[String] {
        &self.labels
    }

    fn classify(
        &self,
        documents: &[&str],
        options: Options,
    ) -> Vec<Result<Prediction, ClassifyError>> {
        documents.iter().map(|document| Ok(self.predict(document, options))).collect()
    }

    fn answers_inline(&self, size_bytes: usize) -> bool {
        size_bytes <= INLINE_BYTES
    }
}
