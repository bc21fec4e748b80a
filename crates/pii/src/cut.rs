//! The text models may see: values and placeholders cut out, white space collapsed.

use std::ops::Range;

use switchboard_text::placeholder;

use crate::bytes::position_of_pair;
use crate::scan::Recognisers;
use crate::shadow;

/// What is left after a cut may join into something new; so often it is looked at again.
const MOST_LOOKS: usize = 8;

/// A text with parts cut out, and the way back to the text it was cut from.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Cut {
    pub(crate) text: String,
    pieces: Vec<Piece>,
}

/// A stretch of the cut text that stands in the original without a change, in code points.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Piece {
    start: usize,
    length: usize,
    original: usize,
    original_byte: usize,
    byte: usize,
    /// Something was cut out before it.
    behind_cut: bool,
}

impl Cut {
    /// Cuts every placeholder out of `scrubbed`, and then whatever the recognisers still find in the rest.
    pub(crate) fn of(scrubbed: &str, recognisers: &Recognisers) -> Self {
        let mut cuts: Vec<Range<usize>> =
            placeholder::find(scrubbed).map(|found| found.range).collect();
        if cuts.is_empty() && next_space(scrubbed, 0, true).is_none() && !scrubbed.ends_with(' ') {
            // Nothing to cut and no white space to collapse: the recognisers saw this very text, and found nothing.
            return Self::whole(scrubbed);
        }
        if let Some(cut) = Self::settled(scrubbed, &mut cuts, recognisers) {
            return cut;
        }
        // Blunt, but nearly final: without digits and signs only names can be found.
        let signs = scrubbed.char_indices().filter(|(_, c)| shadow::is_digit_or_sign(*c));
        let signs = signs.map(|(at, sign)| at..at + sign.len_utf8());
        cuts = merged(cuts.into_iter().chain(signs).collect());
        // A text that still turns into names again and again was made to do so.
        Self::settled(scrubbed, &mut cuts, recognisers).unwrap_or_default()
    }

    /// Cuts until nothing more is found, unless that takes too long.
    fn settled(
        scrubbed: &str,
        cuts: &mut Vec<Range<usize>>,
        recognisers: &Recognisers,
    ) -> Option<Self> {
        for _ in 0..MOST_LOOKS {
            let cut = Self::without(scrubbed, cuts);
            let new = cut.unsafe_parts(scrubbed, recognisers);
            if new.is_empty() {
                return Some(cut);
            }
            *cuts = merged(cuts.drain(..).chain(new).collect());
        }
        None
    }

    fn whole(scrubbed: &str) -> Self {
        let mut writer = Writer::default();
        if !scrubbed.is_empty() {
            writer.keep(scrubbed, 0);
        }
        writer.finish()
    }

    /// Places in the original that the cut text must not show.
    fn unsafe_parts(&self, original: &str, recognisers: &Recognisers) -> Vec<Range<usize>> {
        let literals: Vec<Range<usize>> =
            placeholder::find(&self.text).map(|found| found.range).collect();
        let found =
            recognisers.scan(&self.text, &literals).into_iter().map(|candidate| candidate.range);
        found
            .chain(literals.iter().cloned())
            .map(|range| self.original_bytes(original, range))
            .collect()
    }

    /// `original` without `cuts` (sorted, disjoint), each one space, and white space collapsed.
    fn without(original: &str, cuts: &[Range<usize>]) -> Self {
        let mut writer = Writer::default();
        writer.cut.text.reserve(original.len());
        let mut from = 0;
        for cut in cuts {
            writer.push(original, from..cut.start);
            writer.cut(original, cut);
            from = cut.end;
        }
        writer.push(original, from..original.len());
        writer.finish()
    }

    fn original_bytes(&self, original: &str, range: Range<usize>) -> Range<usize> {
        let of = |byte: usize| {
            let index = self.pieces.partition_point(|piece| piece.byte <= byte).saturating_sub(1);
            self.pieces.get(index).map_or(0, |piece| piece.original_byte + (byte - piece.byte))
        };
        let last = of(self.text[..range.end].char_indices().next_back().map_or(0, |(at, _)| at));
        let last_length = original[last..].chars().next().map_or(0, char::len_utf8);
        of(range.start)..last + last_length
    }

    /// The code points of the original that `start..end` stands for, unless something was cut out in between.
    pub(crate) fn original(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        let index_of = |at: usize| {
            let index = self.pieces.partition_point(|piece| piece.start <= at).checked_sub(1)?;
            (at < self.pieces[index].start + self.pieces[index].length).then_some(index)
        };
        let of =
            |at: usize, index: usize| self.pieces[index].original + (at - self.pieces[index].start);
        if start >= end {
            return None;
        }
        let (first, last) = (index_of(start)?, index_of(end - 1)?);
        let whole = self.pieces[first + 1..=last].iter().all(|piece| !piece.behind_cut);
        whole.then(|| (of(start, first), of(end - 1, last) + 1))
    }
}

