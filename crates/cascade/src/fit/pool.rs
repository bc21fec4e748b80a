//! Fitting the weights with which two answers become one.

use serde::Serialize;
use switchboard_routing::{Fusion, LEAST_PROBABILITY};

use super::newton::Symmetric;

/// The exponents are pulled towards none by next to nothing: where a model says the same of every row, its exponent is still one number.
const EXPONENT_PRIOR: f64 = 1e-3;
/// The offsets are pulled towards none, each with the strength of this many rows.
const OFFSET_PRIOR: f64 = 10.0;
/// So are the weights of a stack; of 30 to 3,000, all of which do, the best on IT tickets.
const WEIGHT_PRIOR: f64 = 300.0;
const MOST_STEPS: usize = 50;
const MOST_HALVINGS: usize = 30;
/// A step that gains less than this of the log loss of all rows is the last.
const LEAST_GAIN: f64 = 1e-7;
/// Places of the two exponents among the numbers that are fitted; each label's follow, its offset before its weights.
const EXPONENTS: usize = 2;

/// What is fitted beside the exponents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FusionForm {
    /// Nothing.
    Pool,
    /// An offset a label.
    Offsets,
    /// An offset a label, and weights of what both models say of every label.
    Stack,
}

impl FusionForm {
    /// Numbers a label.
    fn inputs(self, labels: usize) -> usize {
        match self {
            Self::Pool => 0,
            Self::Offsets => 1,
            Self::Stack => 1 + 2 * labels,
        }
    }
}

/// A row both models answered.
#[derive(Debug, Clone)]
pub(crate) struct PoolRow {
    /// Logarithms of both models' probabilities, a label each.
    logs: Vec<[f64; EXPONENTS]>,
    /// What offsets and weights multiply: 1, then the logarithms, each less the mean of its model's.
    inputs: Vec<f64>,
    truth: usize,
}

impl PoolRow {
    pub(crate) fn of(linear: &[f32], transformer: &[f32], truth: usize) -> Self {
        let log = |p: f32| f64::from(p.max(LEAST_PROBABILITY)).ln();
        let logs: Vec<[f64; 2]> =
            linear.iter().zip(transformer).map(|(a, b)| [log(*a), log(*b)]).collect();
        let mut inputs = vec![1.0];
        for model in 0..EXPONENTS {
            let mean = logs.iter().map(|log| log[model]).sum::<f64>() / logs.len() as f64;
            inputs.extend(logs.iter().map(|log| log[model] - mean));
        }
        Self { logs, inputs, truth }
    }
}

/// The weights under which the right labels of `rows` are the most probable (the least log loss), the exponents not negative. The loss is
/// convex, and Newton's method finds its least value.
pub(crate) fn fit(rows: &[&PoolRow], labels: usize, form: FusionForm) -> Fusion {
    let inputs = form.inputs(labels);
    let mut loss = Loss { rows, inputs, size: EXPONENTS + labels * inputs, held: [false; 2] };
    let numbers = loss.least_allowed();
    let narrow = |number: &f64| *number as f32;
    let of_labels = || numbers[EXPONENTS..].chunks(inputs.max(1));
    Fusion {
        linear: narrow(&numbers[0]),
        transformer: narrow(&numbers[1]),
        offsets: of_labels().map(|label| narrow(&label[0])).collect(),
        weights: match form {
            FusionForm::Stack => {
                of_labels().map(|label| label[1..].iter().map(narrow).collect()).collect()
            }
            _ => Vec::new(),
        },
    }
}

/// The log loss of rows under any numbers, with what pulls these towards none.
struct Loss<'l> {
    rows: &'l [&'l PoolRow],
    /// Numbers a label.
    inputs: usize,
    /// All numbers.
    size: usize,
    /// Exponents that stay 0.
    held: [bool; EXPONENTS],
}

