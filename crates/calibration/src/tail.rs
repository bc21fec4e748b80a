//! How strange something is, compared with what was seen.

use serde::{Deserialize, Serialize};

/// Steps between the quantiles that are kept, which are at most one more.
const STEPS: usize = 1_000;

/// What was loaded is not what a fit gives.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("quantiles of strangeness are damaged")]
pub struct TailError;

/// Turns a score of strangeness, on any scale, into the share of in-scope rows that looked less strange: an out-of-scope score.
///
/// It is `#{scores below} / (n + 1)`, which is 1 minus the conformal p-value of "this row is in scope" (Vovk, Gammerman and Shafer 2005; Bates
/// et al. 2023): of rows that are in scope, at most a share `a` reaches `1 − a`. Between two quantiles it is interpolated, which adds at most
/// one in 1,000.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tail {
    /// How many scores it was fitted to.
    rows: u64,
    /// (score, share of rows below it), the scores ascending.
    quantiles: Vec<(f32, f32)>,
}

impl Tail {
    /// Learns from the scores of in-scope rows the model has not seen; greater is stranger. What is not a number is as strange as can be.
    pub fn fit(scores: impl IntoIterator<Item = f32>) -> Self {
        let mut scores: Vec<f32> = scores.into_iter().map(finite).collect();
        scores.sort_unstable_by(f32::total_cmp);
        let rows = scores.len() as u64;
        let mut kept = evenly(&scores);
        kept.dedup_by(|next, before| next <= before);
        let below = |score: f32| scores.partition_point(|other| *other < score) as f64;
        let share = |score| (score, (below(score) / (rows as f64 + 1.0)) as f32);
        Self { rows, quantiles: kept.into_iter().map(share).collect() }
    }

    /// Says whether the numbers are sound, which those of a file need not be.
    pub fn check(&self) -> Result<(), TailError> {
        let ascends = self.quantiles.is_sorted_by(|one, next| one.0 < next.0 && one.1 <= next.1);
        let shares = 0.0..=self.greatest();
        let in_range = |(score, share): &(f32, f32)| score.is_finite() && shares.contains(share);
        let as_many = self.quantiles.len() as u64 <= self.rows.min(STEPS as u64 + 1)
            && self.quantiles.is_empty() == (self.rows == 0);
        let sound = ascends && as_many && self.quantiles.iter().all(in_range);
        sound.then_some(()).ok_or(TailError)
    }

    /// The share of in-scope rows less strange than `score`, 0 to `n / (n + 1)`: it never falls as the score rises, and is 0 when nothing was
    /// fitted.
    pub fn share_below(&self, score: f32) -> f32 {
        let score = finite(score);
        let above = self.quantiles.partition_point(|(quantile, _)| *quantile < score);
        match (above.checked_sub(1).map(|below| self.quantiles[below]), self.quantiles.get(above)) {
            (Some(below), Some(above)) => between(below, *above, score),
            (Some(_), None) => self.greatest(),
            (None, _) => 0.0,
        }
    }

    /// The share of one who is stranger than all.
    fn greatest(&self) -> f32 {
        (self.rows as f64 / (self.rows as f64 + 1.0)) as f32
    }
}

/// At most `STEPS` + 1 of the sorted `scores`, the first and the last among them.
fn evenly(scores: &[f32]) -> Vec<f32> {
    let last = scores.len().saturating_sub(1);
    let steps = last.min(STEPS);
    let places = (0..=steps).map(|step| step * last / steps.max(1));
    places.filter_map(|place| scores.get(place).copied()).collect()
}

/// The share at `score`, which lies between two quantiles.
fn between(below: (f32, f32), above: (f32, f32), score: f32) -> f32 {
    let [from, to, score] = [below.0, above.0, score].map(f64::from);
    let [low, high] = [below.1, above.1].map(f64::from);
    (low + (high - low) * (score - from) / (to - from)) as f32
}

