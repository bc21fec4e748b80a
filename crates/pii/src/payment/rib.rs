//! Account numbers with their key (relevé d'identité bancaire): French ones of bank, branch, account and key; Moroccan and Tunisian
//! ones, all of which is a multiple of 97.

use std::ops::Range;

use crate::Kind;
use crate::candidate::{Candidate, VERIFIED};
use crate::checksum::mod_97;
use crate::digits::{Digits, one_sign};
use crate::neighbours;

const LENGTH: usize = 23;

/// Adds every RIB: a bank of five digits, a branch of five, an account of eleven letters or digits, a key of two.
pub(crate) fn find(digits: &Digits<'_>, found: &mut Vec<Candidate>) {
    let text = digits.text;
    for group in &digits.groups {
        if !matches!(group.len(), 5 | 10..) {
            continue;
        }
        let start = group.range.start;
        let Some((end, value)) = read(&text[start..]) else { continue };
        if has_key(&value) && neighbours::stands_free(text, start, start + end) {
            let range = start..start + end;
            found.push(Candidate { kind: Kind::BankAccount, range, score: VERIFIED });
        }
    }
    let maghreb = (0..digits.groups.len()).filter_map(|first| maghreb(digits, first));
    found.extend(maghreb.map(|range| Candidate {
        kind: Kind::BankAccount,
        range,
        score: VERIFIED,
    }));
}

/// How Moroccan accounts, of 24 digits, and Tunisian ones, of 20, are grouped.
const MAGHREB: &[&[usize]] = &[
    &[24],
    &[3, 3, 16, 2],
    &[3, 21],
    &[3, 3, 4, 4, 4, 4, 2],
    &[20],
    &[2, 3, 13, 2],
    &[2, 3, 3, 10, 2],
];

/// Nothing else is written like a bank, a branch, an account and its key.
const PARTS: usize = 4;

/// The Moroccan or Tunisian account that begins at group `first`; in four parts it need not be a multiple.
fn maghreb(digits: &Digits<'_>, first: usize) -> Option<Range<usize>> {
    if !matches!(digits.groups[first].len(), 2 | 3 | 20 | 24) {
        return None;
    }
    let window = MAGHREB.iter().find_map(|lengths| digits.shaped(first, lengths))?;
    let number = digits.digits(&window);
    let is_row = number.bytes().all(|byte| byte == number.as_bytes()[0]);
    let fits = (mod_97(number.bytes()) == 0 || window.len() == PARTS)
        && !is_row
        && one_sign(digits.joints(&window))
        && digits.stands_free(&window);
    fits.then(|| digits.bytes(&window))
}

/// The first 23 letters and digits with at most one sign between two, and where they end.
fn read(text: &str) -> Option<(usize, [u8; LENGTH])> {
    let (mut value, mut length, mut signs) = ([0; LENGTH], 0, 0);
    for (at, byte) in text.bytes().enumerate() {
        if byte.is_ascii_alphanumeric() {
            signs = 0;
            value[length] = byte.to_ascii_uppercase();
            length += 1;
            if length == LENGTH {
                return Some((at + 1, value));
            }
        } else if matches!(byte, b' ' | b'-' | b'.' | b'/') && signs == 0 {
            signs = 1;
        } else {
            return None;
        }
    }
    None
}

/// 97 minus 89 times the bank, 15 times the branch and 3 times the account, modulo 97. Letters of the account count as
/// digits: A and J are 1, B, K and S are 2, and so on.
pub(crate) fn is_rib(value: &str) -> bool {
    has_key(value.as_bytes())
}

fn has_key(bytes: &[u8]) -> bool {
    if bytes.len() != LENGTH || !bytes[..10].iter().chain(&bytes[21..]).all(u8::is_ascii_digit) {
        return false;
    }
    let number = |part: &[u8]| {
        part.iter().fold(0_u64, |sum, &byte| (sum * 10 + u64::from(digit(byte))) % 97)
    };
    let sum = 89 * number(&bytes[..5]) + 15 * number(&bytes[5..10]) + 3 * number(&bytes[10..21]);
    let key = u64::from(digit(bytes[21])) * 10 + u64::from(digit(bytes[22]));
    97 - sum % 97 == key
}

fn digit(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => byte - b'0',
        b'A'..=b'I' => byte - b'A' + 1,
        b'J'..=b'R' => byte - b'J' + 1,
        _ => byte.saturating_sub(b'S') + 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_tells() {
        assert!(is_rib("30004008280001234567647"));
        assert!(is_rib("20041010050500013M02606"));
        assert!(!is_rib("30004008280001234567648"));
    }
}
