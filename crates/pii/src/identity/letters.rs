//! Numbers with letters in them: United Kingdom, Germany, Spain, Italy, Corsica, Morocco, India; licences and health
//! insurance of Canada and Florida.

use std::ops::Range;

use regex::Regex;
use smallvec::SmallVec;

use super::europe::is_nir;
use crate::Kind;
use crate::candidate::{Candidate, VERIFIED};
use crate::context::Role;
use crate::digits::Digits;
use crate::{checksum, neighbours, work};

const BY_FORM: f32 = 0.8;

/// The score of what a day inside shows, or a grouping.
const BY_DAY: f32 = 0.6;

/// No such number takes more bytes than this.
const LONGEST: usize = 24;

/// No such number has fewer digits.
const FEWEST_DIGITS: usize = 4;

/// Letters that a sign sets apart stand beside at most so many digits without one in between.
const MOST_DIGITS: usize = 8;

/// The recogniser of identity numbers with letters.
pub(crate) struct Letters {
    pattern: Regex,
}

impl Letters {
    pub(crate) fn new() -> Self {
        let pattern = r"(?x-u)
            (?P<nino> (?:[A-CEGHJ-PR-TW-Za-ceghj-pr-tw-z][A-CEGHJ-NPR-TW-Za-ceghj-npr-tw-z]|QQ|qq)[\ -]?[0-9]{2}[\ -]?[0-9]{2}[\ -]?[0-9]{2}[\ -]?[A-Da-d])
          | (?P<nif> [0-9]{2}[.]?[0-9]{3}[.]?[0-9]{3}[\ -]?[A-Za-z])
          | (?P<nie> [XYZxyz][\ -]?[0-9]{7}[\ -]?[A-Za-z])
          | (?P<fiscal> [A-Za-z]{6}[\ ]?[0-9LMNP-Vlmnp-v]{2}[A-EHLMPR-Ta-ehlmpr-t][0-9LMNP-Vlmnp-v]{2}[\ ]?[A-Za-z][0-9LMNP-Vlmnp-v]{3}[A-Za-z])
          | (?P<nir> [12][\ .-]?[0-9]{2}[\ .-]?[0-9]{2}[\ .-]?2[ABab][\ .-]?[0-9]{3}[\ .-]?[0-9]{3}[\ .-]?[0-9]{2})
          | (?P<licence> [A-Z][0-9]{4}-(?:[0-9]{5}-[0-9]{5}|[0-9]{6}-[0-9]{2})|[A-Z][0-9]{3}-[0-9]{3}-[0-9]{2}-[0-9]{3}-[0-9])
          | (?P<card> [CFGHJ-NPRTV-Y][0-9CFGHJ-NPRTV-Z]{8}[0-9])
          | (?P<kvnr> [A-Z][0-9]{9})
          | (?P<ramq> [A-Z]{4}[\ ]?[0-9]{4}[\ ]?[0-9]{4})
          | (?P<pan> [A-Z]{3}P[A-Z][0-9]{4}[A-Z])
          | (?P<cin> [A-Za-z]{1,2}[\ ]?[0-9]{5,6})";
        Self { pattern: Regex::new(pattern).expect("the pattern is constant") }
    }

    /// Adds every identity number with letters.
    pub(crate) fn find(&self, digits: &Digits<'_>, found: &mut Vec<Candidate>) {
        let mut behind = 0;
        let bytes = digits.text.as_bytes();
        let count = |window: &Range<usize>| {
            bytes[window.clone()].iter().filter(|byte| byte.is_ascii_digit()).count()
        };
        for window in windows(digits).into_iter().filter(|window| count(window) >= FEWEST_DIGITS) {
            let start = window.start.max(behind);
            behind = self.find_in(digits, start..window.end, found).max(behind);
        }
    }

    /// Adds those inside `window`; returns the end of the last.
    fn find_in(
        &self,
        digits: &Digits<'_>,
        window: Range<usize>,
        found: &mut Vec<Candidate>,
    ) -> usize {
        let text = &digits.text[..window.end];
        let (mut at, mut behind) = (window.start, 0);
        while let Some(whole) = self.pattern.find_at(text, at) {
            // Another number may begin inside one that turns out to be none.
            at = whole.start() + 1;
            // Captures take memory and time, and most of what looks like a number is part of a longer one.
            if !neighbours::stands_free(digits.text, whole.start(), whole.end()) {
                continue;
            }
            digits.judged(work::NUMBER);
            let Some(captures) = self.pattern.captures_at(text, whole.start()) else { break };
            let group = [
                "nino", "nif", "nie", "fiscal", "nir", "licence", "card", "kvnr", "ramq", "pan",
                "cin",
            ]
            .into_iter()
            .find(|name| captures.name(name).is_some());
            let judged = group.and_then(|group| judge(digits, group, whole.range()));
            if let Some((kind, score)) = judged {
                at = whole.end();
                behind = at;
                found.push(Candidate { kind, range: whole.range(), score });
            }
        }
        behind
    }
}

/// The neighbourhoods of groups of digits, sorted and disjoint: where a number with letters can stand.
fn windows(digits: &Digits<'_>) -> SmallVec<[Range<usize>; 8]> {
    let text = digits.text;
    let mut windows: SmallVec<[Range<usize>; 8]> = SmallVec::new();
    for group in digits.groups.iter().filter(|group| is_beside_letters(text, &group.range)) {
        let start = text.floor_char_boundary(group.range.start.saturating_sub(LONGEST));
        let end = text.ceil_char_boundary((group.range.end + LONGEST).min(text.len()));
        match windows.last_mut() {
            Some(last) if start <= last.end => last.end = end,
            _ => windows.push(start..end),
        }
    }
    windows
}

