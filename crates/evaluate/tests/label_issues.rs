//! Cases cleanlab agrees with, and the laws of label issues.

#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic, too")]

use proptest::prelude::*;
use serde_json::{Value, from_value};
use switchboard_evaluate::{LabelIssue, LabelIssuesError, label_issues};

/// The issues of the table are those of cleanlab 2.9.0: `find_label_issues(targets, probabilities, return_indices_ranked_by="normalized_margin")`.
#[test]
fn the_rows_are_those_cleanlab_finds() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/evaluate/label-issues.json");
    let cases: Vec<Value> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    for mut case in cases {
        let labels: usize = from_value(case["labels"].take()).unwrap();
        let targets: Vec<usize> = from_value(case["targets"].take()).unwrap();
        let probabilities: Vec<Vec<f32>> = from_value(case["probabilities"].take()).unwrap();
        let issues: Vec<(usize, usize)> = from_value(case["issues"].take()).unwrap();
        let found = label_issues(labels, &targets, &probabilities).unwrap();
        let found: Vec<_> = found.iter().map(|issue| (issue.row, issue.suggested)).collect();
        assert_eq!(found, issues, "{}", case["why"]);
    }
}

#[test]
fn an_issue_names_both_labels_and_their_probabilities() {
    let sure = |label: usize| (0..2).map(|other| if other == label { 0.9 } else { 0.1 }).collect();
    let probabilities: Vec<Vec<f32>> = [0, 0, 0, 1, 1, 1, 1].map(sure).to_vec();
    let issue = LabelIssue {
        row: 3,
        given: 0,
        suggested: 1,
        given_probability: 0.1,
        suggested_probability: 0.9,
    };
    assert_eq!(label_issues(2, &[0, 0, 0, 0, 1, 1, 1], &probabilities), Ok(vec![issue]));
}

#[test]
fn what_does_not_fit_together_is_refused() {
    let row = vec![0.5, 0.5];
    for (targets, rows, expected) in [
        (vec![0, 1], vec![row.clone()], LabelIssuesError::Rows { targets: 2, rows: 1 }),
        (vec![2], vec![row.clone()], LabelIssuesError::Target { row: 0, target: 2, labels: 2 }),
        (vec![0, 1], vec![row, vec![1.0]], LabelIssuesError::Width { row: 1, width: 1, labels: 2 }),
    ] {
        assert_eq!(label_issues(2, &targets, &rows), Err(expected));
    }
    assert_eq!(label_issues(0, &[], &[]), Ok(vec![]));
}

#[test]
fn a_row_without_an_answer_is_no_issue() {
    let sure = vec![vec![1.0, 0.0], vec![1.0, 0.0], vec![0.0, 1.0], vec![0.0, 1.0]];
    let odd = [f32::NAN, f32::NEG_INFINITY, -1.0, 0.0].map(|p| vec![p; 2]);
    let probabilities = [sure, odd.to_vec()].concat();
    assert_eq!(label_issues(2, &[0, 0, 1, 1, 0, 1, 0, 1], &probabilities), Ok(vec![]));
}

const LABELS: usize = 4;

/// Rows of any label with any shares, also odd ones; not every label has rows.
fn any_rows() -> impl Strategy<Value = Vec<(usize, Vec<f32>)>> {
    let share =
        prop_oneof![9 => 0.0_f32..1.0, 1 => prop::sample::select(vec![f32::NAN, -1.0, 0.0, 1e30])];
    prop::collection::vec((0..LABELS, prop::collection::vec(share, LABELS)), 0..40)
}

fn found(rows: &[(usize, Vec<f32>)]) -> Vec<LabelIssue> {
    let (targets, probabilities): (Vec<usize>, Vec<Vec<f32>>) = rows.iter().cloned().unzip();
    label_issues(LABELS, &targets, &probabilities).unwrap()
}

/// A row of `label` of which the model is sure by at least 0.97, with the differences that `noise` makes.
fn separated(label: usize, noise: &[f32]) -> Vec<f32> {
    (0..LABELS).map(|other| if other == label { 100.0 } else { noise[other] }).collect()
}

/// One row in twenty of every label carries another one.
fn is_flipped(place: usize) -> bool {
    (place / LABELS).is_multiple_of(20)
}

proptest! {
    #[test]
    fn most_flips_are_found_and_little_else(
        noise in prop::collection::vec(prop::collection::vec(0.0_f32..1.0, LABELS), 200..500),
        turn in 1..LABELS,
    ) {
        let label = |place: usize| place % LABELS;
        let carried = |place: usize| label(place + if is_flipped(place) { turn } else { 0 });
        let rows = noise.iter().enumerate();
        let rows: Vec<_> =
            rows.map(|(place, noise)| (carried(place), separated(label(place), noise))).collect();
        let (hits, others): (Vec<_>, Vec<_>) = found(&rows).into_iter().partition(|issue| is_flipped(issue.row));
        let flips = (0..rows.len()).filter(|place| is_flipped(*place)).count();
        prop_assert!(hits.len() * 10 >= flips * 9, "{} of {flips}", hits.len());
        prop_assert!(others.len() * 100 <= rows.len(), "{} others", others.len());
        prop_assert!(hits.iter().all(|issue| issue.suggested == label(issue.row)));
    }

    #[test]
    fn the_suggestion_is_likelier_and_the_surest_comes_first(rows in any_rows()) {
        let leads = found(&rows).into_iter().map(|issue| issue.suggested_probability - issue.given_probability);
        let leads: Vec<f32> = leads.collect();
        prop_assert!(leads.iter().all(|lead| *lead > 0.0));
        prop_assert!(leads.is_sorted_by(|one, two| *one >= *two - 1e-6));
    }

    #[test]
    fn a_label_keeps_a_row(rows in any_rows()) {
        let issues = found(&rows);
        for label in 0..LABELS {
            let carried = rows.iter().filter(|(given, _)| *given == label).count();
            let wrong = issues.iter().filter(|issue| issue.given == label).count();
            prop_assert!(wrong < carried.max(1), "{wrong} of {carried}");
        }
    }
}
