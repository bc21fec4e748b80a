//! What a character is to a word: most are looked up in a table, because the questions to Unicode cost more than all else.

use std::array;
use std::sync::LazyLock;

use super::fold::{fold_other, is_mark};

/// Characters below this are in the table: all of two bytes, Latin with accents, Greek, Cyrillic, Hebrew and Arabic.
const TABLE: usize = 0x800;

static LETTERS: LazyLock<Box<[Letter; TABLE]>> = LazyLock::new(|| {
    let letter = |at: usize| char::from_u32(at as u32).map_or(Letter::default(), Letter::read);
    Box::new(array::from_fn(letter))
});

/// A character, and what it is folded to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) is: Is,
    count: u8,
    folded: [u32; 2],
}

/// What a character is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Is {
    /// Of no word.
    #[default]
    Sign,
    Space,
    /// Of a word if it stands in one, and says nothing.
    Mark,
    Number,
    Upper,
    Lower,
    Caseless,
}

impl Is {
    /// Whether words are made of it.
    pub(super) fn of_words(self) -> bool {
        matches!(self, Self::Number | Self::Upper | Self::Lower | Self::Caseless)
    }
}

impl Letter {
    #[inline]
    pub(super) fn of(character: char) -> Self {
        LETTERS.get(character as usize).copied().unwrap_or_else(|| Self::read(character))
    }

    fn read(character: char) -> Self {
        let mut letter = Self { is: is(character), ..Self::default() };
        fold_other(character, |folded| {
            // No character is folded to more than two that count.
            if let Some(place) = letter.folded.get_mut(usize::from(letter.count)) {
                *place = folded;
                letter.count += 1;
            }
        });
        letter
    }

    /// What it is without case and accents.
    #[inline]
    pub(super) fn folded(&self) -> &[u32] {
        &self.folded[..usize::from(self.count)]
    }
}

fn is(character: char) -> Is {
    if character.is_alphanumeric() {
        if character.is_numeric() {
            Is::Number
        } else if character.is_uppercase() {
            Is::Upper
        } else if character.is_lowercase() {
            Is::Lower
        } else {
            Is::Caseless
        }
    } else if is_mark(character) {
        Is::Mark
    } else if character.is_whitespace() {
        Is::Space
    } else {
        Is::Sign
    }
}

#[cfg(test)]
mod tests {
    use super::super::fold::fold;
    use super::*;

    #[test]
    fn every_character_is_folded_whole() {
        for character in '\u{80}'..=char::MAX {
            let mut folded = Vec::new();
            fold(character, |letter| folded.push(letter));
            assert_eq!(Letter::of(character).folded(), folded, "{character:?}");
        }
    }
}
