//! Challengers, and what is said of each.

use switchboard_promotion::{Candidate, Limits, Verdict, admit, compare};

use crate::common::{LABELS, answered, candidate, failed, recorded, sentence, verdict, version};

/// Right on 9 of 10, and as sure as that.
fn champion() -> Candidate {
    version(|row| row % 10 == 3, 0.9)
}

fn refused_for(challenger: &Candidate) -> Vec<&'static str> {
    failed(&compare(&champion(), challenger, &Limits::default()))
}

#[test]
fn an_equal_and_a_better_version_are_accepted() {
    assert_eq!(refused_for(&champion()), [""; 0]);
    // Wrong as often, on other rows.
    assert_eq!(refused_for(&version(|row| row % 10 == 4, 0.9)), [""; 0]);
    assert_eq!(refused_for(&version(|row| row % 20 == 3, 0.95)), [""; 0]);
}

#[test]
fn a_worse_version_is_refused_for_what_is_worse() {
    let limits = Limits { max_worst_class_loss: 1.0, ..Limits::default() };
    let against = |challenger: &Candidate| failed(&compare(&champion(), challenger, &limits));
    // Eight further rows are wrong: more than is tolerated, and more than chance.
    let worse = version(|row| row % 10 == 3 || row % 50 == 8, 0.9);
    assert_eq!(against(&worse), ["accuracy", "accuracy_significance", "macro_f1_significance"]);
    // Two rows more are wrong, and forty became right: that is within what is tolerated, and chance.
    let shifted = version(|row| row % 10 == 4 || row % 200 == 0, 0.9);
    assert_eq!(against(&shifted), [""; 0]);
}

#[test]
fn one_label_that_is_lost_is_refused_by_its_name() {
    // As many rows are wrong as before, all of them of one label.
    let lost = version(|row| row % 4 == 3 && (row / 4) % 5 < 2, 0.9);
    let comparison = compare(&champion(), &lost, &Limits::default());
    assert_eq!(failed(&comparison), ["worst_class_f1"], "{comparison}");
    let said = sentence(&comparison, "worst_class_f1");
    assert!(said.starts_with("\"Storage\" is the challenger's worst label"), "{said}");
}

#[test]
fn what_was_learnt_from_shuffled_labels_is_refused() {
    // Its rows carry labels of its own, by which it would be right as often as the champion.
    let shuffled: Vec<_> = (0..400)
        .map(|row| {
            let own = (row * 7 + row / 3) % LABELS.len();
            answered(row, own, (own, 0.9))
        })
        .collect();
    let refused = refused_for(&candidate(shuffled));
    for name in ["accuracy", "macro_f1", "accuracy_significance"] {
        assert!(refused.contains(&name), "{refused:?}");
    }
}

#[test]
fn a_label_that_was_learnt_under_another_name_is_refused_by_its_name() {
    // Four of five rows of one label carry another one now, and with it another hash.
    let mut relabelled = champion();
    let mine = relabelled.rows.iter_mut().filter(|row| row.label == LABELS[1]);
    for (number, row) in mine.enumerate().filter(|(number, _)| number % 5 != 0) {
        row.row_hash = format!("relabelled {number}");
    }
    let comparison = compare(&champion(), &relabelled, &Limits::default());
    assert_eq!(failed(&comparison), ["label_coverage"], "{comparison}");
    let said = sentence(&comparison, "label_coverage");
    assert!(said.contains(&format!("{:?} the challenger has 20", LABELS[1])), "{said}");
}

#[test]
fn rows_that_were_held_out_otherwise_are_no_label_under_another_name() {
    let mut other = champion();
    for (number, row) in other.rows.iter_mut().enumerate().filter(|(number, _)| number % 3 != 0) {
        row.row_hash = format!("learnt {number}");
    }
    let comparison = compare(&champion(), &other, &Limits::default());
    assert_eq!(verdict(&comparison, "label_coverage"), Verdict::Passed, "{comparison}");
}

#[test]
fn an_accurate_version_that_is_too_sure_is_refused_for_its_calibration() {
    let sure = version(|row| row % 10 == 3, 0.9999);
    assert_eq!(refused_for(&sure), ["ece", "log_loss"]);
    let unsure = version(|row| row % 10 == 3, 0.4);
    assert_eq!(refused_for(&unsure), ["ece", "log_loss"]);
    // One that is no better calibrated than a bad champion is no reason to keep that.
    let again = compare(&sure, &version(|row| row % 20 == 3, 0.9999), &Limits::default());
    assert!(again.passed(), "{again}");
}

#[test]
fn other_labels_are_named() {
    let mut other = champion();
    other.labels[3] = "Repairs".to_owned();
    let comparison = compare(&champion(), &other, &Limits::default());
    assert!(failed(&comparison).contains(&"labels"), "{comparison}");
    let said = sentence(&comparison, "labels");
    assert!(said.contains("no longer \"Storage\", and newly \"Repairs\""), "{said}");
    // The same labels in another order are the same labels.
    let mut turned = champion();
    turned.labels.reverse();
    for row in &mut turned.rows {
        row.probabilities.reverse();
    }
    assert!(compare(&champion(), &turned, &Limits::default()).passed());
}

