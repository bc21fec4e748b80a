//! Streets with the house behind them: German ones whose names begin with a preposition, `An der Alster 22, 20099 Hamburg`, and
//! those of French Switzerland. Their words are no names, so the postal code and the town behind the house are what shows them.

use crate::Kind;
use crate::candidate::Candidate;
use crate::digits::Digits;
use crate::groups::Group;
use crate::neighbours;
use crate::shadow::FILLER;

const SCORE: f32 = 0.65;

/// What such a name begins with.
const FIRST: [&str; 36] = [
    "rue",
    "Rue",
    "avenue",
    "Avenue",
    "chemin",
    "Chemin",
    "route",
    "Route",
    "boulevard",
    "Boulevard",
    "place",
    "Place",
    "quai",
    "Quai",
    "allée",
    "Allée",
    "impasse",
    "Impasse",
    "av",
    "ch",
    "rte",
    "Ch",
    "Am",
    "An",
    "Auf",
    "Im",
    "In",
    "Zum",
    "Zur",
    "Unter",
    "Bei",
    "Beim",
    "Vor",
    "Hinter",
    "Hinterm",
    "Über",
];

/// So many of them are French.
const FRENCH: usize = 22;

/// Words inside the name that are written small.
const SMALL: [&str; 13] =
    ["der", "den", "dem", "die", "das", "von", "de", "du", "des", "la", "le", "les", "l"];

/// No name has more words.
const MOST_WORDS: usize = 5;

/// The digits of a German postal code.
const POSTAL_CODE: usize = 5;

/// No house has a number of more digits.
const HOUSE: usize = 3;

/// What is no street though a preposition stands before it: a day, a part of a house, a thing.
const OTHERS: [&str; 34] = [
    "Montag",
    "Dienstag",
    "Mittwoch",
    "Donnerstag",
    "Freitag",
    "Samstag",
    "Sonntag",
    "Raum",
    "Zimmer",
    "Haus",
    "Halle",
    "Saal",
    "Schalter",
    "Anschluss",
    "Rechner",
    "Apparat",
    "Telefon",
    "Drucker",
    "Gerät",
    "Terminal",
    "Arbeitsplatz",
    "Ticket",
    "Standort",
    "Gebäude",
    "Stock",
    "Tisch",
    "Port",
    "Bereich",
    "Kasse",
    "Leitung",
    "Version",
    "Zeile",
    "Gate",
    "Nummer",
];

/// Adds every such address, up to its town.
pub(crate) fn find(digits: &Digits<'_>, found: &mut Vec<Candidate>) {
    let text = digits.text;
    for (at, house) in digits.groups.iter().enumerate() {
        if house.len() > HOUSE || !text[..house.range.start].ends_with(' ') {
            continue;
        }
        let rest = text[house.range.end..].trim_start_matches(|c: char| c.is_ascii_lowercase());
        let flat = flat(rest);
        let (rest, behind) = (&rest[flat..], at + 1 + usize::from(flat > 0));
        let code = digits.groups.get(behind).filter(|code| matches!(code.len(), 4 | POSTAL_CODE));
        if code.is_none() && !is_before_known(rest) {
            continue;
        }
        let Some((start, is_french)) = name_before(text, house.range.start) else { continue };
        let end = code.and_then(|code| town(text, &digits.groups[behind - 1], code, is_french));
        let end = end.or_else(|| is_before_known(rest).then(|| text.len() - rest.len()));
        let range = end.map(|end| start..end);
        found.extend(range.map(|range| Candidate {
            kind: Kind::StreetAddress,
            range,
            score: SCORE,
        }));
    }
}

/// The length of the number of a flat in Austria: ` Top 22`, ` Tür 4`.
fn flat(rest: &str) -> usize {
    let flat = [" Top ", "/Top ", " Tür ", " top ", " tür "]
        .into_iter()
        .find(|flat| rest.starts_with(flat));
    let Some(flat) = flat else { return 0 };
    let figures = rest[flat.len()..].bytes().take_while(u8::is_ascii_digit).count();
    if (1..=HOUSE).contains(&figures) { flat.len() + figures } else { 0 }
}

/// Where the town ends behind the `house` and the `code`.
fn town(text: &str, house: &Group, code: &Group, is_french: bool) -> Option<usize> {
    let between = text[house.range.end..code.range.start]
        .trim_start_matches(|c: char| c.is_ascii_lowercase());
    let country = ["D-", "DE-"].iter().find_map(|country| between.strip_suffix(country));
    let signs =
        matches!(country.unwrap_or(between), ", " | " " | "\n" | ",\n" | " in " | " - " | " – ");
    let town = text[code.range.end..].strip_prefix(' ').map_or("", neighbours::word_after);
    let is_swiss = code.len() == 4
        && (is_french || !matches!(&text[code.range.clone()][..2], "19" | "20"))
        && between.starts_with([',', '\n']);
    let fits =
        (code.len() == POSTAL_CODE || is_swiss) && signs && town.starts_with(char::is_uppercase);
    fits.then_some(code.range.end + 1 + town.len())
}

/// Whether the code of a town, known by now, follows.
fn is_before_known(rest: &str) -> bool {
    let known = rest.strip_prefix(", ").or_else(|| rest.strip_prefix(['\n', ' ']));
    known.is_some_and(|known| known.starts_with(FILLER))
}

/// Where the name before the house at byte `at` begins, and whether it does with a French word.
fn name_before(text: &str, at: usize) -> Option<(usize, bool)> {
    let mut head = &text[..at];
    let mut is_named = false;
    for _ in 0..MOST_WORDS {
        head = head.strip_suffix(' ')?;
        let word = neighbours::word_before(head, head.len());
        head = &head[..head.len() - word.len()];
        if let Some(place) = FIRST.iter().position(|first| *first == word).filter(|_| is_named) {
            return Some((head.len(), place < FRENCH));
        }
        let is_name = word.starts_with(char::is_uppercase);
        if !is_name && !SMALL.contains(&word) || OTHERS.contains(&word) {
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
            ("Am Neuen Damm 8, D-18439 Stralsund", "Am Neuen Damm 8, D-18439 Stralsund"),
            ("Zum Hohen Ufer 4b, \u{1}", "Zum Hohen Ufer 4b"),
            ("c'est route de Lonay 41, 1110 Morges", "route de Lonay 41, 1110 Morges"),
            ("Am Roten Hof 8 Top 22, 1020 Wien", "Am Roten Hof 8 Top 22, 1020 Wien"),
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
            "Am Montag 12, \u{1}",
            "Im Raum 12, \u{1}",
        ] {
            assert!(addresses(text).is_empty(), "{text}");
        }
    }
}
