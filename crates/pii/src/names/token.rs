//! A text as the tagger reads it: words, numbers and signs, with what the lists say of them.

use std::ops::Range;

use super::fold::{WordHash, hash};
use super::letter::{Is, Letter};
use super::lists::{COMMON, Lists, NAMES};
use super::word::Word;

/// How a token is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(u8)]
pub(super) enum Shape {
    /// `anna`
    #[default]
    Lower,
    /// `Anna`
    Capital,
    /// `ANNA`
    Upper,
    /// `McArthur`
    Mixed,
    /// `A`
    Initial,
    /// `42`
    Digits,
    /// `4b`
    Alphanumeric,
    /// A sign.
    Sign,
    /// A place that is already known.
    Blank,
    /// Letters of a script without case.
    Caseless,
    /// `الحربي`: as Arabic family names that tell where a family is from, and adjectives.
    Nisba,
    /// `Filialverzeichnis`: a capital word on no list that ends with an ordinary one.
    Compound,
}

/// One word, number or sign.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Token {
    pub(super) start: u32,
    pub(super) end: u32,
    /// The folded word; all numbers of a length have one.
    pub(super) word: u32,
    /// The first three folded letters, and the last two, three and four.
    pub(super) prefix: u32,
    pub(super) suffix: u32,
    pub(super) flags: u16,
    pub(super) shape: Shape,
    /// Line ends between the token before and this one, at most two; the first of a text has two.
    pub(super) lines_before: u8,
}

impl Token {
    /// What it is in `source`; nothing where it is known already, whatever stands there.
    pub(super) fn text(self, source: &str) -> &str {
        if self.shape == Shape::Blank {
            ""
        } else {
            &source[self.start as usize..self.end as usize]
        }
    }
}

/// What tells a word from others in [`Token::word`].
pub(super) fn id(word: WordHash) -> u32 {
    (word.0 >> 24) as u32
}

/// The tokens of a text.
#[derive(Debug, Default)]
pub struct Tokens {
    pub(super) all: Vec<Token>,
}

impl Tokens {
    /// Reads `text`; each of `blanks` (sorted, disjoint) becomes one token, whatever stands there.
    pub fn read(&mut self, text: &str, blanks: &[Range<usize>], lists: &Lists) {
        self.all.clear();
        let (mut from, mut lines) = (0, 2);
        for blank in blanks {
            lines = self.read_part(text, from..blank.start, lines, lists);
            self.all.push(Token {
                start: blank.start as u32,
                end: blank.end as u32,
                word: u32::from('\u{1}'),
                shape: Shape::Blank,
                lines_before: lines,
                ..Token::default()
            });
            (from, lines) = (blank.end, 0);
        }
        self.read_part(text, from..text.len(), lines, lists);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The bytes of token `index`.
    pub fn range(&self, index: usize) -> Range<usize> {
        let token = &self.all[index];
        token.start as usize..token.end as usize
    }

    /// Returns the line ends behind the last token.
    fn read_part(&mut self, text: &str, part: Range<usize>, mut lines: u8, lists: &Lists) -> u8 {
        let bytes = text.as_bytes();
        let mut at = part.start;
        while at < part.end {
            let byte = bytes[at];
            match CLASSES[byte as usize] {
                Class::Space => {
                    lines = (lines + u8::from(byte == b'\n')).min(2);
                    at += 1;
                }
                Class::Sign => {
                    self.all.push(sign(at..at + 1, u32::from(byte), lines));
                    (at, lines) = (at + 1, 0);
                }
                Class::Word => {
                    at = self.read_word(text, at..part.end, lines, lists);
                    lines = 0;
                }
                Class::Other => {
                    let Some(character) = text[at..].chars().next() else { return lines };
                    let end = at + character.len_utf8();
                    match Letter::of(character).is {
                        Is::Space | Is::Mark => at = end,
                        Is::Sign => {
                            self.all.push(sign(at..end, u32::from(character), lines));
                            (at, lines) = (end, 0);
                        }
                        _ => {
                            at = self.read_word(text, at..part.end, lines, lists);
                            lines = 0;
                        }
                    }
                }
            }
        }
        lines
    }

    fn read_word(&mut self, text: &str, part: Range<usize>, lines: u8, lists: &Lists) -> usize {
        let mut word = Word::new();
        let bytes = text.as_bytes();
        let mut at = part.start;
        while at < part.end {
            let byte = bytes[at];
            match CLASSES[byte as usize] {
                Class::Word => {
                    word.push_ascii(byte);
                    at += 1;
                }
                Class::Other => {
                    let Some(character) = text[at..].chars().next() else { break };
                    let letter = Letter::of(character);
                    if letter.is.of_words() {
                        word.push(character, letter);
                    } else if letter.is != Is::Mark {
                        break;
                    }
                    at += character.len_utf8();
                }
                Class::Space | Class::Sign => break,
            }
        }
        let mut token = word.token(lists);
        if token.shape == Shape::Capital
            && token.flags == 0
            && ends_with_ordinary(&text[part.start..at], lists)
        {
            token.shape = Shape::Compound;
        }
        (token.start, token.end, token.lines_before) = (part.start as u32, at as u32, lines);
        self.all.push(token);
        at
    }
}

/// Whether `word` is a compound by its end: at least three letters, and an ordinary word of five to twelve behind them.
fn ends_with_ordinary(word: &str, lists: &Lists) -> bool {
    let ends = word.char_indices().rev().skip(4).take(8);
    ends.filter(|(at, _)| *at >= 3).any(|(at, _)| {
        let flags = lists.flags(hash(&word[at..]));
        flags & COMMON != 0 && flags & NAMES == 0
    })
}

fn sign(range: Range<usize>, word: u32, lines_before: u8) -> Token {
    let (start, end) = (range.start as u32, range.end as u32);
    Token { start, end, word, lines_before, shape: Shape::Sign, ..Token::default() }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Space,
    Sign,
    Word,
    Other,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Other; 256];
    let mut byte = 0;
    while byte < 128 {
        let ascii = byte as u8;
        classes[byte] = if ascii.is_ascii_alphanumeric() {
            Class::Word
        } else if ascii <= b' ' {
            Class::Space
        } else {
            Class::Sign
        };
        byte += 1;
    }
    classes
};

