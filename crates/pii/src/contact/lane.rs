//! German streets whose names begin with a preposition: `An der Alster 22, 20099 Hamburg`. Their words are no names, so the
//! postal code and the town behind the house are what shows them.

use crate::Kind;
use crate::candidate::Candidate;
use crate::digits::Digits;
use crate::neighbours;

const SCORE: f32 = 0.65;

/// What such a name begins with.
const FIRST: [&str; 14] = [
    "Am", "An", "Auf", "Im", "In", "Zum", "Zur", "Unter", "Bei", "Beim", "Vor", "Hinter",
    "Hinterm", "Über",
];

/// Words inside the name that are written small.
const SMALL: [&str; 6] = ["der", "den", "dem", "die", "das", "von"];

/// No name has more words.
const MOST_WORDS: usize = 4;

/// The digits of a German postal code.
const POSTAL_CODE: usize = 5;

/// No house has a number of more digits.
const HOUSE: usize = 3;

/// Adds every such address, up to its town.
pub(crate) fn find(digits: &Digits<'_>, found: &mut Vec<Candidate>) {
    let text = digits.text;
    for pair in digits.groups.windows(2) {
        let [house, code] = pair else { continue };
        if house.len() > HOUSE || code.len() != POSTAL_CODE {
            continue;
        }
        let between = text[house.range.end..code.range.start]
            .trim_start_matches(|c: char| c.is_ascii_lowercase());
        let town = text[code.range.end..].strip_prefix(' ').map_or("", neighbours::word_after);
        if !matches!(between, ", " | " " | "\n" | ",\n") || !town.starts_with(char::is_uppercase) {
            continue;
        }
        let end = code.range.end + 1 + town.len();
        let range = name_before(text, house.range.start).map(|start| start..end);
        found.extend(range.map(|range| Candidate {
            kind: Kind::StreetAddress,
            range,
            score: SCORE,
        }));
    }
}

/// Where the name before the house at byte `at` begins.
fn name_before(text: &str, at: usize) -> Option<usize> {
    let mut head = &text[..at];
    let mut is_named = false;
    for _ in 0..MOST_WORDS {
        head = head.strip_suffix(' ')?;
        let word = neighbours::word_before(head, head.len());
        head = &head[..head.len() - word.len()];
        if is_named && FIRST.contains(&word) {
            return Some(head.len());
        }
        let is_name = word.starts_with(char::is_uppercase);
        if !is_name && !SMALL.contains(&word) {
            return None;
        }
        is_named |= is_name;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;

    fn addresses(text: &str) -> Vec<&str> {
        let context = Context::new();
        let mut found = Vec::new();
        find(&Digits::of(text, &context), &mut found);
        found.into_iter().map(|candidate| &text[candidate.range]).collect()
    }

    #[test]
    fn a_preposition_a_house_and_a_town_make_an_address() {
        for (text, address) in [
            ("wohnt An der Alster 22, 20099 Hamburg", "An der Alster 22, 20099 Hamburg"),
            ("neu: Am Alten Markt 3a, 18055 Rostock", "Am Alten Markt 3a, 18055 Rostock"),
            ("Unter den Eichen 5\n12203 Berlin", "Unter den Eichen 5\n12203 Berlin"),
        ] {
            assert_eq!(addresses(text), [address], "{text}");
        }
    }

    #[test]
    fn other_numbers_are_none() {
        for text in [
            "Am Montag 12 Teile",
            "Bestellung 12, 20099 Hamburg",
            "in der Halle 3, 20099 Stück",
            "Am 22, 20099 Hamburg",
        ] {
            assert!(addresses(text).is_empty(), "{text}");
        }
    }
}
