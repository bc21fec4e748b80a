//! Answers in a chat: a text that is hardly more than a number, asked for in the message before it.
//!
//! Nothing in such a text says what the number is, but a reply that consists of one is the customer's own: an account,
//! a card, a telephone. Names of other numbers, signs and capitals show that it is something else.

use std::ops::Range;

use crate::Kind;
use crate::candidate::Candidate;
use crate::context::Role;
use crate::digits::Digits;
use crate::named::says_nothing;
use crate::shadow::FILLER;

const SCORE: f32 = 0.4;

/// A reply has at most so many bytes.
const LONGEST: usize = 240;

/// A number that is no telephone number stands with at most so many words that say something.
const MOST_WORDS: usize = 3;

/// A short number stands with fewer.
const MOST_WORDS_BARE: usize = 2;

/// Words that name numbers of things, besides those the context knows.
const THINGS: &[&str] = &[
    "token",
    "employee",
    "staff",
    "personnel",
    "vendor",
    "part",
    "last",
    "digits",
    "digit",
    "port",
    "ports",
    "floor",
    "building",
    "gate",
    "line",
    "extension",
    "ext",
    "step",
    "level",
    "table",
    "sheet",
    "row",
    "http",
    "https",
    "rfc",
    "iso",
    "din",
    "windows",
    "office",
    "excel",
    "word",
    "outlook",
    "server",
    "model",
    "type",
    "size",
    "mode",
    "chapter",
    "section",
    "article",
    "bus",
    "train",
    "salle",
    "etage",
    "étage",
    "batiment",
    "bâtiment",
    "porte",
    "puerta",
    "planta",
    "puerto",
    "aula",
    "sala",
    "raum",
    "zimmer",
    "etage",
    "stock",
    "norme",
    "norm",
    "printer",
    "imprimante",
    "drucker",
    "impresora",
    "pc",
    "laptop",
    "screen",
    "monitor",
    "hp",
    "dell",
    "lenovo",
    "canon",
    "epson",
    "sap",
    "kb",
];

/// Words the context knows for numbers of things, and a reply uses for the customer's own.
const OWN: &[&str] = &[
    "account",
    "accounts",
    "acct",
    "acc",
    "policy",
    "claim",
    "member",
    "membership",
    "zip",
    "postcode",
    "compte",
    "konto",
    "cuenta",
];

/// How the number of a reply may be grouped.
const GROUPINGS: &[&[usize]] = &[&[4, 4, 4, 4], &[4, 4, 4], &[3, 3, 4], &[3, 7]];

/// Adds the numbers of a text that is a reply.
pub(crate) fn find(digits: &Digits<'_>, found: &mut Vec<Candidate>) {
    let text = digits.text;
    if text.len() > LONGEST || digits.groups.is_empty() || !is_plain(text) {
        return;
    }
    let words = || text.split(|c: char| !c.is_alphabetic()).filter(|word| word.len() > 1);
    if words().any(|word| names_a_thing(digits, word)) {
        return;
    }
    let speaking = words().filter(|word| !says_nothing(word)).count();
    let is_call = words().any(|word| digits.context.role_of(word) == Some(Role::Phone));
    let mut first = 0;
    while first < digits.groups.len() {
        let grouped = GROUPINGS.iter().find_map(|lengths| digits.shaped(first, lengths));
        let window = grouped.unwrap_or(first..first + 1);
        let number = digits.digits(&window);
        first = window.end;
        let is_number =
            is_alone(text, &digits.bytes(&window)) && !digits.groups[window.start].is_date;
        let kind = kind(number, speaking, is_call).filter(|_| is_number);
        found.extend(kind.map(|kind| Candidate {
            kind,
            range: digits.bytes(&window),
            score: SCORE,
        }));
    }
    if speaking == 0 {
        found.extend(scientific(text));
    }
}

/// Only small letters, digits and the signs of plain prose: what people type into a chat. Scripts without small letters
/// do not show it.
fn is_plain(text: &str) -> bool {
    text.chars().all(|c| match c {
        c if c.is_alphabetic() => c.is_lowercase(),
        c => {
            c.is_numeric()
                || c.is_whitespace()
                || matches!(c, '.' | ',' | '-' | '\'' | '’' | '?' | '!' | '+' | FILLER)
        }
    })
}

