//! Words that tell where a ticket comes from whose numbers nobody else groups so.

use std::ops::Range;

use aho_corasick::AhoCorasick;

/// So many bytes before a number are looked at, and half as many behind.
const NEAR: usize = 120;

/// Towns, money and the country itself, as words begin with them.
const WORDS: [&str; 14] = [
    "tunis",
    "tunes",
    "sfax",
    "sousse",
    "bizerte",
    "gabès",
    "monastir",
    "dinar",
    " tnd",
    "تونس",
    "صفاقس",
    "سوسة",
    "دينار",
    "بنزرت",
];

/// Knows the words.
pub(super) struct Maghreb(AhoCorasick);

impl Maghreb {
    pub(super) fn new() -> Self {
        let words = AhoCorasick::builder().ascii_case_insensitive(true).build(WORDS);
        Self(words.expect("the words are constant"))
    }

    /// Whether one of the words, or Arabic letters, stand near the number at `bytes`.
    pub(super) fn is_near(&self, text: &str, bytes: &Range<usize>) -> bool {
        let from = text.floor_char_boundary(bytes.start.saturating_sub(NEAR));
        let to = text.floor_char_boundary((bytes.end + NEAR / 2).min(text.len()));
        let near = &text[from..to];
        near.bytes().any(|byte| matches!(byte, 0xd8..=0xdb)) || self.0.is_match(near)
    }
}
