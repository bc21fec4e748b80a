#![doc = include_str!("../README.md")]

/// Something that gives documents a label.
pub trait Classifier: Send + Sync {
    /// The labels, in the order of every logit and probability.
    fn labels(&self) -> &[String];

    /// Classifies `documents` (text with personal data cut out).
    ///
    /// One outcome a document, in order; each is what it would be if that document came alone.
    fn classify(
        &self,
        documents: &[&str],
        options: Options,
    ) -> Vec<Result<Prediction, ClassifyError>>;

    /// Whether documents of `size_bytes` in all cost so little (tens of microseconds) that handing them to another
    /// thread would cost more than answering.
    fn answers_inline(&self, size_bytes: usize) -> bool;

    /// About what a document of `size_bytes` costs, in the unit of [`batch_cost`](Self::batch_cost): tokens, for most models.
    fn cost(&self, size_bytes: usize) -> usize {
        size_bytes
    }

    /// How much is best computed in one call. More brings no more throughput; less leaves some unused.
    fn batch_cost(&self) -> usize {
        1 << 16
    }

    /// What it computes in: `f32`, or `int8` where that is faster and a little off.
    fn precision(&self) -> &'static str {
        "f32"
    }

    /// The logits of one document, read as when a version's golden examples were answered, however else the service was told to read.
    fn recorded_logits(&self, document: &str) -> Result<Vec<f32>, ClassifyError> {
        let answer = self.classify(&[document], Options::default()).pop();
        answer
            .unwrap_or_else(|| Err(ClassifyError::Model("there is no answer".into())))
            .map(|one| one.logits)
    }

    /// The most one of them may differ from what the version answered when it was made, in 32 bits and perhaps on another processor.
    fn tolerance(&self) -> f32 {
        1e-3
    }
}

/// What to compute beside the prediction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// Also return the terms that speak for and against the winning label.
    pub explain: bool,
}

/// What a model says of one document.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Prediction {
    /// Raw score a label.
    pub logits: Vec<f32>,
    /// Calibrated probability a label; they sum to 1.
    pub probabilities: Vec<f32>,
    /// Tokens of the document.
    pub tokens_total: u32,
    /// Tokens the model read; fewer than `tokens_total` when the document was too long.
    pub tokens_used: u32,
    /// Share of the tokens that the model has never seen, 0 to 1.
    pub out_of_vocabulary: f32,
    /// The terms with the largest weights, when asked for.
    pub terms: Vec<Term>,
}

impl Prediction {
    /// Whether the model read less than the whole document.
    pub fn truncated(&self) -> bool {
        self.tokens_used < self.tokens_total
    }

    /// Index and probability of the most probable label; the first of equals.
    pub fn top(&self) -> (usize, f32) {
        let mut best = (0, f32::NEG_INFINITY);
        for (index, &probability) in self.probabilities.iter().enumerate() {
            if probability > best.1 {
                best = (index, probability);
            }
        }
        best
    }
}

/// A piece of the document and what it did to the winning label's logit.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// The piece, as the model knows it (normalised).
    pub text: String,
    /// Where it starts in the document, in code points.
    pub start: u32,
    /// Where it ends in the document, in code points.
    pub end: u32,
    /// Its share of the winning label's logit; negative speaks against.
    pub weight: f32,
}

/// Why a document has no prediction.
#[derive(Debug, thiserror::Error)]
pub enum ClassifyError {
    /// The model failed; the cause holds no text of the document.
    #[error("run the model")]
    Model(#[source] Box<dyn std::error::Error + Send + Sync>),
}
