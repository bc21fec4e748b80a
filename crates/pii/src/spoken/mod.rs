//! Numbers whose digits are words: `four one five …`, `zéro six douze trente-quatre …`, `null eins sieben …`.

use std::ops::Range;

use crate::Kind;
use crate::candidate::Candidate;
use crate::checksum;
use crate::contact::road;
use crate::neighbours;

mod words;

use words::{CODES, CORRECTIONS, LONGEST_WORD, Part, SMALL, Word, known};

pub(crate) use words::BEGINNINGS;

const SCORE: f32 = 0.6;
const CARD_SCORE: f32 = 0.8;

/// Fewer digits are a count, unless a word names them.
const FEWEST: usize = 7;

/// A code that a word names has so many digits.
const CODE: Range<usize> = 3..7;

/// A card has so many digits.
const CARD: Range<usize> = 13..20;

/// So much stands between two digits at most.
const MOST_SIGNS: usize = 3;

/// So far behind a number it is corrected.
const NEAR_CORRECTION: usize = 72;

/// Adds the number around the word for a digit at `at`, if it is the first such word of the number.
pub(crate) fn find(text: &str, at: Range<usize>, found: &mut Vec<Candidate>) {
    let (mut start, mut from) = (at.start, at.start);
    while let Some((before, word)) = word_before(text, from) {
        let Some(Word { begins, part }) = known(word) else { break };
        if begins {
            // The word before has found it.
            return;
        }
        from = before;
        start = if part == Part::Inside { start } else { before };
    }
    let (end, parts) = parts(text, start);
    let is_house = parts.len() <= MOST_OF_A_HOUSE
        && !neighbours::before(text, start).is_some_and(neighbours::is_alphabetic);
    if let Some(street) = road::street(&text[end..]).filter(|_| is_house) {
        found.push(Candidate {
            kind: Kind::StreetAddress,
            range: start..end + street,
            score: SCORE,
        });
        return;
    }
    if parts.len() < CODE.start {
        return;
    }
    let Some(kind) = kind(&text[..start], &parts) else { return };
    let score = if kind == Kind::CreditCard { CARD_SCORE } else { SCORE };
    found.push(Candidate { kind, range: start..end, score });
    let corrected = corrected(text, end);
    found.extend(corrected.map(|range| Candidate { kind, range, score: SCORE }));
}

/// The number of a house has at most so many words.
const MOST_OF_A_HOUSE: usize = 4;

/// Where the digits stand that are said instead of some before byte `at`: `… non, pardon, trente à la fin`.
fn corrected(text: &str, at: usize) -> Option<Range<usize>> {
    let to = text.floor_char_boundary((at + NEAR_CORRECTION).min(text.len()));
    let (mut next, mut is_corrected) = (at, false);
    while next < to {
        let rest = &text[next..to];
        let word = word_after(rest);
        if word.is_empty() {
            next += rest.chars().next()?.len_utf8();
            continue;
        }
        if is_corrected && known(word).is_some_and(|word| word.part != Part::Inside) {
            let (end, parts) = parts(text, next);
            return (count(&parts) >= 2).then_some(next..end);
        }
        is_corrected |= contains(CORRECTIONS, &word.to_lowercase());
        next += word.len();
    }
    None
}

/// The parts of the number that begins at byte `start`, and where it ends.
fn parts(text: &str, start: usize) -> (usize, Vec<Part>) {
    let (mut end, mut parts, mut whole) = (start, Vec::new(), 0);
    let mut next = start;
    loop {
        let word = word_after(&text[next..]);
        let Some(Word { part, .. }) = known(word) else { break };
        parts.push(part);
        let behind = next + word.len();
        if !matches!(part, Part::Times(_) | Part::Inside) {
            (end, whole) = (behind, parts.len());
        }
        let signs = joint(text[behind..].chars());
        if signs == 0 {
            break;
        }
        next = behind + signs;
    }
    parts.truncate(whole);
    (end, parts)
}

/// The bytes of the signs that join two words of a number and that `characters` begin with.
fn joint(characters: impl Iterator<Item = char>) -> usize {
    let signs = characters.take(MOST_SIGNS).take_while(|c| " -,.\n:/،…".contains(*c));
    signs.map(char::len_utf8).sum()
}

/// How many digits `parts` are.
fn count(parts: &[Part]) -> usize {
    let (mut count, mut times) = (0, 1);
    for part in parts {
        match part {
            Part::Digit(_) => count += std::mem::replace(&mut times, 1),
            Part::Pair | Part::Tens => count += 2,
            Part::Times(more) => times = usize::from(*more),
            Part::Inside => {}
        }
    }
    count
}

