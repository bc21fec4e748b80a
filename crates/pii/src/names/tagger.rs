//! The most probable labels of a stretch of tokens, by a linear-chain conditional random field
//! (Lafferty, `McCallum` and Pereira 2001).

use super::weights::{LABELS, Scores};
use super::{Damaged, THRESHOLD};

/// What a token is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Label {
    /// Nothing personal.
    Nothing = 0,
    /// A person's name.
    Person = 1,
    /// A town, a region, a country.
    Location = 2,
    /// An address.
    Address = 3,
    /// A company or another organisation.
    Organization = 4,
}

impl Label {
    /// Every label, in the order of its number.
    pub const ALL: [Self; LABELS] =
        [Self::Nothing, Self::Person, Self::Location, Self::Address, Self::Organization];
}

/// What it weighs that a label follows another: `[from][to]`. A stretch begins and ends beside [`Label::Nothing`].
pub type Transitions = [[i8; LABELS]; LABELS];

/// Labels stretches of tokens.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tagger {
    transitions: Transitions,
    /// The natural logarithm of the odds that a weight of one stands for.
    unit: f32,
    /// What it weighs that a label follows another: `[from][to]`. Every label but nothing is given weights ahead, so that
    /// what passes the threshold is found.
    steps: [Lanes<i32>; LABELS],
    /// The factors of the transitions: `[from][to]`, and `[to][from]`.
    factors: [Lanes<f32>; LABELS],
    factors_back: [Lanes<f32>; LABELS],
    /// The factors of scores so much below the best of their token.
    below: Vec<f32>,
}

/// A number for each label, and for what fills a vector register.
type Lanes<T> = [T; 8];

/// Scores farther below the best are computed.
const BELOW: usize = 1024;

/// Room for one stretch; kept from stretch to stretch.
#[derive(Debug, Default)]
pub(super) struct Room {
    pub(super) scores: Vec<Scores>,
    /// The labels found.
    pub(super) labels: Vec<u8>,
    from: Vec<Lanes<u8>>,
    /// The factors of the scores, and how probable each label is by the tokens up to its own.
    forward: Vec<(Lanes<f32>, Lanes<f32>)>,
    /// How probable it is that each token is part of something.
    pub(super) probabilities: Vec<f32>,
}

impl Tagger {
    pub(super) fn new(transitions: Transitions, unit: f32) -> Result<Self, Damaged> {
        if !(unit.is_finite() && unit > 0.0 && unit < 1.0) {
            return Err(Damaged);
        }
        let boost = (((1.0 - THRESHOLD) / THRESHOLD).ln() / unit) as i32;
        let step = |from: usize, to: usize| {
            i32::from(transitions[from][to]) + if to == 0 { 0 } else { boost }
        };
        let factor = |from: usize, to: usize| (f32::from(transitions[from][to]) * unit).exp();
        let below = (0..BELOW).map(|below| (-(below as f32) * unit).exp()).collect();
        Ok(Self {
            transitions,
            unit,
            steps: table(step),
            factors: table(factor),
            factors_back: table(|to, from| factor(from, to)),
            below,
        })
    }

    pub(super) fn transitions(&self) -> &Transitions {
        &self.transitions
    }

    pub(super) fn unit(&self) -> f32 {
        self.unit
    }

    /// The best labels of `room.scores` by Viterbi's algorithm.
    ///
    /// Returns whether any token is part of anything.
    pub(super) fn label(&self, room: &mut Room) -> bool {
        room.from.clear();
        let mut best = [i32::MIN / 2; 8];
        best[0] = 0;
        for scores in &room.scores {
            let (mut top, mut from) = ([i32::MIN; 8], [0_u32; 8]);
            for (label, steps) in self.steps.iter().enumerate() {
                for to in 0..8 {
                    let score = best[label].wrapping_add(steps[to]);
                    let is_better = score > top[to];
                    top[to] = if is_better { score } else { top[to] };
                    from[to] = if is_better { label as u32 } else { from[to] };
                }
            }
            best = std::array::from_fn(|to| top[to].wrapping_add(i32::from(scores[to])));
            room.from.push(from.map(|label| label as u8));
        }
        self.follow(room, best)
    }

    fn follow(&self, room: &mut Room, best: Lanes<i32>) -> bool {
        let last = |label: &usize| best[*label] + i32::from(self.transitions[*label][0]);
        let mut label = (0..LABELS).rev().max_by_key(last).unwrap_or(0) as u8;
        room.labels.clear();
        room.labels.resize(room.from.len(), 0);
        let mut any = false;
        for (slot, from) in room.labels.iter_mut().zip(&room.from).rev() {
            *slot = label;
            any |= label != 0;
            label = from[label as usize];
        }
        any
    }

