//! Hand-computed cases, and the laws of the metrics.

#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic, too")]

use proptest::prelude::*;
use serde_json::Value;
use switchboard_evaluate::{Outcome, Report, evaluate};

fn outcome(case: &Value) -> Outcome {
    let probabilities = case[1].as_array().unwrap().iter().map(|p| p.as_f64().unwrap() as f32);
    Outcome {
        truth: case[0].as_str().unwrap().to_owned(),
        probabilities: probabilities.collect(),
        language: case[2].as_str().map(str::to_owned),
    }
}

/// Compares every number of `expected` with its counterpart.
fn assert_close(found: &Value, expected: &Value, path: &str) {
    match expected {
        Value::Object(fields) => {
            for (name, value) in fields {
                assert_close(&found[name], value, &format!("{path}.{name}"));
            }
            let same_names =
                path.ends_with("report") || found.as_object().unwrap().len() == fields.len();
            assert!(same_names, "{path}: {found}");
        }
        Value::Number(number) => {
            let gap = (found.as_f64().unwrap() - number.as_f64().unwrap()).abs();
            assert!(gap < 1e-6, "{path}: {found} instead of {number}");
        }
        other => assert_eq!(found, other, "{path}"),
    }
}

#[test]
fn hand_computed_cases_come_out_as_computed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/evaluate/cases.json");
    let cases: Vec<Value> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    for case in cases {
        let labels: Vec<String> = serde_json::from_value(case["labels"].clone()).unwrap();
        let outcomes: Vec<Outcome> =
            case["outcomes"].as_array().unwrap().iter().map(outcome).collect();
        let report = serde_json::to_value(evaluate(&labels, &outcomes)).unwrap();
        assert_close(&report, &case["report"], &format!("{}: report", case["why"]));
    }
}

const KNOWN: [&str; 4] = ["A", "B", "C", "D"];

fn labels() -> Vec<String> {
    KNOWN.map(str::to_owned).to_vec()
}

/// Any truth, also one nobody knows, and any numbers for probabilities, also none and odd ones.
fn outcomes() -> impl Strategy<Value = Vec<Outcome>> {
    let truth = prop::sample::select(vec!["A", "B", "C", "D", "unknown"]);
    let odd =
        prop::sample::select(vec![f32::NAN, f32::INFINITY, -1.0, 0.0, f32::MAX, f32::MIN_POSITIVE]);
    let probability = prop_oneof![9 => 0.0_f32..1.0, 1 => odd];
    let language = prop::option::of("en|fr");
    let outcome = (truth, prop::collection::vec(probability, 0..6), language);
    let outcome = outcome.prop_map(|(truth, probabilities, language)| Outcome {
        truth: truth.to_owned(),
        probabilities,
        language,
    });
    prop::collection::vec(outcome, 1..60)
}

fn metrics(report: &Report) -> [f64; 5] {
    [report.accuracy, report.macro_f1, report.weighted_f1, report.log_loss, report.ece]
        .map(Option::unwrap)
}

proptest! {
    #[test]
    fn perfect_predictions_are_perfect(truths in prop::collection::vec(0..KNOWN.len(), 1..60)) {
        let outcomes: Vec<Outcome> = truths
            .iter()
            .map(|truth| Outcome {
                truth: KNOWN[*truth].to_owned(),
                probabilities: (0..KNOWN.len()).map(|place| f32::from(u8::from(place == *truth))).collect(),
                language: None,
            })
            .collect();
        let [accuracy, macro_f1, weighted_f1, log_loss, ece] = metrics(&evaluate(&labels(), &outcomes));
        for score in [accuracy, macro_f1, weighted_f1] {
            prop_assert!((score - 1.0).abs() < 1e-12);
        }
        prop_assert!(log_loss < 1e-12 && ece < 1e-12);
    }

    #[test]
    fn metrics_keep_their_bounds(outcomes in outcomes()) {
        let report = evaluate(&labels(), &outcomes);
        let [accuracy, macro_f1, weighted_f1, log_loss, ece] = metrics(&report);
        for share in [accuracy, macro_f1, weighted_f1, ece] {
            prop_assert!((0.0..=1.0 + 1e-9).contains(&share), "{share}");
        }
        prop_assert!((0.0..34.6).contains(&log_loss));
        let support: u64 = report.per_class.values().map(|class| class.support).sum();
        let predicted: u64 = report.per_class.values().map(|class| class.predicted).sum();
        let positive = |p: &f32| p.is_finite() && *p > 0.0;
        let answered = outcomes.iter().filter(|o| o.probabilities.iter().take(KNOWN.len()).any(positive));
        prop_assert_eq!((report.n, support), (outcomes.len() as u64, outcomes.len() as u64));
        prop_assert_eq!(predicted, answered.count() as u64, "an outcome without a positive share predicts nothing");
    }

    #[test]
    fn the_calibration_errors_are_those_of_the_bins(outcomes in outcomes()) {
        let report = evaluate(&labels(), &outcomes);
        let filled = report.reliability.iter().filter(|bin| bin.n > 0);
        let gaps = filled.map(|bin| (bin.n as f64, (bin.confidence.unwrap() - bin.accuracy.unwrap()).abs()));
        let (expected, maximum) = gaps.fold((0.0, 0.0_f64), |(sum, most), (n, gap)| (sum + n * gap, most.max(gap)));
        prop_assert!((report.ece.unwrap() - expected / report.n as f64).abs() < 1e-12);
        prop_assert!((report.mce.unwrap() - maximum).abs() < 1e-12);
        prop_assert_eq!(report.reliability.iter().map(|bin| bin.n).sum::<u64>(), report.n);
        for bin in report.reliability.iter().filter(|bin| bin.n > 0) {
            let confidence = bin.confidence.unwrap();
            prop_assert!(bin.lower - 1e-9 <= confidence && confidence <= bin.upper + 1e-9);
        }
    }

    #[test]
    fn the_order_of_outcomes_has_no_say(outcomes in outcomes()) {
        let mut reversed = outcomes.clone();
        reversed.reverse();
        let (report, other) = (evaluate(&labels(), &outcomes), evaluate(&labels(), &reversed));
        for (one, two) in metrics(&report).into_iter().zip(metrics(&other)) {
            prop_assert!((one - two).abs() < 1e-9);
        }
        prop_assert_eq!(report.per_class, other.per_class);
        prop_assert_eq!(report.per_language, other.per_language);
    }

    #[test]
    fn the_scale_of_probabilities_has_no_say(outcomes in outcomes()) {
        let mut scaled = outcomes.clone();
        for p in scaled.iter_mut().flat_map(|outcome| &mut outcome.probabilities) {
            *p *= 0.5;
        }
        prop_assume!(outcomes.iter().flat_map(|outcome| &outcome.probabilities).all(|p| !(0.0 < *p && *p < 1e-30)));
        for (one, two) in metrics(&evaluate(&labels(), &outcomes)).into_iter().zip(metrics(&evaluate(&labels(), &scaled))) {
            prop_assert!((one - two).abs() < 1e-9);
        }
    }
}
