//! Which answers no person need look at, and how often these are right.

use std::convert::Infallible;

use serde::Serialize;
use switchboard_calibration::{ConformalSets, Thresholds};
use switchboard_evaluate::{CoverageReport, LabelSet, coverage};

use super::folds::Folds;
use super::mesh::confidences;
use super::review;

/// The coverage at which a set of one label is automatic, unless a policy says another.
const COVERAGE: f32 = 0.9;

/// What no person need look at, on rows nothing was fitted to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Automatic {
    /// The confidence at or above which answers are automatic; `None` where sets of one label (coverage 0.9) are.
    pub threshold: Option<f32>,
    /// Their share of all rows, 0 to 1.
    pub share: f64,
    /// The share of them that is right; `None` when there are none.
    pub accuracy: Option<f64>,
}

/// Answers of one situation, and what is right.
pub(crate) struct Judged<'j> {
    pub(crate) answers: &'j [&'j [f32]],
    pub(crate) truths: &'j [usize],
    pub(crate) folds: &'j Folds,
    pub(crate) labels: usize,
}

impl Judged<'_> {
    /// What is automatic at an accuracy target; without one, by sets.
    pub(crate) fn automatic(&self, target: Option<f64>) -> Automatic {
        let judged = confidences(self.answers, self.truths);
        let (threshold, passes) = match target {
            Some(target) => {
                let fit = |of: &[usize]| {
                    let rows = of.iter().map(|row| judged[*row]);
                    Ok::<f32, Infallible>(review::threshold(rows, target))
                };
                let Ok(passes) = self.folds.cross_fitted(fit, |least, row| judged[row].0 >= *least);
                (Some(review::threshold(judged.iter().copied(), target)), passes)
            }
            None => (None, self.sets(COVERAGE).iter().map(|set| set.labels.len() == 1).collect()),
        };
        let passed = || judged.iter().zip(&passes).filter(|(_, passes)| **passes);
        let (answered, right) = (passed().count(), passed().filter(|(row, _)| row.1).count());
        Automatic {
            threshold,
            share: answered as f64 / judged.len().max(1) as f64,
            accuracy: (answered > 0).then(|| right as f64 / answered as f64),
        }
    }

    /// Sets fitted to all rows.
    pub(crate) fn fitted_sets(&self) -> ConformalSets {
        let rows = self.answers.iter().copied().zip(self.truths.iter().copied());
        ConformalSets::fit(rows, self.labels)
    }

    /// Sets of each row, made from the others.
    fn sets(&self, coverage: f32) -> Vec<LabelSet> {
        let fit = |of: &[usize]| {
            let rows = of.iter().map(|row| (self.answers[*row], self.truths[*row]));
            Ok::<Thresholds, Infallible>(ConformalSets::fit(rows, self.labels).at(coverage))
        };
        let ask = |thresholds: &Thresholds, row: usize| LabelSet {
            truth: self.truths[row],
            labels: thresholds.set(self.answers[row]),
        };
        let Ok(sets) = self.folds.cross_fitted(fit, ask);
        sets
    }

    /// How often sets at `asked` hold the truth.
    pub(crate) fn coverage(&self, names: &[String], asked: f32) -> CoverageReport {
        coverage(names, &self.sets(asked))
    }
}
