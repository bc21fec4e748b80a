//! Fits a linear-chain conditional random field by stochastic gradients, and rounds it to the weights the tagger reads.

use switchboard_pii::names::{FEATURES, LABELS, Lists, Transitions, Weights};

use crate::example::Example;
use crate::random::Random;
use crate::stretch::{Stretch, stretches};

const EPOCHS: usize = 8;

/// The weights are the mean of so many fits that saw the texts in another order: one alone depends on it (Breiman 1996, bagging).
const FITS: usize = 4;

/// The step of the first update (`AdaGrad`, Duchi, Hazan and Singer 2011).
const STEP: f32 = 0.12;

/// How strongly weights are drawn to nothing, per update.
const DECAY: f32 = 2e-5;

/// So many features in a hundred are not seen in one step, so that none is relied on alone (Srivastava and others 2014).
const UNSEEN: usize = 20;

/// What was fitted.
pub(crate) struct Fitted {
    pub(crate) weights: Weights,
    pub(crate) transitions: Transitions,
    pub(crate) unit: f32,
    /// Features seen often enough, features in the model, and features that found no row in it.
    pub(crate) counts: [usize; 3],
}

/// Fits to `examples`, every fourth with the second of `lists`; `rows` is the size of the table of weights, `show` is told what is done and how much.
pub(crate) fn fit(
    examples: &[Example],
    lists: [&Lists; 2],
    rows: usize,
    random: &mut Random,
    show: &dyn Fn(&str, usize, usize),
) -> Fitted {
    let (mut stretches, hashes) = stretches(examples, lists, show);
    let mut mean = Field::new(hashes.len());
    for fit in 0..FITS {
        let mut field = Field::new(hashes.len());
        for epoch in 0..EPOCHS {
            show("fitting", fit * EPOCHS + epoch, FITS * EPOCHS);
            random.shuffle(&mut stretches);
            for stretch in &stretches {
                field.learn(stretch, random);
            }
        }
        mean.add(&field, 1.0 / FITS as f32);
    }
    mean.rounded(&hashes, rows)
}

type Row = [f32; LABELS];

struct Field {
    weights: Vec<Row>,
    squares: Vec<Row>,
    transitions: [Row; LABELS],
    transition_squares: [Row; LABELS],
}

impl Field {
    fn new(features: usize) -> Self {
        let zero = [0.0; LABELS];
        Self {
            weights: vec![zero; features + 1],
            squares: vec![[1e-2; LABELS]; features + 1],
            transitions: [zero; LABELS],
            transition_squares: [[1.0; LABELS]; LABELS],
        }
    }

    /// Adds `share` of the weights of `other`.
    fn add(&mut self, other: &Self, share: f32) {
        let rows = self.weights.iter_mut().zip(&other.weights);
        for (row, other) in rows.chain(self.transitions.iter_mut().zip(&other.transitions)) {
            for (weight, other) in row.iter_mut().zip(other) {
                *weight += share * other;
            }
        }
    }

    /// One step towards giving `stretch` its labels.
    fn learn(&mut self, stretch: &Stretch, random: &mut Random) {
        let last = self.weights.len() as u32 - 1;
        let mut seen = |feature: &u32| if random.percent(UNSEEN) { last } else { *feature };
        let features: Vec<u32> = stretch.features.iter().map(&mut seen).collect();
        let scores: Vec<Row> =
            features.chunks_exact(FEATURES).map(|features| self.sum(features)).collect();
        let (marginals, mut pairs) = self.marginals(&scores);
        for (at, features) in features.chunks_exact(FEATURES).enumerate() {
            let mut gradient = marginals[at];
            gradient[usize::from(stretch.labels[at])] -= 1.0;
            if gradient.iter().all(|g| g.abs() < 1e-3) {
                continue;
            }
            for feature in features.iter().filter(|feature| **feature != last) {
                let (row, squares) =
                    (&mut self.weights[*feature as usize], &mut self.squares[*feature as usize]);
                for label in 0..LABELS {
                    step(&mut row[label], &mut squares[label], gradient[label]);
                }
            }
        }
        let mut before = 0;
        for label in stretch.labels.iter().copied().chain([0]) {
            pairs[before][usize::from(label)] -= 1.0;
            before = usize::from(label);
        }
        let rows = self.transitions.iter_mut().zip(&mut self.transition_squares).zip(&pairs);
        for ((weights, squares), gradients) in rows {
            for ((weight, square), gradient) in weights.iter_mut().zip(squares).zip(gradients) {
                step(weight, square, *gradient);
            }
        }
    }

