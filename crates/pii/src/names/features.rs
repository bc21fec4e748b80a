//! What the tagger knows about a token: hashes of the words, shapes and lists in and around it.

use super::fold::mix;
use super::lists::{CLOSING, CUE, GREETING, TITLE};
use super::token::{Shape, Token, Tokens};

/// How many features a token has.
pub const FEATURES: usize = 26;

/// Tells the templates apart.
const TEMPLATE: u64 = 0xA076_1D64_78BD_642F;

/// The hashes of one token's features.
pub type Features = [u64; FEATURES];

/// Writes the features of tokens, one after the other.
pub struct Reader<'t> {
    tokens: &'t [Token],
}

/// The line a token stands in.
#[derive(Debug, Clone, Copy, Default)]
pub struct Line {
    start: usize,
    end: usize,
    /// How it is written: 0 without capitals, 1 with, 2 in capitals only, 3 in a script without case.
    case: u64,
    /// What kind of line stands before it.
    before: u64,
}

impl<'t> Reader<'t> {
    /// Reads `tokens`.
    pub fn new(tokens: &'t Tokens) -> Self {
        Self { tokens: &tokens.all }
    }

    /// The line of token `at`, which stands behind the end of `last`.
    pub fn line(&self, at: usize, last: Line) -> Line {
        if at < last.end {
            return last;
        }
        let mut start = at;
        // A line is read to a bounded length, so that the cost stays linear in the text.
        while start > 0 && self.tokens[start].lines_before == 0 && at - start < 40 {
            start -= 1;
        }
        let mut end = at + 1;
        while end < self.tokens.len() && self.tokens[end].lines_before == 0 && end - at < 40 {
            end += 1;
        }
        let line = &self.tokens[start..end];
        let count = |wanted: fn(Shape) -> bool| line.iter().filter(|t| wanted(t.shape)).count();
        let lower = count(|shape| shape == Shape::Lower);
        let capital = count(|shape| {
            matches!(shape, Shape::Capital | Shape::Compound | Shape::Mixed | Shape::Initial)
        });
        let upper = count(|shape| shape == Shape::Upper);
        let case = match (lower, capital, upper) {
            (0, 0, 0) => 3,
            (_, 0, 0) => 0,
            (0, 0, _) => 2,
            _ => 1,
        };
        Line { start, end, case, before: self.line_before(start) }
    }

    /// Whether the line before token `start` greets, closes or asks for a name, and whether a blank line is between.
    fn line_before(&self, start: usize) -> u64 {
        let mut kind = 0;
        let before = &self.tokens[start.saturating_sub(6)..start];
        for token in before.iter().rev() {
            kind |= u64::from(token.flags & (CLOSING | GREETING | CUE | TITLE));
            if token.lines_before > 0 {
                break;
            }
        }
        kind << 2 | u64::from(self.tokens[start].lines_before)
    }

    /// The token `at` between the two before and the two behind it.
    fn around(&self, at: usize) -> [Token; 5] {
        let near = |offset: isize| {
            at.checked_add_signed(offset)
                .and_then(|at| self.tokens.get(at))
                .copied()
                .unwrap_or_default()
        };
        [near(-2), near(-1), near(0), near(1), near(2)]
    }

    /// A hash of all that the features of token `at` of `line` are made from; the same for tokens with the same features.
    pub(super) fn key(&self, at: usize, line: Line) -> u64 {
        let around = self.around(at);
        let own = around[2];
        let words = around.iter().fold(0, |key, token| {
            let token =
                u64::from(token.word) << 32 | u64::from(token.flags) << 8 | token.shape as u64;
            join(key, token)
        });
        let breaks = u64::from(own.lines_before) << 2 | u64::from(around[3].lines_before);
        let place = position(at, line) << 4 | breaks;
        let lines = line.before << 3 | u64::from(at - line.start < 3) << 2 | line.case;
        let ends = u64::from(own.prefix) << 32 | u64::from(own.suffix);
        mix(join(join(join(words, place), lines), ends))
    }

    /// The features of token `at` of `line`.
    pub fn features(&self, at: usize, line: Line) -> Features {
        let around = self.around(at);
        // By place: two before, one before, the token, one behind, two behind.
        let word = |place: usize| u64::from(around[place].word);
        let profile = |place: usize| profile(around[place]);
        let token = around[2];
        let shape = token.shape as u64;
        let breaks = u64::from(token.lines_before) << 2 | u64::from(around[3].lines_before);
        let place = position(at, line) << 4 | breaks;
        let suffix = |letters: u32| u64::from(token.suffix) & ((1 << (8 * letters)) - 1);
        let mut features = [
            word(2),
            word(1),
            word(3),
            word(0),
            join(word(1), word(2)),
            join(word(2), word(3)),
            profile(2),
            join(profile(1), profile(2)),
            join(profile(2), profile(3)),
            join(word(1), profile(2)),
            join(word(3), profile(2)),
            join(join(word(0), word(1)), profile(2)),
            suffix(3) << 4 | shape,
            suffix(4) << 4 | shape,
            u64::from(token.prefix) << 4 | shape,
            place,
            join(place, profile(2)),
            join(line.before, shape << 8 | u64::from(at - line.start < 3)),
            join(join(line.before, place), profile(2)),
            join(line.case, profile(2)),
            join(profile(0), profile(1)),
            join(profile(2), profile(4)),
            join(join(profile(1), profile(2)), profile(3)),
            join(line.case << 4 | shape, word(1)),
            join(around[1].shape as u64 | shape << 4 | (around[3].shape as u64) << 8, place),
            join(join(word(1), profile(2)), profile(3)),
        ];
        for (template, feature) in features.iter_mut().enumerate() {
            *feature = mix(feature.wrapping_add((template as u64 + 1).wrapping_mul(TEMPLATE)));
        }
        features
    }
}

/// Lists and shape of a token in one number.
fn profile(token: Token) -> u64 {
    let sign = if token.shape == Shape::Sign { u64::from(token.word & 0xffff) } else { 0 };
    (u64::from(token.flags) ^ sign) << 4 | token.shape as u64
}

/// Start and end of the line, and how long it is.
fn position(at: usize, line: Line) -> u64 {
    let length = match line.end - line.start {
        length @ 0..=4 => length as u64,
        5..=8 => 5,
        _ => 6,
    };
    u64::from(at == line.start) | u64::from(at + 1 == line.end) << 1 | length << 2
}

fn join(one: u64, other: u64) -> u64 {
    (one.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ other).wrapping_mul(0xD6E8_FEB8_6659_FD93)
}
