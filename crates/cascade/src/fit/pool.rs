//! Fitting the weights with which two answers become one.

use switchboard_routing::{Fusion, LEAST_PROBABILITY};

use super::newton::Symmetric;

/// The offsets are pulled towards none, each with the strength of this many rows.
const OFFSET_PRIOR: f64 = 10.0;
/// The exponents are pulled towards none by next to nothing: where a model says the same of every row, its exponent is still one number.
const EXPONENT_PRIOR: f64 = 1e-3;
const MOST_STEPS: usize = 50;
const MOST_HALVINGS: usize = 30;
/// A step that gains less than this of the log loss of all rows is the last.
const LEAST_GAIN: f64 = 1e-9;
/// Places of the two exponents among the numbers that are fitted; the offsets follow.
const EXPONENTS: usize = 2;

/// A row both models answered.
#[derive(Debug, Clone)]
pub(crate) struct PoolRow {
    /// Logarithms of both models' probabilities, a label each.
    logs: Vec<[f64; EXPONENTS]>,
    truth: usize,
}

impl PoolRow {
    pub(crate) fn of(linear: &[f32], transformer: &[f32], truth: usize) -> Self {
        let log = |p: f32| f64::from(p.max(LEAST_PROBABILITY)).ln();
        let logs = linear.iter().zip(transformer).map(|(a, b)| [log(*a), log(*b)]).collect();
        Self { logs, truth }
    }
}

/// The pool under which the right labels of `rows` are the most probable (the least log loss), its exponents not negative; with an offset a
/// label, if it may have them. The loss is convex, and Newton's method finds its least value.
pub(crate) fn fit(rows: &[&PoolRow], labels: usize, offsets: bool) -> Fusion {
    let mut held = vec![false; EXPONENTS + labels];
    held[EXPONENTS..].fill(!offsets);
    let mut numbers = least_loss(rows, &held);
    for exponent in 0..EXPONENTS {
        if numbers[exponent] < 0.0 {
            held[exponent] = true;
            numbers = least_loss(rows, &held);
        }
    }
    let narrow = |number: &f64| *number as f32;
    Fusion {
        linear: narrow(&numbers[0].max(0.0)),
        transformer: narrow(&numbers[1].max(0.0)),
        offsets: if offsets { numbers[EXPONENTS..].iter().map(narrow).collect() } else { vec![] },
    }
}

/// From half of each model; numbers that are held stay 0.
fn least_loss(rows: &[&PoolRow], held: &[bool]) -> Vec<f64> {
    let start = |(place, held): (usize, &bool)| if place < EXPONENTS && !held { 0.5 } else { 0.0 };
    let mut numbers: Vec<f64> = held.iter().enumerate().map(start).collect();
    let mut loss = total_loss(rows, &numbers);
    for _ in 0..MOST_STEPS {
        let Some(step) = newton_step(rows, &numbers, held) else { break };
        let Some((next, less)) = descended(rows, &numbers, &step, loss) else { break };
        let gained = loss - less;
        (numbers, loss) = (next, less);
        if gained < LEAST_GAIN {
            break;
        }
    }
    numbers
}

/// As far along `step` as lowers the loss: all the way, or half of it, and so on.
fn descended(
    rows: &[&PoolRow],
    numbers: &[f64],
    step: &[f64],
    loss: f64,
) -> Option<(Vec<f64>, f64)> {
    let mut length = 1.0;
    for _ in 0..MOST_HALVINGS {
        let next: Vec<f64> = numbers.iter().zip(step).map(|(at, by)| at - length * by).collect();
        let less = total_loss(rows, &next);
        if less < loss {
            return Some((next, less));
        }
        length /= 2.0;
    }
    None
}

fn total_loss(rows: &[&PoolRow], numbers: &[f64]) -> f64 {
    let of_row = |row: &&PoolRow| {
        let scores = scores(row, numbers);
        let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = scores.iter().map(|score| (score - most).exp()).sum();
        most + sum.ln() - scores[row.truth]
    };
    let prior = |(place, number): (usize, &f64)| strength(place) * number * number / 2.0;
    rows.iter().map(of_row).sum::<f64>() + numbers.iter().enumerate().map(prior).sum::<f64>()
}

fn strength(place: usize) -> f64 {
    if place < EXPONENTS { EXPONENT_PRIOR } else { OFFSET_PRIOR }
}

fn scores(row: &PoolRow, numbers: &[f64]) -> Vec<f64> {
    let offsets = &numbers[EXPONENTS..];
    let score = |([a, b], offset): (&[f64; 2], &f64)| numbers[0] * a + numbers[1] * b + offset;
    row.logs.iter().zip(offsets).map(score).collect()
}

fn probabilities(row: &PoolRow, numbers: &[f64]) -> Vec<f64> {
    let mut scores = scores(row, numbers);
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
fn newton_step(rows: &[&PoolRow], numbers: &[f64], held: &[bool]) -> Option<Vec<f64>> {
    let mut gradient: Vec<f64> =
        numbers.iter().enumerate().map(|(place, number)| strength(place) * number).collect();
    let mut curvature = Symmetric::zeros(numbers.len());
    for place in 0..numbers.len() {
        curvature.add(place, place, strength(place));
    }
    let free = held.last() == Some(&false);
    for row in rows {
        let p = probabilities(row, numbers);
        let mean = mean(row, &p);
        for exponent in 0..EXPONENTS {
            gradient[exponent] += mean[exponent] - row.logs[row.truth][exponent];
        }
        curve_exponents(&mut curvature, row, &p, mean);
        if free {
            gradient[EXPONENTS + row.truth] -= 1.0;
            p.iter().enumerate().for_each(|(label, p)| gradient[EXPONENTS + label] += p);
            curve_offsets(&mut curvature, row, &p, mean);
        }
    }
    for (place, _) in held.iter().enumerate().filter(|(_, held)| **held) {
        gradient[place] = 0.0;
        curvature.hold(place);
    }
    curvature.solve(&gradient)
}

/// What the logarithms are on average, under `p`.
fn mean(row: &PoolRow, p: &[f64]) -> [f64; EXPONENTS] {
    let add = |mean: [f64; 2], (p, logs): (&f64, &[f64; 2])| {
        [mean[0] + p * logs[0], mean[1] + p * logs[1]]
    };
    p.iter().zip(&row.logs).fold([0.0; EXPONENTS], add)
}

fn curve_exponents(curvature: &mut Symmetric, row: &PoolRow, p: &[f64], mean: [f64; 2]) {
    for (one, other) in [(0, 0), (1, 0), (1, 1)] {
        let product = |(p, logs): (&f64, &[f64; 2])| {
            p * (logs[one] - mean[one]) * (logs[other] - mean[other])
        };
        curvature.add(one, other, p.iter().zip(&row.logs).map(product).sum());
    }
}

fn curve_offsets(curvature: &mut Symmetric, row: &PoolRow, p: &[f64], mean: [f64; 2]) {
    for (label, own) in p.iter().enumerate() {
        let place = EXPONENTS + label;
        for (exponent, (log, mean)) in row.logs[label].iter().zip(mean).enumerate() {
            curvature.add(place, exponent, own * (log - mean));
        }
        for (other, its) in p[..label].iter().enumerate() {
            curvature.add(place, EXPONENTS + other, -own * its);
        }
        curvature.add(place, place, own * (1.0 - own));
    }
}

#[cfg(test)]
mod tests;
