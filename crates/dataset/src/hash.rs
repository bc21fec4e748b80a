//! Hashes of rows: what a row, its content and a whole data set are called.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use switchboard_text::for_each_word;

use crate::row::Row;

/// Names a row without telling its text: the first 32 hexadecimal digits of the SHA-256 of label, NUL, text.
pub fn row_hash(text: &str, label: &str) -> String {
    hexadecimal(&sha256(&[label, "\0", text])[..16])
}

/// Names a data set: 64 hexadecimal digits that depend on its rows' texts and labels, not on their order.
pub fn fingerprint(rows: &[Row]) -> String {
    let mut hashes: Vec<String> = rows.iter().map(|row| row_hash(&row.text, &row.label)).collect();
    hashes.sort_unstable();
    hexadecimal(&sha256(&hashes))
}

/// A name for what a row says: its group when it has one, else its normalised words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ContentName(pub(crate) [u8; 16]);

impl ContentName {
    pub(crate) fn of(row: &Row) -> Self {
        let digest = match &row.group {
            Some(group) => sha256(&["group\0", group]),
            None => sha256(&["words\0", &normalised(&row.text)]),
        };
        let mut name = [0; 16];
        name.copy_from_slice(&digest[..16]);
        Self(name)
    }
}

/// The SHA-256 of `parts`, one after the other.
pub(crate) fn sha256<P: AsRef<[u8]>>(parts: &[P]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// The normalised words of a text, joined by a space.
fn normalised(text: &str) -> String {
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
