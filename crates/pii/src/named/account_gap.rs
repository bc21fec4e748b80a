//! The way from the name of an account, a bank or an IBAN to its value.

use super::gap::{MOST_OWNER_WORDS, NEAR_CORRECTION, to_value};
use super::words::{OTHER, OWNER, is_verb};
use crate::neighbours;

/// The byte behind the name of an account that ends at `at` where its number may begin; its bank may stand in between: `my account with First Bank 12345678`.
pub(super) fn to_account(text: &str, at: usize) -> Option<usize> {
    let start = to_value(text, at)?;
    behind_bank(text, at, start).or_else(|| behind_owner(text, at)).or(Some(start))
}

/// What an account is for is told in so many bytes.
const LONGEST_OWNER: usize = 64;

/// The byte where the number of an account begins behind whose it is or what it is for, and a verb: `account number for our client is …`.
fn behind_owner(text: &str, at: usize) -> Option<usize> {
    let rest = text[at..text.floor_char_boundary((at + LONGEST_OWNER).min(text.len()))]
        .strip_prefix(' ')?;
    let phrase = rest.split(['\n', ',', ';', '?', '!', '(']).next().unwrap_or_default();
    let words =
        || phrase.split(' ').take_while(|word| !word.starts_with(|c: char| c.is_ascii_digit()));
    let leads = words().next().is_some_and(|word| OWNER.holds(word));
    let told: usize = words().map(|word| word.len() + 1).sum();
    let is_told = words().last().is_some_and(|last| is_verb(last.trim_end_matches(':')));
    let is_other = words().any(|word| OTHER.holds(word) || word.ends_with('.'));
    (leads && is_told && !is_other && told < phrase.len()).then_some(at + 1 + told)
}

/// The byte behind the name of the bank that begins at `start`, a word such as `with` between the account at `at` and it.
fn behind_bank(text: &str, at: usize, mut start: usize) -> Option<usize> {
    let mut is_led = text[at..start].split(' ').any(is_bank_lead);
    let mut is_named = false;
    for _ in 0..=MOST_OWNER_WORDS {
        let word = neighbours::word_after(&text[start..]);
        if word.is_empty() {
            return (is_led && is_named).then_some(start);
        }
        let is_name = !word.starts_with(char::is_lowercase) || word == "bank";
        if !is_name && !is_bank_lead(word) {
            return None;
        }
        (is_led, is_named) = (is_led || !is_name || is_bank_lead(word), is_named || is_name);
        start = to_value(text, start + word.len())?;
    }
    None
}

fn is_bank_lead(word: &str) -> bool {
    matches!(word, "at" | "with" | "chez" | "à" | "au" | "bei" | "en" | "في" | "لدى")
}

/// The byte where the code of a bank in capitals begins, some words behind its name at `at`: `BIC stays …`.
pub(super) fn to_capitals(text: &str, at: usize) -> Option<usize> {
    let near = &text[at..text.floor_char_boundary((at + NEAR_CORRECTION).min(text.len()))];
    let line = near.split('\n').next().unwrap_or_default();
    let is_sign = |c: char| " :(\",»«„“><=|\t".contains(c);
    let words = line.split_inclusive(is_sign);
    let is_code = |word: &str| {
        let length =
            word.bytes().take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit()).count();
        matches!(length, 8 | 11) && !word[length..].starts_with(char::is_alphanumeric)
    };
    let (mut before, mut start) = ("", at);
    for piece in words {
        let word = piece.trim_end_matches(is_sign);
        // In a sentence of capitals any word of eight letters looks like one.
        let in_capitals = before.len() > 1
            && before.chars().all(char::is_uppercase)
            && !matches!(before, "BIC" | "SWIFT");
        if is_code(word) && !in_capitals {
            return Some(start);
        }
        (before, start) = (word, start + piece.len());
    }
    None
}

/// The first word behind byte `at` that begins like an IBAN: a country's two capitals and two digits.
pub(super) fn to_iban(text: &str, at: usize) -> Option<usize> {
    let near = &text.as_bytes()[at..text.len().min(at + 2 * NEAR_CORRECTION)];
    let begins = |four: &[u8]| matches!(four, [a, b, c, d] if a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_digit() && d.is_ascii_digit());
    let starts = near.windows(4).enumerate().filter(|(_, four)| begins(four));
    let mut free =
        starts.filter(|(place, _)| !near[..*place].last().is_some_and(u8::is_ascii_alphanumeric));
    free.next().map(|(place, _)| at + place)
}
