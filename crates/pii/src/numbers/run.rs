//! Numbers as they stand in a text: tokens with digits, and what joins them.

use std::ops::Range;

use crate::bytes::{Block, places};
use crate::neighbours;

/// A number has at most so many tokens, each of at most so many bytes.
const MOST_TOKENS: usize = 8;
const LONGEST_TOKEN: usize = 96;

/// What joins two tokens of one number that have digits, the longest first; a dash or a low line joins any two.
const JOINTS: [&str; 10] = [" - ", " / ", ") ", " (", " ", "-", ".", "/", "_", ")"];

/// Every number of `text`, in order, with what it begins with: `RE-2025`, `sk_live_4f2`.
pub(super) fn runs(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    places(text.as_bytes(), Block::digits).filter_map(move |digit| {
        if digit < from {
            return None;
        }
        let is_part = |c: char| neighbours::continues_token(c) || matches!(c, '_' | '-');
        let head = text[from..digit].char_indices().rev().take(LONGEST_TOKEN);
        let head = head.take_while(|(_, c)| is_part(*c)).last();
        let start = head.map_or(digit, |(at, _)| from + at);
        let start = start + text[start..digit].len()
            - text[start..digit].trim_start_matches(['-', '_']).len();
        from = end(text, start, digit);
        Some(start..from)
    })
}

/// Where the number ends that begins at byte `start` and has its first digit at byte `digit`.
fn end(text: &str, start: usize, digit: usize) -> usize {
    let mut end = digit + token(&text[digit..]).0;
    for _ in 1..MOST_TOKENS {
        if end - start > LONGEST_TOKEN {
            break;
        }
        let Some(next) = next(&text[end..]) else { break };
        end += next;
    }
    end
}

/// The length of what goes on with a number before `rest`.
fn next(rest: &str) -> Option<usize> {
    JOINTS.iter().find_map(|joint| {
        let behind = rest.strip_prefix(joint)?;
        let (length, has_digit) = token(behind);
        let is_tight = matches!(*joint, "-" | "_") && length > 0;
        // `65 170839 J 003`
        let is_letter = || {
            let goes_on = behind[length..].strip_prefix(joint).map(token);
            length == 1
                && behind.starts_with(|c: char| c.is_ascii_uppercase())
                && goes_on.is_some_and(|(_, has_digit)| has_digit)
        };
        (has_digit || is_tight || is_letter()).then_some(joint.len() + length)
    })
}

/// The length of the token that begins `text`, and whether it has a digit.
fn token(text: &str) -> (usize, bool) {
    let mut has_digit = false;
    let mut letters = text.char_indices().take(LONGEST_TOKEN);
    let end = letters.find(|(_, c)| {
        has_digit |= c.is_ascii_digit();
        !neighbours::continues_token(*c)
    });
    let most = || text.char_indices().nth(LONGEST_TOKEN).map_or(text.len(), |(at, _)| at);
    (end.map_or_else(most, |(at, _)| at), has_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_all_its_groups() {
        for (text, expected) in [
            ("call 06 12-34, 5", vec!["06 12-34", "5"]),
            ("PP240611.1833.A90177, LT-204", vec!["PP240611.1833.A90177", "LT-204"]),
            ("Bleuet-Cabane-58 und 7-Kiwi x", vec!["Bleuet-Cabane-58", "7-Kiwi"]),
            ("65 170839 J 003, A-1070 Wien, - 4", vec!["65 170839 J 003", "A-1070", "4"]),
            ("12 A and 3", vec!["12", "3"]),
            ("(415) 555 0132 x", vec!["415) 555 0132"]),
            ("14477902 / 31 or\n12", vec!["14477902 / 31", "12"]),
            ("رقم4821دينار é12 \u{1}3", vec!["4821", "é12", "3"]),
            ("1 2 3 4 5 6 7 8 9", vec!["1 2 3 4 5 6 7 8", "9"]),
            ("key sk_live_Q8dT, x", vec!["sk_live_Q8dT"]),
            ("none", vec![]),
        ] {
            let found: Vec<&str> = runs(text).map(|range| &text[range]).collect();
            assert_eq!(found, expected);
        }
    }
}
