//! What two lists of spans of one text have in common.

use std::ops::{AddAssign, Range};

use super::LabelledSpan;
use super::measures::{Matches, Measures};

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
        let matches = |same: &dyn Fn(&Range<usize>, &Range<usize>) -> bool| {
            let has = |one: &&LabelledSpan, others: &[LabelledSpan]| {
                others
                    .iter()
                    .any(|other| alike(&one.label, &other.label) && same(&one.range, &other.range))
            };
            Matches {
                truth: truth.len() as u64,
                recalled: truth.iter().filter(|one| has(one, found)).count() as u64,
                found: found.len() as u64,
                right: found.iter().filter(|one| has(one, truth)).count() as u64,
            }
        };
        Self {
            exact: matches(&|one, other| one == other),
            overlap: matches(&overlaps),
            word: of_words(words, truth, found, alike),
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
    truth: &[LabelledSpan],
    found: &[LabelledSpan],
    alike: impl Fn(&str, &str) -> bool,
) -> Matches {
    let mut matches = Matches::default();
    for word in words {
        let touching = |spans: &[LabelledSpan]| {
            spans.iter().find(|span| overlaps(&span.range, word)).map(|span| span.label.clone())
        };
        let (there, seen) = (touching(truth), touching(found));
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

fn overlaps(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}
