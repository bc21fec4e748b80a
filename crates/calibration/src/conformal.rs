//! Sets of labels that hold the truth as often as was asked for, label by label.

use serde::{Deserialize, Serialize};

/// A label's calibration scores are kept one by one up to this many; of more, this many evenly spaced ones.
const KEPT: usize = 2_000;

/// Why sets of labels cannot be built from what was loaded.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConformalError {
    /// It was fitted for another model.
    #[error("conformal scores are of {found} labels, the model has {expected}")]
    Labels {
        /// Labels of the model.
        expected: usize,
        /// Labels of the scores.
        found: usize,
    },
    /// Its numbers are not those that a fit gives.
    #[error("conformal scores of label {label} are damaged")]
    Scores {
        /// Index of the label.
        label: usize,
    },
}

/// Class-conditional split conformal prediction: of the rows of every label, the share whose set holds the label is at least the coverage
/// asked for, as long as they are exchangeable with the rows it was fitted to (Vovk 2013, label-conditional; Sadinle, Lei and Wasserman
/// 2019; Angelopoulos and Bates 2023).
///
/// The nonconformity score of a label is `1 − p`. Kept are the `p` themselves, the greatest first, because `1 − p` would make all small `p`
/// equal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConformalSets {
    labels: Vec<LabelScores>,
}

/// What the rows of one label were given for it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct LabelScores {
    /// How many rows carry the label.
    rows: u64,
    /// Their probabilities of it, the greatest first: all, or [`KEPT`] of them, of which the `j`-th is the `⌈j · rows / KEPT⌉`-th of all.
    probabilities: Vec<f32>,
}

/// The least probability with which each label is in a set, at one coverage.
#[derive(Debug, Clone, PartialEq)]
pub struct Thresholds {
    least: Vec<f32>,
}

impl ConformalSets {
    /// Learns from rows the model has not seen: the probabilities of all `labels`, and the index of the true one.
    ///
    /// A probability that is missing or not finite counts as 0; a truth that is none of the labels is passed over.
    pub fn fit<'p>(rows: impl IntoIterator<Item = (&'p [f32], usize)>, labels: usize) -> Self {
        let mut by_label = vec![Vec::new(); labels];
        for (probabilities, truth) in rows {
            if let Some(of_label) = by_label.get_mut(truth) {
                of_label.push(probability(probabilities, truth));
            }
        }
        Self { labels: by_label.into_iter().map(LabelScores::of).collect() }
    }

    /// Says whether these are sound scores of `labels` labels, which those of a file need not be.
    pub fn check(&self, labels: usize) -> Result<(), ConformalError> {
        if self.labels.len() != labels {
            return Err(ConformalError::Labels { expected: labels, found: self.labels.len() });
        }
        match self.labels.iter().position(|scores| !scores.sound()) {
            Some(label) => Err(ConformalError::Scores { label }),
            None => Ok(()),
        }
    }

    /// The thresholds for sets that hold the truth with probability `coverage`, 0 to 1. A greater coverage gives no set fewer labels.
    ///
    /// A label with too few rows for this coverage is in every set.
    pub fn at(&self, coverage: f32) -> Thresholds {
        Thresholds { least: self.labels.iter().map(|scores| scores.least(coverage)).collect() }
    }

    /// The labels of one row, the most probable first; see [`Self::at`], which is to be preferred for many rows.
    pub fn set(&self, probabilities: &[f32], coverage: f32) -> Vec<usize> {
        self.at(coverage).set(probabilities)
    }
}

impl LabelScores {
    fn of(mut probabilities: Vec<f32>) -> Self {
        probabilities.sort_unstable_by(|one, other| other.total_cmp(one));
        let rows = probabilities.len();
        if rows > KEPT {
            let ranks = (1..=KEPT).map(|place| (place * rows).div_ceil(KEPT));
            probabilities = ranks.map(|rank| probabilities[rank - 1]).collect();
        }
        Self { rows: rows as u64, probabilities }
    }

    /// The probability of the row whose rank is `⌈(rows + 1) · coverage⌉`, or of the next one kept: at most one row in [`KEPT`] more than
    /// asked for is covered.
    #[expect(clippy::cast_sign_loss, reason = "a place is at least 1")]
    fn least(&self, coverage: f32) -> f32 {
        let rank = rank(self.rows as f64, coverage);
        if rank < 1.0 {
            return f32::INFINITY;
        }
        let place = (rank * self.probabilities.len() as f64 / self.rows as f64).ceil();
        // Beyond the last row, and with no rows at all, no probability is too small.
        self.probabilities.get(place.max(1.0) as usize - 1).copied().unwrap_or_default()
    }

    fn sound(&self) -> bool {
        let in_range = self.probabilities.iter().all(|p| (0.0..=1.0).contains(p));
        let descends = self.probabilities.is_sorted_by(|one, next| one >= next);
        let whole = self.probabilities.len() as u64 == self.rows.min(KEPT as u64);
        in_range && descends && whole
    }
}

impl Thresholds {
    /// The labels of one row, the most probable first; of equals, the first.
    ///
    /// A probability that is missing or not finite counts as 0, so a label that is in every set is in this one, too.
    pub fn set(&self, probabilities: &[f32]) -> Vec<usize> {
        let p = |label: &usize| probability(probabilities, *label);
        let mut set: Vec<usize> =
            (0..self.least.len()).filter(|label| p(label) >= self.least[*label]).collect();
        // The sort is stable, and the labels are in their order.
        set.sort_by(|one, other| p(other).total_cmp(&p(one)));
        set
    }
}

/// `⌈(rows + 1) · coverage⌉`. A coverage is meant as it is written: the `f32` nearest to 0.6 is greater than 0.6, and 9 rows allow for it.
/// One that is not a number asks for all there is.
fn rank(rows: f64, coverage: f32) -> f64 {
    if coverage.is_nan() {
        return f64::INFINITY;
    }
    let rounding = f64::from(f32::EPSILON) / 2.0;
    ((rows + 1.0) * (f64::from(coverage) - rounding)).ceil()
}

fn probability(probabilities: &[f32], label: usize) -> f32 {
    let p = probabilities.get(label).copied().unwrap_or_default();
    if p.is_finite() { p.clamp(0.0, 1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests;
