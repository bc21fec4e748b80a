//! A value with most of its characters covered.

use switchboard_text::placeholder::MASK_SIGNS;

/// How a value is masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mask {
    /// Letters and digits that stay at the beginning.
    pub(crate) keep_first: usize,
    /// Letters and digits that stay at the end.
    pub(crate) keep_last: usize,
    /// What the others are written as.
    pub(crate) sign: char,
}

impl Default for Mask {
    fn default() -> Self {
        Self { keep_first: 0, keep_last: 0, sign: MASK_SIGNS[0] }
    }
}

impl Mask {
    /// `value` with a sign for each character. Letters and digits alone can stay, and never more than half of the
    /// characters, those at the end first: a short value must not be shown as a whole.
    pub(crate) fn apply(self, value: &str) -> String {
        let characters: Vec<char> = value.chars().collect();
        let mut shown = vec![self.sign; characters.len()];
        let places: Vec<usize> =
            (0..characters.len()).filter(|&at| characters[at].is_alphanumeric()).collect();
        let last = places.iter().rev().take(self.keep_last);
        let first = places.iter().take(self.keep_first);
        for &at in last.chain(first).take(characters.len() / 2) {
            shown[at] = characters[at];
        }
        shown.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_digits_at_the_ends_may_stay_but_never_most_of_a_value() {
        let mask =
            |keep_first, keep_last, value| Mask { keep_first, keep_last, sign: '*' }.apply(value);
        assert_eq!(mask(0, 4, "4111 1111 1111 1234"), "***************1234");
        assert_eq!(mask(0, 4, "4111 1111 1111 12 34"), "***************12*34");
        assert_eq!(mask(1, 0, "jane@example.com"), "j***************");
        assert_eq!(mask(0, 4, "123"), "**3");
        assert_eq!(mask(9, 9, "123456"), "***456");
        assert_eq!(mask(9, 1, "123456"), "12***6");
        assert_eq!(mask(0, 2, "محمد"), "**مد");
        assert_eq!(Mask { sign: '•', ..Mask::default() }.apply("a b"), "•••");
    }
}
