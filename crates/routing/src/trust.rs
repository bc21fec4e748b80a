//! How far an answer can be trusted.

use serde::{Deserialize, Serialize};

/// What to do with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// It can be acted on.
    Automatic,
    /// A person should choose among the few labels of its prediction set.
    Suggested,
    /// A person should look.
    NeedsReview,
}

impl Trust {
    /// Every level.
    pub const ALL: [Self; 3] = [Self::Automatic, Self::Suggested, Self::NeedsReview];

    /// The name used in replies and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Suggested => "suggested",
            Self::NeedsReview => "needs_review",
        }
    }
}

/// What trust in an answer rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grounds {
    /// Calibrated probability of its label.
    pub confidence: f32,
    /// Under this a person should look; when there is none, a prediction set of one label is enough.
    pub review_below: Option<f32>,
    /// Labels in its prediction set, when sets are calibrated.
    pub set_size: Option<usize>,
    /// The largest set that is worth suggesting.
    pub suggest_at_most: usize,
    /// The text is unlike what the models were trained on, or a rule says that a person should look.
    pub held_back: bool,
}

impl Grounds {
    /// A confident answer is automatic; of others, a few labels are suggested, and none or many mean that a person must look.
    pub fn trust(self) -> Trust {
        let automatic = match self.review_below {
            Some(below) => self.confidence >= below,
            None => self.set_size.is_none_or(|size| size == 1),
        };
        match self.set_size {
            _ if self.held_back => Trust::NeedsReview,
            _ if automatic => Trust::Automatic,
            Some(size) if (1..=self.suggest_at_most).contains(&size) => Trust::Suggested,
            _ => Trust::NeedsReview,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Trust::{Automatic, NeedsReview, Suggested};
    use super::*;

    fn trust(confidence: f32, review_below: Option<f32>, set_size: Option<usize>) -> Trust {
        let grounds =
            Grounds { confidence, review_below, set_size, suggest_at_most: 3, held_back: false };
        assert_eq!(Grounds { held_back: true, ..grounds }.trust(), Trust::NeedsReview);
        grounds.trust()
    }

    #[test]
    fn without_a_threshold_the_set_decides() {
        let sizes = [0, 1, 2, 3, 4].map(|size| trust(0.5, None, Some(size)));
        assert_eq!(sizes, [NeedsReview, Automatic, Suggested, Suggested, NeedsReview]);
        assert_eq!(trust(0.1, None, None), Automatic);
    }

    #[test]
    fn a_threshold_decides_what_is_automatic_and_the_set_what_is_suggested() {
        assert_eq!(trust(0.8, Some(0.8), Some(2)), Trust::Automatic);
        assert_eq!(trust(0.7, Some(0.8), Some(2)), Trust::Suggested);
        assert_eq!(trust(0.7, Some(0.8), Some(9)), Trust::NeedsReview);
        assert_eq!(trust(0.7, Some(0.8), None), Trust::NeedsReview);
    }
}
