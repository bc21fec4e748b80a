//! Names that are spelt letter by letter: `M-O-R-V-A-N`, `M, O for Oscar, R …`, `ميم واو راء`.

use std::sync::LazyLock;

use crate::Kind;
use crate::candidate::Candidate;

use super::fold::hash;
use super::token::{Shape, Token, id};

/// So many capitals are a name; fewer are grades, answers and abbreviations.
const LETTERS: usize = 5;

/// So many are enough when a word says one of them, or when they are Arabic and written as words.
const LETTERS_WITH_WORDS: usize = 3;

/// A row of letters up to this one is made of grades and answers.
const LAST_GRADE: char = 'E';

/// No row is read further.
const LONGEST: usize = 32;

/// What stands between a letter and a word that begins with it.
const FOR: [&str; 8] = ["for", "as", "like", "comme", "wie", "de", "como", "in"];

/// How sure it is that they are one.
const SCORE: f32 = 0.7;

/// The names of Arabic letters, as they are folded; one of two letters is a word of its own.
static ARABIC: LazyLock<Vec<u32>> = LazyLock::new(|| {
    let letters = "ألف الف باء تاء ثاء جيم حاء خاء دال ذال راء زاي زين سين شين صاد ضاد طاء ظاء عين \
                   غين فاء قاف كاف لام ميم نون هاء واو ياء همزة";
    let mut letters: Vec<u32> = letters.split(' ').map(|letter| id(hash(letter))).collect();
    letters.sort_unstable();
    letters
});

/// An Arabic name of a letter has at most so many bytes.
const LONGEST_ARABIC: u32 = 8;

/// The names among `tokens` of `source`.
pub(super) fn names<'t>(
    source: &'t str,
    tokens: &'t [Token],
) -> impl Iterator<Item = Candidate> + 't {
    let mut from = 0;
    std::iter::from_fn(move || {
        while from < tokens.len() {
            let start = from;
            let (end, is_name) = match tokens[start].shape {
                Shape::Initial => Row { source, tokens }.read(start),
                Shape::Caseless if is_arabic_letter(tokens[start]) => arabic(tokens, start),
                _ => (start + 1, false),
            };
            from = end;
            if is_name {
                let range = tokens[start].start as usize..tokens[end - 1].end as usize;
                return Some(Candidate { kind: Kind::Person, range, score: SCORE });
            }
        }
        None
    })
}

/// Where the letters written as Arabic words from token `start` on end, and whether they are enough.
fn arabic(tokens: &[Token], start: usize) -> (usize, bool) {
    let (mut end, mut letters) = (start + 1, 0);
    for (at, token) in tokens.iter().enumerate().skip(start).take(LONGEST) {
        let is_comma = [',', '،', '-'].iter().any(|comma| token.word == u32::from(*comma));
        if is_arabic_letter(*token) {
            (letters, end) = (letters + 1, at + 1);
        } else if !(token.shape == Shape::Sign && is_comma && at == end) {
            break;
        }
    }
    (end, letters >= LETTERS_WITH_WORDS)
}

fn is_arabic_letter(token: Token) -> bool {
    token.shape == Shape::Caseless
        && token.end - token.start <= LONGEST_ARABIC
        && ARABIC.binary_search(&token.word).is_ok()
}

/// What a row of letters is read from.
#[derive(Clone, Copy)]
struct Row<'t> {
    source: &'t str,
    tokens: &'t [Token],
}

