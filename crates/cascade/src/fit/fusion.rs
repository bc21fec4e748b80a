//! Two answers as one: which form, and with what weights.

use std::convert::Infallible;

use serde::Serialize;
use switchboard_routing::Fusion;

use super::answer::top;
use super::folds::Folds;
use super::join::Row;
use super::pool::{self, FusionForm, PoolRow};

/// A stack is tried up to this many labels: the cost of fitting one grows with their fourth power.
const MOST_STACKED: usize = 12;

/// One form of combining, judged on rows it was not fitted to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FusionTrial {
    /// The form.
    pub form: FusionForm,
    /// Mean of −ln p(truth).
    pub log_loss: f64,
    /// The share of rows whose most probable label is right.
    pub accuracy: f64,
    /// Its log loss less that of the simpler form that was the best before; `None` for the simplest.
    pub against_simpler: Option<Gain>,
    /// Whether this form was the best so far: it gains more than one standard error.
    pub accepted: bool,
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
/// A form is accepted when it lowers the log loss of rows it was not fitted to by more than one standard error.
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
    let mut best = pooling.attempt(FusionForm::Pool, folds, None);
    let mut trials = vec![best.trial];
    let stack = (labels <= MOST_STACKED).then_some(FusionForm::Stack);
    for form in [FusionForm::Offsets].into_iter().chain(stack) {
        let attempt = pooling.attempt(form, folds, Some(&best));
        trials.push(attempt.trial);
        if attempt.trial.accepted {
            best = attempt;
        }
    }
    let all: Vec<usize> = (0..rows.len()).collect();
    let fusion = pooling.fit(&all, best.trial.form);
    Some(Fused { fusion, trials, probabilities: best.probabilities })
}

/// A form, and what it made of each row when it had not seen it.
struct Attempt {
    trial: FusionTrial,
    probabilities: Vec<Vec<f32>>,
    losses: Vec<f64>,
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
    fn attempt(&self, form: FusionForm, folds: &Folds, simpler: Option<&Attempt>) -> Attempt {
        let fit = |of: &[usize]| Ok::<Fusion, Infallible>(self.fit(of, form));
        let Ok(probabilities) = folds.cross_fitted(fit, |fusion, row| self.combined(fusion, row));
        let losses = self.losses(&probabilities);
        let against_simpler = simpler.map(|simpler| Gain::of(&losses, &simpler.losses));
        let accepted = against_simpler.is_none_or(|gain| gain.difference < -gain.standard_error);
        let right = self.learning(&probabilities).filter(|(row, p)| top(p).0 == row.truth).count();
        let accuracy = right as f64 / losses.len().max(1) as f64;
        let log_loss = mean(&losses);
        let trial = FusionTrial { form, log_loss, accuracy, against_simpler, accepted };
        Attempt { trial, probabilities, losses }
    }

    fn fit(&self, of: &[usize], form: FusionForm) -> Fusion {
        let of = of.iter().filter(|row| self.learns[**row]);
        let of: Vec<&PoolRow> = of.map(|row| &self.pool_rows[*row]).collect();
        pool::fit(&of, self.labels, form)
    }

    fn combined(&self, fusion: &Fusion, row: usize) -> Vec<f32> {
        let Row { linear, transformer, .. } = &self.rows[row];
        let both =
            transformer.and_then(|other| fusion.combine(linear.probabilities, other.probabilities));
        both.unwrap_or_else(|| linear.probabilities.to_vec())
    }

    /// The rows that weights are fitted to, with what was made of them.
    fn learning<'s>(
        &'s self,
        answers: &'s [Vec<f32>],
    ) -> impl Iterator<Item = (&'s Row<'s>, &'s Vec<f32>)> {
        let rows = self.rows.iter().zip(answers).zip(&self.learns);
        rows.filter(|(_, learns)| **learns).map(|(row, _)| row)
    }

    fn losses(&self, answers: &[Vec<f32>]) -> Vec<f64> {
        self.learning(answers).map(|(row, p)| -f64::from(p[row.truth].max(1e-15)).ln()).collect()
    }
}

impl Gain {
    /// What one loses less than the other, the same rows in the same order.
    fn of(one: &[f64], other: &[f64]) -> Self {
        let differences: Vec<f64> = one.iter().zip(other).map(|(a, b)| a - b).collect();
        let difference = mean(&differences);
        let squares: Vec<f64> =
            differences.iter().map(|gain| (gain - difference).powi(2)).collect();
        let standard_error = (mean(&squares) / (squares.len() as f64).max(1.0)).sqrt();
        Self { difference, standard_error }
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / (values.len() as f64).max(1.0)
}
