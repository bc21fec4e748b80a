//! The confident joint: how many rows of one label seem to be of another.

use super::Row;
use crate::probability::winner;

/// Probabilities that are no further apart count as equal.
pub(super) const TOLERANCE: f64 = 1e-6;

/// Estimates, by the label that rows carry (first index) and the label they seem to be of, how many of them are wrong. Together they are
/// fewer than the rows of the label.
pub(super) fn wrong_rows(labels: usize, rows: &[Row]) -> Vec<Vec<usize>> {
    let mut sizes = vec![0_usize; labels];
    for row in rows {
        sizes[row.given] += 1;
    }
    let joint = count(labels, rows, &thresholds(&sizes, rows));
    let rows_of = joint.into_iter().zip(sizes).enumerate();
    rows_of.map(|(label, (counts, size))| wrong(label, &counts, size)).collect()
}

/// The mean share of a label among the rows that carry it (t in the paper). Nothing is of a label that no row carries.
fn thresholds(sizes: &[usize], rows: &[Row]) -> Vec<f64> {
    let mut sums = vec![0.0; sizes.len()];
    for row in rows {
        sums[row.given] += row.shares[row.given];
    }
    let means = sums.into_iter().zip(sizes).map(|(sum, size)| match size {
        0 => f64::INFINITY,
        // A label whose rows all have the share 0 would otherwise claim every row.
        _ => (sum / *size as f64).max(2.0 * TOLERANCE),
    });
    means.collect()
}

/// Counts the rows by the label they carry and the label they seem to be of (C in the paper).
fn count(labels: usize, rows: &[Row], thresholds: &[f64]) -> Vec<Vec<usize>> {
    let mut joint = vec![vec![0; labels]; labels];
    for row in rows {
        if let Some(label) = seeming(&row.shares, thresholds) {
            joint[row.given][label] += 1;
        }
    }
    joint
}

/// The label whose threshold is reached; of several, the most probable one.
fn seeming(shares: &[f64], thresholds: &[f64]) -> Option<usize> {
    let reached = |label: usize| shares[label] >= thresholds[label] - TOLERANCE;
    let confident: Vec<f64> =
        (0..shares.len()).map(|label| if reached(label) { shares[label] } else { 0.0 }).collect();
    winner(&confident)
}

/// How many of a label's `size` rows are wrong, by the label they seem to be of: the shares among the counted rows, times all its rows (Q in the paper,
/// times the number of all rows), in whole rows. At least one row stays right.
fn wrong(label: usize, counts: &[usize], size: usize) -> Vec<usize> {
    // A label without a confident row counts one of its own as right.
    let counted = counts.iter().sum::<usize>() + usize::from(counts[label] == 0);
    let mut left = size.saturating_sub(1);
    let of = |(other, count): (usize, &usize)| {
        let estimated =
            if other == label { 0 } else { (count * size + counted / 2) / counted.max(1) };
        let wrong = estimated.min(left);
        left -= wrong;
        wrong
    };
    counts.iter().enumerate().map(of).collect()
}