impl Loss<'_> {
    /// The numbers of the least loss among those whose exponents are not negative. Where the least loss of all is elsewhere, it is on the border: with one
    /// exponent 0, or both.
    fn least_allowed(&mut self) -> Vec<f64> {
        let is_allowed = |numbers: &[f64]| numbers[..EXPONENTS].iter().all(|number| *number >= 0.0);
        let free = self.least();
        if is_allowed(&free) {
            return free;
        }
        let borders = [[true, false], [false, true], [true, true]].map(|held| {
            self.held = held;
            let numbers = self.least();
            (self.of(&numbers), numbers)
        });
        let allowed = borders.into_iter().filter(|(_, numbers)| is_allowed(numbers));
        let least = allowed.min_by(|(loss, _), (other, _)| loss.total_cmp(other));
        least.map(|(_, numbers)| numbers).expect("both exponents are 0 on one of them")
    }

    /// The numbers of the least loss, from half of each model.
    fn least(&self) -> Vec<f64> {
        let mut numbers = vec![0.0; self.size];
        for (number, held) in numbers.iter_mut().zip(self.held) {
            *number = if held { 0.0 } else { 0.5 };
        }
        let mut loss = self.of(&numbers);
        for _ in 0..MOST_STEPS {
            let Some(step) = self.newton_step(&numbers) else { break };
            let Some((next, less)) = self.descended(&numbers, &step, loss) else { break };
            let gained = loss - less;
            (numbers, loss) = (next, less);
            if gained < LEAST_GAIN {
                break;
            }
        }
        numbers
    }

    /// As far along `step` as lowers the loss: all the way, or half of it, and so on.
    fn descended(&self, numbers: &[f64], step: &[f64], loss: f64) -> Option<(Vec<f64>, f64)> {
        let mut length = 1.0;
        for _ in 0..MOST_HALVINGS {
            let next: Vec<f64> =
                numbers.iter().zip(step).map(|(at, by)| at - length * by).collect();
            let less = self.of(&next);
            if less < loss {
                return Some((next, less));
            }
            length /= 2.0;
        }
        None
    }

    fn of(&self, numbers: &[f64]) -> f64 {
        let of_row = |row: &&PoolRow| {
            let scores = self.scores(row, numbers);
            let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = scores.iter().map(|score| (score - most).exp()).sum();
            most + sum.ln() - scores[row.truth]
        };
        let prior = |(place, number): (usize, &f64)| self.strength(place) * number * number / 2.0;
        let priors: f64 = numbers.iter().enumerate().map(prior).sum();
        self.rows.iter().map(of_row).sum::<f64>() + priors
    }

    fn strength(&self, place: usize) -> f64 {
        match place.checked_sub(EXPONENTS) {
            None => EXPONENT_PRIOR,
            Some(place) if place % self.inputs == 0 => OFFSET_PRIOR,
            Some(_) => WEIGHT_PRIOR,
        }
    }

    fn scores(&self, row: &PoolRow, numbers: &[f64]) -> Vec<f64> {
        let (exponents, of_labels) = numbers.split_at(EXPONENTS);
        let mut scores: Vec<f64> =
            row.logs.iter().map(|[a, b]| exponents[0] * a + exponents[1] * b).collect();
        if self.inputs > 0 {
            for (score, weights) in scores.iter_mut().zip(of_labels.chunks(self.inputs)) {
                *score += weights.iter().zip(&row.inputs).map(|(w, input)| w * input).sum::<f64>();
            }
        }
        scores
    }

    fn probabilities(&self, row: &PoolRow, numbers: &[f64]) -> Vec<f64> {
        let mut scores = self.scores(row, numbers);
        let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        for score in &mut scores {
            *score = (*score - most).exp();
        }
        let sum: f64 = scores.iter().sum();
        for score in &mut scores {
            *score /= sum;
        }
        scores
    }

    /// The gradient, made a step by the curvature.
    fn newton_step(&self, numbers: &[f64]) -> Option<Vec<f64>> {
        let mut gradient: Vec<f64> =
            (0..self.size).map(|place| self.strength(place) * numbers[place]).collect();
        let mut curvature = Symmetric::zeros(self.size);
        for place in 0..self.size {
            curvature.add(place, place, self.strength(place));
        }
        for row in self.rows {
            let p = self.probabilities(row, numbers);
            let mean = mean(row, &p);
            self.slope(&mut gradient, row, (&p, mean));
            curve_exponents(&mut curvature, row, (&p, mean));
            self.curve_labels(&mut curvature, row, (&p, mean));
        }
        for (place, _) in self.held.iter().enumerate().filter(|(_, held)| **held) {
            gradient[place] = 0.0;
            curvature.hold(place);
        }
        curvature.solve(&gradient)
    }

    fn slope(&self, gradient: &mut [f64], row: &PoolRow, (p, mean): (&[f64], [f64; 2])) {
        let (exponents, of_labels) = gradient.split_at_mut(EXPONENTS);
        for (exponent, slope) in exponents.iter_mut().enumerate() {
            *slope += mean[exponent] - row.logs[row.truth][exponent];
        }
        for (label, slopes) in of_labels.chunks_mut(self.inputs.max(1)).enumerate() {
            let miss = p[label] - f64::from(u8::from(label == row.truth));
            for (slope, input) in slopes.iter_mut().zip(&row.inputs) {
                *slope += miss * input;
            }
        }
    }

    fn curve_labels(
        &self,
        curvature: &mut Symmetric,
        row: &PoolRow,
        (p, mean): (&[f64], [f64; 2]),
    ) {
        let inputs = &row.inputs[..self.inputs];
        let place = |label: usize| EXPONENTS + label * self.inputs;
        for (label, own) in p.iter().enumerate().filter(|_| self.inputs > 0) {
            for (exponent, (log, mean)) in row.logs[label].iter().zip(mean).enumerate() {
                curvature.add_column((place(label), exponent), own * (log - mean), inputs);
            }
            for (other, its) in p[..=label].iter().enumerate() {
                let shared = if other == label { own * (1.0 - own) } else { -own * its };
                curvature.add_block((place(label), place(other)), shared, inputs);
            }
        }
    }
}

/// What the logarithms are on average, under `p`.
fn mean(row: &PoolRow, p: &[f64]) -> [f64; EXPONENTS] {
    let add = |mean: [f64; 2], (p, logs): (&f64, &[f64; 2])| {
        [mean[0] + p * logs[0], mean[1] + p * logs[1]]
    };
    p.iter().zip(&row.logs).fold([0.0; EXPONENTS], add)
}

fn curve_exponents(curvature: &mut Symmetric, row: &PoolRow, (p, mean): (&[f64], [f64; 2])) {
    for (one, other) in [(0, 0), (1, 0), (1, 1)] {
        let product = |(p, logs): (&f64, &[f64; 2])| {
            p * (logs[one] - mean[one]) * (logs[other] - mean[other])
        };
        curvature.add(one, other, p.iter().zip(&row.logs).map(product).sum());
    }
}

#[cfg(test)]
mod tests;
