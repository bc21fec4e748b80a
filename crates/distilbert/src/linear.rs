//! Linear layers.

use tch::Tensor;

use crate::weights::Weights;

/// `x · weightᵀ + bias`, of rows.
pub(crate) struct Linear {
    weight: Tensor,
    bias: Tensor,
}

impl Linear {
    /// The layer of that name, sharing its tensors.
    pub(crate) fn around(weights: &Weights, name: &str) -> Self {
        let part = |part| weights[&format!("{name}.{part}")].shallow_clone();
        Self { weight: part("weight"), bias: part("bias") }
    }

    pub(crate) fn share(&self) -> Self {
        Self { weight: self.weight.shallow_clone(), bias: self.bias.shallow_clone() }
    }

    pub(crate) fn apply(&self, rows: &Tensor) -> Tensor {
        rows.linear(&self.weight, Some(&self.bias))
    }
}
