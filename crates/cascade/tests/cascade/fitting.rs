//! What a fit finds.

use switchboard_artifact::HeldoutRow;
use switchboard_cascade::{FitOptions, MIN_ROWS, Side, Targets, fit};
use switchboard_routing::Family;

use crate::rows::{SplitMix64, both, fitted, labels, point, version};

fn targets(accuracy: Option<f64>, transformer_share: Option<f64>) -> FitOptions {
    FitOptions { targets: Targets { accuracy, transformer_share }, seed: 1 }
}

#[test]
fn two_models_whose_mistakes_are_their_own_are_better_together() {
    let (_, report) = point(FitOptions::default());
    let [transformer, fusion] =
        [report.accuracy.transformer, report.accuracy.fusion].map(Option::unwrap);
    assert!(transformer > report.accuracy.linear && fusion > transformer + 0.02, "{report:?}");
    let ends = [report.frontier.first(), report.frontier.last()].map(|end| end.unwrap().accuracy);
    assert_eq!(ends, [report.accuracy.linear, fusion]);
}

#[test]
fn the_smallest_share_that_is_as_good_as_any_escalates_unless_another_is_asked_for() {
    let (_, report) = point(FitOptions::default());
    assert!((0.1..1.0).contains(&report.point.transformer_share), "{:?}", report.point);
    let fusion = report.accuracy.fusion.unwrap();
    assert!(report.accuracy.mesh > fusion - 0.02);
    for share in [0.0, 0.25, 1.0] {
        let (point, report) = point(targets(None, Some(share)));
        assert!((report.point.transformer_share - share).abs() < 1e-3);
        let thresholds = point.thresholds();
        let (linear, _) = both(1_500, 1);
        let below = linear.iter().filter(|row| confidence(row) < thresholds.escalate_below);
        assert!((below.count() as f64 / 1_500.0 - share).abs() < 0.01);
    }
}

fn confidence(row: &HeldoutRow) -> f32 {
    row.probabilities.iter().copied().fold(0.0, f32::max)
}

#[test]
fn what_is_automatic_reaches_the_target_and_without_one_sets_decide() {
    let (point_with, report) = point(targets(Some(0.95), None));
    for automatic in [report.automatic.mesh, report.automatic.linear] {
        assert!(automatic.accuracy.unwrap() > 0.945, "{automatic:?}");
        assert!(automatic.share > 0.2, "{automatic:?}");
    }
    assert!(report.automatic.mesh.share > report.automatic.linear.share);
    let review = point_with.thresholds().review;
    assert_eq!(review.mesh, report.automatic.mesh.threshold);
    assert_eq!(review.transformer, report.automatic.transformer.unwrap().threshold);
    let (point_without, report) = point(targets(None, None));
    let review = point_without.thresholds().review;
    assert_eq!([review.mesh, review.linear, review.transformer], [None; 3]);
    assert!(report.automatic.mesh.accuracy.unwrap() > 0.8);
}

#[test]
fn sets_hold_the_truth_as_often_as_asked_for_on_rows_they_were_not_fitted_to() {
    let (_, report) = point(FitOptions::default());
    for coverage in &report.sets {
        let found = &coverage.found.mesh;
        let asked = f64::from(coverage.asked);
        assert!((found.coverage.unwrap() - asked).abs() < 0.02, "{found:?}");
        assert_eq!(found.n, 1_500);
        assert!(found.per_class.values().all(|class| class.coverage.unwrap() > asked - 0.04));
    }
}

#[test]
fn a_linear_model_alone_has_sets_a_review_threshold_and_a_measure_of_strangeness() {
    let (linear, _) = both(400, 2);
    let (point, report) = fitted(&linear, None, targets(Some(0.9), None));
    assert_eq!((point.fits().transformer.as_ref(), point.fusion()), (None, None));
    assert_eq!(point.thresholds().escalate_below, 0.0);
    assert!(point.thresholds().review.mesh.unwrap() <= 1.0 + f32::EPSILON);
    assert_eq!((report.frontier.len(), report.accuracy.transformer), (1, None));
    assert!(point.out_of_scope(Family::Tfidf, 0.0).is_some());
    assert_eq!(point.out_of_scope(Family::Transformer, 0.0), None);
}

#[test]
fn equal_rows_and_seeds_give_equal_points_whatever_the_order() {
    let (mut linear, mut transformer) = both(300, 3);
    let options = targets(Some(0.9), None);
    let (first, _) = fitted(&linear, Some(&transformer), options);
    linear.reverse();
    transformer.rotate_left(100);
    let (second, _) = fitted(&linear, Some(&transformer), options);
    assert_eq!(first, second);
}

#[test]
fn only_rows_of_both_models_count_and_each_once() {
    let (linear, transformer) = both(400, 4);
    let twice = [&linear[..], &linear[..50]].concat();
    let (_, report) = fitted(&twice, Some(&transformer[100..]), FitOptions::default());
    assert_eq!(report.rows, 300);
}

