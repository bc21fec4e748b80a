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
    /// Its standard error less that of the pool without offsets: of the difference between the two.
    pub standard_error: f64,
}

/// The form that won, fitted to all rows, and what it made of each row when it had not seen it.
pub(crate) struct Fused {
    pub(crate) fusion: Fusion,
    pub(crate) trials: Vec<FusionTrial>,
    /// Cross-fitted probabilities, a row each.
    pub(crate) probabilities: Vec<Vec<f32>>,
}

/// Fits and tries each form; `None` when there is no transformer.
///
/// Offsets are accepted when they lower the log loss of rows they were not fitted to by more than one standard error.
pub(crate) fn tried(rows: &[Row<'_>], labels: usize, folds: &Folds) -> Option<Fused> {
    let pooled = |row: &Row<'_>| {
        let transformer = row.transformer?.probabilities;
        Some(PoolRow::of(row.linear.probabilities, transformer, row.truth))
    };
    let pool_rows: Vec<PoolRow> = rows.iter().map(pooled).collect::<Option<_>>()?;
    let cross_fitted = |offsets| cross_fitted(rows, &pool_rows, (labels, offsets), folds);
    let [plain, offset] = [false, true].map(cross_fitted);
    let [plain_losses, offset_losses] = [&plain, &offset].map(|answers| losses(rows, answers));
    let difference: Vec<f64> =
        offset_losses.iter().zip(&plain_losses).map(|(a, b)| a - b).collect();
    let (gain, error) = mean_and_error(&difference);
    let trial = |offsets, losses: &[f64], standard_error| FusionTrial {
        offsets,
        log_loss: mean_and_error(losses).0,
        standard_error,
    };
    let trials = vec![trial(false, &plain_losses, 0.0), trial(true, &offset_losses, error)];
    let offsets = gain < -error;
    let all: Vec<&PoolRow> = pool_rows.iter().collect();
    let probabilities = if offsets { offset } else { plain };
    Some(Fused { fusion: pool::fit(&all, labels, offsets), trials, probabilities })
}

fn cross_fitted(
    rows: &[Row<'_>],
    pool_rows: &[PoolRow],
    (labels, offsets): (usize, bool),
    folds: &Folds,
) -> Vec<Vec<f32>> {
    let fit = |of: &[usize]| {
        let of: Vec<&PoolRow> = of.iter().map(|row| &pool_rows[*row]).collect();
        Ok::<Fusion, Infallible>(pool::fit(&of, labels, offsets))
    };
    let ask = |fusion: &Fusion, row: usize| {
        let linear = rows[row].linear.probabilities;
        let combined =
            rows[row].transformer.and_then(|other| fusion.combine(linear, other.probabilities));
        combined.unwrap_or_else(|| linear.to_vec())
    };
    let Ok(answers) = folds.cross_fitted(fit, ask);
    answers
}

fn losses(rows: &[Row<'_>], answers: &[Vec<f32>]) -> Vec<f64> {
    let loss = |(row, p): (&Row<'_>, &Vec<f32>)| -f64::from(p[row.truth].max(1e-15)).ln();
    rows.iter().zip(answers).map(loss).collect()
}

fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let n = (values.len() as f64).max(1.0);
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (squares / n / n).sqrt())
}
