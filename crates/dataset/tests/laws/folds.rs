//! The laws of folds, hashes and descriptions.

use crate::common::{grouped, row, shuffled, word};
use proptest::prelude::*;
use switchboard_dataset::{
    FOLDS, Row, Split, describe, fingerprint, folds, groups, labels, row_hash,
};

fn deal(rows: &[Row], split: Split) -> Vec<u8> {
    folds(rows, &groups(rows), split)
}

#[test]
fn folds_and_hashes_never_change() {
    // These values are part of every published model: when they change, held-out rows are no longer held out.
    let rows = [
        row("My laptop is broken!"),
        grouped("My laptop is broken!", "en/hardware/1"),
        row("the disk of my laptop has been full since this morning please help"),
        row("the disk of my laptop has been full since this morning please help me"),
    ];
    assert_eq!(deal(&rows, Split::Grouped), [4, 9, 8, 8]);
    assert_eq!(deal(&rows, Split::Random), [0, 0, 1, 4]);
    assert_eq!(row_hash("My laptop is broken!", "Hardware"), "f3b2ad4f0b05cf10f51fb87eccac4ed6");
    let hardware = Row { label: "Hardware".to_owned(), ..row("My laptop is broken!") };
    assert_eq!(
        fingerprint(&[hardware]),
        "e75358cb786c09576dc490b1e4cb4a312efb31a81d63d1bd75396da953b36602"
    );
}

#[test]
fn folds_are_of_like_size() {
    let rows: Vec<Row> =
        (0..10_000).map(|number| row(&format!("ticket {0} about {0}", word(number)))).collect();
    for split in [Split::Random, Split::Grouped] {
        let mut sizes = [0; FOLDS as usize];
        for fold in deal(&rows, split) {
            sizes[usize::from(fold)] += 1;
        }
        assert!(sizes.iter().all(|size| (850..1150).contains(size)), "{split:?}: {sizes:?}");
    }
}

#[test]
fn random_folds_part_texts_that_grouped_folds_keep_together() {
    let rows: Vec<Row> =
        (1..100).map(|marks| row(&format!("laptop broken{}", "!".repeat(marks)))).collect();
    let distinct =
        |split| deal(&rows, split).into_iter().collect::<std::collections::HashSet<u8>>().len();
    assert_eq!((distinct(Split::Grouped), distinct(Split::Random)), (1, FOLDS.into()));
}

#[test]
fn a_description_counts_what_there_is() {
    let storage = |text| Row { label: "Storage".to_owned(), ..row(text) };
    let mut rows = vec![
        row("my laptop is broken"),
        row("My LAPTOP is broken 2!"),
        storage("disk full"),
        storage("12345"),
    ];
    rows[0].language = Some("en".to_owned());
    rows[2].language = Some("en".to_owned());
    let description = serde_json::to_value(describe(&rows)).unwrap();
    let expected = serde_json::json!({
        "rows": 4,
        "labels": {"Access": 2, "Storage": 2},
        "languages": {"en": 2},
        "words": {"median": 2, "p95": 4},
        "near_duplicate_share": 0.25,
    });
    assert_eq!(description, expected);
    assert_eq!(labels(&rows), ["Access", "Storage"]);
}

#[test]
fn nothing_has_a_description_too() {
    let description = describe(&[]);
    assert_eq!((description.rows, description.words.p95), (0, 0));
    assert!(description.near_duplicate_share.abs() < f64::EPSILON);
}

proptest! {
    #[test]
    fn one_group_is_in_one_fold(texts in prop::collection::vec("([a-c]{2} ){0,12}", 1..40)) {
        let rows: Vec<Row> = texts.iter().map(|text| row(text)).collect();
        let groups = groups(&rows);
        let folds = folds(&rows, &groups, Split::Grouped);
        for (fold, first) in folds.iter().zip(groups.firsts()) {
            prop_assert!(*fold < FOLDS);
            prop_assert_eq!(*fold, folds[*first as usize]);
        }
    }

    #[test]
    fn label_and_language_have_no_say(text in "\\PC{0,40}", label in "\\PC{0,8}", language in "[a-z]{2}") {
        let told = Row { label, language: Some(language), ..row(&text) };
        for split in [Split::Random, Split::Grouped] {
            prop_assert_eq!(deal(std::slice::from_ref(&told), split), deal(&[row(&text)], split));
        }
    }

    #[test]
    fn the_order_of_rows_has_no_say(texts in prop::collection::vec("([a-c]{2} ){0,6}", 1..40), seed: u64) {
        let numbered = texts.iter().zip(0..).map(|(text, number)| Row { number, ..row(text) });
        let rows: Vec<Row> = numbered.collect();
        let other = shuffled(&rows, seed);
        prop_assert_eq!(fingerprint(&rows), fingerprint(&other));
        prop_assert_eq!(describe(&rows), describe(&other));
        for split in [Split::Random, Split::Grouped] {
            let folds = deal(&rows, split);
            for (row, fold) in other.iter().zip(deal(&other, split)) {
                prop_assert_eq!(fold, folds[row.number as usize]);
            }
        }
    }

    #[test]
    fn another_text_or_label_is_another_row(text in "\\PC{0,20}", label in "\\PC{1,20}") {
        prop_assume!(text != label);
        prop_assert_ne!(row_hash(&text, &label), row_hash(&label, &text));
    }
}
