//! One answer of a classifier, beside the truth.

/// What a classifier said of one text.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The right label; it need not be one the classifier knows.
    pub truth: String,
    /// A probability for each label, in the order of the labels given to `evaluate`. They need not sum to 1. A missing
    /// one, a negative one and one that is not finite count as 0.
    pub probabilities: Vec<f32>,
    /// The text's language, when known.
    pub language: Option<String>,
}
