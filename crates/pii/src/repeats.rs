//! A value that was found once is personal wherever it stands, whatever the words around it there.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError};

use crate::bytes::{Block, places_of_runs};
use crate::candidate::{Candidate, resolve};

/// For so few values looking for each costs less than building an automaton for all. More would make the time grow with their number.
const FEW: usize = 24;

/// No ticket has more bytes; up to here looking for a value takes less time than getting ready to look for it fast.
const SHORT: usize = 16 * 1024;

/// What is longer was taken for one value because it holds some.
const LONGEST: usize = 128;

/// A place that may hold a value is told by its first bytes and one so many bytes on.
const FURTHER: usize = 7;

/// Every further place of a value among `found`, outside the places that are `known` (sorted) already; sorted and disjoint.
pub(crate) fn find(text: &str, found: &[Candidate], known: &[Range<usize>]) -> Vec<Candidate> {
    let values = found.iter().filter(|candidate| candidate.range.len() <= LONGEST);
    let mut values: Vec<&Candidate> = values.collect();
    values.sort_by_key(|candidate| &text[candidate.range.clone()]);
    values.dedup_by_key(|candidate| &text[candidate.range.clone()]);
    let mut repeats = Vec::new();
    let mut take = |value: &Candidate, start: usize| {
        let range = start..start + value.range.len();
        if is_free(known, &range) && stands_alone(text, &range) {
            repeats.push(Candidate { range, ..value.clone() });
        }
    };
    let written = |value: &&Candidate| &text[value.range.clone()];
    if text.len() <= SHORT && values.len() <= FEW {
        for value in &values {
            places_of(text.as_bytes(), written(value).as_bytes())
                .for_each(|start| take(value, start));
        }
    } else if let Ok(all) = automaton(values.iter().map(written)) {
        let mut places = Places { known, next: 0 };
        // Overlapping ones too: a longer value that does not stand alone must not hide a shorter one that does.
        for place in all.find_overlapping_iter(text) {
            if places.is_free(place.range()) {
                take(values[place.pattern().as_usize()], place.start());
            }
        }
    }
    resolve(repeats)
}

/// Where `value`, which is not empty, stands in `text`.
fn places_of(text: &[u8], value: &[u8]) -> impl Iterator<Item = usize> {
    let byte = |place: usize| (value[place.min(value.len() - 1)], place.min(value.len() - 1));
    let bytes = [byte(0), byte(1), byte(FURTHER)];
    let are = move |block: Block| {
        bytes.iter().fold(u64::MAX, |all, (byte, at)| all & block.are(*byte) >> at)
    };
    places_of_runs(text, FURTHER, are).filter(move |at| text[*at..].starts_with(value))
}

/// Built fast rather than searched fast: it serves for one text.
fn automaton<'t>(values: impl Iterator<Item = &'t str>) -> Result<AhoCorasick, BuildError> {
    let kind = Some(AhoCorasickKind::NoncontiguousNFA);
    AhoCorasick::builder().kind(kind).prefilter(false).build(values)
}

/// The places that are known already, for questions about ever later ends.
struct Places<'k> {
    known: &'k [Range<usize>],
    /// The first that does not end before what was asked about last.
    next: usize,
}

impl Places<'_> {
    /// Whether no place touches `range`, which ends no earlier than the one before.
    fn is_free(&mut self, range: Range<usize>) -> bool {
        while self.known.get(self.next).is_some_and(|place| place.end < range.end) {
            self.next += 1;
        }
        let is_behind =
            self.next.checked_sub(1).is_none_or(|last| self.known[last].end <= range.start);
        is_behind && self.known.get(self.next).is_none_or(|place| place.start >= range.end)
    }
}

fn is_free(known: &[Range<usize>], range: &Range<usize>) -> bool {
    let after = known.partition_point(|place| place.end <= range.start);
    known.get(after).is_none_or(|place| place.start >= range.end)
}

/// Whether nothing beside it makes it part of something longer: a letter or digit, or a digit behind a joint, as in 10.0.0.1.7.
fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    let apart = |mut beside: Box<dyn Iterator<Item = char> + '_>| match beside.next() {
        Some('.' | ',' | '-' | '/') => !beside.next().is_some_and(char::is_numeric),
        next => !next.is_some_and(char::is_alphanumeric),
    };
    apart(Box::new(text[..range.start].chars().rev())) && apart(Box::new(text[range.end..].chars()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    /// `values` as found at their first places; where else they stand.
    fn repeats(text: &str, values: &[String]) -> Vec<Range<usize>> {
        let first = |value: &String| {
            let start = text.find(value.as_str()).unwrap();
            Candidate { kind: Kind::IpAddress, range: start..start + value.len(), score: 0.9 }
        };
        let found: Vec<Candidate> = values.iter().map(first).collect();
        let mut known: Vec<_> = found.iter().map(|candidate| candidate.range.clone()).collect();
        known.sort_by_key(|range| range.start);
        find(text, &found, &known).into_iter().map(|candidate| candidate.range).collect()
    }

    #[test]
    fn few_values_and_many_are_found_alike() {
        for count in [1, FEW, FEW + 1, 5_000] {
            let values: Vec<String> =
                (0..count).map(|n| format!("10.{}.{}.1", n / 250, n % 250)).collect();
            let text = format!("{} | {}", values.join(" "), values.join(", "));
            let second = text.find('|').unwrap();
            let repeats = repeats(&text, &values);
            assert_eq!(repeats.len(), count);
            assert!(repeats.iter().all(|range| range.start > second));
        }
    }

    #[test]
    fn a_longer_value_that_is_part_of_something_hides_no_shorter_one() {
        for others in [0, FEW] {
            let mut values = vec!["x 10.0.0.1".to_owned(), "10.0.0.1".to_owned()];
            values.extend((0..others).map(|n| format!("10.1.{n}.1")));
            let text = format!("10.0.0.1; x 10.0.0.1; {}; ax 10.0.0.1 again", values.join("; "));
            let last = text.rfind("10.0.0.1").unwrap();
            let found = repeats(&text, &values);
            assert!(found.iter().any(|range| range.start == last), "{others}: {found:?}");
        }
    }

    #[test]
    fn part_of_something_longer_is_not_the_value() {
        let values = ["10.0.0.1".to_owned()];
        let text = "10.0.0.1 then 10.0.0.10, 10.0.0.1.7, v10.0.0.1, 7-10.0.0.1 and (10.0.0.1).";
        let start = text.rfind("10.0.0.1").unwrap();
        assert_eq!(repeats(text, &values), vec![start..start + 8; 1]);
    }
}
