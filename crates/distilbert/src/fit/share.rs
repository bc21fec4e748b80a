//! One network's part of a step.

use std::cmp::Reverse;

use tch::{Device, Kind, Reduction, Tensor};

use super::training::Task;
use crate::batch::Batch;
use crate::lesson::Lesson;
use crate::network::Network;
use crate::random::SplitMix64;
use crate::weights::size_of;

/// The rows of a batch that one network learns from.
pub(super) struct Share {
    batch: Batch,
    targets: Tensor,
    lesson: Lesson,
    loss: Loss,
}

/// What is minimised: cross-entropy against labels that are smoothed and weighted.
pub(super) struct Loss {
    /// A weight a label; absent when all weigh the same.
    pub(super) label_weights: Option<Tensor>,
    /// The share of a label's probability that is spread over all labels (Szegedy et al. 2016).
    pub(super) smoothing: f64,
    /// What all rows of the whole batch weigh.
    pub(super) batch_weight: f64,
}

impl Share {
    /// The share of `rows`.
    pub(super) fn of(rows: &[usize], task: Task<'_>, random: &SplitMix64, loss: Loss) -> Self {
        let (device, options) = (task.device, task.options);
        let mut tokens = random.branch(0);
        let read = |row: &usize| {
            let kept = without_some(&task.sequences[*row], options.token_dropout, &mut tokens);
            (kept, size_of(task.rows.targets[*row]))
        };
        let mut read: Vec<(Vec<i64>, i64)> = rows.iter().map(read).collect();
        // Equal lengths beside each other cost least.
        read.sort_by_key(|(sequence, _)| Reverse(sequence.len()));
        let (sequences, targets): (Vec<_>, Vec<_>) = read.into_iter().unzip();
        Self {
            batch: Batch::of(&sequences, device),
            targets: Tensor::from_slice(&targets).to_device(device),
            lesson: Lesson::new(options.dropout, random.branch(1), options.mixed),
            loss,
        }
    }

    /// Adds the gradients of this share's part of the batch's mean loss to those of `network`; returns that part.
    pub(super) fn backward(mut self, network: &Network) -> f64 {
        let logits = network.logits(&self.batch, Some(&mut self.lesson));
        let Loss { label_weights, smoothing, batch_weight } = self.loss;
        let loss = logits.cross_entropy_loss(
            &self.targets,
            label_weights,
            Reduction::Sum,
            -100,
            smoothing,
        ) / batch_weight;
        loss.backward();
        loss.double_value(&[])
    }
}

impl Loss {
    /// The loss of a batch of `rows`.
    pub(super) fn of(rows: &[usize], task: Task<'_>) -> Self {
        let weights = &task.options.label_weights;
        let weight = |row: &usize| weights.get(task.rows.targets[*row]).copied().unwrap_or(1.0);
        let tensor = |weights: &Vec<f64>, device: Device| {
            Tensor::from_slice(weights).to_kind(Kind::Float).to_device(device)
        };
        Self {
            label_weights: (!weights.is_empty()).then(|| tensor(weights, task.device)),
            smoothing: task.options.label_smoothing,
            batch_weight: rows.iter().map(weight).sum(),
        }
    }
}

/// The sequence without a random `share` of its tokens (random deletion: Wei and Zou 2019); the marks of beginning and end stay.
fn without_some(sequence: &[i64], share: f64, random: &mut SplitMix64) -> Vec<i64> {
    let last = sequence.len() - 1;
    let mut kept = |place: usize| place == 0 || place == last || random.uniform() >= share;
    sequence.iter().enumerate().filter(|(place, _)| kept(*place)).map(|(_, token)| *token).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_of_tokens_is_left_out_and_the_rest_keeps_its_order() {
        let sequence: Vec<i64> = (0..10_000).collect();
        let mut random = SplitMix64::new(1);
        let kept = without_some(&sequence, 0.2, &mut random);
        assert!(kept.is_sorted() && kept.first() == Some(&0) && kept.last() == Some(&9_999));
        assert!((7_800..8_200).contains(&kept.len()), "{}", kept.len());
        assert_ne!(kept, without_some(&sequence, 0.2, &mut random));
        assert_eq!(without_some(&sequence, 0.0, &mut random), sequence);
        assert_eq!(without_some(&[101, 102], 0.9, &mut random), [101, 102]);
    }
}
