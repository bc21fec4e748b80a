//! Halves of double names: what a hyphen joins to a name that was found.

use super::lists::{
    COMMON, FAMILY, FREQUENT, GIVEN, ORGANIZATION, PLACE, PLACE_PART, STREET, TERM,
};
use super::particles;
use super::parts::{Name, PEOPLE, Parts, is_word};
use super::token::{Shape, Token};

/// No small word inside the name of a town has more letters: `sur`, `lès`, `upon`.
const LONGEST_SMALL: u32 = 5;

/// What nouns of ordinary life end with.
const NOUNS: [&str; 6] = ["ung", "heit", "keit", "schaft", "tion", "tät"];

impl Parts<'_> {
    /// The last token of what a hyphen joins to the end of `name`.
    pub(super) fn half_behind(self, name: &Name) -> Option<usize> {
        let mut half = name.end + 2;
        let has_half = |half: usize| {
            half < self.tokens.len() && self.tokens[half].end as usize <= name.ceiling
        };
        if !has_half(half) || !self.is_hyphen(name.end) {
            return None;
        }
        let is_small = self.is_small(half);
        if is_small && has_half(half + 2) && self.is_hyphen(half) {
            half += 2;
        }
        let words = self.tokens[name.start..=name.end].iter().filter(|token| is_word(token));
        // Behind a small word goes on what town it is.
        let has_given = if name.is_person { words.count() > 1 } else { half > name.end + 2 };
        self.is_half(half, self.tokens[name.end], name.is_person, has_given).then_some(half)
    }

    /// The first token of what a hyphen joins to the beginning of `name`.
    pub(super) fn half_before(self, name: &Name) -> Option<usize> {
        let half = name.start.checked_sub(2)?;
        if (self.tokens[half].start as usize) < name.floor || !self.is_hyphen(half) {
            return None;
        }
        if particles::is_arabic_article(self.text(half)) {
            return Some(half);
        }
        let has_given = name.floor > 0
            && half > 0
            && self.tokens[half].lines_before == 0
            && matches!(
                self.source.get(name.floor..self.tokens[half].start as usize),
                Some(" " | ". ")
            );
        self.is_half(half, self.tokens[name.start], name.is_person, has_given).then_some(half)
    }

    /// Whether token `at` is one half of a double name whose other is `other`.
    ///
    /// Behind a given name it may be an ordinary word, as names of people who are written about are.
    fn is_half(self, at: usize, other: Token, is_person: bool, has_given: bool) -> bool {
        let token = self.tokens[at];
        let is_listed = |lists: u16| token.flags & lists != 0;
        let lists = if is_person { PEOPLE } else { PLACE | PLACE_PART };
        if is_listed(TERM | ORGANIZATION | STREET) || is_listed(FREQUENT) && !is_listed(lists) {
            return false;
        }
        let is_ordinary = is_listed(COMMON) && !(is_person && is_listed(PEOPLE));
        let is_noun = || NOUNS.iter().any(|end| self.text(at).ends_with(end));
        match token.shape {
            Shape::Capital | Shape::Mixed => has_given || !is_ordinary && !is_noun(),
            Shape::Compound => has_given,
            Shape::Upper => other.shape == Shape::Upper && !is_ordinary,
            Shape::Lower => {
                let is_name = !is_listed(COMMON) || has_given && is_listed(GIVEN | FAMILY);
                is_person && other.shape == Shape::Lower && is_name
            }
            _ => false,
        }
    }

    /// Whether token `at` is a small word.
    pub(super) fn is_small(self, at: usize) -> bool {
        let token = self.tokens[at];
        token.shape == Shape::Lower && token.end - token.start <= LONGEST_SMALL
    }
}
