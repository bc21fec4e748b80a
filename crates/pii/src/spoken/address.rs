//! Addresses that are dictated: `four chapel terrace`, `huit avenue de royat`, `Gerberstraße vierzig`, and postal codes said one by one.

use std::ops::Range;

use super::judge::counts_units;
use super::read::{self, Number, word_after, word_before};
use super::words::{self, DE, EN, FR};
use crate::contact::{postcode, road};
use crate::named;
use crate::neighbours;
use crate::shadow::FILLER;
use crate::word_set::WordSet;

/// The number of a house has at most so many digits.
const HOUSE: usize = 3;

/// Codes of Germany, France and the United States have so many.
const CODE: usize = 5;

/// A name has at most so many words.
const MOST_WORDS: usize = 3;

/// English words behind the name of a street that are seldom anything else.
static ENGLISH: WordSet = WordSet::new(
    " street road lane avenue terrace crescent mews gardens grove boulevard cottages villas bend ",
);

/// French ones before it.
static FRENCH: WordSet = WordSet::new(" rue avenue boulevard impasse chemin allée allee quai ");

/// How the names of German streets end.
const GERMAN: [&str; 8] = ["straße", "strasse", "str", "gasse", "allee", "weg", "ufer", "damm"];

/// What others begin with.
static GERMAN_FIRST: WordSet =
    WordSet::new(" am an auf im in zum zur unter bei beim vor hinter über ");

/// The street of the house whose number begins at byte `start`.
pub(super) fn street(text: &str, start: usize, number: &Number) -> Option<Range<usize>> {
    let said = text[start..number.end].split(',').next().unwrap_or_default();
    if said.len() < number.end - start {
        // `Gerberstraße vierzig, 04103 Leipzig`
        let text = &text[..start + said.len()];
        return street(text, start, &read::number(text, start));
    }
    if number.reader.digits.len() > HOUSE || number.languages.count_ones() > 1 {
        return None;
    }
    let behind = match number.languages {
        EN => english(&text[number.end..]),
        FR if number.reader.digits[..] != [1] => french(&text[number.end..]),
        DE => return german(text, start, number.end),
        _ => None,
    };
    behind.map(|length| start..number.end + length)
}

/// The length of ` chapel terrace`.
fn english(rest: &str) -> Option<usize> {
    let mut end = 0;
    for place in 0..=MOST_WORDS {
        let word = word_after(rest[end..].strip_prefix(' ')?);
        let is_name = word.len() > 1 && !named::says_nothing(word) && words::known(word).is_none();
        if !is_name {
            return None;
        }
        end += 1 + word.len();
        if ENGLISH.holds(word) {
            return (place > 0).then_some(end);
        }
    }
    None
}

/// The length of ` bis avenue de royat`.
fn french(rest: &str) -> Option<usize> {
    let rest = rest.strip_prefix(' ')?;
    let behind = rest.strip_prefix("bis ").unwrap_or(rest);
    let street = word_after(behind);
    let mut next = behind[street.len()..].strip_prefix(' ').filter(|_| FRENCH.holds(street))?;
    for _ in 0..MOST_WORDS {
        let word = word_after(next);
        if !road::is_small(word) {
            let length = 1 + rest.len() - next.len() + word.len();
            return (word.len() > 1 && !named::says_nothing(word)).then_some(length);
        }
        next = next[word.len()..].strip_prefix([' ', '\'', '’'])?;
    }
    None
}

/// The street before the house from byte `start` to byte `end`, with the letter behind it: `Am Alten Wehr sieben a`.
fn german(text: &str, start: usize, end: usize) -> Option<Range<usize>> {
    let end = end + letter(&text[end..]);
    if counts_units(&text[end..]) {
        return None;
    }
    let mut from = start;
    for place in 0..=MOST_WORDS {
        let (begin, word) = word_before(text, from)?;
        if !text[begin + word.len()..from].bytes().eq([b' ']) {
            return None;
        }
        let small = word.to_lowercase();
        let is_street =
            GERMAN.iter().any(|street| small.len() > street.len() + 2 && small.ends_with(street));
        if place == 0 && is_street {
            return Some(begin..end);
        }
        from = begin;
        if place > 0 && GERMAN_FIRST.holds(word) {
            return is_before_known(&text[end..]).then_some(from..end);
        }
    }
    None
}

/// The length of ` a` behind the number of a house.
fn letter(rest: &str) -> usize {
    let word = rest.strip_prefix(' ').map(word_after).unwrap_or_default();
    if word.len() == 1 && word.is_ascii() { 2 } else { 0 }
}

/// Whether something known follows, perhaps behind a comma, which some dictate too.
fn is_before_known(rest: &str) -> bool {
    let rest = rest.strip_prefix(" komma").unwrap_or(rest);
    rest.trim_start_matches([',', ' ']).starts_with(FILLER)
}

/// The postal code whose digits begin at byte `start`.
pub(super) fn postal_code(text: &str, start: usize, number: &Number) -> Option<Range<usize>> {
    let groups = &number.reader.groups;
    let is_single = groups.len() == CODE && groups.iter().all(|group| group.width == 1);
    let is_behind_known = || text[..start].trim_end_matches([',', ' ']).ends_with(FILLER);
    if is_single {
        let is_placed = is_behind_known() || is_before_known(&text[number.end..]);
        return is_placed.then_some(start..number.end);
    }
    if number.languages & EN == 0 || !(2..=3).contains(&number.reader.digits.len()) {
        return None;
    }
    british(text, start, number)
}

/// An area has at most so many letters.
const MOST_OF_AN_AREA: usize = 2;

/// `t r one three d j`, `B T seven, one N N`
fn british(text: &str, start: usize, number: &Number) -> Option<Range<usize>> {
    let is_letter = |word: &str| word.len() == 1 && word.is_ascii();
    let (mut from, mut code) = (start, String::new());
    for _ in 0..MOST_OF_AN_AREA {
        let Some((begin, word)) = word_before(text, from).filter(|(_, word)| is_letter(word))
        else {
            break;
        };
        code.insert_str(0, word);
        from = begin;
    }
    let mut to = number.end;
    let digits = number.reader.digits.iter().map(|digit| char::from(b'0' + digit));
    code.extend(digits);
    let inward = code.len() - 1;
    code.insert(inward, ' ');
    for _ in 0..2 {
        let word = word_after(text[to..].strip_prefix(' ')?);
        is_letter(word).then(|| code.push_str(word))?;
        to += 2;
    }
    let goes_on = neighbours::after(text, to).is_some_and(neighbours::is_alphanumeric);
    (!goes_on && postcode::is_british(&code.to_ascii_uppercase())).then_some(from..to)
}
