//! A linear support vector machine a label, behind `linfa`'s `Fit` and `PredictInplace`.

use linfa::ParamGuard;
use linfa::dataset::{AsTargets, DatasetBase, Records};
use linfa::traits::{Fit, PredictInplace};
use ndarray::{Array1, Array2};
use rayon::prelude::*;

use crate::descent::{Descent, LANES, Lanes};
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
    pub(crate) labels: usize,
    pub(crate) c: f64,
    pub(crate) label_weights: Vec<f64>,
    pub(crate) tolerance: f32,
    pub(crate) max_passes: usize,
    pub(crate) seed: u64,
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

    /// What `C` is multiplied by for the rows that carry a label, one a label; 1 for a label beyond the last.
    #[must_use]
    pub fn label_weights(mut self, weights: &[f64]) -> Self {
        self.0.label_weights = weights.to_vec();
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
        let costs =
            std::iter::once(self.0.c).chain(self.0.label_weights.iter().map(|w| w * self.0.c));
        for cost in costs {
            if !(cost.is_finite() && cost > 0.0) {
                return Err(SvmError::InvalidC(cost));
            }
        }
        Ok(&self.0)
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
            label_weights: Vec::new(),
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
        let rows = &dataset.records;
        let firsts: Vec<usize> = (0..self.labels).step_by(LANES).collect();
        let solved: Vec<Vec<Lanes>> = firsts
            .into_par_iter()
            .map(|first| Descent::new(self, rows, &targets, first).run())
            .collect();
        let width = rows.nfeatures();
        let weight = |feature: usize, label: usize| solved[label / LANES][feature][label % LANES];
        Ok(LinearSvm {
            weights: Array2::from_shape_fn((width, self.labels), |(feature, label)| {
                weight(feature, label)
            }),
            biases: Array1::from_shape_fn(self.labels, |label| weight(width, label)),
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
