//! One model's answer to one row.

/// Scores and probabilities of all labels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Answer<'s> {
    /// The greatest raw score: the less, the stranger.
    pub(crate) greatest_logit: f32,
    pub(crate) probabilities: &'s [f32],
}

impl<'s> Answer<'s> {
    pub(crate) fn of(logits: &[f32], probabilities: &'s [f32]) -> Self {
        let greatest_logit = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        Self { greatest_logit, probabilities }
    }
}

/// Place and probability of the most probable label; of equals, the first.
pub(crate) fn top(probabilities: &[f32]) -> (usize, f32) {
    let mut top = (0, 0.0);
    for (label, &p) in probabilities.iter().enumerate() {
        if p > top.1 {
            top = (label, p);
        }
    }
    top
}
