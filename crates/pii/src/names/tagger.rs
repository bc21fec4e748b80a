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
    /// The weights that every label but nothing is given ahead, so that what passes the threshold is found.
    boost: i32,
    /// The factors of the transitions.
    factors: [[f32; LABELS]; LABELS],
    /// The factors of scores so much below the best of their token.
    below: Vec<f32>,
}

/// Scores farther below the best are computed.
const BELOW: usize = 1024;

/// Room for one stretch; kept from stretch to stretch.
#[derive(Debug, Default)]
pub(super) struct Room {
    pub(super) scores: Vec<Scores>,
    /// The labels found.
    pub(super) labels: Vec<u8>,
    from: Vec<[u8; LABELS]>,
    forward: Vec<[f32; LABELS]>,
    /// How probable it is that each token is part of something.
    pub(super) probabilities: Vec<f32>,
}

impl Tagger {
    pub(super) fn new(transitions: Transitions, unit: f32) -> Result<Self, Damaged> {
        if !(unit.is_finite() && unit > 0.0 && unit < 1.0) {
            return Err(Damaged);
        }
        let factors = transitions.map(|row| row.map(|weight| (f32::from(weight) * unit).exp()));
        let boost = (((1.0 - THRESHOLD) / THRESHOLD).ln() / unit) as i32;
        let below = (0..BELOW).map(|below| (-(below as f32) * unit).exp()).collect();
        Ok(Self { transitions, unit, boost, factors, below })
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
        let mut best = [i32::MIN / 2; LABELS];
        best[0] = 0;
        for scores in &room.scores {
            let (mut next, mut from) = ([0; LABELS], [0; LABELS]);
            for to in 0..LABELS {
                let mut top = i32::MIN;
                for (label, before) in best.iter().enumerate() {
                    let score = before + i32::from(self.transitions[label][to]);
                    if score > top {
                        (top, from[to]) = (score, label as u8);
                    }
                }
                next[to] = top + i32::from(scores[to]) + if to == 0 { 0 } else { self.boost };
            }
            best = next;
            room.from.push(from);
        }
        self.follow(room, best)
    }

    fn follow(&self, room: &mut Room, best: [i32; LABELS]) -> bool {
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
        let count = room.scores.len();
        let factor = |scores: &Scores| {
            let top = scores[..LABELS].iter().copied().max().unwrap_or(0);
            std::array::from_fn::<f32, LABELS, _>(|label| {
                let below = usize::from(top.abs_diff(scores[label]));
                self.below
                    .get(below)
                    .copied()
                    .unwrap_or_else(|| (-(below as f32) * self.unit).exp())
            })
        };
        room.forward.clear();
        let mut before = [1.0, 0.0, 0.0, 0.0, 0.0];
        for scores in &room.scores {
            let own = factor(scores);
            let mut sums = [0.0; LABELS];
            for to in 0..LABELS {
                let into: f32 = (0..LABELS).map(|from| before[from] * self.factors[from][to]).sum();
                sums[to] = into * own[to];
            }
            before = normalised(sums);
            room.forward.push(before);
        }
        room.probabilities.clear();
        room.probabilities.resize(count, 0.0);
        let mut behind = std::array::from_fn(|from| self.factors[from][0]);
        for at in (0..count).rev() {
            let both = std::array::from_fn(|label| room.forward[at][label] * behind[label]);
            room.probabilities[at] = 1.0 - normalised(both)[0];
            let own = factor(&room.scores[at]);
            behind = normalised(std::array::from_fn(|from| {
                (0..LABELS).map(|to| self.factors[from][to] * own[to] * behind[to]).sum()
            }));
        }
    }
}

fn normalised(values: [f32; LABELS]) -> [f32; LABELS] {
    let sum: f32 = values.iter().sum::<f32>().max(f32::MIN_POSITIVE);
    values.map(|value| value / sum)
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
        for (nothing, is_found) in [(35, true), (45, false)] {
            let mut room = odds(nothing);
            assert_eq!(tagger.label(&mut room), is_found);
            tagger.judge(&mut room);
            assert_eq!(room.probabilities[0] > THRESHOLD, is_found);
        }
    }
}
