//! What two lists of spans of one text have in common.

use std::ops::{AddAssign, Range};

use super::measures::{Matches, Measures};
use super::{LabelledSpan, Places};

/// Counts for each way to judge.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Tally {
    exact: Matches,
    overlap: Matches,
    word: Matches,
}

impl Tally {
    /// Compares spans whose labels are `alike`.
    pub(super) fn of(
        words: &[Range<usize>],
        truth: &[LabelledSpan],
        found: &[LabelledSpan],
        alike: impl Fn(&str, &str) -> bool,
    ) -> Self {
        let (there, seen) = (Places::of(truth), Places::of(found));
        let matches = |same: &dyn Fn(&Range<usize>, &Range<usize>) -> bool| {
            let has = |one: &&LabelledSpan, others: &Places<'_>| {
                others
                    .touching(&one.range)
                    .any(|other| alike(&one.label, &other.label) && same(&one.range, &other.range))
            };
            Matches {
                truth: truth.len() as u64,
                recalled: truth.iter().filter(|one| has(one, &seen)).count() as u64,
                found: found.len() as u64,
                right: found.iter().filter(|one| has(one, &there)).count() as u64,
            }
        };
        Self {
            exact: matches(&|one, other| one == other),
            overlap: matches(&|_, _| true),
            word: of_words(words, &there, &seen, &alike),
        }
    }

    pub(super) fn measures(&self) -> Measures {
        Measures {
            exact: self.exact.ratios(),
            overlap: self.overlap.ratios(),
            word: self.word.ratios(),
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.exact += other.exact;
        self.overlap += other.overlap;
        self.word += other.word;
    }
}

fn of_words(
    words: &[Range<usize>],
    truth: &Places<'_>,
    found: &Places<'_>,
    alike: impl Fn(&str, &str) -> bool,
) -> Matches {
    let mut matches = Matches::default();
    for word in words {
        let label = |spans: &Places<'_>| spans.touching(word).next().map(|span| span.label.clone());
        let (there, seen) = (label(truth), label(found));
        let both = there.as_ref().zip(seen.as_ref()).is_some_and(|(one, other)| alike(one, other));
        matches += Matches {
            truth: u64::from(there.is_some()),
            recalled: u64::from(both),
            found: u64::from(seen.is_some()),
            right: u64::from(both),
        };
    }
    matches
}
