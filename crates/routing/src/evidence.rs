//! What a decision rested on: what is kept of a ticket so that another policy can be tried on it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Family, LEAST_PROBABILITY, Signals};

/// Everything a decision rested on, but the text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// What was known before a model saw the ticket.
    pub signals: Signals,
    /// What the models said that were asked.
    pub said: Vec<Said>,
}

/// What one model said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Said {
    /// Its kind.
    pub family: Family,
    /// Its registered name.
    pub model: String,
    /// Its version.
    pub version: u32,
    /// Calibrated probability of each label that has more than [`LEAST_PROBABILITY`]; no other matters to any decision.
    pub scores: BTreeMap<String, f32>,
    /// The largest raw score.
    pub max_logit: Option<f32>,
    /// Share of the tokens it has never seen.
    pub out_of_vocabulary: f32,
}

impl Evidence {
    /// What the model of that kind said.
    pub fn of(&self, family: Family) -> Option<&Said> {
        self.said.iter().find(|said| said.family == family)
    }
}

impl Said {
    /// Keeps the probabilities that matter.
    pub fn kept<'l>(scores: impl Iterator<Item = (&'l str, f32)>) -> BTreeMap<String, f32> {
        let matters = scores.filter(|(_, p)| *p > LEAST_PROBABILITY);
        matters.map(|(label, p)| (label.to_owned(), p)).collect()
    }

    /// The probabilities in the order of `labels`.
    pub fn probabilities(&self, labels: &[String]) -> Vec<f32> {
        labels.iter().map(|label| self.scores.get(label).copied().unwrap_or(0.0)).collect()
    }
}
