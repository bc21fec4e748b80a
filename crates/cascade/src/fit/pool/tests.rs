use proptest::prelude::*;

use super::*;

const LABELS: usize = 3;

fn any_rows() -> impl Strategy<Value = Vec<PoolRow>> {
    let probabilities = || {
        prop::collection::vec(0.01f32..1.0, LABELS).prop_map(|raw| {
            let sum: f32 = raw.iter().sum();
            raw.iter().map(|p| p / sum).collect::<Vec<f32>>()
        })
    };
    let row = (probabilities(), probabilities(), 0..LABELS)
        .prop_map(|(linear, transformer, truth)| PoolRow::of(&linear, &transformer, truth));
    prop::collection::vec(row, 1..60)
}

fn numbers(fusion: &Fusion) -> Vec<f64> {
    let exponents = [fusion.linear, fusion.transformer];
    let mut numbers: Vec<f64> =
        exponents.iter().chain(&fusion.offsets).map(|x| f64::from(*x)).collect();
    numbers.resize(EXPONENTS + LABELS, 0.0);
    numbers
}

#[test]
fn a_model_that_knows_nothing_counts_for_nothing_and_one_that_knows_all_for_all() {
    // The first is right seven times of ten and says so; the second says anything.
    let row = |number: usize| {
        let said = number % LABELS;
        let truth = if number % 10 < 7 { said } else { (said + 1 + number % 2) % LABELS };
        let mut linear = vec![0.15; LABELS];
        linear[said] = 0.7;
        let mut transformer = vec![0.25; LABELS];
        transformer[(number / 30) % LABELS] = 0.5;
        PoolRow::of(&linear, &transformer, truth)
    };
    let rows: Vec<PoolRow> = (0..2_700).map(row).collect();
    let fusion = fit(&rows.iter().collect::<Vec<_>>(), LABELS, false);
    assert!((fusion.linear - 1.0).abs() < 0.02 && fusion.transformer < 0.02, "{fusion:?}");
}

#[test]
fn a_label_that_both_models_forget_is_brought_back_by_an_offset() {
    let row = |number: usize| PoolRow::of(&[0.6, 0.2, 0.2], &[0.6, 0.2, 0.2], number % LABELS);
    let rows: Vec<PoolRow> = (0..300).map(row).collect();
    let fusion = fit(&rows.iter().collect::<Vec<_>>(), LABELS, true);
    let combined = fusion.combine(&[0.6, 0.2, 0.2], &[0.6, 0.2, 0.2]).unwrap();
    assert!(combined.iter().all(|p| (p - 1.0 / 3.0).abs() < 0.01), "{combined:?}");
}

proptest! {
    #[test]
    fn nothing_near_the_weights_fits_better(
        rows in any_rows(),
        offsets: bool,
        nudge in prop::collection::vec(-0.05f64..0.05, EXPONENTS + LABELS),
    ) {
        let rows: Vec<&PoolRow> = rows.iter().collect();
        let found = numbers(&fit(&rows, LABELS, offsets));
        let moves = |place: usize| offsets || place < EXPONENTS;
        let near: Vec<f64> = found.iter().zip(&nudge).enumerate().map(|(place, (number, by))| {
            let moved = if moves(place) { number + by } else { *number };
            if place < EXPONENTS { moved.max(0.0) } else { moved }
        }).collect();
        // The weights are kept as f32.
        prop_assert!(total_loss(&rows, &found) <= total_loss(&rows, &near) + 1e-4);
    }

    #[test]
    fn exponents_are_never_negative_and_every_number_is_finite(rows in any_rows(), offsets: bool) {
        let fusion = fit(&rows.iter().collect::<Vec<_>>(), LABELS, offsets);
        prop_assert!(fusion.linear >= 0.0 && fusion.transformer >= 0.0);
        prop_assert!(numbers(&fusion).iter().all(|number| number.is_finite()));
    }
}
