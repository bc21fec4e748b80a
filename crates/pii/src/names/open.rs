//! The text around a name as far as it is open: what is known already is never read through, so that a value and its
//! placeholder look the same from outside.

use std::ops::Range;

/// A text, and the sorted places of it that are already known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Open<'s> {
    pub(super) source: &'s str,
    blanks: &'s [Range<usize>],
}

impl<'s> Open<'s> {
    pub(super) fn new(source: &'s str, blanks: &'s [Range<usize>]) -> Self {
        Self { source, blanks }
    }

    /// What stands before byte `at`, back to what is known.
    pub(super) fn before(self, at: usize) -> &'s str {
        let next = self.blanks.partition_point(|blank| blank.start < at);
        let floor = next.checked_sub(1).map_or(0, |before| self.blanks[before].end);
        &self.source[floor.min(at)..at]
    }

    /// What stands behind byte `at`, up to what is known.
    pub(super) fn behind(self, at: usize) -> &'s str {
        let next = self.blanks.partition_point(|blank| blank.start < at);
        let limit = self.blanks.get(next).map_or(self.source.len(), |blank| blank.start);
        &self.source[at..limit]
    }

    /// Whether what stands at byte `at` is known.
    pub(super) fn is_known(self, at: usize) -> bool {
        let next = self.blanks.partition_point(|blank| blank.end <= at);
        self.blanks.get(next).is_some_and(|blank| blank.start <= at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_not_read_through() {
        let blank = 2..4;
        let open = Open::new("abXXcd", std::slice::from_ref(&blank));
        assert_eq!((open.before(2), open.before(4), open.before(6)), ("ab", "", "cd"));
        assert_eq!((open.behind(0), open.behind(2), open.behind(4)), ("ab", "", "cd"));
        assert!(!open.is_known(1) && open.is_known(2) && !open.is_known(4));
    }
}
