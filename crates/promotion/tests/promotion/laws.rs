//! What holds of every two versions.

use proptest::prelude::*;
use switchboard_artifact::HeldoutRow;
use switchboard_promotion::{Candidate, Comparison, Limits, compare};

use crate::common::{LABELS, answered, candidate, verdict};

/// Limits that any number of rows satisfies.
fn limits() -> Limits {
    Limits { min_rows: 1, min_class_rows: 1, ..Limits::default() }
}

/// A label, and what two versions answered for it.
type Row = (usize, (usize, f32), (usize, f32));

/// The answers of two versions to the same rows: label, answer and confidence of each.
fn two_versions() -> impl Strategy<Value = [Candidate; 2]> {
    let answer = || (0..LABELS.len(), 0.3_f32..1.0);
    let row = (0..LABELS.len(), answer(), answer());
    prop::collection::vec(row, 1..80).prop_map(|rows| {
        let side = |of: &dyn Fn(&Row) -> (usize, f32)| {
            let rows = rows.iter().enumerate();
            candidate(rows.map(|(number, row)| answered(number, row.0, of(row))).collect())
        };
        [side(&|row| row.1), side(&|row| row.2)]
    })
}

fn figures(comparison: &Comparison, name: &str) -> [f64; 2] {
    let check = comparison.checks.iter().find(|check| check.name == name).unwrap();
    [check.champion.unwrap(), check.challenger.unwrap()]
}

fn significance(comparison: &Comparison, name: &str) -> f64 {
    comparison.checks.iter().find(|check| check.name == name).unwrap().challenger.unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_champion_is_as_good_as_itself([version, _] in two_versions()) {
        let comparison = compare(&version, &version, &limits());
        prop_assert!(comparison.passed(), "{}", comparison);
        prop_assert!(significance(&comparison, "accuracy_significance") > 1.0 - 1e-9);
        prop_assert!(significance(&comparison, "macro_f1_significance") > 1.0 - 1e-9);
    }

    #[test]
    fn exchanging_the_sides_exchanges_the_figures([one, other] in two_versions()) {
        let [there, back] = [compare(&one, &other, &limits()), compare(&other, &one, &limits())];
        for name in ["accuracy", "macro_f1", "worst_class_f1", "ece", "log_loss", "size_bytes"] {
            let [champion, challenger] = figures(&there, name);
            let bits = |figures: [f64; 2]| figures.map(f64::to_bits);
            prop_assert_eq!(bits(figures(&back, name)), bits([challenger, champion]), "{}", name);
        }
        for name in ["accuracy_significance", "macro_f1_significance"] {
            let [one, other] = [significance(&there, name), significance(&back, name)];
            prop_assert!(one + other > 0.9, "{} {} {}", name, one, other);
            prop_assert!(verdict(&there, name) == verdict(&back, name) || one.max(other) > 0.5);
        }
        // What is more accurate never loses by accuracy.
        let [champion, challenger] = figures(&there, "accuracy");
        let name = if challenger >= champion { &there } else { &back };
        prop_assert_eq!(verdict(name, "accuracy"), switchboard_promotion::Verdict::Passed);
    }

    #[test]
    fn the_order_of_rows_does_not_matter(
        [one, other] in two_versions(),
        keys in prop::collection::vec(any::<u32>(), 80),
    ) {
        let shuffled = |version: &Candidate, keys: &mut dyn Iterator<Item = u32>| {
            let mut rows: Vec<(u32, HeldoutRow)> = keys.zip(version.rows.clone()).collect();
            rows.sort_by_key(|(key, _)| *key);
            Candidate { rows: rows.into_iter().map(|(_, row)| row).collect(), ..version.clone() }
        };
        let before = compare(&one, &other, &limits());
        let [one, other] = [
            shuffled(&one, &mut keys.iter().copied()),
            shuffled(&other, &mut keys.iter().rev().copied()),
        ];
        prop_assert_eq!(compare(&one, &other, &limits()), before);
    }

    #[test]
    fn rows_that_only_one_side_has_change_nothing([one, other] in two_versions(), more in 1..20_usize) {
        let before = compare(&one, &other, &limits());
        let mut longer = other.clone();
        longer.rows.extend((0..more).map(|row| answered(1_000 + row, 0, (1, 0.9))));
        let after = compare(&one, &longer, &limits());
        for name in ["accuracy", "macro_f1", "ece", "log_loss"] {
            let [after, before] = [&after, &before].map(|side| figures(side, name).map(f64::to_bits));
            prop_assert_eq!(after, before, "{}", name);
        }
    }

    #[test]
    fn any_rows_are_compared_without_a_panic(
        labels in prop::collection::vec("[a-c]{0,2}", 0..4),
        rows in prop::collection::vec(("[a-d]", "[a-d]", prop::collection::vec(any::<f32>(), 0..5)), 0..30),
    ) {
        let rows = rows.into_iter().map(|(row_hash, label, probabilities)| HeldoutRow {
            row_hash, label, language: None, logits: vec![], probabilities, signals: [].into(),
        });
        let odd = Candidate { labels, ..candidate(rows.collect()) };
        let usual = candidate((0..4).map(|row| answered(row, row, (row, 0.9))).collect());
        for (champion, challenger) in [(&odd, &usual), (&usual, &odd), (&odd, &odd)] {
            compare(champion, challenger, &limits());
        }
    }
}
