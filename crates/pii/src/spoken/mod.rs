//! Numbers whose digits are words: `four one five …`, `zéro six douze trente-quatre …`, `null eins sieben …`, `0116 double five …`.

use std::ops::Range;

use crate::Kind;
use crate::candidate::Candidate;
use crate::contact::road;
use crate::neighbours;
use crate::word_set::WordSet;

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
    if number.reader.digits.len() < FEWEST {
        return;
    }
    let before = around::before(text, start);
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
mod tests {
    use super::*;

    fn numbers(text: &str) -> Vec<(Kind, &str)> {
        let mut found = Vec::new();
        for word in BEGINNINGS.iter().map(|word| word.trim_start()) {
            text.match_indices(word)
                .for_each(|(at, _)| find(text, at..at + word.len(), &mut found));
        }
        found.sort_by_key(|candidate| candidate.range.start);
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
            "null sechs zwölf siebenundachtzig einunddreißig vierzehn",
            "trois-sept, cinq cent dix-huit, neuf cent quatre",
            "vingt-six, trois cent onze, sept cent quarante",
            "صفر خمسة ستة سبعة، أربعمية واثنين وثلاثين، تسعة صفر ثمانية",
            "quarante-deux septante-six dix-huit nonante-trois onze",
            "0121 double four seven, oh nine three",
            "06 dix-huit trente-deux cinquante-six zéro un",
            "0171 dreiundzwanzig doppel vier neun eins",
            "07 double 9 461 double 3",
        ] {
            assert_eq!(numbers(&format!("x {number}, y")), [(Kind::PhoneNumber, number)]);
        }
        let card = ["four"].into_iter().chain(["one"; 15]).collect::<Vec<_>>().join(" ");
        assert_eq!(numbers(&card), [(Kind::CreditCard, card.as_str())]);
        assert_eq!(numbers("my PIN is four two nine one."), [(Kind::Secret, "four two nine one")]);
    }

    #[test]
    fn a_card_may_be_said_in_tens() {
        for card in [
            "quarante et un onze onze onze onze onze onze onze",
            "forty-one eleven, eleven eleven, eleven eleven, eleven eleven",
            "einundvierzig elf elf elf elf elf elf elf",
        ] {
            assert_eq!(numbers(card), [(Kind::CreditCard, card)]);
        }
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
    fn names_lead_to_short_numbers() {
        for (text, kind, value) in [
            (
                "Die PIN für das Türschloss war zwei drei vier fünf",
                Kind::Secret,
                "zwei drei vier fünf",
            ),
            ("four one nine zero is my PIN", Kind::Secret, "four one nine zero"),
            ("le code c'est trente-huit zéro deux", Kind::Secret, "trente-huit zéro deux"),
            ("ma carte, derrière c'est trois cent neuf", Kind::CardCvv, "trois cent neuf"),
            ("my card, on the back ... five oh seven", Kind::CardCvv, "five oh seven"),
            ("card expiry oh four twenty nine", Kind::CardExpiry, "oh four twenty nine"),
            ("Karte gültig bis elf neunundzwanzig", Kind::CardExpiry, "elf neunundzwanzig"),
            ("fin de validité zéro trois trente", Kind::CardExpiry, "zéro trois trente"),
            ("card expires June twenty twenty-eight", Kind::CardExpiry, "June twenty twenty-eight"),
            ("الانتهاء شهر تسعة سنة سبعة وعشرين", Kind::CardExpiry, "تسعة سنة سبعة وعشرين"),
            ("بطاقة واللي ورا سبعة صفر واحد", Kind::CardCvv, "سبعة صفر واحد"),
            ("the zip?\nCALLER four four one oh two", Kind::PostalCode, "four four one oh two"),
            (
                "A: votre code postal ?
B: trente-huit zéro quatre cinq",
                Kind::PostalCode,
                "trente-huit zéro quatre cinq",
            ),
            ("code postal : trente-huit mille deux", Kind::PostalCode, "trente-huit mille deux"),
            ("PLZ vier null zwo eins drei", Kind::PostalCode, "vier null zwo eins drei"),
        ] {
            let found = numbers(text);
            assert_eq!(found, [(kind, value)], "{text}");
        }
    }

    #[test]
    fn counts_are_none() {
        for text in [
            "twenty five or thirty, forty two and fifty six",
            "two hundred and fifty four, three hundred and one",
            "deux cent cinquante et un, trois cent quarante",
            "deux cent cinquante et un, trois cent quarante, quatre cent dix euros",
            "one two three four five six seven eight",
            "two or three of four",
            "null null null null null null null null",
            "deux factures de quatre cinq euros",
            "error four zero four",
            "error code four zero four",
            "the order is four five zero zero one two seven nine",
            "nineteen eighty-four, nineteen ninety-nine, twenty twelve",
            "at nine thirty, ten fifteen, eleven forty-five",
            "dix, vingt, trente, quarante, cinquante",
            "version 2024 two three",
            "the PIN pad has four five six keys",
            "two thousand five hundred users",
        ] {
            assert!(numbers(text).is_empty(), "{text} {:?}", numbers(text));
        }
    }

    #[test]
    fn any_signs_and_scripts_may_stand_around() {
        for text in [
            "éfour",
            "fourй four",
            "ﬀ 12four",
            "و",
            "وwصفر",
            "٣four",
            "four\u{1}five",
            "zehné",
            "ÿzehn٤",
            "🙂four🙂 five",
        ] {
            numbers(text);
        }
    }
}
