//! A linear support vector machine a label, by dual coordinate descent.
//!
//! Hsieh, Chang, Lin, Keerthi and Sundararajan, *A dual coordinate descent method for large-scale linear SVM*, ICML 2008,
//! algorithm 3 for the squared hinge loss: minimise `½‖w‖² + C Σ max(0, 1 − y·w·x)²` over one weight a feature and a bias.

use linfa::ParamGuard;
use linfa::dataset::{AsTargets, DatasetBase, Records};
use linfa::traits::{Fit, PredictInplace};
use ndarray::{Array1, Array2};
use rayon::prelude::*;

use crate::sparse::SparseRows;

/// Why a linear SVM could not be fitted.
#[derive(Debug, thiserror::Error)]
pub enum SvmError {
    /// `C` must be positive and finite.
    #[error("C is {0}; it must be a positive number")]
    InvalidC(f64),
    /// Fewer than two labels leave nothing to tell apart.
    #[error("there is {0} label; at least two are needed to tell tickets apart")]
    TooFewLabels(usize),
    /// What linfa has to say.
    #[error(transparent)]
    Linfa(#[from] linfa::Error),
}

/// Parameters of [`LinearSvm`] that have been checked.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearSvmValidParams {
    labels: usize,
    c: f64,
    tolerance: f64,
    max_passes: usize,
    seed: u64,
}

/// Parameters of [`LinearSvm`].
#[derive(Debug, Clone, PartialEq)]
pub struct LinearSvmParams(LinearSvmValidParams);

impl LinearSvmParams {
    /// How many labels there are; the rows need not carry all of them.
    #[must_use]
    pub fn labels(mut self, labels: usize) -> Self {
        self.0.labels = labels;
        self
    }

    /// How much a violated margin costs against a large weight.
    #[must_use]
    pub fn c(mut self, c: f64) -> Self {
        self.0.c = c;
        self
    }

    /// Seed of the order in which rows are visited. The same seed gives the same weights, whatever the number of threads.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.0.seed = seed;
        self
    }
}

impl ParamGuard for LinearSvmParams {
    type Checked = LinearSvmValidParams;
    type Error = SvmError;

    fn check_ref(&self) -> Result<&Self::Checked, Self::Error> {
        if self.0.labels < 2 {
            return Err(SvmError::TooFewLabels(self.0.labels));
        }
        if self.0.c.is_finite() && self.0.c > 0.0 {
            Ok(&self.0)
        } else {
            Err(SvmError::InvalidC(self.0.c))
        }
    }

    fn check(self) -> Result<Self::Checked, Self::Error> {
        self.check_ref()?;
        Ok(self.0)
    }
}

/// A weight a feature and label, and a bias a label.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearSvm {
    /// Features × labels.
    pub weights: Array2<f32>,
    /// One a label.
    pub biases: Array1<f32>,
}

impl LinearSvm {
    /// Parameters to start from: two labels, `C` = 1, seed 0.
    pub fn params() -> LinearSvmParams {
        LinearSvmParams(LinearSvmValidParams {
            labels: 2,
            c: 1.0,
            tolerance: 0.05,
            max_passes: 300,
            seed: 0,
        })
    }
}

impl<T: AsTargets<Elem = usize, Ix = ndarray::Ix1>> Fit<SparseRows, T, SvmError>
    for LinearSvmValidParams
{
    type Object = LinearSvm;

    fn fit(&self, dataset: &DatasetBase<SparseRows, T>) -> Result<LinearSvm, SvmError> {
        let targets = dataset.targets.as_targets();
        let targets = targets.as_slice().map(<[usize]>::to_vec).unwrap_or_else(|| targets.to_vec());
        let labels = self.labels;
        let rows = &dataset.records;
        let solved: Vec<Vec<f64>> = (0..labels)
            .into_par_iter()
            .map(|label| {
                let signs = targets
                    .iter()
                    .map(|target| if *target == label { 1.0 } else { -1.0 })
                    .collect();
                Descent::new(self, rows, signs, label as u64).run()
            })
            .collect();
        let width = rows.nfeatures();
        Ok(LinearSvm {
            weights: Array2::from_shape_fn((width, labels), |(feature, label)| {
                solved[label][feature] as f32
            }),
            biases: Array1::from_shape_fn(labels, |label| solved[label][width] as f32),
        })
    }
}

