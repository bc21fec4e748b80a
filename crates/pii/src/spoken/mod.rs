//! Numbers whose digits are words: `four one five …`, `zéro six douze trente-quatre …`, `null eins sieben …`, `0116 double five …`.

use std::ops::Range;

use crate::Kind;
use crate::candidate::Candidate;
use crate::contact::road;
use crate::neighbours;
use crate::word_set::WordSet;

mod address;
mod around;
mod beginnings;
mod german;
mod judge;
mod number;
mod ordinal;
mod read;
mod words;

pub(crate) use beginnings::BEGINNINGS;
pub(crate) use number::{Group, Reader};
pub(crate) use ordinal::ordinal;
pub(crate) use words::{AR, Part, Word, known};

const SCORE: f32 = 0.6;
const CARD_SCORE: f32 = 0.8;

/// The month and the year of a card have so many digits at least; other numbers have more.
const FEWEST: usize = 2;

/// The number of a house has at most so many words.
const MOST_OF_A_HOUSE: usize = 4;

/// So far behind a number it is corrected.
const NEAR_CORRECTION: usize = 72;

/// Adds the number around the word for a digit at `at`, if it is the first such word of the number.
pub(crate) fn find(text: &str, at: Range<usize>, found: &mut Vec<Candidate>) {
    // A German ten ends its word, and an Arabic word may have something glued to its front.
    let at = read::start_of_word(text, at.start)..at.end;
    if words::known(read::word_after(&text[at.start..])).is_none() {
        return;
    }
    let Some(mut start) = read::start(text, at.start) else { return };
    let mut number = read::number(text, start);
    if number.end < at.end {
        // The words before it are of another language.
        start = at.start;
        number = read::number(text, start);
    }
    if number.end <= start {
        return;
    }
    start += glued(&text[start..]);
    start -= usize::from(text[..start].ends_with('+'));
    let is_house = number.words <= MOST_OF_A_HOUSE
        && !neighbours::before(text, start).is_some_and(neighbours::is_alphabetic);
    if let Some(street) = road::street(&text[number.end..]).filter(|_| is_house) {
        found.push(Candidate {
            kind: Kind::StreetAddress,
            range: start..number.end + street,
            score: SCORE,
        });
        return;
    }
    if let Some(range) = address::street(text, start, &number).filter(|_| is_house) {
        found.push(Candidate { kind: Kind::StreetAddress, range, score: SCORE });
        return;
    }
    if number.reader.digits.len() < FEWEST {
        return;
    }
    let code = address::postal_code(text, start, &number);
    found.extend(code.map(|range| Candidate { kind: Kind::PostalCode, range, score: SCORE }));
    let before = around::before(text, start, number.reader.digits.len() >= judge::FEWEST);
    let Some((kind, start)) = judge::kind(text, start, &number, &before) else { return };
    let score = if kind == Kind::CreditCard { CARD_SCORE } else { SCORE };
    found.push(Candidate { kind, range: start..number.end, score });
    let corrected = corrected(text, number.end);
    found.extend(corrected.map(|range| Candidate { kind, range, score: SCORE }));
}

/// The length of the Arabic `and` that is glued to the number `text` begins with.
fn glued(text: &str) -> usize {
    let is_linked = words::known(read::word_after(text)).is_some_and(|word| word.is_linked);
    if is_linked { 'و'.len_utf8() } else { 0 }
}

/// Where the digits stand that are said instead of some before byte `at`: `… non, pardon, trente à la fin`.
fn corrected(text: &str, at: usize) -> Option<Range<usize>> {
    let to = text.floor_char_boundary((at + NEAR_CORRECTION).min(text.len()));
    let (mut next, mut is_corrected) = (at, false);
    while next < to {
        let rest = &text[next..to];
        let word = read::word_after(rest);
        if word.is_empty() {
            next += rest.chars().next()?.len_utf8();
            continue;
        }
        if is_corrected && words::known(word).is_some_and(|word| word.part.is_value()) {
            let number = read::number(text, next);
            return (number.reader.digits.len() >= 2).then_some(next..number.end);
        }
        is_corrected |= CORRECTIONS.holds(word);
        next += word.len();
    }
    None
}

/// Somebody takes back what was said.
static CORRECTIONS: WordSet = WordSet::new(
    " sorry correction wait actually mean rather pardon non plutôt enfin erreur nein moment quatsch korrektur \
    entschuldigung perdón perdon digo عفوا عفواً آسف اسف لا قصدي اقصد أقصد بل ",
);

#[cfg(test)]
mod tests;
