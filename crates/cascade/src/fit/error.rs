//! Why two versions could not be fitted to each other.

/// Why there is no operating point.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FitError {
    /// The models do not answer the same labels in the same order.
    #[error(
        "the models have other labels: {}: retrain both on the same data",
        differ(linear, transformer)
    )]
    OtherLabels {
        /// Labels only the linear model has.
        linear: Vec<String>,
        /// Labels only the transformer has.
        transformer: Vec<String>,
    },
    /// A held-out row does not belong to the model.
    #[error(
        "held-out row {row} of {model} is damaged: its label or its number of scores is not the model's"
    )]
    OddRow {
        /// The model.
        model: String,
        /// The row's number, from 1.
        row: usize,
    },
    /// Too little is known.
    #[error(
        "only {joined} held-out rows can be used, {needed} are needed (the linear model has {linear}{})",
        transformer.map_or(String::new(), |rows| format!(", the transformer {rows}"))
    )]
    TooFewRows {
        /// Rows both were judged on, or the linear model's when it is alone.
        joined: usize,
        /// What is needed.
        needed: usize,
        /// Rows of the linear model.
        linear: usize,
        /// Rows of the transformer, if there is one.
        transformer: Option<usize>,
    },
    /// What was asked for is not a share.
    #[error("a target is a number from 0 to 1")]
    Target,
}

fn differ(linear: &[String], transformer: &[String]) -> String {
    if linear.is_empty() && transformer.is_empty() {
        return "the same, in another order".to_owned();
    }
    let named = |labels: &[String]| {
        if labels.is_empty() { "none".to_owned() } else { labels.join(", ") }
    };
    format!(
        "only the linear model has {}, only the transformer {}",
        named(linear),
        named(transformer)
    )
}
