//! From a document to the sequences the network reads.

use crate::LongTexts;
use crate::tokeniser::{Tokeniser, Tokens};

/// The tokens that begin and end every sequence.
pub(crate) const MARKS: usize = 2;

/// What the network reads of a document.
pub(crate) struct Sequences {
    /// Token numbers, the marks of beginning and end included; one sequence, or one a window.
    pub(crate) ids: Vec<Vec<i64>>,
    /// Tokens of the whole text, without the marks.
    pub(crate) total: u32,
    /// Tokens among them that are in a sequence.
    pub(crate) used: u32,
    /// Tokens among all of them that are not in the vocabulary.
    pub(crate) unknown: u32,
}

impl Sequences {
    /// The sequences of `text`, each of at most `max_tokens` with the marks.
    pub(crate) fn of(
        text: &str,
        tokeniser: &Tokeniser,
        max_tokens: usize,
        long_texts: LongTexts,
    ) -> tokenizers::Result<Self> {
        let Tokens { ids, unknown } = tokeniser.tokens(text)?;
        let body = max_tokens.saturating_sub(MARKS).max(1);
        let starts = long_texts.starts(ids.len(), body);
        let window = |start: &usize| tokeniser.mark(&ids[*start..ids.len().min(start + body)]);
        let read = starts.last().map_or(0, |last| ids.len().min(last + body));
        Ok(Self {
            ids: starts.iter().map(window).collect(),
            total: ids.len() as u32,
            used: read as u32,
            unknown,
        })
    }
}

impl LongTexts {
    /// Where the windows of a text of `total` tokens begin, if each holds `body`: evenly spread, so that neighbours overlap alike.
    fn starts(self, total: usize, body: usize) -> Vec<usize> {
        let Self::Windows(most) = self else { return vec![0] };
        if total <= body {
            return vec![0];
        }
        // Neighbours share a quarter, so that what stands at the edge of one is inside the other.
        let stride = (body - body / 4).max(1);
        let needed = (total - body).div_ceil(stride) + 1;
        if needed > most.get() {
            return (0..most.get()).map(|window| window * stride).collect();
        }
        (0..needed).map(|window| (total - body) * window / (needed - 1)).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_short_text_is_one_window_and_a_long_one_is_cut_when_told() {
        let windows = LongTexts::Windows(NonZeroUsize::new(8).unwrap());
        assert_eq!(windows.starts(0, 10), [0]);
        assert_eq!(windows.starts(10, 10), [0]);
        assert_eq!(windows.starts(11, 10), [0, 1]);
        assert_eq!(windows.starts(30, 10), [0, 6, 13, 20]);
        assert_eq!(LongTexts::Truncate.starts(1_000, 10), [0]);
    }

    proptest! {
        #[test]
        fn windows_cover_the_text_in_order_or_are_as_many_as_may_be(
            total in 0usize..2_000,
            body in 1usize..200,
            most in 1usize..20,
        ) {
            let windows = LongTexts::Windows(NonZeroUsize::new(most).unwrap());
            let starts = windows.starts(total, body);
            prop_assert!(starts[0] == 0 && starts.len() <= most);
            prop_assert!(starts.windows(2).all(|two| two[0] < two[1] && two[1] <= two[0] + body));
            let end = starts.last().unwrap() + body;
            prop_assert!(end >= total || starts.len() == most, "{:?}", starts);
            prop_assert!(starts.len() == 1 || end <= total);
        }
    }
}