    fn sum(&self, features: &[u32]) -> Row {
        let mut sum = [0.0; LABELS];
        for feature in features {
            for (sum, weight) in sum.iter_mut().zip(self.weights[*feature as usize]) {
                *sum += weight;
            }
        }
        sum
    }

    /// How probable each label of each token is, and how often each label is expected to follow each.
    fn marginals(&self, scores: &[Row]) -> (Vec<Row>, [Row; LABELS]) {
        let factors = self.transitions.map(|row| row.map(f32::exp));
        let own: Vec<Row> = scores
            .iter()
            .map(|scores| {
                let top = scores.iter().copied().fold(f32::MIN, f32::max);
                scores.map(|score| (score - top).exp())
            })
            .collect();
        let mut forward: Vec<Row> = Vec::with_capacity(own.len());
        let mut before = [1.0, 0.0, 0.0, 0.0, 0.0];
        for own in &own {
            let into = |to: usize| {
                (0..LABELS).map(|from| before[from] * factors[from][to]).sum::<f32>() * own[to]
            };
            before = normalised(std::array::from_fn(into));
            forward.push(before);
        }
        let mut pairs = [[0.0; LABELS]; LABELS];
        let mut marginals = vec![[0.0; LABELS]; own.len()];
        let mut behind: Row = std::array::from_fn(|from| factors[from][0]);
        if let Some(last) = forward.last() {
            let end = normalised(std::array::from_fn(|from| last[from] * behind[from]));
            for from in 0..LABELS {
                pairs[from][0] += end[from];
            }
        }
        for at in (0..own.len()).rev() {
            marginals[at] =
                normalised(std::array::from_fn(|label| forward[at][label] * behind[label]));
            let before = if at == 0 { [1.0, 0.0, 0.0, 0.0, 0.0] } else { forward[at - 1] };
            let mut joint = [[0.0; LABELS]; LABELS];
            let mut sum = 0.0;
            for from in 0..LABELS {
                for to in 0..LABELS {
                    joint[from][to] = before[from] * factors[from][to] * own[at][to] * behind[to];
                    sum += joint[from][to];
                }
            }
            for from in 0..LABELS {
                for to in 0..LABELS {
                    pairs[from][to] += joint[from][to] / sum.max(f32::MIN_POSITIVE);
                }
            }
            behind = normalised(std::array::from_fn(|from| {
                (0..LABELS).map(|to| factors[from][to] * own[at][to] * behind[to]).sum()
            }));
        }
        (marginals, pairs)
    }

    /// The weights that matter most as small whole numbers, in a table of `rows` rows.
    fn rounded(&self, hashes: &[u64], rows: usize) -> Fitted {
        // What is common to all labels decides nothing.
        let centred: Vec<Row> = self.weights[..hashes.len()]
            .iter()
            .map(|row| {
                let mean = row.iter().sum::<f32>() / LABELS as f32;
                row.map(|weight| weight - mean)
            })
            .collect();
        let greatest = |row: &Row| row.iter().fold(0.0_f32, |most, weight| most.max(weight.abs()));
        let transition = self.transitions.iter().map(greatest).fold(0.0, f32::max);
        let most = centred.iter().map(greatest).fold(transition, f32::max);
        let unit = (most / 127.0).max(1e-4);
        let round = |weight: f32| (weight / unit).round().clamp(-127.0, 127.0) as i8;
        let mut features: Vec<(f32, u64, [i8; LABELS])> = hashes
            .iter()
            .zip(&centred)
            .map(|(hash, row)| (greatest(row), *hash, row.map(round)))
            .filter(|(_, _, row)| row.iter().any(|weight| *weight != 0))
            .collect();
        features.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let seen = hashes.len();
        features.truncate(rows * 17 / 20);
        let features: Vec<_> = features.into_iter().map(|(_, hash, row)| (hash, row)).collect();
        let (weights, left_out) = Weights::new(rows, &features);
        let transitions = self.transitions.map(|row| row.map(round));
        Fitted { weights, transitions, unit, counts: [seen, features.len() - left_out, left_out] }
    }
}

fn step(weight: &mut f32, squares: &mut f32, gradient: f32) {
    let gradient = gradient + DECAY * *weight;
    *squares += gradient * gradient;
    *weight -= STEP * gradient / squares.sqrt();
}

fn normalised(values: Row) -> Row {
    let sum = values.iter().sum::<f32>().max(f32::MIN_POSITIVE);
    values.map(|value| value / sum)
}
