//! Where a number begins and ends, and which digits it has.

use super::number::Reader;
use super::words::{ANY, LONGEST_WORD, Languages, Part, Word, known};
use crate::neighbours;

/// So much stands between two words of a number at most.
const MOST_SIGNS: usize = 5;

/// No group of more digits is part of a number that is half in words.
const MOST_FIGURES: usize = 11;

/// A number that is said, at least in part.
pub(super) struct Number {
    pub(super) end: usize,
    pub(super) reader: Reader,
    pub(super) languages: Languages,
    /// How many words it has.
    pub(super) words: usize,
    /// How many of its digits are said.
    pub(super) said: usize,
    /// It begins with how often its first digit is said.
    pub(super) begins_with_times: bool,
}

/// A word of a number, or digits.
enum Token<'t> {
    Word(Word),
    Figures(&'t str),
}

/// The number that begins at byte `start`.
pub(super) fn number(text: &str, start: usize) -> Number {
    let (mut reader, mut languages) = (Reader::default(), ANY);
    let (mut end, mut words, mut figures_before) = (start, 0, 0);
    let (mut next, mut is_tight, mut begins_with_times) = (start, false, false);
    while let Some((length, token)) = token(&text[next..]) {
        let behind = next + length;
        let signs = joint(text[behind..].chars());
        let now_tight = text[behind..behind + signs].bytes().all(|sign| b" -".contains(&sign));
        match token {
            Token::Word(Word { part, languages: its, is_linked, .. }) => {
                if languages & its == 0 {
                    break;
                }
                languages &= its;
                begins_with_times |= next == start && matches!(part, Part::Times(_));
                reader.add(part, languages, is_tight, is_linked);
                if part.is_value() {
                    end = behind;
                }
                words += 1;
                let is_between = matches!(part, Part::And);
                is_tight = now_tight && (is_tight || !is_between);
            }
            Token::Figures(figures) => {
                reader.add_figures(figures);
                figures_before += figures.len();
                end = behind;
                is_tight = false;
            }
        }
        if signs == 0 {
            break;
        }
        next = behind + signs;
    }
    reader.close();
    let said = reader.digits.len().saturating_sub(figures_before);
    Number { end, reader, languages, words, said, begins_with_times }
}

/// Where the number begins to which the word at `at` belongs, unless a word before it is one of those from which it is looked for.
pub(super) fn start(text: &str, at: usize) -> Option<usize> {
    let mut languages = known(word_after(&text[at..]))?.languages;
    let (mut start, mut from) = (at, at);
    while let Some((before, token)) = token_before(text, from) {
        match token {
            Token::Figures(_) => start = before,
            Token::Word(Word { part, languages: its, begins, .. }) => {
                languages &= its;
                if languages == 0 || follows_last(text, before) {
                    break;
                }
                if begins {
                    return None;
                }
                start = if matches!(part, Part::And | Part::Then) { start } else { before };
            }
        }
        from = before;
    }
    Some(start)
}

/// Whether the number at byte `at` counts digits: `the last four: …`.
fn follows_last(text: &str, at: usize) -> bool {
    const LAST: [&str; 8] =
        ["last", "derniers", "letzten", "letzte", "últimos", "ultimos", "آخر", "اخر"];
    word_before(text, at)
        .is_some_and(|(_, word)| LAST.iter().any(|last| last.eq_ignore_ascii_case(word)))
}

/// The word or the digits that `text` begins with, and their length.
fn token(text: &str) -> Option<(usize, Token<'_>)> {
    let word = word_after(text);
    if !word.is_empty() {
        return Some((word.len(), Token::Word(known(word)?)));
    }
    let length = text.bytes().take(MOST_FIGURES + 1).take_while(u8::is_ascii_digit).count();
    let mut behind = text[length..].chars();
    let is_free = match behind.next() {
        Some('.' | ',' | ':' | '/') => !behind.next().is_some_and(|c| c.is_ascii_digit()),
        Some('%' | '€' | '$' | '£' | '_' | '@' | '#') => false,
        next => !next.is_some_and(neighbours::is_alphanumeric),
    };
    ((1..=MOST_FIGURES).contains(&length) && is_free)
        .then(|| (length, Token::Figures(&text[..length])))
}

/// The same a few signs before byte `at`, and where it begins.
fn token_before(text: &str, at: usize) -> Option<(usize, Token<'_>)> {
    if let Some((before, word)) = word_before(text, at) {
        return Some((before, Token::Word(known(word)?)));
    }
    let end = at - joint(text[..at].chars().rev());
    let length = text[..end].bytes().rev().take(MOST_FIGURES + 1);
    let start = end - length.take_while(u8::is_ascii_digit).count();
    let is_free = !neighbours::before(text, start)
        .is_some_and(|c| neighbours::is_alphanumeric(c) || "#_/:.,$€£@".contains(c));
    let (length, token) = token(&text[start..]).filter(|_| start < end && end < at && is_free)?;
    (start + length == end).then_some((start, token))
}

/// The bytes of the signs that join two words of a number and that `characters` begin with.
fn joint(characters: impl Iterator<Item = char>) -> usize {
    let signs = characters.take(MOST_SIGNS).take_while(|c| " -,.\n:/،…".contains(*c));
    signs.map(char::len_utf8).sum()
}

/// The word of letters that `text` begins with.
pub(super) fn word_after(text: &str) -> &str {
    let length = text
        .char_indices()
        .take_while(|(at, c)| *at <= LONGEST_WORD && neighbours::is_alphabetic(*c));
    &text[..length.last().map_or(0, |(at, c)| at + c.len_utf8())]
}

/// The word a few signs before byte `at`, and where it begins.
pub(super) fn word_before(text: &str, at: usize) -> Option<(usize, &str)> {
    let end = at - joint(text[..at].chars().rev());
    let start = start_of_word(text, end);
    (start < end && end < at).then(|| (start, &text[start..end]))
}

/// Where the word begins of whose letters the last stands before byte `at`.
pub(super) fn start_of_word(text: &str, at: usize) -> usize {
    let letters = text[..at].char_indices().rev();
    let letters = letters
        .take_while(|(start, c)| at - start <= LONGEST_WORD && neighbours::is_alphabetic(*c));
    letters.last().map_or(at, |(start, _)| start)
}
