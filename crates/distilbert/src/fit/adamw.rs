//! AdamW (Loshchilov and Hutter 2019), whose state can be saved: libtorch's own cannot from Rust.

use tch::Tensor;

use super::crew::{Parameter, at_once};

const FIRST_MEMORY: f64 = 0.9;
const SECOND_MEMORY: f64 = 0.999;
const EPSILON: f64 = 1e-8;

/// Where every parameter goes next.
pub(super) struct AdamW {
    /// What each thread moves.
    hands: Vec<Vec<Moved>>,
    weight_decay: f64,
    /// The longest gradient (L2, all parameters together); longer ones are shortened to it.
    clip: f64,
}

/// One parameter with its moments.
struct Moved {
    parameter: Parameter,
    /// The running mean of the gradient.
    first: Tensor,
    /// The running mean of its square.
    second: Tensor,
    /// What the learning rate is multiplied by.
    rate_factor: f64,
}

/// A tensor of the optimiser's state, to save or to restore.
pub(super) struct StateTensor<'o> {
    /// `parameter`, `first` or `second`.
    pub(super) kind: &'static str,
    pub(super) name: &'o str,
    pub(super) tensor: Tensor,
}

impl AdamW {
    /// Moves `parameters`, on as many threads as there are leaves; `rate_factor` tells how fast each may learn.
    pub(super) fn new(
        parameters: Vec<Parameter>,
        rate_factor: impl Fn(&str) -> f64,
        weight_decay: f64,
        clip: f64,
    ) -> Self {
        let threads = parameters.first().map_or(1, |parameter| parameter.leaves.len());
        let mut hands: Vec<(usize, Vec<Moved>)> = (0..threads).map(|_| (0, Vec::new())).collect();
        for parameter in parameters {
            let zeros = || parameter.leaves[0].detach().zeros_like();
            let moved = Moved {
                first: zeros(),
                second: zeros(),
                rate_factor: rate_factor(&parameter.name),
                parameter,
            };
            if let Some((numbers, hand)) = hands.iter_mut().min_by_key(|(numbers, _)| *numbers) {
                *numbers += moved.first.numel();
                hand.push(moved);
            }
        }
        Self { hands: hands.into_iter().map(|(_, hand)| hand).collect(), weight_decay, clip }
    }

    /// Takes the step of that number, from 1, down the gradients, and forgets them; does nothing and returns false when they are not finite.
    pub(super) fn step(&mut self, number: usize, rate: f64) -> bool {
        let gather = |hand: &mut Vec<Moved>| hand.iter_mut().map(Moved::gather).sum::<f64>();
        let squares = at_once(self.hands.iter_mut().collect(), gather);
        let length = squares.into_iter().sum::<f64>().sqrt();
        if !length.is_finite() {
            return false;
        }
        let shorten = (self.clip / length).min(1.0);
        let weight_decay = self.weight_decay;
        at_once(self.hands.iter_mut().collect(), |hand| {
            for moved in hand {
                moved.step(number, rate, shorten, weight_decay);
            }
        });
        true
    }

    /// Every tensor of the state, in a fixed order. They share their numbers with it: what is copied into them is restored.
    pub(super) fn state(&self) -> impl Iterator<Item = StateTensor<'_>> {
        self.hands.iter().flatten().flat_map(|moved| {
            let parameter = moved.parameter.leaves[0].detach();
            let [first, second] = [&moved.first, &moved.second].map(Tensor::shallow_clone);
            [("parameter", parameter), ("first", first), ("second", second)]
                .map(|(kind, tensor)| StateTensor { kind, name: &moved.parameter.name, tensor })
        })
    }
}

impl Moved {
    /// Adds the gradients of all networks to the first's, always in the same order; returns the square of its length.
    fn gather(&mut self) -> f64 {
        let gradients = self.gradients();
        let Some((first, others)) = gradients.split_first() else { return 0.0 };
        for other in others {
            let _ = first.shallow_clone().g_add_(other);
        }
        first.norm().double_value(&[]).powi(2)
    }

    fn step(&mut self, number: usize, rate: f64, shorten: f64, weight_decay: f64) {
        let gradients = self.gradients();
        let Some(gradient) = gradients.first() else { return };
        let number = i32::try_from(number).unwrap_or(i32::MAX);
        let rate = rate * self.rate_factor;
        let step = Step {
            shorten,
            // Both means begin at 0; these make up for it.
            rate: rate / (1.0 - FIRST_MEMORY.powi(number)),
            second_share: 1.0 - SECOND_MEMORY.powi(number),
            keep: if self.decays() { 1.0 - rate * weight_decay } else { 1.0 },
        };
        let values = self.parameter.leaves[0].detach();
        let all = [&values, gradient, &self.first, &self.second];
        let pieces = all.map(|tensor| pieces(tensor, all.iter().all(|one| one.is_contiguous())));
        let [values, gradient, first, second] = pieces;
        for ((values, gradient), (first, second)) in
            values.into_iter().zip(gradient).zip(first.into_iter().zip(second))
        {
            step.take(values, gradient, first, second);
        }
        for mut gradient in gradients {
            let _ = gradient.zero_();
        }
    }

