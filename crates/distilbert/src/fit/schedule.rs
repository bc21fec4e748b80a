//! The learning rate over time, and of each part of the network.

use super::FitOptions;
use super::options::layer_of;
use crate::network::{CLASSIFIER, PRE_CLASSIFIER};

/// Rises in a straight line over the first steps, then falls to 0 in another (Devlin et al. 2018).
#[derive(Debug, Clone, Copy)]
pub(super) struct Schedule {
    steps: usize,
    warmup_steps: usize,
}

impl Schedule {
    /// A schedule of `steps` steps, of which the share `warmup` rises.
    #[expect(clippy::cast_sign_loss, reason = "neither factor is negative")]
    pub(super) fn new(steps: usize, warmup: f64) -> Self {
        Self { steps, warmup_steps: (steps as f64 * warmup).ceil() as usize }
    }

    /// The share of the largest learning rate for a step, from 0.
    pub(super) fn factor(self, step: usize) -> f64 {
        if step < self.warmup_steps {
            return (step + 1) as f64 / self.warmup_steps as f64;
        }
        let falling = self.steps.saturating_sub(self.warmup_steps).max(1);
        self.steps.saturating_sub(step) as f64 / falling as f64
    }
}

/// What the learning rate is multiplied by for the parameter of that name: lower layers know more already, and learn slower (Howard and Ruder 2018).
pub(super) fn rate_factor(name: &str, options: &FitOptions, layers: usize) -> f64 {
    if name.starts_with(CLASSIFIER) || name.starts_with(PRE_CLASSIFIER) {
        return options.head_factor;
    }
    let below_top = layers - layer_of(name).map_or(0, |layer| layer + 1).min(layers);
    options.layer_decay.powi(i32::try_from(below_top).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lower_layers_learn_slower_and_the_head_fastest() {
        let options = FitOptions { layer_decay: 0.5, head_factor: 10.0, ..FitOptions::default() };
        let names = [
            "embeddings.LayerNorm.bias",
            "transformer.layer.0.ffn.lin1.weight",
            "transformer.layer.1.attention.qkv.weight",
            "pre_classifier.weight",
        ];
        let factors = names.map(|name| rate_factor(name, &options, 2));
        assert!(factors.iter().zip([0.25, 0.5, 1.0, 10.0]).all(|(f, e)| (f - e).abs() < 1e-12));
    }

    #[test]
    fn it_rises_to_one_and_falls_to_almost_nothing() {
        let schedule = Schedule::new(100, 0.06);
        let factors: Vec<f64> = (0..100).map(|step| schedule.factor(step)).collect();
        assert!(
            factors[..6].is_sorted() && factors[6..].is_sorted_by(|a, b| a >= b),
            "{factors:?}"
        );
        assert!((factors[5] - 1.0).abs() < 1e-9 && (factors[6] - 1.0).abs() < 1e-9);
        assert!(factors[0] > 0.0 && factors[99] > 0.0 && factors[99] < 0.02);
    }

    #[test]
    fn the_shortest_schedules_have_a_rate_too() {
        for (steps, warmup) in [(1, 0.0), (1, 1.0), (2, 0.5)] {
            assert!((0..steps).all(|step| Schedule::new(steps, warmup).factor(step) > 0.0));
        }
    }
}
