//! What the network says of rows it was not trained on.

use serde::{Deserialize, Serialize};
use tch::Device;

use super::batches::{deal, deal_out};
use super::crew::Crew;
use crate::batch::Batch;
use crate::network::Network;
use crate::random::SplitMix64;
use crate::weights::to_floats;

/// Tokens that are judged together.
const BATCH_TOKENS: usize = 2_048;

/// The logits of a row the model was not trained on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    device: Device,
) -> Vec<HeldoutLogits> {
    let shares = deal_out(rows, sequences, crew.len());
    let judge =
        |network: &Network, share: Vec<usize>| judge_share(network, &share, sequences, device);
    let mut judged = crew.each(shares, judge).concat();
    judged.sort_by_key(|judged| judged.row);
    judged
}

fn judge_share(
    network: &Network,
    rows: &[usize],
    sequences: &[Vec<i64>],
    device: Device,
) -> Vec<HeldoutLogits> {
    let mut judged = Vec::with_capacity(rows.len());
    for mut rows in deal(rows, sequences, BATCH_TOKENS, SplitMix64::new(0)) {
        rows.sort_by_key(|row| sequences[*row].len());
        let together: Vec<&[i64]> = rows.iter().map(|row| &sequences[*row][..]).collect();
        let logits =
            tch::no_grad(|| to_floats(&network.logits(&Batch::of(&together, device), None)));
        let labels = logits.len() / rows.len();
        let rows = rows.into_iter().zip(logits.chunks(labels));
        judged.extend(rows.map(|(row, logits)| HeldoutLogits { row, logits: logits.to_vec() }));
    }
    judged
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
