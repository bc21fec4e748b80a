//! What the network says of rows it was not trained on.

use super::FitError;
use super::batches::{Batch, deal_out};
use super::crew::Crew;
use crate::network::Network;
use crate::weights::to_floats;

/// Rows that are judged together; without gradients a larger batch needs no more memory.
const BATCH: usize = 64;

/// The logits of a row the model was not trained on.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldoutLogits {
    /// Index of the row.
    pub row: usize,
    /// A logit a label.
    pub logits: Vec<f32>,
}

/// The logits of `rows`, in their order.
pub(super) fn judge(
    crew: &mut Crew,
    rows: &[usize],
    sequences: &[Vec<i64>],
) -> Result<Vec<HeldoutLogits>, FitError> {
    let mut by_length = rows.to_vec();
    by_length.sort_by_key(|row| sequences[*row].len());
    let shares = deal_out(&by_length, crew.len());
    let mut judged =
        crew.each(shares, |network, share| judge_share(network, &share, sequences))?.concat();
    judged.sort_by_key(|judged| judged.row);
    Ok(judged)
}

fn judge_share(
    network: &Network,
    rows: &[usize],
    sequences: &[Vec<i64>],
) -> Result<Vec<HeldoutLogits>, FitError> {
    let mut judged = Vec::with_capacity(rows.len());
    for chunk in rows.chunks(BATCH) {
        let batch = Batch::of(chunk, sequences);
        let logits = tch::no_grad(|| network.logits(&batch.ids, batch.mask.as_ref(), None))
            .map_err(|error| FitError::Network(error.into()))?;
        let labels = to_floats(&logits).len() / chunk.len();
        for (row, logits) in chunk.iter().zip(to_floats(&logits).chunks(labels)) {
            judged.push(HeldoutLogits { row: *row, logits: logits.to_vec() });
        }
    }
    Ok(judged)
}

/// The mean over labels of the harmonic mean of precision and recall, from 0 to 1.
pub(super) fn macro_f1(judged: &[HeldoutLogits], targets: &[usize], labels: usize) -> f64 {
    // Right, answered, and true, a label each: F1 is twice the first over the sum of the others.
    let mut counts = vec![(0u32, 0u32, 0u32); labels];
    for row in judged {
        let (answer, truth) = (top(&row.logits), targets[row.row]);
        counts[answer].1 += 1;
        counts[truth].2 += 1;
        counts[answer].0 += u32::from(answer == truth);
    }
    let f1 = |(right, answered, actual): &(u32, u32, u32)| {
        let sum = f64::from(answered + actual);
        if sum > 0.0 { 2.0 * f64::from(*right) / sum } else { 0.0 }
    };
    counts.iter().map(f1).sum::<f64>() / labels as f64
}

/// The share of rows whose largest logit is their label's, from 0 to 1.
pub(super) fn accuracy(judged: &[HeldoutLogits], targets: &[usize]) -> f64 {
    let right = judged.iter().filter(|row| top(&row.logits) == targets[row.row]).count();
    right as f64 / judged.len() as f64
}

fn top(logits: &[f32]) -> usize {
    let mut best = 0;
    for (index, logit) in logits.iter().enumerate() {
        if *logit > logits[best] {
            best = index;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn macro_f1_is_that_of_the_textbook() {
        // Label 0: precision 1/2, recall 1; label 1: precision 1, recall 1/2; label 2 is neither answered nor true.
        let answers = [[1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]];
        let judged: Vec<HeldoutLogits> = answers
            .iter()
            .enumerate()
            .map(|(row, logits)| HeldoutLogits { row, logits: logits.to_vec() })
            .collect();
        let targets = [0, 1, 1];
        assert!((macro_f1(&judged, &targets, 3) - (2.0 / 3.0 + 2.0 / 3.0) / 3.0).abs() < 1e-9);
        assert!((accuracy(&judged, &targets) - 2.0 / 3.0).abs() < 1e-9);
    }
}