/// Whether white space, or the comma or stop of a sentence, stands on both sides.
fn is_alone(text: &str, range: &Range<usize>) -> bool {
    let ends = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || c == FILLER);
    let mut behind = text[range.end..].chars();
    let next = behind.next();
    let stops = matches!(next, Some('.' | ',' | '!' | '?')) && ends(behind.next());
    let before = text[..range.start].trim_end_matches('+').chars().next_back();
    (ends(before) || before == Some(',')) && (ends(next) || stops)
}

fn names_a_thing(digits: &Digits<'_>, word: &str) -> bool {
    let role = digits.context.role_of(word);
    let named = matches!(role, Some(Role::Other | Role::Version | Role::Network | Role::Unit));
    named && !OWN.contains(&word) || THINGS.contains(&word.to_lowercase().as_str())
}

fn kind(number: &str, speaking: usize, is_call: bool) -> Option<Kind> {
    // Two digits and zeros begin the document numbers of accounting: 4500012345.
    let is_document = number.len() >= 8 && (number[1..4] == *"000" || number[2..5] == *"000");
    let (is_few, is_bare) = (speaking <= MOST_WORDS, speaking <= MOST_WORDS_BARE);
    // Seconds since 1970, as logs count them.
    let is_moment = matches!(number.len(), 10 | 13) && ("14".."18").contains(&&number[..2]);
    let is_year = number.len() == 4 && ("1940".."2036").contains(&number);
    match number.len() {
        10 | 11 if is_telephone(number) => Some(Kind::PhoneNumber),
        _ if is_document || is_moment || is_year => None,
        4..=6 | 8 if is_bare && !is_call => Some(Kind::BankAccount),
        15 | 16 => Some(Kind::CreditCard),
        7 | 9..=12 if is_few => Some(Kind::PhoneNumber),
        14 | 17..=19 if is_few => Some(Kind::BankAccount),
        _ => None,
    }
}

/// A North American number (area and exchange begin with 2 to 9), or an Indian mobile number (6 to 9).
fn is_telephone(number: &str) -> bool {
    let national = number.strip_prefix('1').filter(|rest| rest.len() == 10).unwrap_or(number);
    let digit = |at: usize| national.as_bytes()[at];
    national.len() == 10 && (digit(0) >= b'6' || digit(0) >= b'2' && digit(3) >= b'2')
}

/// `457 e 15`, `4.57e+15`: a table turned the number into a power of ten.
fn scientific(text: &str) -> Option<Candidate> {
    let trimmed = text.trim();
    let start = text.len() - text.trim_start().len();
    let (mantissa, exponent) = trimmed.split_once(['e', 'E'])?;
    let exponent = exponent.trim_start_matches([' ', '+']);
    let is_mantissa = mantissa
        .trim_end()
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','));
    let is_exponent = exponent.len() == 2 && exponent.starts_with('1');
    let fits = is_mantissa && is_exponent && (3..=8).contains(&mantissa.trim_end().len());
    fits.then(|| Candidate {
        kind: Kind::CreditCard,
        range: start..start + trimmed.len(),
        score: SCORE,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;

    fn numbers(text: &str) -> Vec<(Kind, &str)> {
        let context = Context::new();
        let mut found = Vec::new();
        find(&Digits::of(text, &context), &mut found);
        found.into_iter().map(|candidate| (candidate.kind, &text[candidate.range])).collect()
    }

    #[test]
    fn a_reply_is_its_number() {
        for (text, kind, number) in [
            ("4821", Kind::BankAccount, "4821"),
            ("yes its 4821", Kind::BankAccount, "4821"),
            ("4155550132", Kind::PhoneNumber, "4155550132"),
            ("12 mill street springfield 4155550132", Kind::PhoneNumber, "4155550132"),
            ("4539 1488 0343 6468", Kind::CreditCard, "4539 1488 0343 6468"),
            ("453 e 15", Kind::CreditCard, "453 e 15"),
        ] {
            assert_eq!(numbers(text), [(kind, number)], "{text}");
        }
    }

    #[test]
    fn numbers_of_things_are_no_replies() {
        for text in [
            "4500012345",
            "port 8080",
            "ISO 9001",
            "2024",
            "room 4121",
            "order 4155550132",
            "#9021",
            "err 503",
            "the wide screen in hall 9021 hums",
        ] {
            assert!(numbers(text).is_empty(), "{text}");
        }
    }
}
