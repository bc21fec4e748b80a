//! Letters written for the digits they look like: `O6 12 34 56 78`, `4111 llll 1111 1111`.

use std::ops::Range;

use crate::bytes::{Block, places_of_runs};

/// A shorter number shows too little to be told from a code of letters and digits.
const LEAST: usize = 9;

/// The product whose name is written like a number.
const PRODUCT: &[u8] = b"O365";

/// The places of the letters in `text` that stand for digits, in order, each with its digit.
///
/// They stand in a number whose other signs are digits, at least twice as many.
pub(crate) fn places(text: &str) -> Vec<(usize, u8)> {
    let bytes = text.as_bytes();
    let mut places = Vec::new();
    let (mut from, mut floor) = (0, 0);
    for start in places_of_runs(bytes, FURTHER, begins) {
        if start < from {
            continue;
        }
        let number = number(bytes, start, floor);
        floor = number.end;
        from = number.end.max(start + 1);
        let letters = number.clone().filter_map(|at| Some((at, digit(bytes[at])?)));
        let letters: Vec<_> = letters.collect();
        let digits = bytes[number].iter().filter(|byte| byte.is_ascii_digit()).count();
        if digits + letters.len() >= LEAST && digits >= 2 * letters.len() {
            places.extend(letters);
        }
    }
    places
}

/// Such a place is known by so many bytes behind its first.
pub(crate) const FURTHER: usize = 2;

/// A letter beside a digit, or, as in `4111 llll`, behind the sign that is.
#[inline]
pub(crate) fn begins(block: Block) -> u64 {
    let digits = block.digits();
    let letters = block.are(b'O') | block.are(b'o') | block.are(b'l') | block.are(b'I');
    // A dot and a slash stand beside each other in ASCII, and a dash before them.
    let joints = block.are(b' ') | block.within(b'-'..=b'/');
    letters & digits >> 1 | digits & (letters >> 1 | joints >> 1 & letters >> 2)
}

fn is_joint(byte: u8) -> bool {
    matches!(byte, b' ' | b'-' | b'.' | b'/')
}

fn is_letter(byte: u8) -> bool {
    matches!(byte, b'O' | b'o' | b'l' | b'I')
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'O' | b'o' => Some(b'0'),
        b'l' | b'I' => Some(b'1'),
        _ => None,
    }
}

/// The tokens around byte `at`, from byte `floor` on, that make one number, as far as nothing else stands in them.
fn number(bytes: &[u8], at: usize, floor: usize) -> Range<usize> {
    let mut number = token(bytes, at);
    if !is_part(bytes, &number) {
        return number.end..number.end;
    }
    while let Some(next) =
        beside(bytes, number.end, number.end + 1).or_else(|| letters_behind(bytes, number.end))
    {
        number.end = next.end;
    }
    while let Some(last) = number
        .start
        .checked_sub(2)
        .and_then(|last| beside(bytes, last + 1, last))
        .filter(|last| last.start >= floor)
    {
        number.start = last.start;
    }
    number
}

/// The group of letters alone behind the sign at byte `sign`, when the number goes on with the same sign and digits behind it.
fn letters_behind(bytes: &[u8], sign: usize) -> Option<Range<usize>> {
    let letters = token(bytes, sign + 1);
    let is_group = letters.start > sign
        && letters.len() >= SHORTEST_OF_LETTERS
        && bytes[letters.clone()].iter().all(|byte| is_letter(*byte));
    let goes_on = bytes.get(letters.end) == bytes.get(sign)
        && beside(bytes, letters.end, letters.end + 1).is_some();
    (is_group && goes_on).then_some(letters)
}

/// A group of letters alone is no shorter.
const SHORTEST_OF_LETTERS: usize = 2;

/// The token at byte `at` behind or before the sign at byte `sign`, if it may belong to a number.
fn beside(bytes: &[u8], sign: usize, at: usize) -> Option<Range<usize>> {
    let joins = is_joint(*bytes.get(sign)?);
    let token = token(bytes, at);
    // A word of such letters alone is a word at the end of a number.
    let has_digit = bytes[token.clone()].iter().any(u8::is_ascii_digit);
    // Of two signs in a row only the nearer one is beside a token.
    let touches = token.end == sign || token.start == sign + 1;
    (joins && touches && has_digit && is_part(bytes, &token)).then_some(token)
}

/// Letters and digits around byte `at`, at most as many as a number has.
fn token(bytes: &[u8], at: usize) -> Range<usize> {
    let is_inside = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | 0x80..);
    let (head, tail) = bytes.split_at(at.min(bytes.len()));
    let before = head.iter().rev().take(LONGEST).take_while(is_inside).count();
    let behind = tail.iter().take(LONGEST).take_while(is_inside).count();
    head.len() - before..head.len() + behind
}

/// No token of a number has more bytes.
const LONGEST: usize = 20;

fn is_part(bytes: &[u8], token: &Range<usize>) -> bool {
    let token = &bytes[token.clone()];
    token.len() < LONGEST
        && !token.eq_ignore_ascii_case(PRODUCT)
        && token.iter().all(|byte| byte.is_ascii_digit() || is_letter(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        for (at, digit) in places(text) {
            bytes[at] = digit;
        }
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn letters_among_digits_are_digits() {
        for (text, expected) in [
            ("call O6 12 34 56 78 now", "call 06 12 34 56 78 now"),
            ("45391488O3436468", "4539148803436468"),
            ("4539-l488-O343-6468, or", "4539-1488-0343-6468, or"),
            ("+44 77OO 9OO 123", "+44 7700 900 123"),
            ("card 4111 llll 4616 6825", "card 4111 1111 4616 6825"),
        ] {
            assert_eq!(read(text), expected);
        }
    }

    #[test]
    fn words_and_codes_keep_their_letters() {
        for text in [
            "call 0612345678 I wait",
            "06 12 ll",
            "10 lo 2 of 3",
            "1l  2O  3l  4O  5l",
            "O365 2024-11-28",
            "l0 of 12",
            "5CGO1234XYZ",
            "IO1 OIO",
            "1Ol",
            "x_O612345678",
            "Oo1lI0oO1",
        ] {
            assert_eq!(read(text), text);
        }
    }
}
