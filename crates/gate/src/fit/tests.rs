use linfa::dataset::Pr;
use linfa::traits::Predict;
use proptest::prelude::*;

use super::*;

const NAMES: [&str; 3] = ["confidence", "margin", "length"];

/// Numbers of 0 to 1 and a draw, spread evenly over all four dimensions (Roberts 2018).
fn point(row: usize) -> ([f64; 3], f64) {
    let spread = |step: f64| (row as f64 * step).fract();
    ([0.856_674_884, 0.733_891_857, 0.628_706_721].map(spread), spread(0.538_597_254))
}

/// How probable it is, in truth, that the model is right: it is more often than not.
fn truth([confidence, margin, _]: &[f64; 3]) -> f64 {
    1.0 / (1.0 + (1.0 - 4.0 * confidence - 2.0 * margin).exp())
}

fn rows(count: usize) -> Vec<GateRow> {
    let row = |row| {
        let (features, draw) = point(row);
        GateRow { right: draw < truth(&features), features: features.to_vec() }
    };
    (0..count).map(row).collect()
}

fn fit(rows: &[GateRow]) -> Gate {
    let gate = Gate::fit(&NAMES, rows, 1).unwrap();
    gate.check(&NAMES).unwrap();
    gate
}

fn error(rows: &[GateRow]) -> String {
    Gate::fit(&NAMES, rows, 1).unwrap_err().to_string()
}

#[test]
fn it_recovers_the_probability_the_rows_were_drawn_with() {
    let gate = fit(&rows(20_000));
    for row in 20_000..20_500 {
        let (features, _) = point(row);
        let (found, expected) = (f64::from(gate.probability(&features)), truth(&features));
        assert!((found - expected).abs() < 0.05, "{found} for {expected} at {features:?}");
    }
}

#[test]
fn a_feature_that_tells_nothing_weighs_next_to_nothing() {
    let gate = fit(&rows(20_000));
    let weights: Vec<f64> = gate.features.iter().map(|feature| feature.weight).collect();
    assert!(weights[0] > 1.5 * weights[1] && weights[1] > 5.0 * weights[2].abs(), "{weights:?}");
}

#[test]
fn it_answers_as_linfa_does() {
    let rows = rows(600);
    let gate = fit(&rows);
    let mut records = records(NAMES.len(), &rows).unwrap();
    let scales = standardise(&NAMES, &mut records).unwrap();
    let sample: Sample = DatasetBase::new(records, rows.iter().map(|row| row.right).collect());
    let parameters = parameters::<Pr>(sample.targets()).check().unwrap();
    let fitted: Result<_, SvmError> = parameters.fit(&sample);
    let machine: Svm<f64, Pr> = fitted.unwrap();
    for row in 0..5_000 {
        let (features, _) = point(row);
        let scaled = scales.iter().zip(features).map(|(scale, value)| scale.scaled(value));
        let expected: Pr = machine.predict(scaled.collect::<Array1<f64>>());
        assert!((gate.probability(&features) - *expected).abs() < 1e-6);
    }
}

#[test]
fn one_seed_gives_one_gate() {
    let rows = rows(5_000);
    assert_eq!(fit(&rows), fit(&rows));
    assert_ne!(fit(&rows), Gate::fit(&NAMES, &rows, 2).unwrap());
}

#[test]
fn without_features_it_says_how_often_the_model_is_right() {
    let mut rows = rows(1_000);
    let share = rows.iter().filter(|row| row.right).count() as f32 / 1_000.0;
    for row in &mut rows {
        row.features.clear();
    }
    let gate = Gate::fit(&[], &rows, 1).unwrap();
    assert!((gate.probability(&[]) - share).abs() < 0.01);
}

#[test]
fn rows_that_a_plane_divides_are_fitted_too() {
    let mut rows = rows(500);
    for row in &mut rows {
        row.right = row.features[0] > 0.3;
    }
    let gate = fit(&rows);
    assert!(gate.probability(&[0.9, 0.5, 0.5]) > 0.95 && gate.probability(&[0.1, 0.5, 0.5]) < 0.1);
}

