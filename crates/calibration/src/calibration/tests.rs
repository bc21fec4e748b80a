use proptest::prelude::*;

use super::*;

/// Logits of three labels, and labels drawn with probability `softmax(logits · boldness)`.
fn drawn(rows: u32, boldness: f64) -> (Vec<Vec<f32>>, Vec<usize>) {
    (0..rows)
        .map(|row| {
            let wave = |period: f64| 2.0 * (f64::from(row) * period).sin();
            let logits = [wave(0.7), wave(1.3), wave(2.9)];
            let weights = logits.map(|logit| (logit * boldness).exp());
            let mut draw = (f64::from(row) * 0.618_034).fract() * weights.iter().sum::<f64>();
            let target = weights.iter().take_while(|weight| {
                draw -= **weight;
                draw > 0.0
            });
            let target = target.count().min(2);
            (logits.map(|logit| logit as f32).to_vec(), target)
        })
        .unzip()
}

fn halves(rows: usize) -> Vec<bool> {
    (0..rows).map(|row| row % 3 == 0 || row % 7 == 0).collect()
}

#[test]
fn the_method_with_the_least_held_out_loss_wins() {
    let (logits, targets) = drawn(3_000, 1.5);
    let chosen = choose(&logits, &targets, &halves(3_000)).unwrap();
    assert_eq!(chosen.trials.len(), 4);
    let least = chosen.trials.iter().map(|trial| trial.log_loss).fold(f64::INFINITY, f64::min);
    let winner = chosen.trials.iter().find(|trial| trial.log_loss <= least).unwrap();
    assert_eq!(winner.method, chosen.calibration.method());
    // The rows were drawn from a softmax over scaled logits, which sigmoids a label cannot be.
    let loss = |method| chosen.trials.iter().find(|trial| trial.method == method).unwrap().log_loss;
    assert!(loss(Method::Temperature) < loss(Method::Sigmoid), "{:?}", chosen.trials);
    assert!(loss(Method::OrderPreserving) < loss(Method::Sigmoid), "{:?}", chosen.trials);
}

#[test]
fn a_half_without_a_label_leaves_nothing_to_compare() {
    let (logits, mut targets) = drawn(30, 1.0);
    for target in &mut targets {
        *target = (*target).min(1);
    }
    targets[3] = 2;
    let chosen = choose(&logits, &targets, &halves(30)).unwrap();
    assert_eq!((chosen.calibration.method(), chosen.trials), (Method::Sigmoid, vec![]));
}

#[test]
fn numbers_of_another_shape_restore_nothing() {
    for (method, numbers) in [
        (Method::Sigmoid, vec![1.0; 5]),
        (Method::Sigmoid, vec![f64::NAN; 6]),
        (Method::Temperature, vec![]),
        (Method::Temperature, vec![-1.0]),
        (Method::Isotonic, vec![1.0, 0.0, 0.5, 1e300, 0.0]),
        (Method::Isotonic, vec![2.0, 0.0, 0.5, 1.0, 0.4]),
        (Method::OrderPreserving, vec![1.0; 12]),
        (Method::OrderPreserving, [vec![1.0; 12], vec![-1.0]].concat()),
    ] {
        assert_eq!(
            Calibration::from_parameters(method, 3, &numbers),
            None,
            "{method:?} {numbers:?}"
        );
    }
}

proptest! {
    #[test]
    fn every_method_sums_to_one_and_is_restored_from_its_parameters(
        boldness in 0.1f64..4.0, rows in 60u32..200, logits in prop::array::uniform3(-9f32..9.0),
    ) {
        let (seen, targets) = drawn(rows, boldness);
        for method in Method::ALL {
            let fitted = Calibration::fit(method, &seen, &targets).unwrap();
            let probabilities = fitted.probabilities(&logits);
            prop_assert!((probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-4);
            prop_assert!(probabilities.iter().all(|p| (0.0..=1.0).contains(p)));
            prop_assert_eq!(Calibration::from_parameters(method, 3, &fitted.parameters()), Some(fitted));
        }
    }

    #[test]
    fn no_numbers_make_it_panic(numbers in prop::collection::vec(any::<f64>(), 0..20), labels in 0usize..5) {
        for method in Method::ALL {
            if let Some(calibration) = Calibration::from_parameters(method, labels, &numbers) {
                for logit in [0.5, f32::MAX, f32::NAN] {
                    let probabilities = calibration.probabilities(&vec![logit; labels]);
                    prop_assert_eq!(probabilities.len(), labels);
                    prop_assert!(probabilities.iter().all(|p| (0.0..=1.0).contains(p)));
                }
            }
        }
    }
}
