//! The confident joint: how many rows of one label seem to be of another.

use super::Row;
use crate::probability::winner;

/// Probabilities that are no further apart count as equal, as in cleanlab.
pub(super) const TOLERANCE: f64 = 1e-6;

/// Estimates, by the label that rows carry and the label they seem to be of, how many of them are wrong. Together they are fewer than the
/// rows of the label.
///
/// The estimates follow cleanlab's `compute_confident_joint` and `find_label_issues` step by step, so that both find the same rows.
pub(super) fn wrong_rows(labels: usize, rows: &[Row]) -> Vec<Vec<usize>> {
    let mut sizes = vec![0_usize; labels];
    for row in rows {
        sizes[row.given] += 1;
    }
    let mut joint = count(labels, rows, &thresholds(&sizes, rows));
    for (label, size) in sizes.iter().enumerate() {
        spread(&mut joint[label], *size);
        keep_one(&mut joint[label], label);
        joint[label][label] = 0.0;
    }
    joint.into_iter().map(whole).collect()
}

#[expect(clippy::cast_sign_loss, reason = "no count is negative")]
fn whole(counts: Vec<f64>) -> Vec<usize> {
    counts.into_iter().map(|count| count as usize).collect()
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

/// Counts the rows by the label they carry and the label they seem to be of (C in the paper), and at least one row as right in every label.
fn count(labels: usize, rows: &[Row], thresholds: &[f64]) -> Vec<Vec<f64>> {
    let mut joint = vec![vec![0.0_f64; labels]; labels];
    for row in rows {
        if let Some(label) = seeming(&row.shares, thresholds) {
            joint[row.given][label] += 1.0;
        }
    }
    for (label, counts) in joint.iter_mut().enumerate() {
        counts[label] = counts[label].max(1.0);
    }
    joint
}

/// The label whose threshold is reached. When several are, it is the most probable of all labels; the paper asks those alone, cleanlab
/// does not.
fn seeming(shares: &[f64], thresholds: &[f64]) -> Option<usize> {
    let reached = |label: &usize| shares[*label] >= thresholds[*label] - TOLERANCE;
    let mut confident = (0..shares.len()).filter(reached);
    let first = confident.next()?;
    if confident.next().is_none() { Some(first) } else { winner(shares) }
}

/// Calibrates the counts of a label, so that their sum is its rows, in whole rows (Q in the paper, times all rows).
fn spread(counts: &mut [f64], size: usize) {
    let sum: f64 = counts.iter().sum();
    for count in counts.iter_mut() {
        *count = *count / sum * size as f64;
    }
    round_to_sum(counts, size as f64);
}

/// Where no row of the label would remain, takes one off its wrong rows, from each other label as much; only whole rows stay wrong.
fn keep_one(counts: &mut [f64], label: usize) {
    if counts[label] > 0.0 {
        return;
    }
    // One label less than there are: cleanlab takes the diagonal for one of them, though it is 0 here.
    let others = counts.iter().filter(|count| **count > 0.0).count().saturating_sub(1).max(1);
    for count in counts.iter_mut() {
        *count = (*count - 1.0 / others as f64).max(0.0).floor();
    }
}

/// Rounds counts whose sum is `sum`, and then moves those that were rounded the furthest by one, until their sum is it again.
fn round_to_sum(counts: &mut [f64], sum: f64) {
    let lost: Vec<f64> = counts.iter().map(|count| count - count.round_ties_even()).collect();
    for count in counts.iter_mut() {
        *count = count.round_ties_even();
    }
    let mut missing = sum - counts.iter().sum::<f64>();
    let mut order: Vec<usize> = (0..counts.len()).collect();
    order.sort_by(|one, two| lost[*one].total_cmp(&lost[*two]));
    if missing > 0.0 {
        order.reverse();
    }
    for place in order {
        if missing == 0.0 {
            break;
        }
        counts[place] += missing.signum();
        missing -= missing.signum();
    }
}
