//! Two answers as one.

use serde::{Deserialize, Serialize};

use crate::Family;

/// A probability below this counts as this: no model is so sure, and a logarithm must not run away.
pub const LEAST_PROBABILITY: f32 = 1e-6;

/// A logarithmic opinion pool (Genest and Zidek 1986): `p ∝ exp(offset) · linear^a · transformer^b`, a label at a time.
///
/// The exponents say how much each model's calibrated probabilities count; their sum need not be 1, so the pool is calibrated by the same numbers. With `weights` it is
/// a stack (Wolpert 1992): what either model says of one label may speak for or against another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fusion {
    /// The exponent of the linear model's probabilities.
    pub linear: f32,
    /// The exponent of the transformer's.
    pub transformer: f32,
    /// What is added to the logarithm of each label, in the models' order; none when empty.
    #[serde(default)]
    pub offsets: Vec<f32>,
    /// What else is added to the logarithm of each label, a row a label: weights of the logarithms of the linear model's probabilities, then of the transformer's, each less
    /// the mean of its model's; none when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weights: Vec<Vec<f32>>,
}

impl Fusion {
    /// The combined probabilities; both models' are in the same order of labels. `None` when they are not of one length.
    pub fn combine(&self, linear: &[f32], transformer: &[f32]) -> Option<Vec<f32>> {
        let labels = linear.len();
        if transformer.len() != labels || !self.fits(labels) {
            return None;
        }
        let [linear, transformer] = [linear, transformer].map(logarithms);
        let mut scores: Vec<f32> = linear
            .iter()
            .zip(&transformer)
            .map(|(a, b)| self.linear * a + self.transformer * b)
            .collect();
        for (score, offset) in scores.iter_mut().zip(&self.offsets) {
            *score += offset;
        }
        if !self.weights.is_empty() {
            let inputs = [centred(&linear), centred(&transformer)].concat();
            for (score, weights) in scores.iter_mut().zip(&self.weights) {
                *score +=
                    weights.iter().zip(&inputs).map(|(weight, input)| weight * input).sum::<f32>();
            }
        }
        let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        for score in &mut scores {
            *score = (*score - most).exp();
        }
        let sum: f32 = scores.iter().sum();
        for score in &mut scores {
            *score /= sum;
        }
        scores.iter().all(|score| score.is_finite()).then_some(scores)
    }

    /// Whether its numbers are those of so many labels.
    pub fn fits(&self, labels: usize) -> bool {
        let offsets = self.offsets.is_empty() || self.offsets.len() == labels;
        let weights = self.weights.is_empty() || self.weights.len() == labels;
        offsets && weights && self.weights.iter().all(|row| row.len() == 2 * labels)
    }

    /// The model that counts more.
    pub fn leader(&self) -> Family {
        if self.linear > self.transformer { Family::Tfidf } else { Family::Transformer }
    }
}

fn logarithms(probabilities: &[f32]) -> Vec<f32> {
    probabilities.iter().map(|p| p.max(LEAST_PROBABILITY).ln()).collect()
}

/// Less their mean.
fn centred(logarithms: &[f32]) -> Vec<f32> {
    let mean = logarithms.iter().sum::<f32>() / logarithms.len() as f32;
    logarithms.iter().map(|log| log - mean).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pool(linear: f32, transformer: f32) -> Fusion {
        Fusion { linear, transformer, offsets: Vec::new(), weights: Vec::new() }
    }

    #[test]
    fn a_model_that_counts_alone_is_repeated() {
        let (a, b) = ([0.7, 0.2, 0.1], [0.1, 0.1, 0.8]);
        let close = |said: Vec<f32>, expected: [f32; 3]| {
            said.iter().zip(expected).all(|(said, expected)| (said - expected).abs() < 1e-5)
        };
        assert!(close(pool(1.0, 0.0).combine(&a, &b).unwrap(), a));
        assert!(close(pool(0.0, 1.0).combine(&a, &b).unwrap(), b));
    }

    #[test]
    fn answers_of_other_lengths_are_not_combined() {
        assert_eq!(pool(0.5, 0.5).combine(&[1.0], &[0.5, 0.5]), None);
        let offsets = Fusion { offsets: vec![0.0], ..pool(0.5, 0.5) };
        assert_eq!(offsets.combine(&[0.5, 0.5], &[0.5, 0.5]), None);
        let weights = Fusion { weights: vec![vec![0.0; 3]; 2], ..pool(0.5, 0.5) };
        assert_eq!(weights.combine(&[0.5, 0.5], &[0.5, 0.5]), None);
    }

    #[test]
    fn one_label_may_speak_for_another() {
        // What the linear model gives the first label counts for the second.
        let weights = vec![vec![0.0; 4], vec![3.0, 0.0, 0.0, 0.0]];
        let stack = Fusion { weights, ..pool(1.0, 0.0) };
        let combined = stack.combine(&[0.8, 0.2], &[0.5, 0.5]).unwrap();
        assert!(combined[1] > combined[0], "{combined:?}");
    }

    proptest! {
        #[test]
        fn what_comes_out_is_a_distribution(
            (a, b) in (1usize..20).prop_flat_map(|n| (prop::collection::vec(0f32..=1.0, n), prop::collection::vec(0f32..=1.0, n))),
            linear in 0f32..3.0,
            transformer in 0f32..3.0,
        ) {
            let combined = pool(linear, transformer).combine(&a, &b).unwrap();
            prop_assert!((combined.iter().sum::<f32>() - 1.0).abs() < 1e-4);
            prop_assert!(combined.iter().all(|p| (0.0..=1.0).contains(p)));
        }
    }
}
