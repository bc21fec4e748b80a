//! Names that are spelt letter by letter: `M-O-R-V-A-N`.

use crate::Kind;
use crate::candidate::Candidate;

use super::token::{Shape, Token};

/// So many capitals with hyphens between them are a name; fewer are grades, answers and abbreviations.
const LETTERS: usize = 5;

/// How sure it is that they are one.
const SCORE: f32 = 0.7;

/// The names among `tokens`.
pub(super) fn names(tokens: &[Token]) -> impl Iterator<Item = Candidate> {
    let mut from = 0;
    std::iter::from_fn(move || {
        while from < tokens.len() {
            let start = from;
            let end = end(tokens, start);
            from = end.max(start + 1);
            // Letters and hyphens take turns.
            if end - start >= 2 * LETTERS - 1 {
                let range = tokens[start].start as usize..tokens[end - 1].end as usize;
                return Some(Candidate { kind: Kind::Person, range, score: SCORE });
            }
        }
        None
    })
}

/// The end of the letters that hyphens join from `start` on; `start` if there is none.
fn end(tokens: &[Token], start: usize) -> usize {
    if tokens[start].shape != Shape::Initial {
        return start;
    }
    let goes_on = |at: usize| {
        let touches = |at: usize| tokens[at].end == tokens[at + 1].start;
        at + 2 < tokens.len()
            && tokens[at + 1].word == u32::from('-')
            && tokens[at + 2].shape == Shape::Initial
            && touches(at)
            && touches(at + 1)
    };
    let mut last = start;
    while goes_on(last) {
        last += 2;
    }
    last + 1
}

#[cfg(test)]
mod tests {
    use super::super::Lists;
    use super::super::token::Tokens;
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let mut tokens = Tokens::default();
        tokens.read(text, &[], &Lists::new(&[]));
        names(&tokens.all).map(|name| &text[name.range]).collect()
    }

    #[test]
    fn letters_with_hyphens_between_are_a_name() {
        assert_eq!(found("Morvan, M-O-R-V-A-N, and Ü-B-E-L-E"), ["M-O-R-V-A-N", "Ü-B-E-L-E"]);
    }

    #[test]
    fn grades_codes_and_abbreviations_are_none() {
        for text in ["A-B-C-D", "A - B - C - D - E", "A1-B-C-D-E2", "X", "S-O-S", "AB-C-D-E-F"] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }
}
