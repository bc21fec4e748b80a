//! Thresholds from held-out rows.

/// One held-out row: the confidence a model had, and whether it was right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// Calibrated probability of the label it chose.
    pub confidence: f32,
    /// Whether that was the right label.
    pub right: bool,
}

/// The confidences at which a policy acts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Below this the linear model's answer is not good enough on its own.
    pub escalate_below: f32,
    /// Below this a person should look.
    pub review_below: f32,
}

impl Thresholds {
    /// What serves until held-out rows are known.
    pub const DEFAULT: Self = Self { escalate_below: 0.7, review_below: 0.4 };

    /// The share of held-out answers above `escalate_below` that are right.
    pub const TARGET_ACCURACY: f64 = 0.95;

    /// Fewer rows than this say little.
    const MIN_ROWS: usize = 50;
    /// Rows whose share of right answers is read as the accuracy at one confidence.
    const MIN_WINDOW: usize = 25;

    /// Reads the thresholds off held-out rows; `None` when there are too few.
    pub fn from_heldout(rows: &[Judged]) -> Option<Self> {
        if rows.len() < Self::MIN_ROWS {
            return None;
        }
        let mut sorted = rows.to_vec();
        sorted.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        let escalate_below = lowest_accurate(&sorted);
        let review_below = highest_hopeless(&sorted).min(escalate_below);
        Some(Self { escalate_below, review_below })
    }
}

/// The lowest confidence such that the rows at or above it reach the target; 1 when none does.
fn lowest_accurate(sorted: &[Judged]) -> f32 {
    let mut right = 0usize;
    let mut lowest = 1.0;
    for (index, row) in sorted.iter().enumerate() {
        right += usize::from(row.right);
        // Rows of equal confidence are taken together.
        let last_of_equals =
            sorted.get(index + 1).is_none_or(|next| next.confidence < row.confidence);
        if last_of_equals && right as f64 >= Thresholds::TARGET_ACCURACY * (index + 1) as f64 {
            lowest = row.confidence;
        }
    }
    lowest
}

/// The highest confidence around which no more than half the rows are right; 0 when there is none.
fn highest_hopeless(sorted: &[Judged]) -> f32 {
    let window = Thresholds::MIN_WINDOW.max(sorted.len() / 50);
    sorted
        .windows(window)
        .find(|rows| rows.iter().filter(|row| row.right).count() * 2 <= window)
        .map_or(0.0, |rows| rows[window / 2].confidence)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Rows that are right as often as they claim, at confidences from 0.2 to 1.
    fn calibrated(rows: usize) -> Vec<Judged> {
        (0..rows)
            .map(|row| {
                let confidence = 0.2 + 0.8 * row as f32 / rows as f32;
                Judged { confidence, right: (row as f32 * 0.618_034).fract() < confidence }
            })
            .collect()
    }

    #[test]
    fn calibrated_rows_give_the_thresholds_one_can_compute() {
        // Accuracy above t is (1 + t) / 2: 0.95 at t = 0.9. Half are right at 0.5.
        let thresholds = Thresholds::from_heldout(&calibrated(5_000)).unwrap();
        assert!((thresholds.escalate_below - 0.9).abs() < 0.03, "{thresholds:?}");
        assert!((thresholds.review_below - 0.5).abs() < 0.06, "{thresholds:?}");
    }

    #[test]
    fn a_perfect_model_is_never_doubted_and_a_hopeless_one_always() {
        let all = |right| {
            (0..100).map(|row| Judged { confidence: row as f32 / 100.0, right }).collect::<Vec<_>>()
        };
        assert_eq!(
            Thresholds::from_heldout(&all(true)),
            Some(Thresholds { escalate_below: 0.0, review_below: 0.0 })
        );
        let hopeless = Thresholds::from_heldout(&all(false)).unwrap();
        assert!(hopeless.escalate_below >= 1.0 && hopeless.review_below > 0.8);
    }

    #[test]
    fn few_rows_say_nothing() {
        assert_eq!(Thresholds::from_heldout(&calibrated(49)), None);
    }

    proptest! {
        #[test]
        fn accuracy_above_the_threshold_reaches_the_target(rows in prop::collection::vec((0u8..=100, any::<bool>()), 50..400)) {
            let rows: Vec<Judged> = rows.iter().map(|(c, right)| Judged { confidence: f32::from(*c) / 100.0, right: *right }).collect();
            let thresholds = Thresholds::from_heldout(&rows).unwrap();
            let kept: Vec<&Judged> = rows.iter().filter(|row| row.confidence >= thresholds.escalate_below).collect();
            let right = kept.iter().filter(|row| row.right).count();
            prop_assert!(thresholds.escalate_below >= 1.0 || right as f64 >= 0.95 * kept.len() as f64);
            prop_assert!(thresholds.review_below <= thresholds.escalate_below);
        }
    }
}
