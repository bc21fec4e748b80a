//! Which tickets the transformer is asked about.

use crate::validate::ABOVE_ALL;

/// Quantiles that are kept of what decides.
const QUANTILES: usize = 101;

/// Below which score tickets escalate when at most the share `share` of those with these `scores` is to; tickets of one score go together.
pub(crate) fn threshold(scores: &[f32], share: f64) -> f32 {
    let mut sorted = scores.to_vec();
    sorted.sort_by(f32::total_cmp);
    match place(sorted.len(), share) {
        0 => 0.0,
        place => sorted.get(place).copied().unwrap_or(ABOVE_ALL),
    }
}

/// Evenly spaced quantiles, the least first.
pub(crate) fn quantiles(scores: &[f32]) -> Vec<f32> {
    let mut sorted = scores.to_vec();
    sorted.sort_by(f32::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else { return sorted };
    (0..QUANTILES).map(|step| sorted[step * last / (QUANTILES - 1)]).collect()
}

#[expect(clippy::cast_sign_loss, reason = "a share of a count is not negative")]
fn place(rows: usize, share: f64) -> usize {
    // A share is meant as it is written: 0.29 of 100 rows are 29.
    (rows as f64 * share.clamp(0.0, 1.0) + 1e-9) as usize
}

/// The smallest of `shares` at which as many are right as at any, give or take one standard error of their difference (McNemar 1947).
///
/// `rights` says of each share which rows are right.
pub(crate) fn smallest_good(shares: &[f64], rights: &[Vec<bool>]) -> f64 {
    let count = |rights: &Vec<bool>| rights.iter().filter(|right| **right).count();
    let best = rights.iter().max_by_key(|rights| count(rights));
    let as_good = |candidate: &Vec<bool>| {
        best.is_none_or(|best| {
            let differ = best.iter().zip(candidate).filter(|(one, other)| one != other).count();
            count(best) as f64 - count(candidate) as f64 <= (differ as f64).sqrt()
        })
    };
    let good = shares.iter().zip(rights).find(|(_, rights)| as_good(rights));
    good.map_or(1.0, |(share, _)| *share)
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "what is compared is the same number or none")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_share_is_the_share_that_escalates() {
        let scores: Vec<f32> = (0..100u8).map(|score| f32::from(score) / 100.0).collect();
        for share in [0.0, 0.29, 0.5, 1.0] {
            let below = threshold(&scores, share);
            let escalated = scores.iter().filter(|score| **score < below).count();
            assert!((escalated as f64 - share * 100.0).abs() < 1e-6);
        }
        assert_eq!(threshold(&[], 0.5), 0.0);
    }

    #[test]
    fn a_share_that_is_worse_by_chance_is_as_good_and_one_that_is_worse_is_not() {
        let right = |rights: usize| (0..1_000).map(|row| row < rights).collect::<Vec<bool>>();
        let shares = [0.0, 0.2, 0.4, 1.0];
        assert_eq!(smallest_good(&shares, &[800, 890, 900, 900].map(right)), 0.4);
        let mut luck = right(900);
        luck[895..905]
            .copy_from_slice(&[false, false, false, false, true, false, true, true, true, true]);
        assert_eq!(smallest_good(&shares, &[right(800), luck, right(900), right(900)]), 0.2);
    }

    proptest! {
        #[test]
        fn no_more_escalate_than_asked_for_and_more_share_never_means_fewer(
            scores in prop::collection::vec((0u8..=20).prop_map(|score| f32::from(score) / 20.0), 0..60),
            shares in (0f64..=1.0, 0f64..=1.0),
        ) {
            let escalated = |share| {
                let below = threshold(&scores, share);
                scores.iter().filter(|score| **score < below).count()
            };
            let [low, high] = [shares.0.min(shares.1), shares.0.max(shares.1)];
            prop_assert!(escalated(low) <= escalated(high));
            prop_assert!(escalated(high) as f64 <= high * scores.len() as f64 + 1e-6);
        }

        #[test]
        fn quantiles_ascend_from_the_least_to_the_greatest(scores in prop::collection::vec(0f32..=1.0, 1..300)) {
            let quantiles = quantiles(&scores);
            prop_assert_eq!(quantiles.len(), QUANTILES);
            prop_assert!(quantiles.is_sorted());
            prop_assert_eq!(quantiles[0], scores.iter().copied().fold(1.0, f32::min));
            prop_assert_eq!(quantiles[QUANTILES - 1], scores.iter().copied().fold(0.0, f32::max));
        }
    }
}
