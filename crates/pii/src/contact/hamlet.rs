//! Addresses without a street: `lieu-dit Le Vieux Moulin, 24200`, `ZI des Grands Prés, 12 rue Volta`.

use std::ops::Range;

use super::road;
use crate::Kind;
use crate::candidate::Candidate;
use crate::neighbours;

const SCORE: f32 = 0.6;

/// What stands before the name of such a place.
pub(crate) const PLACES: &[&str] = &[
    " lieu-dit",
    " lieudit",
    " lieu dit",
    " hameau",
    " zone artisanale",
    " zone industrielle",
    " za",
    " zi",
    " zac",
    " parc d'activités",
    " résidence",
    " cité",
    " lotissement",
    " quartier",
    " urbanización",
    " polígono industrial",
];

/// Words of its name that are written small.
const SMALL: [&str; 12] =
    ["de", "du", "des", "la", "le", "les", "d", "l", "et", "del", "los", "las"];

/// No name has more words.
const MOST_WORDS: usize = 6;

/// Adds the place whose kind stands at `at`, if a number behind its name shows that it is an address.
pub(crate) fn find(text: &str, at: Range<usize>, found: &mut Vec<Candidate>) {
    let (mut end, mut named) = (at.end, None);
    for _ in 0..MOST_WORDS {
        let rest = &text[end..];
        let next = rest.trim_start_matches([' ', '\'', '’', '-']);
        let word = neighbours::word_after(next);
        let is_name = word.starts_with(char::is_uppercase);
        if next.len() == rest.len() || !is_name && !SMALL.contains(&word) {
            break;
        }
        end = text.len() - next.len() + word.len();
        named = if is_name { Some(end) } else { named };
    }
    let Some(end) = named else { return };
    let behind = text[end..].trim_start_matches([' ', ',', '–', '-', '\n']);
    let figures = behind.bytes().take_while(u8::is_ascii_digit).count();
    let next = behind[figures..].strip_prefix(' ').unwrap_or_default();
    let is_code = figures == 5 && next.starts_with(char::is_alphabetic);
    let is_house = (1..=3).contains(&figures) && road::street(&behind[figures..]).is_some();
    if text.len() - end > behind.len() && (is_code || is_house) {
        found.push(Candidate { kind: Kind::StreetAddress, range: at.start..end, score: SCORE });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        let small = text.to_lowercase();
        for word in PLACES {
            let at = small.find(word).map(|at| at + 1..at + word.len());
            if let Some(at) = at {
                find(text, at, &mut found);
            }
        }
        found.into_iter().map(|candidate| &text[candidate.range]).collect()
    }

    #[test]
    fn a_code_or_a_house_shows_the_place() {
        assert_eq!(
            places("au Lieu-dit Le Vieux Moulin 24200 Sarlat"),
            ["Lieu-dit Le Vieux Moulin"]
        );
        assert_eq!(places("en ZI des Grands Prés, 12 rue Volta"), ["ZI des Grands Prés"]);
    }

    #[test]
    fn other_places_are_none() {
        for text in ["la ZA Nord 3 est fermée", "la cité Verte depuis 2019", "en zone ZI 12 pièces"]
        {
            assert!(places(text).is_empty(), "{text}");
        }
    }
}
