//! The text people see, and where in it the text stands that the cut was made from.

use std::ops::Range;

use switchboard_text::offsets::CodePoints;

use crate::numbering::Replaced;

/// A scrubbed text. Under the default policy it is the one that models' text was cut from; under another it stands
/// beside that one, and the stretches that no value interrupts lead from one to the other.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) text: String,
    beside: Option<Beside>,
}

/// Two texts made from one: from the places of one over those of the original to those of the other.
#[derive(Clone, PartialEq, Eq)]
struct Beside {
    to_original: Vec<Stretch>,
    to_shown: Vec<Stretch>,
}

/// Code points that two texts have in common.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stretch {
    from: usize,
    to: usize,
    length: usize,
}

impl Shown {
    /// The text that was cut.
    pub(crate) fn of(text: String) -> Self {
        Self { text, beside: None }
    }

    /// What is shown instead of the text that was cut, both made from `original`.
    pub(crate) fn beside(original: &str, cut: &Replaced, shown: Replaced) -> Self {
        let to_original = stretches(&cut.text, original, cut.places.iter().map(swapped));
        let to_shown = stretches(original, &shown.text, shown.places.iter().cloned());
        Self { text: shown.text, beside: Some(Beside { to_original, to_shown }) }
    }

    /// Where the code points `start..end` of the text that was cut stand in the one that is shown; nothing when something
    /// was replaced among them.
    pub(crate) fn place(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        let Some(Beside { to_original, to_shown }) = &self.beside else {
            return Some((start, end));
        };
        let of = |at| moved(to_shown, moved(to_original, at)?);
        let (first, last) = (of(start)?, of(end.checked_sub(1)?)?);
        (last.checked_sub(first)? == end - 1 - start).then_some((first, last + 1))
    }
}

fn moved(stretches: &[Stretch], at: usize) -> Option<usize> {
    let behind = stretches.partition_point(|stretch| stretch.from <= at);
    let stretch = stretches.get(behind.checked_sub(1)?)?;
    let inside = at - stretch.from;
    (inside < stretch.length).then_some(stretch.to + inside)
}

/// What two texts have in common: all but `places`, in bytes of the one and of the other.
fn stretches(
    one: &str,
    other: &str,
    places: impl Iterator<Item = (Range<usize>, Range<usize>)>,
) -> Vec<Stretch> {
    let (mut one_points, mut other_points) = (CodePoints::new(one), CodePoints::new(other));
    let (mut from, mut to) = (0, 0);
    let end = (one.len()..one.len(), other.len()..other.len());
    let stretch = |(in_one, in_other): (Range<usize>, Range<usize>)| {
        let stretch = Stretch { from, to, length: one_points.at(in_one.start) - from };
        (from, to) = (one_points.at(in_one.end), other_points.at(in_other.end));
        stretch
    };
    places.chain([end]).map(stretch).collect()
}

fn swapped((one, other): &(Range<usize>, Range<usize>)) -> (Range<usize>, Range<usize>) {
    (other.clone(), one.clone())
}
