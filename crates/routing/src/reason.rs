//! Why a model was asked, or answered.

use serde::{Deserialize, Serialize};

/// Why an answer is whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The linear model answered with enough confidence.
    Confident,
    /// The linear model was not confident enough.
    LowConfidence,
    /// The gate doubts that the linear model is right.
    Doubtful,
    /// The ticket is complex.
    Complex,
    /// The model is the better one, or the only one trained, in the ticket's language.
    Language,
    /// A rule of the policy.
    Rule,
    /// The caller asked for it.
    Requested,
    /// The transformer has had its share of the tickets.
    Budget,
    /// The transformer is slower than its budget allows, so the least doubtful tickets stay with the linear model.
    BrownOut,
    /// The model that was wished for gave no answer.
    Fallback,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 10] = [
        Self::Confident,
        Self::LowConfidence,
        Self::Doubtful,
        Self::Complex,
        Self::Language,
        Self::Rule,
        Self::Requested,
        Self::Budget,
        Self::BrownOut,
        Self::Fallback,
    ];

    /// The name used in replies and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Confident => "confident",
            Self::LowConfidence => "low_confidence",
            Self::Doubtful => "doubtful",
            Self::Complex => "complex",
            Self::Language => "language",
            Self::Rule => "rule",
            Self::Requested => "requested",
            Self::Budget => "budget",
            Self::BrownOut => "brown_out",
            Self::Fallback => "fallback",
        }
    }

    /// Whether the ticket was answered otherwise than the policy wanted.
    pub fn is_degraded(self) -> bool {
        matches!(self, Self::BrownOut | Self::Fallback)
    }
}
