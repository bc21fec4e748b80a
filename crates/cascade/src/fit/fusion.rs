//! Two answers as one: which form, and with what weights.

use std::convert::Infallible;

use serde::Serialize;
use switchboard_routing::Fusion;

use super::folds::Folds;
use super::join::Row;
use super::pool::{self, PoolRow};

/// One form of combining, judged on rows it was not fitted to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FusionTrial {
    /// Whether each label has an offset of its own.
    pub offsets: bool,
    /// Mean of −ln p(truth).
    pub log_loss: f64,
    /// That, less the log loss of the pool without offsets.
    pub against_plain: Option<Gain>,
}

/// A difference of two means over the same rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Gain {
    /// Negative when the first is better.
    pub difference: f64,
    /// Its standard error.
    pub standard_error: f64,
}

/// The form that won, fitted to all rows, and what it made of each row when it had not seen it.
pub(crate) struct Fused {
    pub(crate) fusion: Fusion,
    pub(crate) trials: Vec<FusionTrial>,
    /// Cross-fitted probabilities, a row each.
    pub(crate) probabilities: Vec<Vec<f32>>,
}

/// Fits and tries each form, on the rows that escalate at all; `None` when there is no transformer.
///
/// Offsets are accepted when they lower the log loss of rows they were not fitted to by more than one standard error.
pub(crate) fn tried(
    rows: &[Row<'_>],
    labels: usize,
    folds: &Folds,
    escalates: impl Fn(&Row<'_>) -> bool,
) -> Option<Fused> {
    let pooled = |row: &Row<'_>| {
        let transformer = row.transformer?.probabilities;
        Some(PoolRow::of(row.linear.probabilities, transformer, row.truth))
    };
    let pool_rows: Vec<PoolRow> = rows.iter().map(pooled).collect::<Option<_>>()?;
    let learns: Vec<bool> = rows.iter().map(escalates).collect();
    let pooling = Pooling { rows, pool_rows, learns, labels };
    let [plain, offset] = [false, true].map(|offsets| pooling.cross_fitted(offsets, folds));
    let [plain_losses, offset_losses] = [&plain, &offset].map(|answers| pooling.losses(answers));
    let gains: Vec<f64> = offset_losses.iter().zip(&plain_losses).map(|(a, b)| a - b).collect();
    let (gain, error) = mean_and_error(&gains);
    let trial = |offsets, losses: &[f64], gain| FusionTrial {
        offsets,
        log_loss: mean_and_error(losses).0,
        against_plain: gain,
    };
    let trials = vec![
        trial(false, &plain_losses, None),
        trial(true, &offset_losses, Some(Gain { difference: gain, standard_error: error })),
    ];
    let offsets = gain < -error;
    let all: Vec<usize> = (0..rows.len()).collect();
    let probabilities = if offsets { offset } else { plain };
    Some(Fused { fusion: pooling.fit(&all, offsets), trials, probabilities })
}

/// Rows to combine.
struct Pooling<'p> {
    rows: &'p [Row<'p>],
    pool_rows: Vec<PoolRow>,
    /// Whether weights are fitted to a row.
    learns: Vec<bool>,
    labels: usize,
}

impl Pooling<'_> {
    fn fit(&self, of: &[usize], offsets: bool) -> Fusion {
        let of = of.iter().filter(|row| self.learns[**row]);
        let of: Vec<&PoolRow> = of.map(|row| &self.pool_rows[*row]).collect();
        pool::fit(&of, self.labels, offsets)
    }

    fn cross_fitted(&self, offsets: bool, folds: &Folds) -> Vec<Vec<f32>> {
        let fit = |of: &[usize]| Ok::<Fusion, Infallible>(self.fit(of, offsets));
        let Ok(answers) = folds.cross_fitted(fit, |fusion, row| self.combined(fusion, row));
        answers
    }

    fn combined(&self, fusion: &Fusion, row: usize) -> Vec<f32> {
        let Row { linear, transformer, .. } = &self.rows[row];
        let both =
            transformer.and_then(|other| fusion.combine(linear.probabilities, other.probabilities));
        both.unwrap_or_else(|| linear.probabilities.to_vec())
    }

    /// Of the rows that weights are fitted to.
    fn losses(&self, answers: &[Vec<f32>]) -> Vec<f64> {
        let learning = self.learns.iter().zip(self.rows).zip(answers);
        let learning = learning.filter(|((learns, _), _)| **learns);
        learning.map(|((_, row), p)| -f64::from(p[row.truth].max(1e-15)).ln()).collect()
    }
}

fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let n = (values.len() as f64).max(1.0);
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (squares / n / n).sqrt())
}
