//! One word being read, letter by letter.

use super::fold::{Hasher, WordHash, mix};
use super::letter::{Is, Letter};
use super::lists::Lists;
use super::token::{Shape, Token, id};

/// A word being read.
pub(super) struct Word {
    hash: Hasher,
    /// The hash without the first letter: Arabic glues conjunctions and prepositions to a word.
    behind_clitic: Hasher,
    clitic: bool,
    letters: u32,
    digits: u32,
    capitals: u32,
    caseless: u32,
    first_is_capital: bool,
    /// The first three folded letters and the last four, a byte of each.
    first: u32,
    last: u32,
}

impl Word {
    pub(super) fn new() -> Self {
        Self {
            hash: Hasher::new(),
            behind_clitic: Hasher::new(),
            clitic: false,
            letters: 0,
            digits: 0,
            capitals: 0,
            caseless: 0,
            first_is_capital: false,
            first: 0,
            last: 0,
        }
    }

    #[inline]
    pub(super) fn push_ascii(&mut self, byte: u8) {
        if byte.is_ascii_digit() {
            self.digits += 1;
        }
        let capital = byte.is_ascii_uppercase();
        if capital {
            self.capitals += 1;
            self.first_is_capital |= self.letters == 0;
        }
        self.push_folded(u32::from(byte.to_ascii_lowercase()));
    }

    #[inline]
    pub(super) fn push(&mut self, character: char, letter: Letter) {
        match letter.is {
            Is::Number => self.digits += 1,
            Is::Upper => {
                self.capitals += 1;
                self.first_is_capital |= self.letters == 0;
            }
            Is::Caseless => {
                self.caseless += 1;
                self.clitic |=
                    self.letters == 0 && matches!(character, 'و' | 'ف' | 'ب' | 'ل' | 'ك');
            }
            Is::Sign | Is::Space | Is::Mark | Is::Lower => {}
        }
        letter.folded().iter().for_each(|folded| self.push_folded(*folded));
    }

    #[inline]
    fn push_folded(&mut self, folded: u32) {
        self.hash.push(folded);
        if self.clitic && self.letters > 0 {
            self.behind_clitic.push(folded);
        }
        if self.letters < 3 {
            self.first = self.first << 8 | (folded & 0xff);
        }
        self.last = self.last << 8 | (folded & 0xff);
        self.letters += 1;
    }

    pub(super) fn token(&self, lists: &Lists) -> Token {
        let shape = self.shape();
        let word = match shape {
            Shape::Digits => WordHash(mix(u64::from(self.digits.min(12)) + 0xD161_7500)),
            Shape::Alphanumeric => {
                let digits = u64::from(self.digits.min(5));
                WordHash(mix((u64::from(self.letters.min(9)) << 8 | digits) + 0xA1FA_0000))
            }
            _ => self.hash.finish(),
        };
        let mut flags = if self.digits == 0 { lists.flags(word) } else { 0 };
        if flags == 0 && self.clitic {
            // What stands behind the clitic is looked up alone; an unknown word has no clitic for all we know.
            flags = lists.flags(self.behind_clitic.finish());
        }
        Token {
            word: id(word),
            prefix: self.first,
            suffix: self.last,
            flags,
            shape,
            ..Token::default()
        }
    }

    /// Whether the letters are an article, three or more, and the ending of belonging.
    fn is_nisba(&self) -> bool {
        let low = |letter: char| u32::from(letter) & 0xff;
        let article = low('ا') << 8 | low('ل');
        self.letters >= 5 && self.first >> 8 == article && self.last & 0xff == low('ي')
    }

    fn shape(&self) -> Shape {
        if self.digits == self.letters {
            Shape::Digits
        } else if self.digits > 0 {
            Shape::Alphanumeric
        } else if self.caseless == self.letters {
            if self.is_nisba() { Shape::Nisba } else { Shape::Caseless }
        } else if self.capitals == 0 {
            Shape::Lower
        } else if self.letters == 1 {
            Shape::Initial
        } else if self.capitals == self.letters {
            Shape::Upper
        } else if self.first_is_capital && self.capitals == 1 {
            Shape::Capital
        } else {
            Shape::Mixed
        }
    }
}
