//! Numbers whose digits are words: `four one five …`, `zéro six douze trente-quatre …`, `null eins sieben …`.

use std::ops::Range;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::Kind;
use crate::candidate::Candidate;
use crate::checksum;
use crate::neighbours;

const SCORE: f32 = 0.6;
const CARD_SCORE: f32 = 0.8;

/// Fewer digits are a count, unless a word names them.
const FEWEST: usize = 7;

/// A code that a word names has so many digits.
const CODE: Range<usize> = 3..7;

/// A card has so many digits.
const CARD: Range<usize> = 13..20;

/// No word for a number has more bytes.
const LONGEST_WORD: usize = 24;

/// So much stands between two digits at most.
const MOST_SIGNS: usize = 3;

/// Words for digits that are seldom anything else; no number is without one of them. From these numbers are looked for.
pub(crate) const BEGINNINGS: &[&str] = &[
    "zero",
    "two",
    "three",
    "four",
    "five",
    "seven",
    "eight",
    "nine",
    "zéro",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "sept",
    "huit",
    "null",
    "zwei",
    "drei",
    "vier",
    "fünf",
    "fuenf",
    "sieben",
    "acht",
    "neun",
    "cero",
    "tres",
    "cuatro",
    "cinco",
    "siete",
    "ocho",
    "nueve",
    "صفر",
    "اثنين",
    "ثلاثة",
    "ثلاثه",
    "تلاتة",
    "أربعة",
    "اربعة",
    "اربعه",
    "خمسة",
    "خمسه",
    "سبعة",
    "سبعه",
    "ثمانية",
    "ثمانيه",
    "تمانية",
    "تسعة",
    "تسعه",
];

/// What each digit is called.
const DIGITS: [&str; 10] = [
    " zero oh null zéro cero صفر ",
    " one un une eins ein uno واحد ",
    " two deux zwei zwo dos اثنين اثنان تنين ",
    " three trois drei tres ثلاثة ثلاثه تلاتة ",
    " four quatre vier cuatro أربعة اربعة اربعه ",
    " five cinq fünf fuenf cinco خمسة خمسه ",
    " six sechs seis ستة سته ",
    " seven sept sieben siete سبعة سبعه ",
    " eight huit acht ocho ثمانية ثمانيه تمانية ",
    " nine neuf neun nueve تسعة تسعه ",
];

/// French numbers of two digits; the digit behind a ten belongs to it.
const PAIRS: &str = " dix onze douze treize quatorze quinze seize vingt vingts trente quarante cinquante soixante septante huitante nonante ";

/// What a word stands for in a number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Digit(u8),
    /// Two digits, or the ten before another.
    Pair,
}

/// Names of codes.
const CODES: &str = " pin cvv cvc ";

/// Small words between a code's name and the code.
const SMALL: &str = " is est ist es le mein mon my number هو ";

/// Adds the number around the word for a digit at `at`, if it is the first such word of the number.
pub(crate) fn find(text: &str, at: Range<usize>, found: &mut Vec<Candidate>) {
    let mut start = at.start;
    while let Some((before, word)) = word_before(text, start) {
        let Some(Word { begins, .. }) = known(word) else { break };
        if begins {
            // The word before has found it.
            return;
        }
        start = before;
    }
    let (end, parts) = parts(text, start);
    if parts.len() < CODE.start {
        return;
    }
    let Some(kind) = kind(&text[..start], &parts) else { return };
    let score = if kind == Kind::CreditCard { CARD_SCORE } else { SCORE };
    found.push(Candidate { kind, range: start..end, score });
}

/// The parts of the number that begins at byte `start`, and where it ends.
fn parts(text: &str, start: usize) -> (usize, Vec<Part>) {
    let (mut end, mut parts) = (start, Vec::new());
    let mut next = start;
    loop {
        let word = word_after(&text[next..]);
        let Some(Word { part, .. }) = known(word) else { break };
        parts.push(part);
        end = next + word.len();
        let signs = text[end..].bytes().take(MOST_SIGNS).take_while(|byte| is_joint(*byte)).count();
        if signs == 0 {
            break;
        }
        next = end + signs;
    }
    (end, parts)
}

/// What the number behind `head` is.
fn kind(head: &str, parts: &[Part]) -> Option<Kind> {
    let digits: Vec<u8> = parts
        .iter()
        .filter_map(|part| if let Part::Digit(digit) = part { Some(*digit) } else { None })
        .collect();
    let count = digits.len() + 2 * (parts.len() - digits.len());
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

/// A word for a number.
#[derive(Clone, Copy)]
struct Word {
    part: Part,
    /// It is one of [`BEGINNINGS`].
    begins: bool,
}

static WORDS: LazyLock<FxHashMap<&str, Word>> = LazyLock::new(|| {
    let digits = (0..).zip(DIGITS).flat_map(|(digit, words)| {
        words.split_whitespace().map(move |word| (word, Part::Digit(digit)))
    });
    let pairs = PAIRS.split_whitespace().map(|word| (word, Part::Pair));
    let word = |(word, part)| (word, Word { part, begins: BEGINNINGS.contains(&word) });
    digits.chain(pairs).map(word).collect()
});

/// What `word` stands for, in any case.
fn known(word: &str) -> Option<Word> {
    if word.len() > LONGEST_WORD {
        return None;
    }
    if !word.is_ascii() {
        return WORDS.get(word.to_lowercase().as_str()).copied();
    }
    let mut small = [0; LONGEST_WORD];
    let small = &mut small[..word.len()];
    small.copy_from_slice(word.as_bytes());
    small.make_ascii_lowercase();
    WORDS.get(str::from_utf8(small).ok()?).copied()
}

fn contains(words: &str, word: &str) -> bool {
    words.split(' ').any(|other| other == word)
}

fn is_joint(byte: u8) -> bool {
    matches!(byte, b' ' | b'-' | b',' | b'.' | b'\n' | b':')
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
    let signs = text[..at].bytes().rev().take(MOST_SIGNS).take_while(|byte| is_joint(*byte));
    let end = at - signs.count();
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
        ] {
            assert_eq!(numbers(&format!("x {number}, y")), [(Kind::PhoneNumber, number)]);
        }
        let card = ["four"].into_iter().chain(["one"; 15]).collect::<Vec<_>>().join(" ");
        assert_eq!(numbers(&card), [(Kind::CreditCard, card.as_str())]);
        assert_eq!(numbers("my PIN is four two nine one."), [(Kind::Secret, "four two nine one")]);
    }

    #[test]
    fn counts_are_none() {
        for text in [
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
