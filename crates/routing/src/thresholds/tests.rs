use proptest::prelude::*;

use super::*;

fn row(number: usize, language: &str, confidence: f32, right: bool) -> HeldOut {
    HeldOut { row: number.to_string(), language: Some(language.to_owned()), confidence, right }
}

/// Rows that are right as often as they claim, at confidences from 0.2 to 1.
fn calibrated(rows: usize) -> Vec<HeldOut> {
    let judge = |number: usize| {
        let confidence = 0.2 + 0.8 * number as f32 / rows as f32;
        row(number, "en", confidence, (number as f32 * 0.618_034).fract() < confidence)
    };
    (0..rows).map(judge).collect()
}

#[test]
fn calibrated_rows_give_the_thresholds_one_can_compute() {
    // Accuracy above t is (1 + t) / 2: 0.95 at t = 0.9. Half are right at 0.5.
    let thresholds = Thresholds::from_heldout(&calibrated(5_000), &[]);
    assert!((thresholds.escalate_below("en") - 0.9).abs() < 0.03, "{thresholds:?}");
    assert!(
        (thresholds.review_below(Route::Tfidf, false).unwrap() - 0.5).abs() < 0.06,
        "{thresholds:?}"
    );
}

#[test]
fn a_perfect_model_is_never_doubted_and_a_hopeless_one_always() {
    let all = |right| (0..100).map(|n| row(n, "en", n as f32 / 100.0, right)).collect::<Vec<_>>();
    let perfect = Thresholds::from_heldout(&all(true), &[]);
    assert_eq!((perfect.escalate_below, perfect.review.linear), (0.0, Some(0.0)));
    let hopeless = Thresholds::from_heldout(&all(false), &[]);
    assert!(hopeless.escalate_below >= 1.0 && hopeless.review.linear > Some(0.8));
}

#[test]
fn few_rows_say_nothing() {
    assert_eq!(Thresholds::from_heldout(&calibrated(49), &[]), Thresholds::default());
}

#[test]
fn a_ticket_escalates_where_the_transformer_was_right_more_often() {
    // The linear model is right from 0.6 up; the transformer always in English, never in Arabic.
    let rows = 0..400usize;
    let confidence = |n: usize| (n % 100) as f32 / 100.0;
    let language = |n: usize| if n < 200 { "en" } else { "ar" };
    let linear: Vec<_> =
        rows.clone().map(|n| row(n, language(n), confidence(n), confidence(n) >= 0.6)).collect();
    let transformer: Vec<_> = rows.map(|n| row(n, language(n), 0.9, n < 200)).collect();
    let thresholds = Thresholds::from_heldout(&linear, &transformer);
    assert!((thresholds.escalate_below("en") - 0.6).abs() < 1e-6, "{thresholds:?}");
    assert!(thresholds.escalate_below("ar") == 0.0, "{thresholds:?}");
}

#[test]
fn a_gain_within_its_error_is_no_gain() {
    // One model right on each of 100 rows, 52 to 48.
    let linear: Vec<_> = (0..100).map(|n| row(n, "en", n as f32 / 100.0, n % 25 < 12)).collect();
    let transformer: Vec<_> = (0..100).map(|n| row(n, "en", 0.5, n % 25 >= 12)).collect();
    assert!(Thresholds::from_heldout(&linear, &transformer).escalate_below < 0.3);
}

#[test]
fn rows_only_one_model_was_judged_on_are_not_compared() {
    let transformer: Vec<_> = (10_000..10_400).map(|n| row(n, "en", 0.9, true)).collect();
    let alone = Thresholds::from_heldout(&calibrated(400), &[]);
    assert!(
        (Thresholds::from_heldout(&calibrated(400), &transformer).escalate_below
            - alone.escalate_below)
            .abs()
            < 1e-6
    );
}

#[test]
fn of_what_escalated_only_the_most_doubtful_share_still_does() {
    let quantiles = (0..=100).map(|step| step as f32 / 100.0).collect();
    let thresholds = Thresholds { quantiles, ..Thresholds::default() };
    for (share, expected) in [(1.0, 0.6), (0.5, 0.3), (0.1, 0.06)] {
        assert!((thresholds.eased(0.6, share) - expected).abs() < 1e-3, "{share}");
    }
    assert!(
        (Thresholds::default().eased(0.6, 0.5) - 0.3).abs() < 1e-6,
        "nothing is known of the spread"
    );
}

#[test]
fn a_degraded_answer_has_the_threshold_of_its_model() {
    let review = ReviewThresholds { mesh: Some(0.6), linear: Some(0.7), transformer: None };
    let thresholds = Thresholds { review, ..Thresholds::default() };
    assert_eq!(thresholds.review_below(Route::Tfidf, false), Some(0.6));
    assert_eq!(thresholds.review_below(Route::Tfidf, true), Some(0.7));
    assert_eq!(thresholds.review_below(Route::Transformer, true), None);
}

proptest! {
    #[test]
    fn accuracy_above_the_threshold_reaches_the_target(rows in prop::collection::vec((0u8..=100, any::<bool>()), 50..400)) {
        let judge = |(number, (confidence, right)): (usize, &(u8, bool))| row(number, "en", f32::from(*confidence) / 100.0, *right);
        let rows: Vec<HeldOut> = rows.iter().enumerate().map(judge).collect();
        let thresholds = Thresholds::from_heldout(&rows, &[]);
        let kept: Vec<&HeldOut> = rows.iter().filter(|row| row.confidence >= thresholds.escalate_below).collect();
        let right = kept.iter().filter(|row| row.right).count();
        prop_assert!(thresholds.escalate_below >= 1.0 || right as f64 >= 0.95 * kept.len() as f64);
    }

    #[test]
    fn escalation_never_loses_on_the_rows_it_was_read_off(rows in prop::collection::vec((0u8..=100, any::<bool>(), any::<bool>()), 50..300)) {
        let linear: Vec<HeldOut> = rows.iter().enumerate().map(|(n, (c, right, _))| row(n, "en", f32::from(*c) / 100.0, *right)).collect();
        let transformer: Vec<HeldOut> = rows.iter().enumerate().map(|(n, (_, _, right))| row(n, "en", 0.5, *right)).collect();
        let below = Thresholds::from_heldout(&linear, &transformer).escalate_below("en");
        let alone = linear.iter().filter(|row| row.right).count();
        let routed = linear.iter().zip(&transformer).filter(|(linear, transformer)| if linear.confidence < below { transformer.right } else { linear.right });
        prop_assert!(routed.count() >= alone);
    }
}