/// Nothing is stranger than what is not a number.
fn finite(score: f32) -> f32 {
    if score.is_nan() { f32::MAX } else { score.clamp(f32::MIN, f32::MAX) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `#{scores below} / (n + 1)`, counted one by one.
    fn counted(scores: &[f32], score: f32) -> f32 {
        scores.iter().filter(|other| **other < score).count() as f32 / (scores.len() + 1) as f32
    }

    fn assert_close<const N: usize>(shares: [f32; N], expected: [f32; N]) {
        for (share, expected) in shares.iter().zip(expected) {
            assert!((share - expected).abs() < 1e-6, "{shares:?}");
        }
    }

    #[test]
    fn a_score_becomes_the_share_of_rows_that_are_less_strange() {
        let tail = Tail::fit([3.0, 1.0, 2.0, 4.0]);
        let shares = [0.5, 1.0, 2.0, 2.5, 4.0, 4.1, f32::INFINITY].map(|at| tail.share_below(at));
        assert_close(shares, [0.0, 0.0, 0.2, 0.3, 0.6, 0.8, 0.8]);
    }

    #[test]
    fn rows_in_scope_reach_one_minus_a_in_a_share_a_of_cases_at_most() {
        let drawn = |row: u32| (f64::from(row) * 0.618_033_988_75).fract() as f32;
        let tail = Tail::fit((0..4_000).map(|row| drawn(row).powi(3)));
        for a in [0.01, 0.05, 0.2] {
            let unseen = (4_000..24_000).map(|row| tail.share_below(drawn(row).powi(3)));
            let reached = unseen.filter(|share| *share >= 1.0 - a).count() as f32 / 20_000.0;
            assert!((reached - a).abs() < 0.002, "{reached} for {a}");
        }
    }

    #[test]
    fn many_that_are_alike_are_not_strange() {
        let tail = Tail::fit([1.0; 50]);
        assert_close([0.9, 1.0, 1.1].map(|at| tail.share_below(at)), [0.0, 0.0, 50.0 / 51.0]);
    }

    #[test]
    fn nothing_is_stranger_than_nothing_known() {
        let tail = Tail::fit([]);
        assert_eq!(tail.check(), Ok(()));
        assert_close([f32::MIN, 0.0, f32::NAN].map(|at| tail.share_below(at)), [0.0; 3]);
    }

    #[test]
    fn what_is_not_a_number_is_as_strange_as_can_be() {
        let tail = Tail::fit([1.0, f32::NAN, 2.0, f32::NEG_INFINITY]);
        assert_eq!(tail.check(), Ok(()));
        assert_close([f32::NAN, f32::MAX, 2.5].map(|at| tail.share_below(at)), [0.6, 0.6, 0.4]);
    }

    #[test]
    fn damaged_numbers_are_refused_and_do_no_harm() {
        let damaged = [
            Tail { rows: 2, quantiles: vec![] },
            Tail { rows: 0, quantiles: vec![(0.0, 0.0)] },
            Tail { rows: 2, quantiles: vec![(1.0, 0.0), (0.0, 0.3)] },
            Tail { rows: 2, quantiles: vec![(0.0, 0.3), (1.0, 0.0)] },
            Tail { rows: 2, quantiles: vec![(0.0, 0.0), (1.0, 0.9)] },
            Tail { rows: 2, quantiles: vec![(f32::NAN, 0.0)] },
            Tail { rows: 9_999, quantiles: (0..1_002).map(|i| (i as f32, 0.0)).collect() },
        ];
        for tail in damaged {
            assert_eq!(tail.check(), Err(TailError), "{tail:?}");
            tail.share_below(0.5);
        }
    }

    proptest! {
        #[test]
        fn a_share_never_falls_and_is_that_of_the_rows_to_a_thousandth(
            scores in prop::collection::vec((-30i8..30).prop_map(f32::from), 0..60),
            more in prop::collection::vec(-50f32..50.0, 0..3_000),
            mut asked in prop::collection::vec(-60f32..60.0, 1..40),
        ) {
            let scores = [scores, more].concat();
            let tail = Tail::fit(scores.iter().copied());
            prop_assert_eq!(tail.check(), Ok(()));
            asked.extend(scores.iter().take(20));
            asked.sort_unstable_by(f32::total_cmp);
            let shares: Vec<f32> = asked.iter().map(|score| tail.share_below(*score)).collect();
            prop_assert!(shares.is_sorted() && shares.iter().all(|share| (0.0..1.0).contains(share)));
            for (score, share) in asked.iter().zip(shares) {
                prop_assert!(share <= counted(&scores, *score) + 0.001 + 1e-6);
            }
        }

        #[test]
        fn the_rows_themselves_have_their_share(scores in prop::collection::vec(-1e9f32..1e9, 1..1_000)) {
            let tail = Tail::fit(scores.iter().copied());
            for score in &scores {
                prop_assert!((tail.share_below(*score) - counted(&scores, *score)).abs() < 1e-6);
            }
        }

        #[test]
        fn saved_and_loaded_it_is_the_same(scores in prop::collection::vec(any::<f32>(), 0..50)) {
            let tail = Tail::fit(scores);
            let saved = serde_json::to_string(&tail).unwrap();
            prop_assert_eq!(serde_json::from_str::<Tail>(&saved).unwrap(), tail);
        }
    }
}
