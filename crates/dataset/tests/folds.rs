//! The laws of folds, hashes and descriptions.

use proptest::prelude::*;
use switchboard_dataset::{FOLDS, Row, describe, fingerprint, fold, labels, row_hash};

fn row(text: &str, label: &str) -> Row {
    Row { text: text.to_owned(), label: label.to_owned(), language: None, group: None }
}

fn grouped(text: &str, group: &str) -> Row {
    Row { group: Some(group.to_owned()), ..row(text, "Access") }
}

#[test]
fn folds_and_hashes_never_change() {
    // These values are part of every published model: when they change, held-out rows are no longer held out.
    assert_eq!(fold(&row("My laptop is broken!", "Hardware")), 8);
    assert_eq!(fold(&grouped("My laptop is broken!", "en/hardware/1")), 5);
    assert_eq!(row_hash("My laptop is broken!", "Hardware"), "f3b2ad4f0b05cf10f51fb87eccac4ed6");
    assert_eq!(
        fingerprint(&[row("My laptop is broken!", "Hardware")]),
        "e75358cb786c09576dc490b1e4cb4a312efb31a81d63d1bd75396da953b36602"
    );
}

#[test]
fn folds_are_of_like_size() {
    let mut sizes = [0; FOLDS as usize];
    for number in 0_u32..10_000 {
        let word: String =
            number.to_string().bytes().map(|digit| char::from(b'a' + digit - b'0')).collect();
        sizes[usize::from(fold(&row(&format!("ticket {word} about {word}"), "Access")))] += 1;
    }
    assert!(sizes.iter().all(|size| (850..1150).contains(size)), "{sizes:?}");
}

#[test]
fn a_description_counts_what_there_is() {
    let mut rows = vec![
        row("my laptop is broken", "Hardware"),
        row("My LAPTOP is broken 2!", "Hardware"),
        row("disk full", "Storage"),
        row("12345", "Storage"),
    ];
    rows[0].language = Some("en".to_owned());
    rows[2].language = Some("en".to_owned());
    let description = serde_json::to_value(describe(&rows)).unwrap();
    let expected = serde_json::json!({
        "rows": 4,
        "labels": {"Hardware": 2, "Storage": 2},
        "languages": {"en": 2},
        "words": {"median": 2, "p95": 4},
        "near_duplicate_share": 0.25,
    });
    assert_eq!(description, expected);
    assert_eq!(labels(&rows), ["Hardware", "Storage"]);
}

#[test]
fn nothing_has_a_description_too() {
    let description = describe(&[]);
    assert_eq!((description.rows, description.words.p95), (0, 0));
    assert!(description.near_duplicate_share.abs() < f64::EPSILON);
}

fn words() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("[a-zàéñü]{2,8}|[ء-ي]{2,8}", 1..12)
}

proptest! {
    #[test]
    fn case_punctuation_and_digits_have_no_say(words in words(), noise in "[ .,;!?0-9()\n-]{1,6}") {
        let plain = words.join(" ");
        let noisy = format!("{noise}{}{noise}", words.join(&noise).to_uppercase());
        prop_assert_eq!(fold(&row(&plain, "Access")), fold(&row(&noisy, "Access")));
    }

    #[test]
    fn one_group_is_in_one_fold(group in "\\PC{1,20}", one in "\\PC{0,40}", other in "\\PC{0,40}") {
        let fold_of_one = fold(&grouped(&one, &group));
        prop_assert!(fold_of_one < FOLDS);
        prop_assert_eq!(fold_of_one, fold(&grouped(&other, &group)));
    }

    #[test]
    fn label_and_language_have_no_say(text in "\\PC{0,40}", label in "\\PC{0,8}", language in "[a-z]{2}") {
        let mut told = row(&text, &label);
        told.language = Some(language);
        prop_assert_eq!(fold(&told), fold(&row(&text, "Access")));
    }

    #[test]
    fn the_order_of_rows_has_no_say(
        texts in prop::collection::vec("[a-c ]{0,6}", 1..20),
        order in prop::collection::vec(any::<prop::sample::Index>(), 20),
    ) {
        let rows: Vec<Row> = texts.iter().map(|text| row(text, "Access")).collect();
        let mut shuffled = rows.clone();
        for (place, index) in (0..shuffled.len()).zip(order) {
            let other = index.index(shuffled.len());
            shuffled.swap(place, other);
        }
        prop_assert_eq!(fingerprint(&rows), fingerprint(&shuffled));
        prop_assert_eq!(describe(&rows), describe(&shuffled));
    }

    #[test]
    fn another_text_or_label_is_another_row(text in "\\PC{0,20}", label in "\\PC{1,20}") {
        prop_assume!(text != label);
        prop_assert_ne!(row_hash(&text, &label), row_hash(&label, &text));
    }
}