/// Writes a cut text from left to right.
#[derive(Default)]
struct Writer {
    cut: Cut,
    /// The piece being written.
    piece: Option<Piece>,
    /// Something was cut out since the last piece.
    behind_cut: bool,
    /// Code points written, and code points of the original passed.
    written: usize,
    passed: usize,
}

impl Writer {
    fn push(&mut self, original: &str, range: Range<usize>) {
        let part = &original[..range.end];
        let mut from = range.start;
        while let Some((at, space)) = next_space(part, from, self.is_behind_space()) {
            if at > from {
                self.keep(&part[from..at], from);
            }
            self.push_space(space, at);
            from = at + space.len_utf8();
        }
        if from < part.len() {
            self.keep(&part[from..], from);
        }
    }

    /// Whether a space would be one too many here.
    fn is_behind_space(&self) -> bool {
        self.cut.text.is_empty() || self.cut.text.ends_with(' ')
    }

    /// One space stands for any number of white space.
    fn push_space(&mut self, space: char, original_byte: usize) {
        if self.is_behind_space() {
            self.end_piece();
            self.passed += 1;
        } else {
            self.keep(" ", original_byte);
            if space != ' ' {
                self.end_piece();
            }
        }
    }

    /// Keeps `part`, which is not empty, without a change in the number of characters.
    fn keep(&mut self, part: &str, original_byte: usize) {
        let behind_cut = self.behind_cut;
        let (start, original, byte) = (self.written, self.passed, self.cut.text.len());
        let fresh = Piece { start, length: 0, original, original_byte, byte, behind_cut };
        let length = part.chars().count();
        self.piece.get_or_insert(fresh).length += length;
        self.behind_cut = false;
        self.cut.text.push_str(part);
        self.written += length;
        self.passed += length;
    }

    fn cut(&mut self, original: &str, range: &Range<usize>) {
        self.end_piece();
        self.behind_cut = true;
        self.passed += original[range.clone()].chars().count();
        if !self.is_behind_space() {
            self.cut.text.push(' ');
            self.written += 1;
        }
    }

    fn end_piece(&mut self) {
        self.cut.pieces.extend(self.piece.take());
    }

    fn finish(mut self) -> Cut {
        self.end_piece();
        if self.cut.text.ends_with(' ') {
            self.cut.text.pop();
            // The space may have been the end of the last piece, or the room of a cut behind it.
            let written = self.written - 1;
            if let Some(piece) = self.cut.pieces.last_mut() {
                piece.length = piece.length.min(written - piece.start);
            }
        }
        self.cut
    }
}

/// The first white space of `text` from byte `from` on that is more than one plain space between other characters.
fn next_space(text: &str, from: usize, is_behind_space: bool) -> Option<(usize, char)> {
    let bytes = text.as_bytes();
    if is_behind_space && bytes.get(from) == Some(&b' ') {
        return Some((from, ' '));
    }
    let mut at = from;
    loop {
        at = position_of_pair(bytes, at, may_be_odd_space)?;
        let character = text[at..].chars().next()?;
        if character == ' ' {
            // The second of two.
            return Some((at + 1, ' '));
        }
        if character.is_whitespace() {
            return Some((at, character));
        }
        at += character.len_utf8();
    }
}

/// Whether white space other than one plain space may begin with `byte`; `next` is the byte behind it.
#[expect(
    clippy::needless_bitwise_bool,
    reason = "a branch per byte could not be made vector instructions"
)]
fn may_be_odd_space(byte: u8, next: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | 0xc2 | 0xe1..=0xe3) | (byte == b' ') & (next == b' ')
}

/// Sorted and disjoint: overlapping and touching ranges become one.
fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| range.start);
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn white_space_of_every_kind_is_one_space(text in "[a-cé٣ \t\n\r\u{85}\u{a0}\u{2003}\u{3000}\u{1}]{0,60}") {
            let words: Vec<&str> = text.split_whitespace().collect();
            prop_assert_eq!(Cut::without(&text, &[]).text, words.join(" "));
        }

        #[test]
        fn a_text_that_is_kept_whole_is_as_if_nothing_was_cut(text in "[a-cé٣ \n]{0,40}") {
            if next_space(&text, 0, true).is_none() && !text.ends_with(' ') {
                prop_assert!(Cut::whole(&text) == Cut::without(&text, &[]));
            }
        }
    }
}
