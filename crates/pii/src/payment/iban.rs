//! International bank account numbers: country, length and structure from the registry, and ISO 7064 check digits.

use std::ops::Range;

use smallvec::SmallVec;

use super::iban_table;
use crate::Kind;
use crate::candidate::{Candidate, VERIFIED};
use crate::checksum;
use crate::digits::Digits;
use crate::neighbours;

/// Adds every IBAN of `digits`: two letters before a group of digits, and what follows.
pub(crate) fn find(digits: &Digits<'_>, found: &mut Vec<Candidate>) {
    let text = digits.text;
    let mut end = 0;
    let mut mistyped: SmallVec<[Range<usize>; 2]> = SmallVec::new();
    let before = found.len();
    for group in &digits.groups {
        let head = &text.as_bytes()[..group.range.start];
        let separators = head.iter().rev().take(3).take_while(|&&byte| is_separator(byte)).count();
        let start = (head.len() - separators).checked_sub(2).filter(|start| *start >= end);
        let range = start.filter(|_| separators < 3).and_then(|start| iban_at(text, start));
        let Some((range, is_checked)) = range else { continue };
        end = range.end;
        if is_checked {
            found.push(Candidate { kind: Kind::IbanCode, range, score: VERIFIED });
        } else {
            mistyped.push(range);
        }
    }
    // In groups of four, or beside one of the same country, what is written like it was mistyped: `DE75 … went to DE57 …`.
    let country = |range: &Range<usize>| &text.as_bytes()[range.start..range.start + 2];
    let mut countries: SmallVec<[&[u8]; 4]> = SmallVec::new();
    for iban in &found[before..] {
        let country = country(&iban.range);
        if !countries.contains(&country) {
            countries.push(country);
        }
    }
    mistyped
        .retain(|range| countries.contains(&country(range)) || is_in_fours(&text[range.clone()]));
    found.extend(mistyped.into_iter().map(|range| {
        // As sure as a checksum: a number inside must not break it up.
        let score = if is_in_fours(&text[range.clone()]) { VERIFIED } else { MISTYPED };
        Candidate { kind: Kind::IbanCode, range, score }
    }));
}

/// Whether `number` is set in groups of four as IBANs are printed, and nothing else that begins with a country.
fn is_in_fours(number: &str) -> bool {
    let mut groups = number.split(' ').rev();
    let last = groups.next().map_or(0, str::len);
    (1..=4).contains(&last)
        && number.len() >= SHORTEST_IN_FOURS
        && groups.all(|group| group.len() == 4)
        && number.starts_with(|c: char| c.is_ascii_uppercase())
}

/// No IBAN in groups has fewer characters.
const SHORTEST_IN_FOURS: usize = 18;

/// The score of a number whose check digits are wrong.
const MISTYPED: f32 = 0.6;

/// The number that begins at byte `start`, and whether its check digits agree.
fn iban_at(text: &str, start: usize) -> Option<(Range<usize>, bool)> {
    let bytes = text.as_bytes();
    let letters =
        bytes.get(start..start + 2).filter(|pair| pair.iter().all(u8::is_ascii_alphabetic))?;
    // Most pairs of letters before digits end a longer word.
    if !begins_free(text, start) {
        return None;
    }
    let structure = iban_table::structure(letters)?;
    let mut characters: SmallVec<[u8; 36]> = SmallVec::from_slice(letters);
    let mut end = start + 2;
    for class in b"nn".iter().copied().chain(structure) {
        end += bytes[end..].iter().take(2).take_while(|&&byte| is_separator(byte)).count();
        let byte = *bytes.get(end)?;
        let fits = match class {
            b'n' => byte.is_ascii_digit(),
            b'a' => byte.is_ascii_alphabetic(),
            _ => byte.is_ascii_alphanumeric(),
        };
        if !fits {
            return None;
        }
        characters.push(byte);
        end += 1;
    }
    let checked = checksum::mod_97(characters[4..].iter().chain(&characters[..4]).copied()) == 1;
    let ends_free = !neighbours::after(text, end).is_some_and(|c| c.is_ascii_digit());
    ends_free.then_some((start..end, checked))
}

fn is_separator(byte: u8) -> bool {
    matches!(byte, b' ' | b'-' | b'.' | b'\r' | b'\n')
}

/// Nothing before it, or the word IBAN.
fn begins_free(text: &str, start: usize) -> bool {
    let before =
        neighbours::before(text, start).is_some_and(|c| neighbours::continues_token(c) || c == '_');
    let labelled = || {
        text[..start]
            .get(start.saturating_sub(4)..)
            .is_some_and(|word| word.eq_ignore_ascii_case("iban"))
    };
    !before || labelled()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;

    fn ibans(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        find(&Digits::of(text, &Context::new()), &mut found);
        found.into_iter().map(|candidate| &text[candidate.range]).collect()
    }

    #[test]
    fn any_grouping_and_case_without_the_words_behind() {
        for (text, iban) in [
            ("IBAN DE89 3704 0044 0532 0130 00 danke", "DE89 3704 0044 0532 0130 00"),
            ("gb82west12345698765432", "gb82west12345698765432"),
            ("FR1420041010050500013M02606, merci", "FR1420041010050500013M02606"),
            ("ibanES9121000418450200051332.", "ES9121000418450200051332"),
            ("AE07-0331-2345-6789-0123-456", "AE07-0331-2345-6789-0123-456"),
            ("MT84 MALT 0110 0001 2345 MTLC AST0 01S", "MT84 MALT 0110 0001 2345 MTLC AST0 01S"),
        ] {
            assert_eq!(ibans(text), [iban], "{text}");
        }
        assert!(ibans("DE88370400440532013000").is_empty());
        assert_eq!(ibans("DE88 3704 0044 0532 0130 00").len(), 1);
        let both = "DE89 3704 0044 0532 0130 00 not DE98 3704 0044 0532 0130 00";
        assert_eq!(ibans(both).len(), 2);
    }
}