    /// What each network says of it; none of those that had no rows.
    fn gradients(&self) -> Vec<Tensor> {
        self.parameter.leaves.iter().map(Tensor::grad).filter(Tensor::defined).collect()
    }

    /// Whether weight decay pulls it towards 0: matrices, not biases or what layer norms multiply by (Devlin et al. 2018).
    fn decays(&self) -> bool {
        self.first.dim() > 1
    }
}

/// A step's numbers, for one parameter.
struct Step {
    shorten: f64,
    rate: f64,
    second_share: f64,
    keep: f64,
}

impl Step {
    fn take(
        &self,
        mut values: Tensor,
        mut gradient: Tensor,
        mut first: Tensor,
        mut second: Tensor,
    ) {
        let _ = gradient.g_mul_scalar_(self.shorten);
        let _ = first.lerp_(&gradient, 1.0 - FIRST_MEMORY);
        let _ = second.lerp_(&gradient.square(), 1.0 - SECOND_MEMORY);
        let mut spread = second.sqrt();
        let _ = spread.g_mul_scalar_(self.second_share.sqrt().recip()).g_add_scalar_(EPSILON);
        let _ = values.g_mul_scalar_(self.keep);
        let _ = values.addcdiv_(&(first * -self.rate), &spread);
    }
}

/// A tensor in pieces that the processor's cache holds through all operations of a step: most of the time would go into fetching them otherwise.
fn pieces(tensor: &Tensor, in_pieces: bool) -> Vec<Tensor> {
    const NUMBERS: i64 = 1 << 15;
    if in_pieces { tensor.view(-1).split(NUMBERS, 0) } else { vec![tensor.shallow_clone()] }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The step written out for one number after another, in doubles, as in the paper.
    fn by_hand(values: &mut [f64], gradients: &[Vec<f64>], rates: &[f64], decay: f64, clip: f64) {
        let mut moments = vec![(0.0, 0.0); values.len()];
        for (step, (gradient, rate)) in gradients.iter().zip(rates).enumerate() {
            let length = gradient.iter().map(|g| g * g).sum::<f64>().sqrt();
            let shorten = if length > clip { clip / length } else { 1.0 };
            for ((value, (m, v)), g) in values.iter_mut().zip(&mut moments).zip(gradient) {
                let g = g * shorten;
                *m = 0.9 * *m + 0.1 * g;
                *v = 0.999 * *v + 0.001 * g * g;
                let t = i32::try_from(step + 1).unwrap();
                let (mean, square) = (*m / (1.0 - 0.9f64.powi(t)), *v / (1.0 - 0.999f64.powi(t)));
                *value -= rate * decay * *value;
                *value -= rate * mean / (square.sqrt() + 1e-8);
            }
        }
    }

    #[test]
    fn steps_are_those_of_the_paper_whatever_the_number_of_networks() {
        // More numbers than are moved at once.
        const NUMBERS: i64 = 70_000;
        let start: Vec<f32> = (0..NUMBERS).map(|place| (place % 7) as f32 * 0.5 - 1.5).collect();
        let rates = [0.1, 0.05, 0.02];
        let slopes = |step: usize| -> Vec<f64> {
            let slope = |place| (place % 5) as f64 * 0.3 - 0.4 + 0.2 * step as f64;
            (0..NUMBERS).map(slope).collect()
        };
        let mut expected: Vec<f64> = start.iter().copied().map(f64::from).collect();
        by_hand(&mut expected, &(0..3).map(slopes).collect::<Vec<_>>(), &rates, 0.1, 0.5);
        for networks in [1, 2] {
            let shared = Tensor::from_slice(&start).view([2, -1]);
            let leaves: Vec<Tensor> =
                (0..networks).map(|_| shared.detach().set_requires_grad(true)).collect();
            let kept = leaves.iter().map(Tensor::shallow_clone).collect();
            let parameter = Parameter { name: "w".to_owned(), leaves: kept };
            let mut optimiser = AdamW::new(vec![parameter], |_| 1.0, 0.1, 0.5);
            for (step, rate) in rates.iter().enumerate() {
                for leaf in &leaves {
                    let slope: Vec<f32> =
                        slopes(step).iter().map(|g| (g / f64::from(networks)) as f32).collect();
                    let slope = Tensor::from_slice(&slope).view([2, -1]);
                    (leaf * slope).sum(tch::Kind::Float).backward();
                }
                assert!(optimiser.step(step + 1, *rate));
            }
            let found = crate::weights::to_floats(&shared);
            for (found, expected) in found.iter().zip(&expected) {
                assert!((f64::from(*found) - expected).abs() < 1e-5, "{found} {expected}");
            }
        }
    }
}
