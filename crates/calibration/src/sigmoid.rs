//! Platt scaling, for one label and for one-vs-rest.

use linfa::ParamGuard;
use linfa::composing::platt_scaling::{
    PlattError, PlattParams, platt_newton_method, platt_predict,
};
use ndarray::{ArrayView1, ArrayView2};

/// Why scores could not be calibrated.
#[derive(Debug, thiserror::Error)]
pub enum CalibrationError {
    /// A sigmoid needs rows on both sides.
    #[error(
        "calibrate label {label}: {positives} of {rows} rows carry it; at least one must, and one must not"
    )]
    OneSided {
        /// Index of the label.
        label: usize,
        /// Rows that carry the label.
        positives: usize,
        /// All rows.
        rows: usize,
    },
    /// A score is infinite or not a number.
    #[error("calibrate label {label}: a score is not finite")]
    NotFinite {
        /// Index of the label.
        label: usize,
    },
    /// Newton's method did not converge.
    #[error("calibrate label {label}")]
    Diverged {
        /// Index of the label.
        label: usize,
        /// What the solver said.
        #[source]
        source: PlattError,
    },
}

/// `p = 1 / (1 + exp(a·score + b))`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sigmoid {
    /// Slope; negative when a higher score means more probable.
    pub a: f64,
    /// Offset.
    pub b: f64,
}

impl Sigmoid {
    /// Fits the sigmoid of one label to `scores` of rows the model has not seen; `positive` says which carry the label.
    fn fit(
        label: usize,
        scores: ArrayView1<'_, f64>,
        positive: &[bool],
    ) -> Result<Self, CalibrationError> {
        let positives = positive.iter().filter(|p| **p).count();
        if positives == 0 || positives == positive.len() {
            return Err(CalibrationError::OneSided { label, positives, rows: positive.len() });
        }
        if scores.iter().any(|score| !score.is_finite()) {
            return Err(CalibrationError::NotFinite { label });
        }
        let diverged = |source| CalibrationError::Diverged { label, source };
        let parameters = PlattParams::<f64, ()>::default().check().map_err(diverged)?;
        let (a, b) =
            platt_newton_method(scores.reborrow(), ArrayView1::from(positive), &parameters)
                .map_err(diverged)?;
        Ok(Self { a, b })
    }

    /// The probability behind `score`; one half when the numbers are beyond computing with.
    pub fn probability(self, score: f32) -> f32 {
        // linfa panics at what is not a number, and the numbers may come from a file.
        if (f64::from(score) * self.a + self.b).is_nan() {
            return 0.5;
        }
        *platt_predict(f64::from(score), self.a, self.b)
    }
}

/// A sigmoid a label.
#[derive(Debug, Clone, PartialEq)]
pub struct OneVsRest {
    sigmoids: Vec<Sigmoid>,
}

impl OneVsRest {
    /// Fits one sigmoid a column of `scores` (rows × labels); `targets` holds each row's label index.
    pub fn fit(scores: ArrayView2<'_, f64>, targets: &[usize]) -> Result<Self, CalibrationError> {
        let mut sigmoids = Vec::with_capacity(scores.ncols());
        for (label, column) in scores.columns().into_iter().enumerate() {
            let positive: Vec<bool> = targets.iter().map(|target| *target == label).collect();
            sigmoids.push(Sigmoid::fit(label, column, &positive)?);
        }
        Ok(Self { sigmoids })
    }

    /// Restores what [`Self::sigmoids`] gave.
    pub fn from_sigmoids(sigmoids: Vec<Sigmoid>) -> Self {
        Self { sigmoids }
    }

    /// The sigmoids, in label order.
    pub fn sigmoids(&self) -> &[Sigmoid] {
        &self.sigmoids
    }

    /// Probabilities of all labels, summing to 1, from one row of `logits`.
    pub fn probabilities(&self, logits: &[f32]) -> Vec<f32> {
        let raw = self.sigmoids.iter().zip(logits);
        normalised(raw.map(|(sigmoid, logit)| sigmoid.probability(*logit)).collect())
    }

    /// `ln(p / (1 − p))` of each label's own sigmoid.
    pub(crate) fn log_odds<'s>(&'s self, logits: &'s [f32]) -> impl Iterator<Item = f64> + 's {
        let raw = self.sigmoids.iter().zip(logits);
        raw.map(|(sigmoid, logit)| -(sigmoid.a * f64::from(*logit) + sigmoid.b))
    }
}

/// Brings probabilities to sum 1.
pub(crate) fn normalised(mut raw: Vec<f32>) -> Vec<f32> {
    let sum: f32 = raw.iter().sum();
    // Where every label is as good as ruled out, there is nothing to choose between.
    let even = 1.0 / raw.len() as f32;
    for p in &mut raw {
        *p = if sum > f32::MIN_POSITIVE { *p / sum } else { even };
    }
    raw
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;
    use proptest::prelude::*;

    /// Scores whose true probability is `1 / (1 + exp(-3·score))`, spread evenly.
    fn honest(rows: usize) -> (Array2<f64>, Vec<usize>) {
        let score = |row: usize| (row as f64 / rows as f64) * 4.0 - 2.0;
        let targets = (0..rows)
            .map(|row| {
                let probability = 1.0 / (1.0 + (-3.0 * score(row)).exp());
                let draw = (row as f64 * 0.618_034).fract();
                usize::from(draw >= probability)
            })
            .collect();
        (
            Array2::from_shape_fn(
                (rows, 2),
                |(row, label)| if label == 0 { score(row) } else { -score(row) },
            ),
            targets,
        )
    }

    #[test]
    fn recovers_the_sigmoid_the_rows_were_drawn_from() {
        let (scores, targets) = honest(4_000);
        let fitted = OneVsRest::fit(scores.view(), &targets).unwrap();
        assert!((fitted.sigmoids()[0].a + 3.0).abs() < 0.2, "{fitted:?}");
        assert!(fitted.sigmoids()[0].b.abs() < 0.1, "{fitted:?}");
    }

    #[test]
    fn a_label_nobody_carries_is_named() {
        let scores = Array2::zeros((3, 2));
        let error = OneVsRest::fit(scores.view(), &[0, 0, 0]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "calibrate label 0: 3 of 3 rows carry it; at least one must, and one must not"
        );
    }

    #[test]
    fn perfectly_separated_rows_converge() {
        let scores = Array2::from_shape_fn((40, 1), |(row, _)| if row < 20 { 1.0 } else { -1.0 });
        let targets: Vec<usize> = (0..40).map(|row| usize::from(row >= 20)).collect();
        let fitted = OneVsRest::fit(scores.view(), &targets).unwrap();
        assert!(fitted.sigmoids()[0].probability(1.0) > 0.9);
    }

    proptest! {
        #[test]
        fn probabilities_sum_to_one_and_keep_the_order_of_one_sigmoid(logits in prop::collection::vec(-50f32..50.0, 2..9)) {
            let same = OneVsRest::from_sigmoids(vec![Sigmoid { a: -2.0, b: 0.3 }; logits.len()]);
            let probabilities = same.probabilities(&logits);
            prop_assert!((probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-4);
            for (i, j) in (0..logits.len()).flat_map(|i| (0..logits.len()).map(move |j| (i, j))) {
                if logits[i] > logits[j] {
                    prop_assert!(probabilities[i] >= probabilities[j]);
                }
            }
        }
    }
}
