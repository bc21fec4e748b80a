//! Who answers.

use serde::{Deserialize, Serialize};

/// A kind of model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// TF-IDF + linear SVM: microseconds.
    Tfidf,
    /// DistilBERT: milliseconds.
    Transformer,
}

impl Family {
    /// Every family.
    pub const ALL: [Self; 2] = [Self::Tfidf, Self::Transformer];

    /// The name used in metrics and model names.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tfidf => "tfidf",
            Self::Transformer => "transformer",
        }
    }

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Tfidf => Self::Transformer,
            Self::Transformer => Self::Tfidf,
        }
    }
}

/// Whose probabilities an answer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// The linear model's.
    Tfidf,
    /// The transformer's.
    Transformer,
    /// Both models', combined.
    Fusion,
}

impl Route {
    /// Every route.
    pub const ALL: [Self; 3] = [Self::Tfidf, Self::Transformer, Self::Fusion];

    /// The name used in replies and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tfidf => "tfidf",
            Self::Transformer => "transformer",
            Self::Fusion => "fusion",
        }
    }
}

impl From<Family> for Route {
    fn from(family: Family) -> Self {
        match family {
            Family::Tfidf => Self::Tfidf,
            Family::Transformer => Self::Transformer,
        }
    }
}

/// Which models to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// The linear model alone.
    Tfidf,
    /// The transformer alone.
    Transformer,
    /// Both, to combine what they say.
    Both,
}

impl Ask {
    /// Whether the model of that family is asked.
    pub fn includes(self, family: Family) -> bool {
        match self {
            Self::Tfidf => family == Family::Tfidf,
            Self::Transformer => family == Family::Transformer,
            Self::Both => true,
        }
    }
}
