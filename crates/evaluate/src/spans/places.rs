//! Spans by their place in the text.

use std::ops::Range;

use super::LabelledSpan;

/// The spans of one text, sorted, so that those at a place are found without a look at all others.
#[derive(Debug)]
pub struct Places<'s> {
    /// By where they begin.
    spans: Vec<&'s LabelledSpan>,
    /// How far each and all before it reach.
    reach: Vec<usize>,
}

impl<'s> Places<'s> {
    /// Sorts `spans`, which may overlap.
    pub fn of(spans: &'s [LabelledSpan]) -> Self {
        let mut spans: Vec<_> = spans.iter().collect();
        spans.sort_by_key(|span| span.range.start);
        let furthest = |reach: &mut usize, span: &&LabelledSpan| {
            *reach = span.range.end.max(*reach);
            Some(*reach)
        };
        let reach = spans.iter().scan(0, furthest).collect();
        Self { spans, reach }
    }

    /// Those that have a code point in common with `range`, in the order of their places.
    pub fn touching(&self, range: &Range<usize>) -> impl Iterator<Item = &'s LabelledSpan> {
        let from = self.reach.partition_point(|reach| *reach <= range.start);
        let Range { start, end } = *range;
        let spans = self.spans[from..].iter().copied();
        spans
            .take_while(move |span| span.range.start < end)
            .filter(move |span| span.range.end > start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_touches_a_place_is_what_a_look_at_all_finds(
            ranges in prop::collection::vec((0_usize..40, 1_usize..9), 0..12), start in 0_usize..45, length in 1_usize..9,
        ) {
            let span = |(start, length): (usize, usize)| LabelledSpan { label: String::new(), range: start..start + length };
            let mut spans: Vec<LabelledSpan> = ranges.into_iter().map(span).collect();
            let range = start..start + length;
            let found: Vec<_> = Places::of(&spans).touching(&range).cloned().collect();
            spans.sort_by_key(|span| span.range.start);
            spans.retain(|span| span.range.start < range.end && range.start < span.range.end);
            prop_assert_eq!(found, spans);
        }
    }
}
