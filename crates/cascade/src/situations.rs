//! Sets of labels, by who answered.

use serde::{Deserialize, Serialize};
use switchboard_calibration::{ConformalSets, Thresholds};
use switchboard_routing::Family;

use crate::PointError;

/// Whose probabilities a set is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Situation {
    /// The mesh's, when nothing lacks: the linear model's answer stands, or both models' are combined.
    Mesh,
    /// The linear model's, when the transformer lacks.
    Linear,
    /// The transformer's, when it alone answered.
    Transformer,
}

impl From<Family> for Situation {
    /// One model alone.
    fn from(family: Family) -> Self {
        match family {
            Family::Tfidf => Self::Linear,
            Family::Transformer => Self::Transformer,
        }
    }
}

/// What sets are made from, a situation each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Situations {
    pub(crate) mesh: ConformalSets,
    pub(crate) linear: Option<ConformalSets>,
    pub(crate) transformer: Option<ConformalSets>,
}

impl Situations {
    pub(crate) fn check(&self, labels: usize) -> Result<(), PointError> {
        let alone = [&self.linear, &self.transformer].into_iter().flatten();
        for sets in alone.chain([&self.mesh]) {
            sets.check(labels)?;
        }
        Ok(())
    }

    pub(crate) fn at(&self, coverage: f32) -> Sets {
        let at = |sets: &ConformalSets| sets.at(coverage);
        Sets {
            mesh: at(&self.mesh),
            linear: self.linear.as_ref().map(at),
            transformer: self.transformer.as_ref().map(at),
        }
    }
}

/// Sets of labels at one coverage: a comparison a label.
#[derive(Debug, Clone, PartialEq)]
pub struct Sets {
    mesh: Thresholds,
    linear: Option<Thresholds>,
    transformer: Option<Thresholds>,
}

impl Sets {
    /// The places of the labels that may be the truth, the most probable first; `None` where the situation was not looked at.
    pub fn set(&self, situation: Situation, probabilities: &[f32]) -> Option<Vec<usize>> {
        let thresholds = match situation {
            Situation::Mesh => Some(&self.mesh),
            Situation::Linear => self.linear.as_ref(),
            Situation::Transformer => self.transformer.as_ref(),
        };
        thresholds.map(|thresholds| thresholds.set(probabilities))
    }
}
