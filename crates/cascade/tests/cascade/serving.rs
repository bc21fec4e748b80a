//! What a point answers.

use proptest::prelude::*;
use switchboard_cascade::{FitOptions, OperatingPoint, Situation};
use switchboard_routing::{Family, LinearSignals, Signals};

use crate::rows::point;

fn asked() -> &'static OperatingPoint {
    static POINT: std::sync::OnceLock<OperatingPoint> = std::sync::OnceLock::new();
    POINT.get_or_init(|| point(FitOptions::default()).0)
}

#[test]
fn it_holds_for_the_versions_it_was_fitted_to_and_no_others() {
    let fits = asked().fits();
    assert!(fits.is(Family::Tfidf, "category-tfidf", 3));
    assert!(!fits.is(Family::Tfidf, "category-tfidf", 4));
    assert!(!fits.is(Family::Transformer, "category-tfidf", 3));
    assert!(fits.is(Family::Transformer, "category-transformer", 3));
}

#[test]
fn answers_of_other_models_are_not_combined() {
    assert_eq!(asked().fuse(&[1.0], &[1.0, 0.0, 0.0]), None);
    let fused = asked().fuse(&[0.5, 0.3, 0.2], &[0.1, 0.8, 0.1]).unwrap();
    assert!(fused[1] > fused[0] && fused[0] > fused[2]);
}

#[test]
fn without_a_gate_nothing_is_said_of_the_linear_model() {
    let (text, said) = (Signals::of("a", ("en", 1.0), 0.0), LinearSignals::of(&[0.9, 0.1], 0.0));
    assert_eq!(asked().gate(&text, &said, 0).is_some(), asked().has_gate());
}

proptest! {
    #[test]
    fn the_less_a_model_recognises_the_stranger(logits in (-20f32..20.0, -20f32..20.0)) {
        let [low, high] = [logits.0.min(logits.1), logits.0.max(logits.1)];
        for family in Family::ALL {
            let score = |logit| asked().out_of_scope(family, logit).unwrap();
            prop_assert!(score(low) >= score(high));
            prop_assert!((0.0..1.0).contains(&score(low)));
        }
    }

    #[test]
    fn a_greater_coverage_takes_no_label_away(
        raw in prop::collection::vec(0.001f32..1.0, 3),
        coverages in (0f32..=1.0, 0f32..=1.0),
    ) {
        let sum: f32 = raw.iter().sum();
        let row: Vec<f32> = raw.iter().map(|p| p / sum).collect();
        let [low, high] = [coverages.0.min(coverages.1), coverages.0.max(coverages.1)];
        let [few, more] = [low, high].map(|coverage| asked().for_coverage(coverage));
        for situation in [Situation::Mesh, Situation::Linear, Situation::Transformer] {
            let [few, more] = [&few, &more].map(|sets| sets.set(situation, &row).unwrap());
            prop_assert!(few.iter().all(|label| more.contains(label)));
        }
    }
}
