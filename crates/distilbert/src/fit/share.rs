//! One network's part of a step.

use tch::{Reduction, Tensor};

use super::FitError;
use super::batches::Batch;
use super::training::Task;
use crate::network::Network;
use crate::weights::size_of;

/// The rows of a batch that one network learns from.
pub(super) struct Share {
    batch: Batch,
    targets: Tensor,
    /// What the head's dropout multiplies by. Drawn before the threads start, so that one seed gives one model.
    keep: Tensor,
    /// Rows of the whole batch.
    batch_rows: usize,
}

impl Share {
    /// The share of `rows`, of a batch of `batch_rows` rows; `keep` multiplies what is inside the head, row by row.
    pub(super) fn of(rows: &[usize], task: Task<'_>, batch_rows: usize, keep: &[f32]) -> Self {
        let targets: Vec<i64> = rows.iter().map(|row| size_of(task.rows.targets[*row])).collect();
        Self {
            batch: Batch::of(rows, task.sequences),
            targets: Tensor::from_slice(&targets),
            keep: Tensor::from_slice(keep).view([size_of(rows.len()), -1]),
            batch_rows,
        }
    }

    /// Tokens, padding not counted.
    pub(super) fn tokens(&self) -> usize {
        self.batch.tokens
    }

    /// Adds the gradients of this share's part of the batch's mean loss to those of `network`; returns that part.
    pub(super) fn backward(self, network: &Network) -> Result<f64, FitError> {
        let logits = network
            .logits(&self.batch.ids, self.batch.mask.as_ref(), Some(&self.keep))
            .map_err(|error| FitError::Network(error.into()))?;
        let loss =
            logits.cross_entropy_loss::<Tensor>(&self.targets, None, Reduction::Sum, -100, 0.0)
                / self.batch_rows as f64;
        loss.backward();
        Ok(loss.double_value(&[]))
    }
}
