//! The lines of a passport or identity card that machines read (ICAO 9303): `P<UTOERIKSSON<<ANNA<MARIA<<<…`.

use std::ops::Range;

use crate::Kind;
use crate::bytes::{Block, places_of_runs};
use crate::candidate::Candidate;

const SCORE: f32 = 0.9;

/// Such a line has 30, 36 or 44 characters; some are lost when it is copied.
const SHORTEST: usize = 24;
const LONGEST: usize = 48;

/// Adds every such line: capitals, digits and two or more `<` in a row.
pub(crate) fn find(text: &str, found: &mut Vec<Candidate>) {
    let bytes = text.as_bytes();
    let mut behind = 0;
    for at in places_of_runs(bytes, 1, |block: Block| block.are(b'<') & block.are(b'<') >> 1) {
        if at < behind {
            continue;
        }
        let is_part =
            |byte: &&u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || **byte == b'<';
        let before = bytes[behind..at].iter().rev().take_while(is_part).take(LONGEST).count();
        let after = bytes[at..].iter().take_while(is_part).take(LONGEST).count();
        behind = at + after;
        let range = at - before..behind;
        if (SHORTEST..=LONGEST).contains(&range.len()) && is_free(bytes, &range) {
            found.push(Candidate { kind: Kind::Passport, range, score: SCORE });
        }
    }
}

/// Whether no word goes on beside `range`, and some of it are letters or digits.
fn is_free(bytes: &[u8], range: &Range<usize>) -> bool {
    let is_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let before = range.start.checked_sub(1).and_then(|at| bytes.get(at));
    !is_word(before)
        && !is_word(bytes.get(range.end))
        && bytes[range.clone()].iter().filter(|byte| byte.is_ascii_alphanumeric()).count() >= 6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_lines_are_found_and_no_rule_of_signs() {
        let text = "zone :\nP<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10\nend <<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<< x";
        let mut found = Vec::new();
        find(text, &mut found);
        let lines: Vec<&str> = found.into_iter().map(|found| &text[found.range]).collect();
        assert_eq!(lines, text.lines().skip(1).take(2).collect::<Vec<_>>());
    }
}
