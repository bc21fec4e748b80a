//! Addresses of any country that a word at the beginning of their line names: `Adresse : Villa 12, cité El Amel`, and those of a
//! vCard, `ADR:;;Lindenallee 3;Ulm;;89073;Deutschland`.

use std::ops::Range;

use crate::Kind;
use crate::candidate::Candidate;
use crate::shadow::FILLER;

const SCORE: f32 = 0.5;

/// What such a line begins with.
pub(crate) const LABELS: &[&str] = &[
    " adr",
    " address",
    " home address",
    " my address",
    " new address",
    " old address",
    " correct address",
    " current address",
    " delivery address",
    " shipping address",
    " billing address",
    " mailing address",
    " postal address",
    " street address",
    " adresse",
    " mon adresse",
    " nouvelle adresse",
    " ancienne adresse",
    " adresse postale",
    " adresse de livraison",
    " adresse de facturation",
    " adresse de résidence",
    " domicile",
    " anschrift",
    " neue anschrift",
    " richtige anschrift",
    " neue adresse",
    " alte adresse",
    " wohnadresse",
    " wohnanschrift",
    " postanschrift",
    " lieferadresse",
    " lieferanschrift",
    " rechnungsadresse",
    " rechnungsanschrift",
    " dirección",
    " dirección de envío",
    " dirección postal",
    " domicilio",
    " العنوان",
    " عنواني",
    " عنوان السكن",
    " عنوان التوصيل",
    " العنوان الوطني",
    " عنوان المنزل",
    " العنوان الجديد",
    " العنوان القديم",
];

/// What stands before a label takes no more bytes: `• `, `- `.
const LONGEST_SIGN: usize = 6;

/// No address is longer.
const LONGEST: usize = 120;

/// A full stop behind another word ends the sentence.
const ABBREVIATIONS: [&str; 24] = [
    "st", "str", "av", "ave", "bd", "blvd", "rd", "ln", "nr", "no", "apt", "app", "appt", "bat",
    "bât", "dr", "pl", "ch", "rte", "imp", "stg", "bldg", "c", "ste",
];

/// Adds what stands behind the label at `at`, if it holds a number and words.
pub(crate) fn find(text: &str, at: Range<usize>, found: &mut Vec<Candidate>) {
    let near = &text[text.floor_char_boundary(at.start.saturating_sub(LONGEST_SIGN))..at.start];
    let before = near.rfind('\n').map_or(near, |end| &near[end + 1..]);
    let begins = (before.len() < near.len() || near.len() == at.start)
        && !before.contains(char::is_alphanumeric);
    let behind = &text[at.end..text.floor_char_boundary((at.end + 2 * LONGEST).min(text.len()))];
    // `ADR;TYPE=HOME:`
    let signs: &[char] =
        if behind.starts_with(';') { &['\n', ':'] } else { &['\n', ':', '=', '|'] };
    let params = behind.split(signs).next().unwrap_or_default();
    let is_label = params.trim().is_empty() || params.starts_with(';') && params.len() < LONGEST;
    let Some(value) =
        behind[params.len()..].strip_prefix([':', '=', '|']).filter(|_| begins && is_label)
    else {
        return;
    };
    let start = at.end + behind.len() - value.len();
    let end = start + length(value);
    let value = &text[start..end];
    let words = value.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() > 2);
    let has_number = value.contains(|c: char| c.is_ascii_digit());
    let is_other = value.contains(['@', '\\', '<', '{', '_', '%']) || value.contains("://");
    if has_number && words.take(2).count() > 0 && !is_other {
        found.extend(parts(value, start).map(|range| Candidate {
            kind: Kind::StreetAddress,
            range,
            score: SCORE,
        }));
    }
}

/// The length of the address that `value` begins with: to the end of its line, cell or sentence.
fn length(value: &str) -> usize {
    let line = &value[..value.floor_char_boundary(LONGEST)];
    let line = line.split(['\n', '|', '\t', '?']).next().unwrap_or_default();
    let stops = line.match_indices(". ").map(|(stop, _)| stop);
    let stop = stops.into_iter().find(|stop| {
        let word = line[..*stop].rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        !ABBREVIATIONS.iter().any(|abbreviation| abbreviation.eq_ignore_ascii_case(word))
            && !word.to_lowercase().ends_with("str")
    });
    stop.unwrap_or(line.len())
}

/// What of the address is not known by now, without signs around it.
fn parts(value: &str, start: usize) -> impl Iterator<Item = Range<usize>> {
    let mut from = start;
    value.split(FILLER).filter_map(move |part| {
        let inside = part.trim_matches(|c: char| !c.is_alphanumeric());
        let at = from + part.find(inside).unwrap_or_default();
        from += part.len() + FILLER.len_utf8();
        (!inside.is_empty()).then(|| at..at + inside.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        for label in LABELS {
            let label = label.trim_start();
            for (at, _) in text.match_indices(label) {
                find(text, at..at + label.len(), &mut found);
            }
        }
        found.dedup();
        found.into_iter().map(|candidate| &text[candidate.range]).collect()
    }

    #[test]
    fn a_label_names_the_rest_of_its_line() {
        for (text, expected) in [
            (
                "nom : x\nadresse : Villa 12, cité El Amel, Sétif\nmerci",
                vec!["Villa 12, cité El Amel, Sétif"],
            ),
            ("- anschrift: Hof 3 bei Lind. Bitte ändern", vec!["Hof 3 bei Lind"]),
            ("adr;type=home:;;Lindenallee 3;Ulm;;89073;", vec!["Lindenallee 3;Ulm;;89073"]),
            ("address: \u{1}, flat 4, \u{1}", vec!["flat 4"]),
            ("العنوان: قطعة 7 منزل 12، السالمية", vec!["قطعة 7 منزل 12، السالمية"]),
        ] {
            assert_eq!(addresses(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_address_stays() {
        for text in [
            "address: unknown",
            "the address: 12 Elm",
            "address 12 Elm Road",
            "address: https://example.com/2",
            "address: 10.0.0.1",
            "address: 0x7f",
        ] {
            assert!(addresses(text).is_empty(), "{text}");
        }
    }
}
