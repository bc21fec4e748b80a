//! The way from a birthday's name, or from a child, to the date.

use super::date::{day, is_of_birth};
use super::gap::{MOST_OWNER_WORDS, skip, to_value};
use super::month::is_month;
use super::spelled_date::is_number;
use super::words::is_small;
use crate::neighbours;
use crate::shadow::FILLER;

/// The byte behind a name where a date may begin: `née à Lyon le …`, `Geburtsdatum meiner Tochter: …`.
pub(super) fn to_date(text: &str, at: usize) -> Option<usize> {
    let mut from = at;
    for place in 0..=MOST_OWNER_WORDS {
        let start = if place == 0 {
            to_value(text, from)?
        } else {
            skip(text, from, |c| " :(,'’".contains(c))?
        };
        let word = neighbours::word_after(&text[start..]);
        if word.is_empty() || is_month(word) || is_number(word) {
            return Some(start);
        }
        from = start + word.len();
    }
    None
}

/// So many words may stand between somebody's children and their day: `twins: Ana and Ben, both …`.
const MOST_KIN_WORDS: usize = MOST_OWNER_WORDS + 1;

/// The byte behind somebody's child or wife where a date may begin, names in between: `my son Leo (…`.
pub(super) fn to_date_of_kin(text: &str, at: usize) -> Option<usize> {
    let mut from = at;
    for _ in 0..=MOST_KIN_WORDS {
        let rest =
            text[from..].trim_start_matches([' ', ',', '(', ':', '-', '–', '،', '&', FILLER]);
        let start = text.len() - rest.len();
        let word = neighbours::word_after(rest);
        if word.is_empty() || is_month(word) {
            return rest.starts_with(char::is_alphanumeric).then_some(start);
        }
        let is_name = word.starts_with(char::is_uppercase) || !word.is_ascii();
        let joins = matches!(word, "and" | "et" | "und" | "y" | "both" | "beide" | "ambos");
        if start == from || !joins && (!is_name || is_small(word)) {
            return None;
        }
        from = start + word.len();
    }
    None
}

/// The same behind the date of another child, which ends at `at`: `Mia (3/5/2014) and Theo (…`.
pub(super) fn to_date_of_next_kin(text: &str, at: usize) -> Option<usize> {
    let rest = text[at..].trim_start_matches([')', ' ', ',', ';', '،']);
    let word = neighbours::word_after(rest);
    let is_and = matches!(word, "and" | "et" | "und" | "y" | "و") || rest.starts_with('&');
    let next = if is_and { rest[word.len()..].trim_start_matches(['&', ' ']) } else { rest };
    let starts_name = next.starts_with(|c: char| c.is_uppercase() || c == FILLER || !c.is_ascii());
    // The sign before the name sets it apart, in whatever script.
    let sign = text.floor_char_boundary(text.len() - next.len() - 1);
    starts_name.then(|| to_date_of_kin(text, sign)).flatten()
}

/// The byte where the first day begins, some words behind the name of a birthday at `at`, on which somebody of age was born: `date of
/// birth on the contract: the year is wrong, correct is …`.
pub(super) fn to_later_date(text: &str, at: usize) -> Option<usize> {
    let near = &text[at..text.floor_char_boundary((at + LATER).min(text.len()))];
    let near = near.split("\n\n").next().unwrap_or_default();
    let place = near.find(|c: char| c.is_ascii_digit())?;
    let rest = &text[at + place..];
    let rest = &rest[..rest.floor_char_boundary(LONGEST_DAY)];
    let begins = !near[..place].ends_with(|c: char| c.is_alphanumeric() || "-/_.:#".contains(c));
    let is_day = || day(rest).is_some_and(|end| is_of_birth(&rest[..end], OF_AGE));
    (begins && is_day()).then_some(at + place)
}

/// So far behind its name a birthday is looked for.
const LATER: usize = 96;

/// No day takes more bytes.
const LONGEST_DAY: usize = 32;

/// Later days are those of something else.
const OF_AGE: u32 = 2012;