#[test]
fn the_rare_kind_of_row_counts_even_when_it_is_very_rare() {
    let mut rows = rows(4_000);
    for (place, row) in rows.iter_mut().enumerate() {
        row.right = place % 200 != 0;
        row.features[0] += if row.right { 0.5 } else { 0.0 };
    }
    let gate = fit(&rows);
    assert!(
        gate.probability(&[1.4, 0.5, 0.5]) > 0.995 && gate.probability(&[0.1, 0.5, 0.5]) < 0.97
    );
}

#[test]
fn what_cannot_be_learnt_from_is_named() {
    let all_right: Vec<_> =
        rows(50).into_iter().map(|row| GateRow { right: true, ..row }).collect();
    assert_eq!(
        error(&all_right),
        "fit the gate: the model was right on 50 rows and wrong on 0; 10 of each are needed"
    );
    assert_eq!(
        error(&[]),
        "fit the gate: the model was right on 0 rows and wrong on 0; 10 of each are needed"
    );
    let with = |value: f64| {
        let mut rows = rows(200);
        rows[7].features[1] = value;
        error(&rows)
    };
    for value in [f64::NAN, f64::INFINITY, f64::MAX] {
        assert_eq!(with(value), "fit the gate: feature margin is not finite in every row");
    }
    let mut rows = rows(200);
    for row in &mut rows {
        row.features[2] = 0.1;
    }
    assert_eq!(error(&rows), "fit the gate: feature length is the same in every row; leave it out");
    rows[9].features.pop();
    assert_eq!(error(&rows), "fit the gate: row 9 has 2 features, 3 are named");
}

#[test]
fn a_gate_of_other_features_or_damaged_numbers_is_refused_and_does_no_harm() {
    let gate = fit(&rows(200));
    assert_eq!(
        gate.check(&["margin", "confidence", "length"]).unwrap_err().to_string(),
        "the gate was fitted to the features confidence, margin, length, not margin, confidence, length"
    );
    assert!(gate.check(&NAMES[..2]).is_err());
    let damages: [fn(&mut Gate); 4] = [
        |gate| gate.intercept = f64::NAN,
        |gate| gate.sigmoid.a = f64::INFINITY,
        |gate| gate.features[1].weight = f64::NAN,
        |gate| {
            gate.features[2].scale = serde_json::from_str(r#"{"mean":0,"deviation":0}"#).unwrap();
        },
    ];
    for damage in damages {
        let mut gate = gate.clone();
        damage(&mut gate);
        assert!(matches!(gate.check(&NAMES), Err(GateError::Damaged)));
        gate.probability(&[0.5; 3]);
    }
}

#[test]
fn nothing_speaks_for_the_model_where_nothing_can_be_computed() {
    let gate = fit(&rows(200));
    let odd: [&[f64]; 4] = [&[], &[0.5; 2], &[0.5; 4], &[0.5, f64::NAN, 0.5]];
    assert!(odd.iter().all(|features| gate.probability(features) <= 0.0));
}

proptest! {
    #[test]
    fn a_probability_is_one_whatever_the_features(features in prop::collection::vec(any::<f64>(), 3)) {
        prop_assert!((0.0..=1.0).contains(&fit(&rows(200)).probability(&features)));
    }

    #[test]
    fn saved_and_loaded_it_answers_the_same(count in 200usize..260, features in prop::collection::vec(-1f64..2.0, 3)) {
        let gate = fit(&rows(count));
        let loaded: Gate = serde_json::from_str(&serde_json::to_string(&gate).unwrap()).unwrap();
        loaded.check(&NAMES).unwrap();
        prop_assert!((loaded.probability(&features) - gate.probability(&features)).abs() < 1e-6);
    }
}
