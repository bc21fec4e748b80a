//! Sequences of like length, side by side.

use tch::{Kind, Tensor};

use super::FitError;
use crate::random::SplitMix64;
use crate::tokeniser::Tokeniser;
use crate::weights::size_of;

/// Rows are sorted by length among this many batches' worth of them: near enough for little padding, and still in random order.
const BATCHES_SORTED_TOGETHER: usize = 32;

/// Tokenises every text.
pub(super) fn encode(
    tokeniser: &Tokeniser,
    texts: &[&str],
    max_tokens: usize,
) -> Result<Vec<Vec<i64>>, FitError> {
    texts
        .iter()
        .map(|text| {
            tokeniser.encode(text, max_tokens).map(|tokens| tokens.ids).map_err(FitError::Network)
        })
        .collect()
}

/// Deals `rows` into batches of rows of like length, in random order.
pub(super) fn deal(
    rows: &[usize],
    sequences: &[Vec<i64>],
    size: usize,
    random: &mut SplitMix64,
) -> Vec<Vec<usize>> {
    let mut rows = rows.to_vec();
    random.shuffle(&mut rows);
    for together in rows.chunks_mut(size.saturating_mul(BATCHES_SORTED_TOGETHER)) {
        together.sort_by_key(|row| sequences[*row].len());
    }
    let mut batches: Vec<Vec<usize>> = rows.chunks(size).map(<[usize]>::to_vec).collect();
    random.shuffle(&mut batches);
    batches
}

/// Deals `rows`, which are in order of length, to at most `hands` hands so that each has rows of every length, and at least one.
pub(super) fn deal_out(rows: &[usize], hands: usize) -> Vec<Vec<usize>> {
    (0..hands.min(rows.len()))
        .map(|hand| rows.iter().copied().skip(hand).step_by(hands).collect())
        .collect()
}

/// Some sequences as the network takes them.
pub(super) struct Batch {
    /// Token numbers, sequences × tokens of the longest; padded with 0.
    pub(super) ids: Tensor,
    /// 1 where there is a token; absent when there is no padding.
    pub(super) mask: Option<Tensor>,
    /// Tokens, padding not counted.
    pub(super) tokens: usize,
}

impl Batch {
    pub(super) fn of(rows: &[usize], sequences: &[Vec<i64>]) -> Self {
        let longest = rows.iter().map(|row| sequences[*row].len()).max().unwrap_or(0);
        let mut ids = Vec::with_capacity(rows.len() * longest);
        let mut mask = Vec::with_capacity(rows.len() * longest);
        for row in rows {
            let sequence = &sequences[*row];
            ids.extend_from_slice(sequence);
            ids.resize(ids.len() + longest - sequence.len(), 0);
            mask.resize(mask.len() + sequence.len(), 1i64);
            mask.resize(mask.len() + longest - sequence.len(), 0i64);
        }
        let size = [size_of(rows.len()), size_of(longest)];
        let tokens: usize = rows.iter().map(|row| sequences[*row].len()).sum();
        let padded = tokens < ids.len();
        let matrix = |numbers: &[i64]| Tensor::from_slice(numbers).view(size).to_kind(Kind::Int64);
        Self { ids: matrix(&ids), mask: padded.then(|| matrix(&mask)), tokens }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_dealt_once_and_one_seed_gives_one_order() {
        let sequences: Vec<Vec<i64>> = (0..101).map(|row| vec![1; row * 37 % 50 + 2]).collect();
        let rows: Vec<usize> = (0..101).collect();
        let deal_with = |seed| deal(&rows, &sequences, 8, &mut SplitMix64::new(seed));
        let mut seen = deal_with(1).concat();
        seen.sort_unstable();
        assert_eq!(seen, rows);
        assert_eq!(deal_with(1), deal_with(1));
        assert_ne!(deal_with(1), deal_with(2));
    }

    #[test]
    fn neighbours_have_like_lengths() {
        let sequences: Vec<Vec<i64>> = (0..256).map(|row| vec![1; row * 37 % 50 + 2]).collect();
        let rows: Vec<usize> = (0..256).collect();
        let batches = deal(&rows, &sequences, 8, &mut SplitMix64::new(1));
        let padding: usize = batches
            .iter()
            .map(|batch| Batch::of(batch, &sequences))
            .map(|b| b.ids.numel() - b.tokens)
            .sum();
        let tokens: usize = sequences.iter().map(Vec::len).sum();
        assert!(padding * 10 < tokens, "{padding} of {tokens}");
    }
}
