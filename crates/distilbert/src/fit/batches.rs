//! Which rows are learnt from together.

use std::cmp::Reverse;

use super::FitError;
use crate::random::SplitMix64;
use crate::sequences::MARKS;
use crate::tokeniser::Tokeniser;

/// Tokenises every text.
pub(super) fn encode(
    tokeniser: &Tokeniser,
    texts: &[&str],
    max_tokens: usize,
) -> Result<Vec<Vec<i64>>, FitError> {
    let encode = |text: &&str| {
        let tokens = tokeniser.tokens(text).map_err(FitError::Tokenise)?;
        Ok(tokeniser.mark(&tokens.ids[..tokens.ids.len().min(max_tokens - MARKS)]))
    };
    texts.iter().map(encode).collect()
}

/// Deals `rows` in random order into batches of at most `budget` tokens, a longer row alone. Nothing is padded, so lengths may mix.
pub(super) fn deal(
    rows: &[usize],
    sequences: &[Vec<i64>],
    budget: usize,
    mut random: SplitMix64,
) -> Vec<Vec<usize>> {
    let mut rows = rows.to_vec();
    random.shuffle(&mut rows);
    let mut batches: Vec<Vec<usize>> = Vec::new();
    let mut left = 0;
    for row in rows {
        let tokens = sequences[row].len();
        match batches.last_mut() {
            Some(batch) if tokens <= left => batch.push(row),
            _ => {
                batches.push(vec![row]);
                left = budget.max(tokens);
            }
        }
        left -= tokens;
    }
    batches
}

/// Deals `rows` to at most `hands` hands so that all have nearly as many tokens, and at least one row; each hand is in order of length.
pub(super) fn deal_out(rows: &[usize], sequences: &[Vec<i64>], hands: usize) -> Vec<Vec<usize>> {
    let mut by_length = rows.to_vec();
    by_length.sort_by_key(|row| (Reverse(sequences[*row].len()), *row));
    let mut dealt = vec![(0, Vec::new()); hands.min(rows.len())];
    for row in by_length {
        if let Some((tokens, hand)) = dealt.iter_mut().min_by_key(|(tokens, _)| *tokens) {
            *tokens += sequences[row].len();
            hand.push(row);
        }
    }
    dealt.into_iter().map(|(_, hand)| hand).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequences() -> Vec<Vec<i64>> {
        (0..101).map(|row| vec![1; row * 37 % 50 + 2]).collect()
    }

    #[test]
    fn every_row_is_dealt_once_within_the_budget_and_one_seed_gives_one_order() {
        let (sequences, rows) = (sequences(), (0..101).collect::<Vec<usize>>());
        let deal_with = |seed, budget| deal(&rows, &sequences, budget, SplitMix64::new(seed));
        for budget in [1, 40, 100, 100_000] {
            let batches = deal_with(1, budget);
            let mut seen = batches.concat();
            seen.sort_unstable();
            assert_eq!(seen, rows);
            for batch in batches {
                let tokens: usize = batch.iter().map(|row| sequences[*row].len()).sum();
                assert!(tokens <= budget || batch.len() == 1, "{tokens} of {budget}");
            }
        }
        assert_eq!(deal_with(1, 100), deal_with(1, 100));
        assert_ne!(deal_with(1, 100), deal_with(2, 100));
    }

    #[test]
    fn hands_have_nearly_as_many_tokens() {
        let (sequences, rows) = (sequences(), (0..101).collect::<Vec<usize>>());
        let hands = deal_out(&rows, &sequences, 3);
        let tokens = |hand: &Vec<usize>| hand.iter().map(|row| sequences[*row].len()).sum();
        let tokens: Vec<usize> = hands.iter().map(tokens).collect();
        assert!(tokens.iter().max().unwrap() - tokens.iter().min().unwrap() <= 52, "{tokens:?}");
        assert_eq!(hands.concat().len(), 101);
        assert_eq!(deal_out(&rows[..2], &sequences, 3).len(), 2);
    }
}
