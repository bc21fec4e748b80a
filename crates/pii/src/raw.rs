//! Text that may hold personal data, and does not print itself.

use std::fmt;

/// Raw ticket text: no `Display`, and a `Debug` that tells its length only.
#[derive(Clone, Copy)]
pub struct RawText<'t>(&'t str);

impl<'t> RawText<'t> {
    /// Marks `text` as raw.
    pub fn new(text: &'t str) -> Self {
        Self(text)
    }

    pub(crate) fn expose(self) -> &'t str {
        self.0
    }
}

impl fmt::Debug for RawText<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RawText({} bytes)", self.0.len())
    }
}
