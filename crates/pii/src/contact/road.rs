//! English and French streets that a number and a word for a street show: `15 Rosewood Gardens`, `45 bis, boulevard de la
//! Liberté`.

use std::ops::Range;

use crate::Kind;
use crate::candidate::Candidate;
use crate::digits::Digits;
use crate::neighbours;

const SCORE: f32 = 0.65;

/// English words behind the name. `Drive`, `Place` and the like are things too, and are left to the tagger of names.
const ENGLISH: [&str; 14] = [
    "Street",
    "Road",
    "Avenue",
    "Lane",
    "Close",
    "Crescent",
    "Terrace",
    "Mews",
    "Gardens",
    "Grove",
    "Boulevard",
    "Parade",
    "Highway",
    "Quay",
];

/// French words before it.
const FRENCH: [&str; 14] = [
    "rue",
    "avenue",
    "boulevard",
    "bd",
    "allée",
    "chemin",
    "impasse",
    "quai",
    "route",
    "place",
    "cours",
    "square",
    "passage",
    "ruelle",
];

/// Words of a French name that are written small.
const SMALL: [&str; 9] = ["de", "du", "des", "la", "le", "les", "d", "l", "et"];

/// No name has more words.
const MOST_WORDS: usize = 5;

/// No house has a number of more digits.
const HOUSE: usize = 4;

/// Adds every such street, from its house on.
pub(crate) fn find(digits: &Digits<'_>, found: &mut Vec<Candidate>) {
    for (at, house) in digits.groups.iter().enumerate() {
        let window = at..at + 1;
        if house.len() > HOUSE || !digits.stands_free(&window) {
            continue;
        }
        let rest = &digits.text[house.range.end..];
        let range = english(rest).or_else(|| french(rest));
        let range = range.map(|length| Range { end: house.range.end + length, ..house.range });
        found.extend(range.map(|range| Candidate {
            kind: Kind::StreetAddress,
            range,
            score: SCORE,
        }));
    }
}

/// The length of ` Rosewood Gardens`.
fn english(rest: &str) -> Option<usize> {
    let mut end = 0;
    for place in 0..MOST_WORDS {
        let word = neighbours::word_after(rest[end..].strip_prefix(' ')?);
        if !word.starts_with(|c: char| c.is_ascii_uppercase()) {
            return None;
        }
        end += 1 + word.len();
        if place > 0 && ENGLISH.contains(&word) {
            return Some(end);
        }
    }
    None
}

/// The length of ` bis, boulevard de la Liberté`, to the last word with a capital.
fn french(rest: &str) -> Option<usize> {
    let again =
        ["bis", "ter", "quater"].into_iter().find(|again| rest.trim_start().starts_with(again));
    let behind = again.map_or(rest, |again| &rest.trim_start()[again.len()..]);
    let behind = behind.strip_prefix(',').unwrap_or(behind).strip_prefix(' ')?;
    let word = neighbours::word_after(behind);
    if !FRENCH.contains(&word) {
        return None;
    }
    let mut at = rest.len() - behind.len() + word.len();
    let mut end = None;
    for _ in 0..MOST_WORDS {
        let Some(next) = rest[at..].strip_prefix([' ', '\'', '’', '-']) else { break };
        let word = neighbours::word_after(next);
        let is_name = word.starts_with(char::is_uppercase);
        if !is_name && !SMALL.contains(&word) {
            break;
        }
        at = rest.len() - next.len() + word.len();
        end = if is_name { Some(at) } else { end };
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;

    fn streets(text: &str) -> Vec<&str> {
        let context = Context::new();
        let mut found = Vec::new();
        find(&Digits::of(text, &context), &mut found);
        found.into_iter().map(|candidate| &text[candidate.range]).collect()
    }

    #[test]
    fn a_house_and_a_word_for_a_street_make_an_address() {
        for (text, street) in [
            ("at 15 Rosewood Gardens now", "15 Rosewood Gardens"),
            ("to 7 Old Mill Lane, Bath", "7 Old Mill Lane"),
            ("au 45 bis, boulevard de la Liberté, 13001", "45 bis, boulevard de la Liberté"),
            ("au 3 rue d'Alsace-Lorraine svp", "3 rue d'Alsace-Lorraine"),
        ] {
            assert_eq!(streets(text), [street], "{text}");
        }
    }

    #[test]
    fn things_that_are_counted_are_none() {
        for text in [
            "2 Hard Drive",
            "3 Road",
            "1 place de parking",
            "4500012 Main Street",
            "5 Close the Lane",
            "v2.15 Elm Lane",
        ] {
            assert!(streets(text).is_empty(), "{text}");
        }
    }
}
