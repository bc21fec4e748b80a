//! What tokens weigh that were weighed before.
//!
//! A ticket is looked at again once something was found in it, and most of its tokens have the neighbours they had; a text
//! that repeats itself for a megabyte has few tokens with different ones.

use super::weights::Scores;

/// So many places for what is known; a later token takes the place of an earlier one.
const PLACES: usize = 1 << 12;

/// Scores by the key of what they were made from.
#[derive(Debug, Default)]
pub(super) struct Known(Vec<(u64, Scores)>);

impl Known {
    /// The scores of `key`, which `weigh` finds out when they are not known.
    pub(super) fn scores(&mut self, key: u64, weigh: impl FnOnce() -> Scores) -> Scores {
        if self.0.is_empty() {
            // No key is zero.
            self.0.resize(PLACES, (0, Scores::default()));
        }
        let key = key.max(1);
        let place = &mut self.0[(key >> 32) as usize % PLACES];
        if place.0 != key {
            *place = (key, weigh());
        }
        place.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_weighed_once() {
        let mut known = Known::default();
        assert_eq!(known.scores(7 << 32, || [3; 8]), [3; 8]);
        assert_eq!(known.scores(7 << 32, || [4; 8]), [3; 8]);
        assert_eq!(known.scores(9 << 32, || [5; 8]), [5; 8]);
    }
}
