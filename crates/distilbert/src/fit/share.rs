//! One network's part of a step.

use tch::{Device, Kind, Reduction, Tensor};

use super::training::Task;
use crate::batch::Batch;
use crate::dropout::Dropout;
use crate::network::Network;
use crate::weights::size_of;

/// The rows of a batch that one network learns from.
pub(super) struct Share {
    batch: Batch,
    targets: Tensor,
    dropout: Dropout,
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
    pub(super) fn of(rows: &[usize], task: Task<'_>, dropout: Dropout, loss: Loss) -> Self {
        let device = task.device;
        let targets: Vec<i64> = rows.iter().map(|row| size_of(task.rows.targets[*row])).collect();
        let sequences: Vec<&[i64]> = rows.iter().map(|row| &task.sequences[*row][..]).collect();
        Self {
            batch: Batch::of(&sequences, device),
            targets: Tensor::from_slice(&targets).to_device(device),
            dropout,
            loss,
        }
    }

    /// Adds the gradients of this share's part of the batch's mean loss to those of `network`; returns that part.
    pub(super) fn backward(mut self, network: &Network) -> f64 {
        let logits = network.logits(&self.batch, Some(&mut self.dropout));
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