    /// How probable it is that each token is part of something, by the forward-backward algorithm.
    pub(super) fn judge(&self, room: &mut Room) {
        room.forward.clear();
        let mut before = [0.0; 8];
        before[0] = 1.0;
        for scores in &room.scores {
            let own = self.own(scores);
            before = in_range(product(&through(&self.factors, &before), &own));
            room.forward.push((own, before));
        }
        room.probabilities.clear();
        room.probabilities.resize(room.scores.len(), 0.0);
        let mut behind = self.factors_back[0];
        for (probability, (own, forward)) in room.probabilities.iter_mut().zip(&room.forward).rev()
        {
            let both = product(forward, &behind);
            *probability = 1.0 - both[0] / sum(&both);
            behind = in_range(through(&self.factors_back, &product(own, &behind)));
        }
    }

    /// The factors of one token's scores; none for what fills the register.
    fn own(&self, scores: &Scores) -> Lanes<f32> {
        let top = scores[..LABELS].iter().copied().max().unwrap_or(0);
        std::array::from_fn(|label| {
            if label >= LABELS {
                return 0.0;
            }
            let below = usize::from(top.abs_diff(scores[label]));
            self.below.get(below).copied().unwrap_or_else(|| (-(below as f32) * self.unit).exp())
        })
    }
}

/// The numbers `of` each pair of labels, zeros in what fills the registers.
fn table<T: Default>(of: impl Fn(usize, usize) -> T) -> [Lanes<T>; LABELS] {
    let number = |row, column| if column < LABELS { of(row, column) } else { T::default() };
    std::array::from_fn(|row| std::array::from_fn(|column| number(row, column)))
}

fn product(one: &Lanes<f32>, other: &Lanes<f32>) -> Lanes<f32> {
    std::array::from_fn(|label| one[label] * other[label])
}

/// What leads from each label, by its number in `values`, to each other.
fn through(factors: &[Lanes<f32>; LABELS], values: &Lanes<f32>) -> Lanes<f32> {
    let mut sums = [0.0; 8];
    for (factors, value) in factors.iter().zip(values) {
        for label in 0..8 {
            sums[label] += factors[label] * value;
        }
    }
    sums
}

fn sum(values: &Lanes<f32>) -> f32 {
    values[..LABELS].iter().sum::<f32>().max(f32::MIN_POSITIVE)
}

/// `values`, which mean something only beside each other, where a number has room for many more factors.
///
/// Dividing them at each token would take most of the time: each step waits for the one before.
fn in_range(values: Lanes<f32>) -> Lanes<f32> {
    let sum = sum(&values);
    if (1e-9..1e9).contains(&sum) { values } else { values.map(|value| value / sum) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(scores: &[[i16; LABELS]]) -> Room {
        let scores = scores.iter().map(|s| [s[0], s[1], s[2], s[3], s[4], 0, 0, 0]).collect();
        Room { scores, ..Room::default() }
    }

    #[test]
    fn company_makes_a_doubtful_token_part_of_a_name() {
        let mut transitions = [[0; LABELS]; LABELS];
        transitions[1][1] = 30;
        let tagger = Tagger::new(transitions, 0.1).unwrap();
        let mut alone = room(&[[20, 0, -90, -90, -90]]);
        assert!(!tagger.label(&mut alone));
        let mut together = room(&[[0, 20, -90, -90, -90], [20, 0, -90, -90, -90]]);
        assert!(tagger.label(&mut together));
        assert_eq!(together.labels, [1, 1]);
        tagger.judge(&mut together);
        assert!(together.probabilities.iter().all(|p| *p > 0.5 && *p < 1.0));
    }

    #[test]
    fn what_passes_the_threshold_is_found() {
        let tagger = Tagger::new([[0; LABELS]; LABELS], 0.01).unwrap();
        let odds = |nothing| room(&[[nothing, 0, -900, -900, -900]]);
        let least = (((1.0 - THRESHOLD) / THRESHOLD).ln() / 0.01) as i16;
        for (nothing, is_found) in [(least - 5, true), (least + 5, false)] {
            let mut room = odds(nothing);
            assert_eq!(tagger.label(&mut room), is_found);
            tagger.judge(&mut room);
            assert_eq!(room.probabilities[0] > THRESHOLD, is_found);
        }
    }
}