#[test]
fn too_few_common_rows_are_told_with_the_way_out() {
    let mut challenger = champion();
    for (number, row) in challenger.rows.iter_mut().enumerate().skip(99) {
        row.row_hash = format!("other {number}");
    }
    let comparison = compare(&champion(), &challenger, &Limits::default());
    assert_eq!(failed(&comparison), ["rows"]);
    assert_eq!((comparison.rows, verdict(&comparison, "accuracy")), (99, Verdict::NotMeasured));
    assert!(sentence(&comparison, "rows").contains("--data"), "{comparison}");
    let fewer = Limits { min_rows: 99, ..Limits::default() };
    assert!(compare(&champion(), &challenger, &fewer).passed());
    let none = compare(&champion(), &candidate(Vec::new()), &Limits::default());
    assert_eq!(failed(&none), ["rows"]);
}

#[test]
fn size_and_latency_count_beyond_their_floors_and_on_one_processor() {
    let with = |change: &dyn Fn(&mut Candidate)| {
        let mut challenger = champion();
        change(&mut challenger);
        compare(&champion(), &challenger, &Limits::default())
    };
    assert_eq!(failed(&with(&|version| version.size_bytes *= 3)), ["size_bytes"]);
    assert!(with(&|version| version.size_bytes *= 2).passed());
    assert_eq!(
        failed(&with(&|version| version.recorded = Some(recorded(20.5, 0)))),
        ["latency_ms"]
    );
    assert!(with(&|version| version.recorded = Some(recorded(19.5, 0))).passed());
    let elsewhere = with(&|version| {
        let mut slow = recorded(1_000.0, 0);
        slow.latency.processor.threads = 64;
        version.recorded = Some(slow);
    });
    assert_eq!(verdict(&elsewhere, "latency_ms"), Verdict::NotMeasured);
    let unknown = with(&|version| version.recorded = None);
    assert_eq!(verdict(&unknown, "latency_ms"), Verdict::NotMeasured);
    assert!(elsewhere.passed() && unknown.passed());
    let mut small = champion();
    (small.size_bytes, small.recorded) = (1_000, Some(recorded(0.01, 0)));
    let mut larger = champion();
    (larger.size_bytes, larger.recorded) = (40_000_000, Some(recorded(4.0, 0)));
    assert!(compare(&small, &larger, &Limits::default()).passed());
}

#[test]
fn a_first_version_is_looked_at_alone() {
    let limits = Limits::default();
    assert!(admit(&champion(), &limits).passed());
    assert_eq!(admit(&champion(), &limits).checks.len(), 3);
    let without = Candidate { golden: 0, ..champion() };
    assert_eq!(failed(&admit(&without, &limits)), ["golden_examples"]);
    let unsound = Candidate { unsound_golden: 1, ..champion() };
    assert_eq!(failed(&admit(&unsound, &limits)), ["golden_examples"]);
    let tolerated = recorded(1.0, limits.max_placeholder_changes);
    assert!(admit(&Candidate { recorded: Some(tolerated), ..champion() }, &limits).passed());
    let changed = Candidate {
        recorded: Some(recorded(1.0, limits.max_placeholder_changes + 1)),
        ..champion()
    };
    assert_eq!(failed(&admit(&changed, &limits)), ["placeholder_changes"]);
    let point = Candidate { golden: 0, labels_texts: false, recorded: None, ..champion() };
    assert!(admit(&point, &limits).passed());
    assert_eq!(compare(&point, &point, &limits).checks.len(), 1);
}

#[test]
fn a_person_reads_a_table_and_a_history_keeps_the_figures() {
    let comparison = compare(&champion(), &version(|row| row % 5 == 3, 0.9), &Limits::default());
    let table = comparison.to_string();
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].starts_with("check") && lines[0].ends_with("verdict"), "{table}");
    let accuracy = lines.iter().find(|line| line.starts_with("accuracy ")).unwrap();
    let cells: Vec<&str> = accuracy.split_whitespace().collect();
    assert_eq!(cells, ["accuracy", "0.9000", "0.8000", "0.8900", "FAILED"]);
    assert!(table.contains("\naccuracy: 0.8000 where the champion has 0.9000"), "{table}");
    let evidence = comparison.evidence(Some(3), true);
    assert_eq!((&evidence["champion"], &evidence["forced"]), (&3.into(), &true.into()));
    assert_eq!(evidence["checks"][6]["name"], "accuracy");
    assert_eq!(evidence["checks"][6]["verdict"], "failed");
    assert!(evidence.to_string().len() < 4_096);
}
