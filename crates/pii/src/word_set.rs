//! Sets of words.

use std::sync::OnceLock;

use rustc_hash::FxHashSet;

/// The longest word of any list has fewer bytes.
const LONGEST: usize = 40;

/// Words that are found whatever the case of their letters, of ASCII and the Latin alphabet next to it.
pub(crate) struct WordSet {
    list: &'static str,
    words: OnceLock<FxHashSet<&'static str>>,
}

impl WordSet {
    /// The words of `list`, in small letters, with white space in between.
    pub(crate) const fn new(list: &'static str) -> Self {
        Self { list, words: OnceLock::new() }
    }

    /// Whether `word` is one of them.
    pub(crate) fn holds(&self, word: &str) -> bool {
        if word.len() >= LONGEST {
            return false;
        }
        let mut small = [0; LONGEST];
        let small = &mut small[..word.len()];
        small.copy_from_slice(word.as_bytes());
        small.make_ascii_lowercase();
        if !word.is_ascii() {
            lower_accented(small);
        }
        let words = self.words.get_or_init(|| self.list.split_whitespace().collect());
        std::str::from_utf8(small).is_ok_and(|word| words.contains(word))
    }
}

/// Makes U+00C0 to U+00DE small, which differ from their small letters in one bit of their second byte; the sign among them has none.
fn lower_accented(bytes: &mut [u8]) {
    for at in 1..bytes.len() {
        if bytes[at - 1] == 0xc3 && matches!(bytes[at], 0x80..=0x9e) && bytes[at] != 0x97 {
            bytes[at] |= 0x20;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_case() {
        static WORDS: WordSet = WordSet::new(" was était \n tür هو ");
        for word in ["was", "Was", "ÉTAIT", "étAIT", "TÜR", "هو"] {
            assert!(WORDS.holds(word), "{word}");
        }
        let long = "w".repeat(LONGEST);
        for word in ["", "wa", "etait", " ", &long] {
            assert!(!WORDS.holds(word), "{word}");
        }
    }
}
