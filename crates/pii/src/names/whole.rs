//! What belongs to a name beside the words that were taken for it: titles, and what hyphens join.

use super::Stretch;
use super::lists;
use super::tagger::Label;
use super::token::{Shape, Token};

impl Stretch<'_> {
    /// The first and the last token of the name from `start` to `end`, with titles and what a hyphen joins: `Emre-Can`.
    pub(super) fn whole_name(&self, mut start: usize, mut end: usize) -> (usize, usize) {
        while end + 2 < self.tokens.len() && self.joins(end) && self.is_name_part(end + 2) {
            end += 2;
        }
        let is_free = |at: usize| self.room.labels[at] == Label::Nothing as u8;
        while start >= 2
            && self.joins(start - 2)
            && self.is_name_part(start - 2)
            && is_free(start - 2)
        {
            start -= 2;
        }
        (self.behind_titles(start), end)
    }

    /// The last token of the place that ends at `end` or goes on behind a small word between hyphens: `Arcy-sur-Cure`.
    pub(super) fn whole_place(&self, mut end: usize) -> usize {
        let is_small = |at: usize| self.tokens[at].shape == Shape::Lower;
        while end + 4 < self.tokens.len()
            && self.joins(end)
            && self.joins(end + 2)
            && is_small(end + 2)
            && !is_small(end + 4)
        {
            end += 4;
        }
        end
    }

    /// Whether a hyphen joins token `at` to the one behind it, no space between.
    fn joins(&self, at: usize) -> bool {
        let touches = |at: usize| self.tokens[at].end == self.tokens[at + 1].start;
        touches(at) && touches(at + 1) && self.tokens[at + 1].word == u32::from('-')
    }

    /// Whether token `at` is written like a part of a name, and is no ordinary word.
    fn is_name_part(&self, at: usize) -> bool {
        let Token { shape, flags, .. } = self.tokens[at];
        let is_word = matches!(shape, Shape::Capital | Shape::Upper | Shape::Mixed | Shape::Lower);
        let is_ordinary = flags & (lists::COMMON | lists::TERM) != 0 && flags & lists::GIVEN == 0;
        is_word && !is_ordinary
    }

    /// Where the name at `at` begins when the titles before it are part of it: `Frau Dr.`.
    fn behind_titles(&self, mut at: usize) -> usize {
        let is_title = |at: usize| {
            let token = self.tokens[at];
            token.flags & lists::TITLE != 0 && token.shape != Shape::Lower
        };
        let joins = |at: usize| {
            self.tokens[at].lines_before == 0 && self.room.labels[at - 1] == Label::Nothing as u8
        };
        let is_stop = |at: usize| self.tokens[at].word == u32::from('.');
        loop {
            if at >= 1 && joins(at) && is_title(at - 1) {
                at -= 1;
            } else if at >= 2 && joins(at) && joins(at - 1) && is_stop(at - 1) && is_title(at - 2) {
                at -= 2;
            } else {
                return at;
            }
        }
    }
}
