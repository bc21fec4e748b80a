//! What a recogniser proposes, and which proposals stand.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::Kind;

/// A proposed piece of personal data.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Candidate {
    pub(crate) kind: Kind,
    /// Bytes of the text it was found in.
    pub(crate) range: Range<usize>,
    pub(crate) score: f32,
}

/// The score of a value whose checksum was verified; no other rule reaches it.
pub(crate) const VERIFIED: f32 = 1.0;

/// Keeps the best of overlapping candidates, sorted by place.
///
/// A verified checksum wins, then the higher score, then the longer, then the earlier.
pub(crate) fn resolve(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.sort_by_key(|candidate| candidate.range.start);
    let mut kept = Vec::with_capacity(candidates.len());
    let mut rest = candidates.into_iter().peekable();
    let mut heap = Vec::new();
    while let Some(first) = rest.next() {
        let mut end = first.range.end;
        heap.push(first);
        while let Some(next) = rest.next_if(|next| next.range.start < end) {
            end = end.max(next.range.end);
            heap.push(next);
        }
        if heap.len() == 1 {
            kept.append(&mut heap);
        } else {
            kept.extend(best_of(&mut heap));
        }
    }
    kept
}

/// The best of `heap`, which is empty then, by the rule of [`resolve`].
fn best_of(heap: &mut Vec<Candidate>) -> impl Iterator<Item = Candidate> {
    heap.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| b.range.len().cmp(&a.range.len()))
            .then_with(|| a.range.start.cmp(&b.range.start))
    });
    let mut kept: BTreeMap<usize, Candidate> = BTreeMap::new();
    for candidate in heap.drain(..) {
        let before = kept.range(..candidate.range.end).next_back();
        if before.is_none_or(|(_, other)| other.range.end <= candidate.range.start) {
            kept.insert(candidate.range.start, candidate);
        }
    }
    kept.into_values()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(kind: Kind, range: Range<usize>, score: f32) -> Candidate {
        Candidate { kind, range, score }
    }

    #[test]
    fn checksum_then_score_then_length_then_place() {
        let kept = |candidates: Vec<Candidate>| {
            resolve(candidates)
                .into_iter()
                .map(|c| (c.range.start, c.range.end))
                .collect::<Vec<_>>()
        };
        let phone = |range, score| candidate(Kind::PhoneNumber, range, score);
        let card = candidate(Kind::CreditCard, 3..9, VERIFIED);
        assert_eq!(kept(vec![phone(0..20, 0.9), card.clone()]), [(3, 9)]);
        assert_eq!(kept(vec![phone(0..5, 0.6), phone(4..8, 0.7)]), [(4, 8)]);
        assert_eq!(kept(vec![phone(0..5, 0.7), phone(4..10, 0.7)]), [(4, 10)]);
        assert_eq!(kept(vec![phone(4..8, 0.7), phone(2..6, 0.7)]), [(2, 6)]);
        assert_eq!(kept(vec![phone(9..12, 0.5), card]), [(3, 9), (9, 12)]);
    }
}
