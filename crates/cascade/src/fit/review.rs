//! Below which confidence a person should look.

use crate::validate::ABOVE_ALL;

/// How many standard errors of the number of mistakes are kept in hand.
///
/// Without any, the threshold is the luckiest of many, and on rows to come the target is missed by more than half a point in one fit of seven
/// (simulated: 3,800 rows like those of IT tickets, target 0.95). With these, in one of 27 at the cost of 1.4 points of the automatic share;
/// with a whole one, in one of 45 at 2.0 points.
const GUARD: f64 = 0.75;

/// The least confidence such that of the rows at or above it the share `target` is right, with the guard; above all when there is none.
pub(crate) fn threshold(rows: impl Iterator<Item = (f32, bool)>, target: f64) -> f32 {
    let mut sorted: Vec<(f32, bool)> = rows.collect();
    sorted.sort_by(|one, next| next.0.total_cmp(&one.0));
    let (mut answered, mut wrong) = (0.0f64, 0.0f64);
    let mut least = ABOVE_ALL;
    // Rows of one confidence are answered together.
    for alike in sorted.chunk_by(|one, next| one.0 <= next.0) {
        answered += alike.len() as f64;
        wrong += alike.iter().filter(|row| !row.1).count() as f64;
        let guard = GUARD * (answered * target * (1.0 - target)).sqrt();
        if wrong + guard <= (1.0 - target) * answered {
            least = alike[0].0;
        }
    }
    least.clamp(0.0, ABOVE_ALL)
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "what is compared is the same number or none")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// 900 of 1,000 rows are surer than 0.5, and 98 % of those right; of the others half.
    fn rows() -> impl Iterator<Item = (f32, bool)> {
        let sure = (0..900u16).map(|row| (0.5 + f32::from(row) / 2_000.0, row % 50 != 0));
        sure.chain((0..100u16).map(|row| (f32::from(row) / 250.0, row % 2 == 0)))
    }

    #[test]
    fn as_much_as_can_be_is_answered_and_something_is_kept_in_hand() {
        let least = threshold(rows(), 0.95);
        let answered: Vec<(f32, bool)> = rows().filter(|row| row.0 >= least).collect();
        let right = answered.iter().filter(|row| row.1).count() as f64 / answered.len() as f64;
        assert!((930..960).contains(&answered.len()) && right > 0.953, "{least} {right}");
    }

    #[test]
    fn what_cannot_be_reached_is_not_answered_and_what_asks_nothing_is() {
        assert!(threshold(rows(), 1.0) > 0.9);
        assert!(threshold([(0.5, false), (1.0, false)].into_iter(), 0.9) > 1.0);
        assert!(threshold([].into_iter(), 0.9) > 1.0);
        assert_eq!(threshold(rows(), 0.0), 0.0);
    }

    proptest! {
        #[test]
        fn the_rows_it_lets_pass_reach_the_target(
            rows in prop::collection::vec((0f32..=1.0, any::<bool>()), 0..80),
            target in 0f64..=1.0,
        ) {
            let least = threshold(rows.iter().copied(), target);
            let answered = rows.iter().filter(|row| row.0 >= least);
            let right = answered.clone().filter(|row| row.1).count() as f64;
            prop_assert!(right >= target * answered.count() as f64 - 1e-9);
        }

        #[test]
        fn a_greater_target_lets_no_more_pass(
            rows in prop::collection::vec((0f32..=1.0, any::<bool>()), 0..80),
            targets in (0.5f64..=1.0, 0.5f64..=1.0),
        ) {
            let [low, high] = [targets.0.min(targets.1), targets.0.max(targets.1)];
            let least = |target| threshold(rows.iter().copied(), target);
            prop_assert!(least(low) <= least(high));
        }
    }
}
