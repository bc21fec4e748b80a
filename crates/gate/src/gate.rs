//! The gate as it answers, and as it is saved.

use serde::{Deserialize, Serialize};

use crate::error::GateError;
use crate::scale::Scale;

/// Says how probable it is that a model is right about a row, from a few features of it: a weighted sum and a sigmoid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gate {
    pub(crate) features: Vec<Feature>,
    pub(crate) intercept: f64,
    pub(crate) sigmoid: Platt,
}

/// What one feature adds to the sum.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Feature {
    pub(crate) name: String,
    pub(crate) scale: Scale,
    /// Of the scaled feature: what one standard deviation adds.
    pub(crate) weight: f64,
}

/// `p = 1 / (1 + exp(a · sum + b))` (Platt 1999).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Platt {
    pub(crate) a: f64,
    pub(crate) b: f64,
}

impl Gate {
    /// Says whether the numbers are sound, which those of a file need not be, and whether these are the features it was fitted to, in
    /// their order.
    pub fn check(&self, names: &[&str]) -> Result<(), GateError> {
        if !self.names().eq(names.iter().copied()) {
            return Err(GateError::OtherFeatures {
                fitted: self.names().map(str::to_owned).collect(),
                asked: names.iter().map(|name| (*name).to_owned()).collect(),
            });
        }
        let numbers = [self.intercept, self.sigmoid.a, self.sigmoid.b];
        let sound = numbers.iter().all(|number| number.is_finite())
            && self.features.iter().all(|f| f.scale.sound() && f.weight.is_finite());
        sound.then_some(()).ok_or(GateError::Damaged)
    }

    /// The features it was fitted to, in the order [`Self::probability`] takes them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.features.iter().map(|feature| feature.name.as_str())
    }

    /// The probability that the model is right about a row with these `features`.
    ///
    /// It is 0 when their number is another or they are beyond computing with: nothing speaks for the model then.
    pub fn probability(&self, features: &[f64]) -> f32 {
        let exponent = self.sigmoid.a * self.score(features) + self.sigmoid.b;
        if features.len() == self.features.len() && !exponent.is_nan() {
            (1.0 / (1.0 + exponent.exp())) as f32
        } else {
            0.0
        }
    }

    /// The side of the hyperplane, and how far from it: positive where the model was right more often than elsewhere.
    pub(crate) fn score(&self, features: &[f64]) -> f64 {
        let parts = self.features.iter().zip(features);
        self.intercept + parts.map(|(f, value)| f.weight * f.scale.scaled(*value)).sum::<f64>()
    }
}
