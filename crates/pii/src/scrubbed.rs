//! Text without personal data; only this crate can make it.

use std::fmt;

use crate::Span;
use crate::cut::Cut;
use crate::shown::Shown;

/// A text whose personal data was replaced; the proof that [`Scrubber::scrub`](crate::Scrubber::scrub) saw it.
///
/// Its `Debug` shows sizes only: what is left of a ticket is still the caller's.
#[derive(Clone, PartialEq)]
pub struct Scrubbed {
    shown: Shown,
    cut: Cut,
    spans: Vec<Span>,
}

impl Scrubbed {
    pub(crate) fn new(shown: Shown, cut: Cut, spans: Vec<Span>) -> Self {
        Self { shown, cut, spans }
    }

    /// The text with every span replaced as the policy says: by default with its placeholder, `[TYPE_n]`. Equal values
    /// have equal numbers, and new numbers start above any placeholder of that type the caller's text held already.
    pub fn text(&self) -> &str {
        &self.shown.text
    }

    /// The text models may see: one space for each value that was found, or placeholder, and the white space around it,
    /// none at the ends. It is the same under every policy.
    ///
    /// Neither a placeholder nor anything the recognisers would find is left in it.
    pub fn for_models(&self) -> &str {
        &self.cut.text
    }

    /// What was replaced, by its place in the caller's text, sorted and disjoint.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// The code-point range of [`text`](Self::text) that `start..end` of [`for_models`](Self::for_models) stands for.
    ///
    /// `None` when something was cut out inside the range, or when it is empty or out of bounds.
    pub fn in_scrubbed_text(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        let (start, end) = self.cut.original(start, end)?;
        self.shown.place(start, end)
    }
}

impl fmt::Debug for Scrubbed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Scrubbed({} bytes, {} spans)", self.shown.text.len(), self.spans.len())
    }
}