impl PredictInplace<SparseRows, Array2<f32>> for LinearSvm {
    fn predict_inplace(&self, rows: &SparseRows, scores: &mut Array2<f32>) {
        for (index, mut score) in scores.rows_mut().into_iter().enumerate() {
            score.assign(&self.biases);
            for (feature, value) in rows.row(index) {
                score.scaled_add(value, &self.weights.row(feature));
            }
        }
    }

    fn default_target(&self, rows: &SparseRows) -> Array2<f32> {
        Array2::zeros((rows.nsamples(), self.biases.len()))
    }
}

/// The state of the solver for one label.
struct Descent<'r> {
    rows: &'r SparseRows,
    signs: Vec<f64>,
    /// `1 / 2C`, the dual's diagonal term for the squared hinge.
    diagonal: f64,
    tolerance: f64,
    max_passes: usize,
    random: SplitMix64,
    /// One a feature, and the bias behind them.
    weights: Vec<f64>,
    alphas: Vec<f64>,
    /// `x·x + 1/2C` a row; the bias adds 1.
    curvatures: Vec<f64>,
}

impl<'r> Descent<'r> {
    fn new(
        params: &LinearSvmValidParams,
        rows: &'r SparseRows,
        signs: Vec<f64>,
        label: u64,
    ) -> Self {
        let diagonal = 0.5 / params.c;
        let squared_length =
            |row| rows.row(row).map(|(_, value)| f64::from(value).powi(2)).sum::<f64>();
        Self {
            rows,
            diagonal,
            tolerance: params.tolerance,
            max_passes: params.max_passes,
            random: SplitMix64(params.seed ^ label.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
            weights: vec![0.0; rows.nfeatures() + 1],
            alphas: vec![0.0; signs.len()],
            curvatures: (0..signs.len()).map(|row| squared_length(row) + 1.0 + diagonal).collect(),
            signs,
        }
    }

    /// Passes over the rows until no gradient exceeds the tolerance; rows whose bound is safely active are left out until the end.
    fn run(mut self) -> Vec<f64> {
        let mut order: Vec<u32> = (0..self.signs.len() as u32).collect();
        let mut active = order.len();
        let mut shrink_above = f64::INFINITY;
        for _ in 0..self.max_passes {
            let (highest, lowest) = self.pass(&mut order, &mut active, shrink_above);
            if highest - lowest <= self.tolerance {
                if active == order.len() {
                    break;
                }
                // Solved for the rows still active: check the ones left out too.
                active = order.len();
                shrink_above = f64::INFINITY;
            } else {
                shrink_above = if highest > 0.0 { highest } else { f64::INFINITY };
            }
        }
        self.weights
    }

    /// One pass over the active rows in random order; the highest and lowest projected gradient it met.
    fn pass(&mut self, order: &mut [u32], active: &mut usize, shrink_above: f64) -> (f64, f64) {
        let (mut highest, mut lowest) = (f64::NEG_INFINITY, f64::INFINITY);
        self.random.shuffle(&mut order[..*active]);
        let mut position = 0;
        while position < *active {
            let row = order[position] as usize;
            let gradient = self.gradient(row);
            let projected = if self.alphas[row] > 0.0 {
                gradient
            } else if gradient > shrink_above {
                *active -= 1;
                order.swap(position, *active);
                continue;
            } else {
                gradient.min(0.0)
            };
            highest = highest.max(projected);
            lowest = lowest.min(projected);
            if projected.abs() > 1e-12 {
                self.update(row, gradient);
            }
            position += 1;
        }
        (highest, lowest)
    }

    fn gradient(&self, row: usize) -> f64 {
        let bias = self.weights[self.weights.len() - 1];
        let score: f64 = self
            .rows
            .row(row)
            .map(|(feature, value)| self.weights[feature] * f64::from(value))
            .sum();
        self.signs[row] * (score + bias) - 1.0 + self.diagonal * self.alphas[row]
    }

    fn update(&mut self, row: usize, gradient: f64) {
        let before = self.alphas[row];
        self.alphas[row] = (before - gradient / self.curvatures[row]).max(0.0);
        let change = (self.alphas[row] - before) * self.signs[row];
        for (feature, value) in self.rows.row(row) {
            self.weights[feature] += change * f64::from(value);
        }
        if let Some(bias) = self.weights.last_mut() {
            *bias += change;
        }
    }
}

/// Steele, Lea and Flood 2014. The order of rows is part of a model's provenance, so it must not change with a library's version.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn shuffle(&mut self, items: &mut [u32]) {
        for last in (1..items.len()).rev() {
            let other = (u128::from(self.next()) * (last as u128 + 1)) >> 64;
            items.swap(last, other as usize);
        }
    }
}
