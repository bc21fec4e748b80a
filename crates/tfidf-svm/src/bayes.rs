//! Multinomial naive Bayes, as linear weights.

use linfa::dataset::Records;
use ndarray::Array2;

use crate::sparse::SparseRows;

/// Added to every sum, so that what never occurred with a label is unlikely rather than impossible. Far below one occurrence: that an n-gram has never been seen with a
/// label is strong evidence, and just what a margin does not see.
const SMOOTHING: f64 = 0.001;

/// `ln θ` of every feature (rows) and label (columns), less its mean over the labels, which changes no comparison between labels.
///
/// `θ` is the share of a feature in all that the rows of a label hold (`McCallum` and Nigam 1998, with values in place of counts). Added to the weights of an SVM, it makes
/// one linear model of both (the interpolation of Wang and Manning, *Baselines and Bigrams*, ACL 2012): naive Bayes does better where a label has
/// few rows, the SVM where it has many.
pub(crate) fn log_shares(rows: &SparseRows, targets: &[usize], labels: usize) -> Array2<f32> {
    let features = rows.nfeatures();
    let mut sums = vec![SMOOTHING; features * labels];
    let mut totals = vec![SMOOTHING * features as f64; labels];
    for (row, target) in targets.iter().enumerate() {
        for (feature, value) in rows.row(row) {
            sums[feature * labels + target] += f64::from(value);
            totals[*target] += f64::from(value);
        }
    }
    for of_feature in sums.chunks_exact_mut(labels) {
        for (sum, total) in of_feature.iter_mut().zip(&totals) {
            *sum = (*sum / total).ln();
        }
        let mean = of_feature.iter().sum::<f64>() / labels as f64;
        for log_share in of_feature {
            *log_share -= mean;
        }
    }
    Array2::from_shape_fn((features, labels), |(feature, label)| {
        sums[feature * labels + label] as f32
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_label_never_showed_speaks_against_it() {
        let mut rows = SparseRows::new(3);
        rows.push(&[(0, 0.8), (2, 0.6)]);
        rows.push(&[(1, 0.8), (2, 0.6)]);
        let weights = log_shares(&rows, &[0, 1], 2);
        assert!(weights[[0, 0]] > 3.0 && weights[[0, 1]] < -3.0, "{weights}");
        assert!(weights[[2, 0]].abs() < 1e-6, "{weights}");
        for feature in weights.rows() {
            assert!(feature.sum().abs() < 1e-5);
        }
    }
}