/// What the number behind `head` is.
fn kind(head: &str, parts: &[Part]) -> Option<Kind> {
    let digits: Vec<u8> = parts
        .iter()
        .filter_map(|part| if let Part::Digit(digit) = part { Some(*digit) } else { None })
        .collect();
    let count = count(parts);
    // `twenty-five or thirty and forty-two`: what is counted does not begin with a zero.
    let is_counted = parts.iter().any(|part| matches!(part, Part::Tens | Part::Inside))
        && !matches!(parts, [Part::Digit(0) | Part::Times(_), ..]);
    if is_counted {
        return None;
    }
    let counts = digits.windows(2).all(|pair| pair[1] == pair[0] + 1);
    let is_row = digits.iter().any(|digit| *digit != digits[0]) && !(counts && digits.len() > 2);
    let is_card = CARD.contains(&count) && digits.len() == count && checksum::luhn(&digits);
    match count {
        _ if is_card => Some(Kind::CreditCard),
        FEWEST.. if is_row || digits.len() < parts.len() => Some(Kind::PhoneNumber),
        count if CODE.contains(&count) => named(head),
        _ => None,
    }
}

/// What the word before a code names it.
fn named(head: &str) -> Option<Kind> {
    let mut at = head.len();
    for _ in 0..3 {
        let (start, word) = word_before(head, at)?;
        let small = word.to_lowercase();
        if contains(CODES, &small) {
            return Some(if small == "pin" { Kind::Secret } else { Kind::CardCvv });
        }
        if !contains(SMALL, &small) {
            return None;
        }
        at = start;
    }
    None
}

fn contains(words: &str, word: &str) -> bool {
    words.split(' ').any(|other| other == word)
}

/// The word of letters that `text` begins with.
fn word_after(text: &str) -> &str {
    let length = text
        .char_indices()
        .take_while(|(at, c)| *at <= LONGEST_WORD && neighbours::is_alphabetic(*c));
    &text[..length.last().map_or(0, |(at, c)| at + c.len_utf8())]
}

/// The word a few signs before byte `at`, and where it begins.
fn word_before(text: &str, at: usize) -> Option<(usize, &str)> {
    let end = at - joint(text[..at].chars().rev());
    let letters = text[..end].char_indices().rev();
    let letters = letters
        .take_while(|(start, c)| end - start <= LONGEST_WORD && neighbours::is_alphabetic(*c));
    let start = letters.last()?.0;
    (end < at).then(|| (start, &text[start..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Vec<(Kind, &str)> {
        let mut found = Vec::new();
        for word in BEGINNINGS {
            text.match_indices(word)
                .for_each(|(at, _)| find(text, at..at + word.len(), &mut found));
        }
        found.dedup_by(|one, other| one.range == other.range);
        found.into_iter().map(|candidate| (candidate.kind, &text[candidate.range])).collect()
    }

    #[test]
    fn digits_are_words_in_five_languages() {
        for number in [
            "four one five five five five zero one nine two",
            "zéro six douze trente-quatre cinquante-six soixante-dix",
            "null eins sieben eins zwo drei vier fünf sechs sieben",
            "seis uno dos tres cero cinco seis siete ocho",
            "صفر خمسة خمسة واحد ستة سبعة ثمانية",
            "zero seven double eight zero triple nine four",
            "zéro quatre cent septante-six, quatorze, trente et un, dix",
            "null eins fünf zwo, dreiundzwanzig, vierundvierzig, neunzehn",
            "صفر خمسة، ثلاثة واحد، ستة سبعة، ثمانية",
        ] {
            assert_eq!(numbers(&format!("x {number}, y")), [(Kind::PhoneNumber, number)]);
        }
        let card = ["four"].into_iter().chain(["one"; 15]).collect::<Vec<_>>().join(" ");
        assert_eq!(numbers(&card), [(Kind::CreditCard, card.as_str())]);
        assert_eq!(numbers("my PIN is four two nine one."), [(Kind::Secret, "four two nine one")]);
    }

    #[test]
    fn a_number_may_be_corrected_and_be_that_of_a_house() {
        let text = "x zéro six douze trente-quatre dix vingt, non pardon, trente à la fin";
        assert_eq!(numbers(text)[1], (Kind::PhoneNumber, "trente"));
        assert_eq!(
            numbers("au vingt-trois rue des Lilas à Metz"),
            [(Kind::StreetAddress, "vingt-trois rue des Lilas")]
        );
    }

    #[test]
    fn counts_are_none() {
        for text in [
            "twenty five or thirty, forty two and fifty six",
            "two hundred and fifty four, three hundred and one",
            "deux cent cinquante et un, trois cent quarante",
            "one two three four five six seven eight",
            "two or three of four",
            "null null null null null null null null",
            "deux factures de quatre cinq euros",
            "error four zero four",
        ] {
            assert!(numbers(text).is_empty(), "{text}");
        }
    }
}
