//! Features on one scale.

use ndarray::ArrayView1;
use serde::{Deserialize, Serialize};

use crate::error::GateError;

/// A deviation below this share of a feature's greatest size is rounding.
const ROUNDING: f64 = 1e-9;

/// Brings a feature to mean 0 and standard deviation 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Scale {
    mean: f64,
    deviation: f64,
}

impl Scale {
    /// The scale of `values`, which are those of the feature called `name`.
    pub(crate) fn of(name: &str, values: ArrayView1<'_, f64>) -> Result<Self, GateError> {
        let mean = values.mean().unwrap_or_default();
        let deviation = values.std(0.0);
        if !mean.is_finite() || !deviation.is_finite() {
            return Err(GateError::NotFinite { feature: name.to_owned() });
        }
        let greatest = values.fold(0.0f64, |greatest, value| greatest.max(value.abs()));
        if deviation <= greatest * ROUNDING {
            return Err(GateError::Constant { feature: name.to_owned() });
        }
        Ok(Self { mean, deviation })
    }

    pub(crate) fn scaled(&self, value: f64) -> f64 {
        (value - self.mean) / self.deviation
    }

    pub(crate) fn sound(&self) -> bool {
        self.mean.is_finite() && self.deviation.is_finite() && self.deviation > 0.0
    }
}
