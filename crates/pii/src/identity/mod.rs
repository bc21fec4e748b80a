//! National identity, tax and social security numbers.

mod arab;
mod europe;
mod india;
mod letters;
pub(crate) mod machine_readable;
mod united_states;

use std::ops::Range;

use crate::Kind;
use crate::candidate::Candidate;
use crate::context::Role;
use crate::digits::{Digits, first_lengths, has_length, one_sign};

pub(crate) use europe::is_nir;
pub(crate) use letters::{Letters, is_fiscal_code, is_nie, is_nif, is_nino};

/// A number of digits only: its kind, the groups it is written in, and what makes a window of digits one.
struct Rule {
    kind: Kind,
    /// A single length means digits without separators.
    groupings: &'static [&'static [usize]],
    /// The score of the digits when they are such a number, else `None`.
    judge: fn(&Digits<'_>, &Range<usize>, &str) -> Option<f32>,
}

/// The lengths of the first groups of all `rules`.
const fn lengths(rules: &[Rule]) -> u32 {
    let (mut lengths, mut place) = (0, 0);
    while place < rules.len() {
        lengths |= first_lengths(rules[place].groupings);
        place += 1;
    }
    lengths
}

/// The rules of every region, and the lengths of their first groups.
const REGIONS: [(&[Rule], u32); 4] = [
    (united_states::RULES, lengths(united_states::RULES)),
    (europe::RULES, lengths(europe::RULES)),
    (arab::RULES, lengths(arab::RULES)),
    (india::RULES, lengths(india::RULES)),
];

/// No rule has a grouping of fewer digits.
const FEWEST_DIGITS: usize = 8;

/// Adds every identity number that consists of digits.
pub(crate) fn find(digits: &Digits<'_>, found: &mut Vec<Candidate>) {
    let before = found.len();
    judged(digits, found);
    if found.len() > before {
        let kinds: Vec<Kind> = kinds(&found[before..]);
        mistyped(digits, &kinds, found);
    }
}

/// The kinds of what was found.
fn kinds(found: &[Candidate]) -> Vec<Kind> {
    let mut kinds = Vec::new();
    for candidate in found {
        if !kinds.contains(&candidate.kind) {
            kinds.push(candidate.kind);
        }
    }
    kinds
}

/// The score of a number whose check digits are wrong, beside one of its kind.
const MISTYPED: f32 = 0.5;

/// Fewer groups are no form of their own.
const FEWEST_GROUPS: usize = 4;

/// Adds the numbers that are grouped as those of `kinds` are and whose check digits are wrong: of two one is often mistyped.
fn mistyped(digits: &Digits<'_>, kinds: &[Kind], found: &mut Vec<Candidate>) {
    let rules =
        || REGIONS.iter().flat_map(|(rules, _)| *rules).filter(|rule| kinds.contains(&rule.kind));
    for first in 0..digits.groups.len() {
        for rule in rules() {
            let groupings = rule.groupings.iter().filter(|lengths| lengths.len() >= FEWEST_GROUPS);
            let windows = groupings.filter_map(|lengths| digits.shaped(first, lengths));
            let windows = windows.filter(|window| {
                signs_fit(rule.kind, digits, window)
                    && digits.stands_free(window)
                    && (rule.judge)(digits, window, digits.digits(window)).is_none()
                    && digits
                        .before(window.start)
                        .distance(&[Role::Other, Role::Phone], 1)
                        .is_none()
            });
            found.extend(windows.map(|window| Candidate {
                kind: rule.kind,
                range: digits.bytes(&window),
                score: MISTYPED,
            }));
        }
    }
}

/// Adds those whose digits are such a number.
fn judged(digits: &Digits<'_>, found: &mut Vec<Candidate>) {
    const ALL: u32 = REGIONS[0].1 | REGIONS[1].1 | REGIONS[2].1 | REGIONS[3].1;
    for (first, group) in digits.groups.iter().enumerate() {
        if !has_length(group, ALL) || !digits.has_number_of(FEWEST_DIGITS, first) {
            continue;
        }
        let regions = REGIONS.iter().filter(|(_, lengths)| has_length(group, *lengths));
        for rule in regions.flat_map(|(rules, _)| *rules) {
            let windows = rule.groupings.iter().filter_map(|lengths| digits.shaped(first, lengths));
            found.extend(windows.filter_map(|window| {
                let number = digits.digits(&window);
                let plausible =
                    signs_fit(rule.kind, digits, &window) && digits.stands_free(&window);
                let score = plausible.then(|| (rule.judge)(digits, &window, number)).flatten()?;
                Some(Candidate { kind: rule.kind, range: digits.bytes(&window), score })
            }));
        }
    }
}

/// The same sign throughout, but for the Belgian `85.07.30-033.28`.
fn signs_fit(kind: Kind, digits: &Digits<'_>, window: &Range<usize>) -> bool {
    let belgian = || digits.joints(window).map(|joint| joint.separator).eq(*b"..-.");
    one_sign(digits.joints(window)) || kind == Kind::BeNationalNumber && belgian()
}

/// A number read from `number[range]`; zero when there is none.
fn part(number: &str, range: Range<usize>) -> u32 {
    number.get(range).and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_rule_is_passed_over() {
        let rules = [united_states::RULES, europe::RULES, arab::RULES];
        let mut groupings = rules.into_iter().flatten().flat_map(|rule| rule.groupings);
        assert!(groupings.all(|lengths| lengths.iter().sum::<usize>() >= FEWEST_DIGITS));
    }
}
