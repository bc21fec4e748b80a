//! Text without personal data; only this crate can make it.

use std::fmt;

use crate::Span;
use crate::cut::Cut;

/// A text whose personal data was replaced; the proof that [`Scrubber::scrub`](crate::Scrubber::scrub) saw it.
///
/// Its `Debug` shows sizes only: what is left of a ticket is still the caller's.
#[derive(Clone, PartialEq)]
pub struct Scrubbed {
    text: String,
    cut: Cut,
    spans: Vec<Span>,
}

impl Scrubbed {
    pub(crate) fn new(text: String, cut: Cut, spans: Vec<Span>) -> Self {
        Self { text, cut, spans }
    }

    /// The text with every span replaced by its placeholder, `[TYPE_n]`: equal values have equal numbers, and new
    /// numbers start above any placeholder of that type the caller's text held already.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text models may see: spans and placeholders cut out, white space collapsed to single spaces and trimmed.
    ///
    /// Neither a placeholder nor anything the recognisers would find is left in it.
    pub fn for_models(&self) -> &str {
        &self.cut.text
    }

    /// What was found in the caller's text, sorted and disjoint.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// The code-point range of [`text`](Self::text) that `start..end` of [`for_models`](Self::for_models) stands for.
    ///
    /// `None` when something was cut out inside the range, or when it is empty or out of bounds.
    pub fn in_scrubbed_text(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        self.cut.original(start, end)
    }
}

impl fmt::Debug for Scrubbed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Scrubbed({} bytes, {} spans)", self.text.len(), self.spans.len())
    }
}
