//! Fitting the gate: a linear support vector machine on a sample, and Platt's sigmoid over all rows.

use linfa::dataset::DatasetBase;
use linfa::prelude::ParamGuard;
use linfa::traits::Fit;
use linfa_svm::{Svm, SvmError, SvmParams};
use ndarray::{Array1, Array2, Axis};
use switchboard_calibration::OneVsRest;

use crate::error::GateError;
use crate::gate::{Feature, Gate, Platt};
use crate::sample::stratified;
use crate::scale::Scale;

/// The machine's cost is quadratic in rows: it takes at most this many.
const MOST_ROWS: usize = 2_000;
/// Of rows on either side, at least this many.
const FEWEST_ROWS: usize = 10;
/// What a row on the wrong side costs, when both sides have as many.
const COST: f64 = 0.1;
/// Where the solver stops, as in LIBSVM.
///
/// linfa's bound of ten million steps cannot be set, so cost and tolerance bound them: with these, 2,000 rows take 600 to 2,000 steps, be they
/// noise, separable, alike or far out; with a cost of 10 they took up to 230,000 to the same weights.
const TOLERANCE: f64 = 1e-3;

/// Standardised rows, and whether the model was right.
type Sample = DatasetBase<Array2<f64>, Array1<bool>>;

/// A row the model has answered without having seen it.
#[derive(Debug, Clone, PartialEq)]
pub struct GateRow {
    /// What is known before asking anyone else, in the order of the names.
    pub features: Vec<f64>,
    /// Whether the model was right.
    pub right: bool,
}

impl Gate {
    /// Learns from `rows` the model has not seen when it is right; `names` are those of their features. The same rows and seed give the same
    /// gate.
    pub fn fit(names: &[&str], rows: &[GateRow], seed: u64) -> Result<Self, GateError> {
        let right: Vec<bool> = rows.iter().map(|row| row.right).collect();
        enough(&right)?;
        let mut records = records(names.len(), rows)?;
        let scales = standardise(names, &mut records)?;
        let sample = stratified(&right, MOST_ROWS, seed);
        let dataset = DatasetBase::new(
            records.select(Axis(0), &sample),
            Array1::from_iter(sample.iter().map(|row| right[*row])),
        );
        let (weights, intercept) = hyperplane(&dataset)?;
        let sigmoid = calibrate((records.dot(&weights) + intercept).insert_axis(Axis(1)), &right)?;
        let named = names.iter().zip(scales).zip(weights);
        let feature = |((name, scale), weight): ((&&str, Scale), f64)| Feature {
            name: (*name).to_owned(),
            scale,
            weight,
        };
        Ok(Self { features: named.map(feature).collect(), intercept, sigmoid })
    }
}

fn enough(right: &[bool]) -> Result<(), GateError> {
    let rights = right.iter().filter(|right| **right).count();
    let wrong = right.len() - rights;
    if rights.min(wrong) < FEWEST_ROWS {
        return Err(GateError::TooFewRows { right: rights, wrong, needed: FEWEST_ROWS });
    }
    Ok(())
}

fn records(expected: usize, rows: &[GateRow]) -> Result<Array2<f64>, GateError> {
    let other = rows.iter().position(|row| row.features.len() != expected);
    if let Some(row) = other {
        return Err(GateError::RowLength { row, expected, found: rows[row].features.len() });
    }
    Ok(Array2::from_shape_fn((rows.len(), expected), |(row, feature)| rows[row].features[feature]))
}

fn standardise(names: &[&str], records: &mut Array2<f64>) -> Result<Vec<Scale>, GateError> {
    let mut scales = Vec::with_capacity(names.len());
    for (name, mut values) in names.iter().zip(records.columns_mut()) {
        let scale = Scale::of(name, values.view())?;
        values.mapv_inplace(|value| scale.scaled(value));
        scales.push(scale);
    }
    Ok(scales)
}

/// Weights and intercept.
fn hyperplane(dataset: &Sample) -> Result<(Array1<f64>, f64), SvmError> {
    let machine: Svm<f64, bool> = parameters::<bool>(dataset.targets()).check()?.fit(dataset)?;
    // linfa shows the hyperplane only by what it makes of rows; that of a row with a single 1 is a weight.
    let ones = Array2::eye(dataset.records().ncols());
    let weights = ones.outer_iter().map(|row| machine.weighted_sum(&row)).collect();
    Ok((weights, -machine.rho))
}

/// Both kinds of row weigh alike. Otherwise the cheapest answer would be "always right" for a model that is right more often than wrong whatever
/// the features.
fn parameters<T>(right: &Array1<bool>) -> SvmParams<f64, T> {
    let rows = right.len() as f64;
    let rights = right.iter().filter(|right| **right).count() as f64;
    let cost = |of_kind: f64| COST * rows / (2.0 * of_kind);
    SvmParams::new().eps(TOLERANCE).pos_neg_weights(cost(rights), cost(rows - rights))
}

/// Platt's sigmoid costs next to nothing, so it is fitted to all rows; the shares of the sample are not theirs.
fn calibrate(scores: Array2<f64>, right: &[bool]) -> Result<Platt, GateError> {
    let targets: Vec<usize> = right.iter().map(|right| usize::from(!right)).collect();
    let fitted = OneVsRest::fit(scores.view(), &targets)?;
    // One column of scores has one sigmoid.
    let sigmoid = fitted.sigmoids()[0];
    Ok(Platt { a: sigmoid.a, b: sigmoid.b })
}

#[cfg(test)]
mod tests;
