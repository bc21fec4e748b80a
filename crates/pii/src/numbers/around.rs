//! Words and signs around a number.

use std::ops::Range;

use smallvec::SmallVec;

use crate::context::{Context, Role};
use crate::names::{WordHash, hash};
use crate::neighbours;

/// What stands around a number.
pub(super) struct Around {
    pub(super) before: Things,
    pub(super) behind: Things,
    /// How many words before it a name for another number stands, and one for a telephone; more than [`FAR`] where there is none.
    pub(super) other: usize,
    pub(super) phone: usize,
    /// Whether a unit stands beside it: then something is counted.
    pub(super) is_counted: bool,
}

/// Names of numbers are looked for so many words before one.
const FAR: usize = 4;

/// Roles of words that announce a number of something else than a person.
const OTHERS: [Role; 2] = [Role::Other, Role::Version];

impl Around {
    pub(super) fn of(context: &Context, text: &str, range: &Range<usize>) -> Self {
        let roles = context.before(text, range.start);
        let distance = |roles_of: &[Role]| roles.distance(roles_of, FAR).unwrap_or(FAR + 1);
        let next = neighbours::word_after(text[range.end..].trim_start_matches(' '));
        let head = text[..range.start].trim_end_matches(' ');
        let last = neighbours::word_before(head, head.len());
        let is_unit = |word: &str| context.role_of(word) == Some(Role::Unit);
        Self {
            before: before(text, range.start),
            behind: behind(text, range.end),
            other: distance(&OTHERS),
            phone: distance(&[Role::Phone]),
            is_counted: is_unit(next) || is_unit(last),
        }
    }
}

/// So many bytes before and behind a number are read.
const BEFORE: usize = 120;
const BEHIND: usize = 60;

/// What stands before or behind a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Thing {
    /// The folded word, or the sign; all numbers have one.
    pub(super) word: WordHash,
    /// Four letters at either end of a longer word.
    pub(super) ends: Option<[WordHash; 2]>,
}

/// So many are taken in.
pub(super) const MOST_BEFORE: usize = 9;
pub(super) const MOST_BEHIND: usize = 4;

/// So many letters tell the stem of a word, or its ending.
const LETTERS: usize = 4;

pub(super) type Things = SmallVec<[Thing; MOST_BEFORE]>;

/// What stands before byte `at` of `text`, the nearest first.
fn before(text: &str, at: usize) -> Things {
    let window = &text[text.ceil_char_boundary(at.saturating_sub(BEFORE))..at];
    let mut things = Things::new();
    let mut rest = window.trim_end_matches(is_space);
    while things.len() < MOST_BEFORE
        && let Some(last) = rest.chars().next_back()
    {
        let start = class(last)
            .map_or(rest.len() - last.len_utf8(), |same| rest.trim_end_matches(same).len());
        things.push(thing(&rest[start..]));
        rest = rest[..start].trim_end_matches(is_space);
    }
    things
}

/// What stands behind byte `at` of `text`, the nearest first.
fn behind(text: &str, at: usize) -> Things {
    let window = &text[at..text.floor_char_boundary((at + BEHIND).min(text.len()))];
    let mut things = Things::new();
    let mut rest = window.trim_start_matches(is_space);
    while things.len() < MOST_BEHIND
        && let Some(first) = rest.chars().next()
    {
        let left = class(first)
            .map_or(rest.len() - first.len_utf8(), |same| rest.trim_start_matches(same).len());
        let end = rest.len() - left;
        things.push(thing(&rest[..end]));
        rest = rest[end..].trim_start_matches(is_space);
    }
    things
}

/// White space but the end of a line.
fn is_space(c: char) -> bool {
    c != '\n' && c.is_whitespace()
}

/// What belongs to one thing with `character`; nothing where that is a sign, which stands alone.
fn class(character: char) -> Option<fn(char) -> bool> {
    if neighbours::is_alphabetic(character) {
        Some(neighbours::is_alphabetic)
    } else if character.is_ascii_digit() {
        Some(|c| c.is_ascii_digit())
    } else {
        None
    }
}

fn thing(text: &str) -> Thing {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return Thing { word: hash("0"), ends: None };
    }
    let ends = text.char_indices().nth(LETTERS).map(|(head, _)| {
        let tail = text.char_indices().rev().nth(LETTERS - 1).map_or(0, |(tail, _)| tail);
        [hash(&text[..head]), hash(&text[tail..])]
    });
    Thing { word: hash(text), ends }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_signs_and_lines_are_read_from_the_number_on() {
        let text = "the Passport,\n no. 12: 4821 (gültig) until 2030";
        let at = text.find("4821").unwrap();
        let word = |word: &str| hash(word);
        let words: Vec<_> = before(text, at).iter().map(|thing| thing.word).collect();
        let expected = [":", "0", ".", "no", "\n", ",", "passport", "the"].map(word);
        assert_eq!(words, expected);
        let words: Vec<_> = behind(text, at + 4).iter().map(|thing| thing.word).collect();
        assert_eq!(words, ["(", "gultig", ")", "until"].map(word));
    }

    #[test]
    fn longer_words_have_ends() {
        assert_eq!(thing("رقمه").ends, None);
        assert_eq!(thing("Passport").ends, Some([hash("pass"), hash("port")]));
    }
}
