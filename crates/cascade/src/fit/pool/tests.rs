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

fn any_form() -> impl Strategy<Value = FusionForm> {
    prop::sample::select(vec![FusionForm::Pool, FusionForm::Offsets, FusionForm::Stack])
}

fn loss<'r>(rows: &'r [&'r PoolRow], form: FusionForm) -> Loss<'r> {
    let inputs = form.inputs(LABELS);
    Loss { rows, inputs, size: EXPONENTS + LABELS * inputs, held: [false; 2] }
}

fn numbers(fusion: &Fusion) -> Vec<f64> {
    let mut numbers = vec![fusion.linear, fusion.transformer];
    for (label, offset) in fusion.offsets.iter().enumerate() {
        numbers.push(*offset);
        numbers.extend(fusion.weights.get(label).into_iter().flatten());
    }
    numbers.into_iter().map(f64::from).collect()
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
    let fusion = fit(&rows.iter().collect::<Vec<_>>(), LABELS, FusionForm::Pool);
    assert!((fusion.linear - 1.0).abs() < 0.02 && fusion.transformer < 0.02, "{fusion:?}");
}

#[test]
fn a_label_that_both_models_forget_is_brought_back_by_an_offset() {
    let row = |number: usize| PoolRow::of(&[0.6, 0.2, 0.2], &[0.6, 0.2, 0.2], number % LABELS);
    let rows: Vec<PoolRow> = (0..300).map(row).collect();
    let fusion = fit(&rows.iter().collect::<Vec<_>>(), LABELS, FusionForm::Offsets);
    let combined = fusion.combine(&[0.6, 0.2, 0.2], &[0.6, 0.2, 0.2]).unwrap();
    assert!(combined.iter().all(|p| (p - 1.0 / 3.0).abs() < 0.01), "{combined:?}");
}

#[test]
fn a_label_that_one_model_takes_for_another_is_told_apart_by_a_stack() {
    // Whatever is of the second label the linear model calls the third; the transformer never knows.
    let row = |number: usize| {
        let truth = number % LABELS;
        let mut linear = vec![0.1; LABELS];
        linear[if truth == 1 { 2 } else { 0 }] = 0.8;
        PoolRow::of(&linear, &[1.0 / 3.0; LABELS], truth)
    };
    let rows: Vec<PoolRow> = (0..3_000).map(row).collect();
    let fusion = fit(&rows.iter().collect::<Vec<_>>(), LABELS, FusionForm::Stack);
    let combined = fusion.combine(&[0.1, 0.1, 0.8], &[1.0 / 3.0; LABELS]).unwrap();
    assert!(combined[1] > 0.85, "{combined:?}");
}

proptest! {
    #[test]
    fn nothing_near_the_weights_fits_better(
        rows in any_rows(),
        form in any_form(),
        nudge in prop::collection::vec(-0.05f64..0.05, EXPONENTS + LABELS * (1 + 2 * LABELS)),
    ) {
        let rows: Vec<&PoolRow> = rows.iter().collect();
        let found = numbers(&fit(&rows, LABELS, form));
        let nudged = found.iter().zip(&nudge).enumerate().map(|(place, (number, by))| {
            if place < EXPONENTS { (number + by).max(0.0) } else { number + by }
        });
        let near: Vec<f64> = nudged.collect();
        let loss = loss(&rows, form);
        // The weights are kept as f32.
        prop_assert!(loss.of(&found) <= loss.of(&near) + 1e-4);
    }

    #[test]
    fn exponents_are_never_negative_and_every_number_is_finite(rows in any_rows(), form in any_form()) {
        let fusion = fit(&rows.iter().collect::<Vec<_>>(), LABELS, form);
        prop_assert!(fusion.fits(LABELS));
        prop_assert!(fusion.linear >= 0.0 && fusion.transformer >= 0.0);
        prop_assert!(numbers(&fusion).iter().all(|number| number.is_finite()));
    }
}
