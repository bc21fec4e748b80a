//! Hashes of rows: which fold a row is in, what a row and a data set are called.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use switchboard_text::for_each_word;

use crate::row::Row;

/// How many folds rows are dealt into.
pub const FOLDS: u8 = 10;

/// Changing it deals every row anew, so that models made before and after could not be compared.
const SEED: &[u8] = b"switchboard fold 1";

/// Tells which fold, `0..FOLDS`, a row is in.
///
/// A function of the row's group, or without one of its normalised words; the label, the language, case, punctuation,
/// digits and the other rows have no say.
pub fn fold(row: &Row) -> u8 {
    let mut hasher = Sha256::new();
    hasher.update(SEED);
    if let Some(group) = &row.group {
        hasher.update(b"\0group\0");
        hasher.update(group);
    } else {
        hasher.update(b"\0words\0");
        hasher.update(normalised(&row.text));
    }
    let digest: [u8; 32] = hasher.finalize().into();
    let number = digest[..8].iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
    (number % u64::from(FOLDS)) as u8
}

/// Names a row without telling its text: the first 32 hexadecimal digits of the SHA-256 of label, NUL, text.
pub fn row_hash(text: &str, label: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(label);
    hasher.update(b"\0");
    hasher.update(text);
    let digest: [u8; 32] = hasher.finalize().into();
    hexadecimal(&digest[..16])
}

/// Names a data set: 64 hexadecimal digits that depend on its rows' texts and labels, not on their order.
pub fn fingerprint(rows: &[Row]) -> String {
    let mut hashes: Vec<String> = rows.iter().map(|row| row_hash(&row.text, &row.label)).collect();
    hashes.sort_unstable();
    let mut hasher = Sha256::new();
    for hash in hashes {
        hasher.update(hash);
    }
    let digest: [u8; 32] = hasher.finalize().into();
    hexadecimal(&digest)
}

/// The normalised words of a text, joined by a space.
pub(crate) fn normalised(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    for_each_word(text, |word| {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word.text);
    });
    words
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes any text");
        text
    })
}