/// Whether `group` may be part of a number with letters: one touches it, or a sign away stand one or two before it, or one behind.
fn is_beside_letters(text: &str, group: &Range<usize>) -> bool {
    let (head, tail) = (&text.as_bytes()[..group.start], &text.as_bytes()[group.end..]);
    let is_letter = u8::is_ascii_alphabetic;
    match (head, tail) {
        ([.., letter], _) | (_, [letter, ..]) if is_letter(letter) => true,
        _ if group.len() > MOST_DIGITS => false,
        (_, [b' ' | b'-', letter]) if is_letter(letter) => true,
        (_, [b' ' | b'-', letter, next, ..]) if is_letter(letter) && !is_letter(next) => true,
        ([before @ .., letter, b' ' | b'-'], _) if is_letter(letter) => {
            before.iter().rev().take(2).take_while(|byte| is_letter(byte)).count() < 2
        }
        _ => false,
    }
}

fn judge(digits: &Digits<'_>, group: &str, range: Range<usize>) -> Option<(Kind, f32)> {
    let text = digits.text;
    let characters: Vec<u8> = text[range.clone()]
        .bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|byte| byte.to_ascii_uppercase())
        .collect();
    let glued = neighbours::before(text, range.start).is_some_and(|c| matches!(c, '-' | '/' | '.'));
    let free = neighbours::stands_free(text, range.start, range.end)
        && !text[range.end..].starts_with(['-', '/', '@'])
        && !glued;
    if !free {
        return None;
    }
    let before = digits.before_byte(range.start);
    let other = before.distance(&[Role::Other], 0).is_some()
        && before.distance(&[Role::Identity, Role::Tax], 4).is_none();
    if other {
        return None;
    }
    match group {
        "nino" => is_nino(&characters).then_some((Kind::UkNino, BY_FORM)),
        "nif" => is_nif(&characters).then_some((Kind::EsNif, VERIFIED)),
        "nie" => is_nie(&characters).then_some((Kind::EsNie, VERIFIED)),
        "pan" => Some((Kind::InPan, BY_FORM)),
        "licence" => Some((Kind::DriverLicense, BY_DAY)),
        "card" if is_german_card(&characters) => Some((Kind::NationalId, BY_DAY)),
        "card" | "kvnr" => is_kvnr(&characters).then_some((Kind::NationalId, BY_FORM)),
        "ramq" => is_insured(&characters).then_some((Kind::NationalId, BY_DAY)),
        "fiscal" => is_fiscal_code(&characters).then_some((Kind::ItFiscalCode, VERIFIED)),
        "nir" => is_nir(&String::from_utf8_lossy(&characters)).then_some((Kind::FrNir, VERIFIED)),
        _ => before.distance(&[Role::Identity], 3).map(|_| (Kind::MaCin, BY_FORM)),
    }
}

pub(crate) fn is_nino(characters: &[u8]) -> bool {
    !matches!(&characters[..2], b"BG" | b"GB" | b"KN" | b"NK" | b"NT" | b"TN" | b"ZZ")
}

/// German identity cards and passports since 2010 have no vowels, so that they make no words, and mostly letters.
fn is_german_card(characters: &[u8]) -> bool {
    let letters = characters.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    letters >= FEWEST_LETTERS && checksum::icao(characters)
}

/// Other codes have a letter or two in front.
const FEWEST_LETTERS: usize = 3;

/// German health insurance: the letter as two digits, weights 1 and 2 in turn, the sums of the products' digits modulo 10.
fn is_kvnr(characters: &[u8]) -> bool {
    if !characters[1..].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let letter = usize::from(characters[0] - b'A') + 1;
    let body = [letter / 10, letter % 10].into_iter();
    let body = body.chain(characters[1..9].iter().map(|digit| usize::from(digit - b'0')));
    let sum: usize = body
        .enumerate()
        .map(|(place, digit)| {
            let product = digit * (1 + place % 2);
            product / 10 + product % 10
        })
        .sum();
    sum % 10 == usize::from(characters[9] - b'0')
}

/// Health insurance of Québec: three letters of the name and one of the first name, the day of birth, to whose month women add 50.
fn is_insured(characters: &[u8]) -> bool {
    let month = value(&characters[6..8]);
    matches!(month, 1..=12 | 51..=62) && matches!(value(&characters[8..10]), 1..=31)
}

const NIF_LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";

pub(crate) fn is_nif(characters: &[u8]) -> bool {
    let (number, letter) = characters.split_at(8);
    letter.first() == Some(&NIF_LETTERS[value(number) % 23])
}

pub(crate) fn is_nie(characters: &[u8]) -> bool {
    let mut digits = characters.to_vec();
    digits[0] = characters[0].wrapping_sub(b'X').wrapping_add(b'0');
    matches!(characters[0], b'X'..=b'Z') && is_nif(&digits)
}

fn value(digits: &[u8]) -> usize {
    digits.iter().fold(0, |value, digit| value * 10 + usize::from(digit - b'0'))
}

/// What characters are worth at odd places of a fiscal code, 0 = A = first.
const ODD: [usize; 26] =
    [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/// Decreto ministeriale 23 dicembre 1976: the last letter is the sum modulo 26.
pub(crate) fn is_fiscal_code(characters: &[u8]) -> bool {
    let Some((&check, body)) = characters.split_last() else { return false };
    let index =
        |byte: u8| usize::from(if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' });
    let sum: usize = body
        .iter()
        .enumerate()
        .map(|(place, &byte)| if place % 2 == 0 { ODD[index(byte)] } else { index(byte) })
        .sum();
    body.len() == 15 && sum % 26 == index(check)
}
