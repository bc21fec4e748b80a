//! The text models may see: values and placeholders cut out.

use std::ops::Range;

use switchboard_text::offsets::CodePoints;
use switchboard_text::placeholder;

use crate::scan::Recognisers;
use crate::{bounds, shadow};

/// What is left after a cut may join into something new; so often it is looked at again.
const MOST_LOOKS: usize = 8;

/// A text with parts cut out, and the way back to the text it was cut from.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Cut {
    pub(crate) text: String,
    /// What is left between the cuts, from left to right.
    pieces: Vec<Piece>,
}

/// A stretch of the cut text that stands in the original without a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    /// Its first code point, how many it has, and where it begins in the original.
    start: usize,
    length: usize,
    original: usize,
    /// Its first byte, and where that is in the original.
    byte: usize,
    original_byte: usize,
}

impl Cut {
    /// Cuts every placeholder out of `scrubbed`, and then whatever the recognisers still find in the rest.
    ///
    /// Of a long text with any only the beginning is left: no model learned from more.
    pub(crate) fn of(scrubbed: &str, recognisers: &Recognisers) -> Self {
        let cuts: Vec<Range<usize>> =
            placeholder::find(scrubbed).map(|found| found.range).collect();
        if cuts.is_empty() {
            // The recognisers saw this very text, and found nothing.
            return Self::without(scrubbed, &[]);
        }
        let mut cuts = without_tail(cuts, scrubbed);
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
            // A cut is a space, so it never joins two halves of a placeholder.
            let found = recognisers.scan(&cut.text, &[]);
            if found.is_empty() {
                return Some(cut);
            }
            let new = found.into_iter().map(|found| cut.original_bytes(scrubbed, found.range));
            *cuts = without_tail(merged(cuts.drain(..).chain(new).collect()), scrubbed);
        }
        None
    }

    /// `original` with one space for each of `cuts` (sorted, disjoint) and the white space around it, none at the ends.
    fn without(original: &str, cuts: &[Range<usize>]) -> Self {
        let mut cut = Self { text: String::with_capacity(original.len()), pieces: Vec::new() };
        let mut points = CodePoints::new(original);
        let (mut from, mut start) = (0, 0);
        for place in cuts.iter().cloned().chain(std::iter::once(original.len()..original.len())) {
            let mut part = &original[from..place.start];
            if from > 0 {
                part = part.trim_start();
            }
            let original_byte = place.start - part.len();
            if !place.is_empty() {
                part = part.trim_end();
            }
            if !part.is_empty() {
                if !cut.text.is_empty() {
                    cut.text.push(' ');
                    start += 1;
                }
                let original = points.at(original_byte);
                let length = points.at(original_byte + part.len()) - original;
                let byte = cut.text.len();
                cut.pieces.push(Piece { start, length, original, byte, original_byte });
                cut.text.push_str(part);
                start += length;
            }
            from = place.end;
        }
        cut
    }

    /// The bytes of `original` that `range` stands for; what was cut out inside is part of it.
    fn original_bytes(&self, original: &str, range: Range<usize>) -> Range<usize> {
        let of = |byte: usize| {
            let index = self.pieces.partition_point(|piece| piece.byte <= byte).saturating_sub(1);
            self.pieces.get(index).map_or(0, |piece| piece.original_byte + (byte - piece.byte))
        };
        // The end is reached from inside: the place behind it may be a cut, or another piece.
        of(range.start)..original.ceil_char_boundary(of(range.end - 1) + 1)
    }

    /// The code points of the original that `start..end` stands for, unless something was cut out in between.
    pub(crate) fn original(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        let index = self.pieces.partition_point(|piece| piece.start <= start).checked_sub(1)?;
        let piece = self.pieces[index];
        let is_inside = start < end && end <= piece.start + piece.length;
        let of = |at: usize| piece.original + (at - piece.start);
        is_inside.then(|| (of(start), of(end)))
    }
}

/// `cuts`, and in a long text all but its beginning.
fn without_tail(cuts: Vec<Range<usize>>, text: &str) -> Vec<Range<usize>> {
    if text.len() <= bounds::LONG {
        return cuts;
    }
    let tail = bounds::tail(text)..text.len();
    merged(cuts.into_iter().chain([tail]).collect())
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
        fn every_place_leads_back(parts in prop::collection::vec(("[a-cé٣ \n]{0,6}", any::<bool>()), 0..8)) {
            let (mut original, mut cuts) = (String::new(), Vec::new());
            for (part, is_cut) in &parts {
                let start = original.len();
                original.push_str(part);
                if *is_cut && !part.is_empty() {
                    cuts.push(start..original.len());
                }
            }
            let cut = Cut::without(&original, &merged(cuts));
            let characters: Vec<char> = original.chars().collect();
            for (at, (byte, character)) in cut.text.char_indices().enumerate() {
                match cut.original(at, at + 1) {
                    None => prop_assert_eq!(character, ' '),
                    Some((start, end)) => {
                        prop_assert_eq!((characters[start], end), (character, start + 1));
                        let bytes = cut.original_bytes(&original, byte..byte + character.len_utf8());
                        prop_assert_eq!(original[bytes].to_owned(), character.to_string());
                    }
                }
            }
        }
    }
}