impl Row<'_> {
    /// Where the row of capitals that begins with token `start` ends, and whether it is a name.
    fn read(self, start: usize) -> (usize, bool) {
        let (mut end, mut letters, mut at) = (start + 1, 0, start);
        let (mut has_word, mut has_hyphens) = (false, true);
        let (mut last, mut is_sorted, mut are_grades) = ('\0', true, true);
        while let Some(letter) = self.letter(at).filter(|_| letters < LONGEST) {
            letters += 1;
            is_sorted &= last <= letter;
            are_grades &= letter <= LAST_GRADE;
            (last, end) = (letter, at + 1);
            if let Some(word) = self.word(at, letter) {
                (end, has_word) = (word + 1, true);
            }
            let Some(next) = self.next(end).filter(|next| self.letter(*next).is_some()) else {
                break;
            };
            has_hyphens &= self.tokens[end].word == u32::from('-');
            at = next;
        }
        let least = if has_word { LETTERS_WITH_WORDS } else { LETTERS };
        let is_list = !has_hyphens && !has_word && (is_sorted || are_grades);
        (end, letters >= least && !is_list && !self.is_inside_a_word(start))
    }

    /// Whether a hyphen joins token `at` to what stands before it.
    fn is_inside_a_word(self, at: usize) -> bool {
        at.checked_sub(1).is_some_and(|before| {
            self.touches(before) && self.tokens[before].word == u32::from('-')
        })
    }

    /// The capital that token `at` is.
    fn letter(self, at: usize) -> Option<char> {
        let token = self.tokens.get(at).filter(|token| token.shape == Shape::Initial)?;
        token.text(self.source).chars().next()
    }

    /// Where the next letter may be behind token `end - 1`: behind a hyphen, a comma, a full stop or a space.
    fn next(self, end: usize) -> Option<usize> {
        let sign = self.tokens.get(end).filter(|token| token.lines_before == 0)?;
        if sign.shape != Shape::Sign {
            return Some(end);
        }
        let is_one = |signs: &[char]| signs.iter().any(|other| sign.word == u32::from(*other));
        let next = self.tokens.get(end + 1).filter(|next| next.lines_before == 0)?;
        let touches = self.touches(end - 1) && self.touches(end);
        let fits = is_one(&['-']) && touches || is_one(&[',', '.']) && next.start > sign.end;
        fits.then_some(end + 1)
    }

    /// The token of the word that says `letter`, the token `at`: `V for Victor`, `T wie Theodor`.
    fn word(self, at: usize, letter: char) -> Option<usize> {
        let is_for = |at: usize| {
            let token = self.tokens.get(at).filter(|token| token.lines_before == 0)?;
            let word = token.text(self.source);
            FOR.iter().any(|other| other.eq_ignore_ascii_case(word)).then_some(at + 1)
        };
        let behind = is_for(at + 1)?;
        let word = is_for(behind).unwrap_or(behind);
        let token = self.tokens.get(word).filter(|token| token.lines_before == 0)?;
        let says = token
            .text(self.source)
            .chars()
            .next()
            .is_some_and(|first| first.to_uppercase().eq([letter]));
        (says && token.end - token.start > 2).then_some(word)
    }

    fn touches(self, at: usize) -> bool {
        self.tokens.get(at + 1).is_some_and(|next| next.start == self.tokens[at].end)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Lists;
    use super::super::token::Tokens;
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let mut tokens = Tokens::default();
        tokens.read(text, &[], &Lists::new(&[]));
        names(text, &tokens.all).map(|name| &text[name.range]).collect()
    }

    #[test]
    fn letters_with_hyphens_between_are_a_name() {
        assert_eq!(found("Morvan, M-O-R-V-A-N, and Ü-B-E-L-E"), ["M-O-R-V-A-N", "Ü-B-E-L-E"]);
    }

    #[test]
    fn so_are_letters_in_a_row_and_those_that_a_word_says() {
        for row in [
            "M, O, R, V, A, N",
            "M O R V A N",
            "M. O. R. V. A. N",
            "K, K for Kilo, O, W",
            "T wie Theodor, R wie Richard, E",
            "K as in kilo, O, W, A, L",
            "ميم واو راء",
            "ميم، واو، راء، فاء",
        ] {
            assert_eq!(found(&format!("it is {row}; 5")), [row]);
        }
    }

    #[test]
    fn grades_codes_and_abbreviations_are_none() {
        for text in [
            "A-B-C-D",
            "A - B - C - D - E",
            "A1-B-C-D-E2",
            "X",
            "S-O-S",
            "AB-C-D-E-F",
            "drives C, D, F, K, M",
            "A, C, B, D, A, E",
            "A for all, B for both",
            "عين الماء باء",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn what_is_known_is_no_word_of_a_row() {
        let text = "V wie Ida, A, Victor";
        let mut tokens = Tokens::default();
        tokens.read(text, &[6..9, 14..20], &Lists::new(&[]));
        assert_eq!(names(text, &tokens.all).count(), 0);
    }
}