/// The places of the `tokens` in `range`, bytes of their text.
pub(super) fn within(tokens: &[Token], range: &Range<usize>) -> Range<usize> {
    let start = tokens.partition_point(|token| (token.start as usize) < range.start);
    let inside = tokens[start..].iter().take_while(|token| token.end as usize <= range.end);
    start..start + inside.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, blank: Option<Range<usize>>) -> Tokens {
        let mut tokens = Tokens::default();
        tokens.read(text, blank.as_slice(), &Lists::new(&[]));
        tokens
    }

    #[test]
    fn words_numbers_and_signs() {
        let text = "Hi José,\n42b 7!\u{200f}";
        let tokens = read(text, None);
        let parts: Vec<&str> = (0..tokens.len()).map(|at| &text[tokens.range(at)]).collect();
        assert_eq!(parts, ["Hi", "José", ",", "42b", "7", "!"]);
        let shapes: Vec<Shape> = tokens.all.iter().map(|token| token.shape).collect();
        assert_eq!(shapes[1..5], [Shape::Capital, Shape::Sign, Shape::Alphanumeric, Shape::Digits]);
        assert_eq!(tokens.all[3].lines_before, 1);
    }

    #[test]
    fn compounds_and_arabic_adjectives_of_belonging_have_shapes_of_their_own() {
        let mut tokens = Tokens::default();
        let lists = Lists::new(&[(hash("verzeichnis"), COMMON)]);
        tokens.read("Filialverzeichnis Verzeichnis الحربي العمارات عربي", &[], &lists);
        let shapes: Vec<Shape> = tokens.all.iter().map(|token| token.shape).collect();
        let caseless = Shape::Caseless;
        assert_eq!(shapes, [Shape::Compound, Shape::Capital, Shape::Nisba, caseless, caseless]);
    }

    #[test]
    fn a_blank_is_the_same_whatever_stands_there() {
        let (one, other) = (read("a [X_1] b", Some(2..7)), read("a jane b", Some(2..6)));
        let words = |tokens: &Tokens| -> Vec<u32> { tokens.all.iter().map(|t| t.word).collect() };
        assert_eq!(words(&one), words(&other));
        assert_eq!((other.all[1].text("a jane b"), other.all[2].text("a jane b")), ("", "b"));
    }
}