#[test]
fn a_language_in_which_the_transformer_spoils_answers_never_escalates() {
    let (linear, mut transformer) = both(1_500, 9);
    for row in transformer.iter_mut().filter(|row| row.language.as_deref() == Some("fr")) {
        row.probabilities.rotate_left(1);
    }
    let (point, report) = fitted(&linear, Some(&transformer), FitOptions::default());
    assert_eq!(point.thresholds().escalate_below("fr"), 0.0);
    assert!(point.thresholds().escalate_below("en") > 0.3);
    let [french, english] = ["fr", "en"].map(|code| &report.languages[code]);
    assert!(!french.escalates && english.escalates);
    assert_eq!(french.accuracy.mesh, french.accuracy.linear);
    assert!(english.accuracy.mesh > english.accuracy.linear + 0.05, "{english:?}");
    let fusion = point.fusion().unwrap();
    assert!((fusion.transformer - 1.0).abs() < 0.2, "fitted without French: {fusion:?}");
}

/// Of what is called `Access` half is wrong, however sure the model is.
fn one_label_lies() -> Vec<HeldoutRow> {
    let mut random = SplitMix64(5);
    let (mut rows, _) = both(1_500, 5);
    for (number, row) in rows.iter_mut().enumerate() {
        let said = number % 3;
        let confidence = 0.6 + 0.4 * random.next();
        let share_right = if said == 0 { 0.5 } else { confidence };
        row.probabilities = vec![(1.0 - confidence) / 2.0; 3];
        row.probabilities[said] = confidence;
        let truth = if random.next() < share_right { said } else { (said + 1) % 3 };
        row.label.clone_from(&labels()[truth]);
    }
    rows
}

#[test]
fn a_gate_serves_where_it_knows_more_than_the_confidence() {
    let (_, mut transformer) = both(1_500, 5);
    let linear = one_label_lies();
    for (row, truth) in transformer.iter_mut().zip(&linear) {
        row.label.clone_from(&truth.label);
    }
    let (point, report) = fitted(&linear, Some(&transformer), targets(None, Some(0.3)));
    assert!(report.gate.serves && point.has_gate(), "{:?}", report.gate);
    assert!(report.gate.features.contains(&"precision"));
    assert!(!report.gate.features.contains(&"code"), "it is the same in every row");
    assert_eq!(
        (report.escalation.by, point.thresholds().gate_below),
        ("gate", Some(report.escalation.below))
    );
    assert!((report.point.transformer_share - 0.3).abs() < 1e-3);
}

#[test]
fn a_gate_that_knows_no_more_does_not_serve_and_the_report_says_by_how_much() {
    let (point, report) = point(FitOptions::default());
    let found = report.gate.against_confidence.unwrap();
    assert_eq!(report.gate.serves, found.difference < -found.standard_error);
    assert_eq!(report.gate.serves, point.has_gate());
    let (linear, _) = both(200, 6);
    let mut sure = linear.clone();
    for row in &mut sure {
        row.probabilities = vec![0.0; 3];
        row.probabilities[labels().iter().position(|label| *label == row.label).unwrap()] = 1.0;
    }
    let (_, report) = fitted(&sure, None, FitOptions::default());
    assert!(report.gate.problem.unwrap().contains("wrong on 0"));
}

#[test]
fn other_labels_few_rows_and_odd_rows_are_refused_by_name() {
    let (linear, transformer) = both(MIN_ROWS, 7);
    let versions = [version("tfidf"), version("transformer")];
    let names = labels();
    let refused = |labels: &[String], rows: &[HeldoutRow]| {
        let ours = Side { version: &versions[0], labels: &names, rows: &linear };
        let theirs = Side { version: &versions[1], labels, rows };
        fit(&ours, Some(&theirs), FitOptions::default()).unwrap_err().to_string()
    };
    let other = ["Access", "Hardware", "Network"].map(str::to_owned);
    let message = refused(&other, &transformer);
    assert!(
        message.contains("linear model has Storage, only the transformer Network"),
        "{message}"
    );
    let turned: Vec<String> = names.iter().rev().cloned().collect();
    assert!(refused(&turned, &transformer).contains("in another order"));
    let message = refused(&names, &transformer[1..]);
    assert!(message.contains("99 held-out rows can be used, 100 are needed"), "{message}");
    let mut odd = transformer.clone();
    odd[4].probabilities.pop();
    assert!(refused(&names, &odd).contains("row 5 of category-transformer"));
    let target = targets(Some(1.5), None);
    let side = Side { version: &versions[0], labels: &names, rows: &linear };
    assert!(fit(&side, None, target).unwrap_err().to_string().contains("from 0 to 1"));
}
