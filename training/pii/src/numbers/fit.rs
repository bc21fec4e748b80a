//! Fits multinomial logistic regression by stochastic gradients, and rounds it to the weights the product reads.

use std::collections::BTreeMap;

use switchboard_pii::numbers::{LANES, Weights};

use crate::random::Random;

const EPOCHS: usize = 24;

/// The step of the first update (`AdaGrad`, Duchi, Hazan and Singer 2011).
const STEP: f32 = 0.1;

/// How strongly weights are drawn to nothing, per update.
const DECAY: f32 = 4e-4;

/// So many features in a hundred are not seen in one step, so that none is relied on alone (Srivastava and others 2014).
const UNSEEN: usize = 25;

/// A number to learn from: as it is written, its features and the place of its class.
#[derive(Debug, Clone)]
pub(super) struct Number {
    pub(super) text: String,
    pub(super) features: Vec<u64>,
    pub(super) class: usize,
}

/// What was fitted.
pub(super) struct Fitted {
    pub(super) weights: Weights,
    pub(super) unit: f32,
    /// Features seen often enough, features in the model, and features that found no row in it.
    pub(super) counts: [usize; 3],
}

type Row = [f32; LANES];

/// Fits to `numbers`; `rows` is the size of the table of weights, `show` is told what is done and how much.
pub(super) fn fit(
    numbers: &[Number],
    rows: usize,
    random: &mut Random,
    show: &dyn Fn(&str, usize, usize),
) -> Fitted {
    let mut counts: BTreeMap<u64, usize> = BTreeMap::new();
    for feature in numbers.iter().flat_map(|number| &number.features) {
        *counts.entry(*feature).or_default() += 1;
    }
    let hashes: Vec<u64> =
        counts.into_iter().filter(|(_, count)| *count > 1).map(|(hash, _)| hash).collect();
    let place = |hash: &u64| hashes.binary_search(hash).ok();
    let mut known: Vec<(Vec<usize>, usize)> = numbers
        .iter()
        .map(|number| (number.features.iter().filter_map(place).collect(), number.class))
        .collect();
    let mut weights: Vec<Row> = vec![[0.0; LANES]; hashes.len()];
    let mut squares: Vec<Row> = vec![[1e-2; LANES]; hashes.len()];
    for epoch in 0..EPOCHS {
        show("fitting", epoch, EPOCHS);
        random.shuffle(&mut known);
        for (features, class) in &known {
            let seen: Vec<usize> =
                features.iter().copied().filter(|_| !random.percent(UNSEEN)).collect();
            let mut gradient = probabilities(&weights, &seen);
            gradient[*class] -= 1.0;
            for feature in seen {
                let rows = weights[feature].iter_mut().zip(&mut squares[feature]);
                for ((weight, square), gradient) in rows.zip(gradient) {
                    let gradient = gradient + DECAY * *weight;
                    *square += gradient * gradient;
                    *weight -= STEP * gradient / square.sqrt();
                }
            }
        }
    }
    rounded(&hashes, &weights, rows)
}

fn probabilities(weights: &[Row], features: &[usize]) -> Row {
    let mut sums = [0.0; LANES];
    for feature in features {
        for (sum, weight) in sums.iter_mut().zip(weights[*feature]) {
            *sum += weight;
        }
    }
    let top = sums.iter().copied().fold(f32::MIN, f32::max);
    let odds = sums.map(|sum| (sum - top).exp());
    let all: f32 = odds.iter().sum();
    odds.map(|odds| odds / all)
}

/// The weights that matter most as small whole numbers, in a table of `rows` rows.
///
/// What a quarter of the features is not seen in says as much less of each; all of them are seen later.
fn rounded(hashes: &[u64], weights: &[Row], rows: usize) -> Fitted {
    let seen = 1.0 - UNSEEN as f32 / 100.0;
    let centred = weights.iter().map(|row| {
        let mean = row.iter().sum::<f32>() / LANES as f32;
        row.map(|weight| (weight - mean) * seen)
    });
    let centred: Vec<Row> = centred.collect();
    let greatest = |row: &Row| row.iter().fold(0.0_f32, |most, weight| most.max(weight.abs()));
    let most = centred.iter().map(greatest).fold(0.0, f32::max);
    let unit = (most / 127.0).max(1e-4);
    let round = |weight: f32| (weight / unit).round().clamp(-127.0, 127.0) as i8;
    let mut features: Vec<(f32, u64, [i8; LANES])> = hashes
        .iter()
        .zip(&centred)
        .map(|(hash, row)| (greatest(row), *hash, row.map(round)))
        .filter(|(_, _, row)| row.iter().any(|weight| *weight != 0))
        .collect();
    features.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    features.truncate(rows * 17 / 20);
    let features: Vec<_> = features.into_iter().map(|(_, hash, row)| (hash, row)).collect();
    let (weights, left_out) = Weights::new(rows, &features);
    Fitted { weights, unit, counts: [hashes.len(), features.len() - left_out, left_out] }
}
