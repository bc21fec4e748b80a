//! The laws of near-duplicate groups.

use crate::common::{grouped, row, shuffled, words};
use proptest::prelude::*;
use switchboard_dataset::{Columns, NearDuplicates, Row, groups, read};

fn firsts(texts: &[&str]) -> Vec<u32> {
    groups(&texts.iter().map(|text| row(text)).collect::<Vec<_>>()).firsts().to_vec()
}

#[test]
fn a_signature_or_a_few_words_more_is_the_same_ticket() {
    let ticket = "the printer on the third floor prints every page twice since this morning and nobody knows why";
    let cases = [
        (format!("{ticket}\n\nKind regards,\nAnn"), true),
        (format!("RE: {}", ticket.to_uppercase()), true),
        (ticket.replace("third", "second"), true),
        (
            ticket.replace("prints every page twice", "takes two sheets at once, or none at all,"),
            false,
        ),
        ("the printer on the third floor is out of paper again, who refills it?".to_owned(), false),
        (String::new(), false),
    ];
    for (other, alike) in cases {
        assert_eq!(firsts(&[ticket, &other]) == [0, 0], alike, "{other}");
    }
}

#[test]
fn short_questions_that_begin_alike_are_not_one_group() {
    let questions = [
        "how do I reset my password",
        "how do I reset my phone",
        "how do I order a phone",
        "how do I order a laptop",
        "password",
        "phone",
    ];
    assert_eq!(firsts(&questions), [0, 1, 2, 3, 4, 5]);
}

#[test]
fn texts_without_words_are_one_group() {
    assert_eq!(firsts(&["12345", "?!", "word", "1 2 3"]), [0, 0, 2, 0]);
}

#[test]
fn a_group_column_decides_alone() {
    let rows = [
        grouped("one text", "a"),
        grouped("quite another thing", "a"),
        grouped("one text", "b"),
        row("one text"),
        row("one text"),
    ];
    let groups = groups(&rows);
    assert_eq!(groups.firsts(), [0, 0, 2, 3, 3]);
    assert_eq!(groups.near_duplicates(), NearDuplicates { groups: 2, rows: 4 });
}

#[test]
fn a_chain_of_near_duplicates_is_one_group() {
    let rows: Vec<Row> = (0..30).map(|from| row(&words(from..from + 40))).collect();
    assert!(groups(&rows).firsts().iter().all(|first| *first == 0));
}

#[test]
fn boilerplate_neither_glues_tickets_together_nor_hides_their_copies() {
    // Two tickets share 29 of 49 word pairs, so nearly all meet in one bucket or another.
    let ticket =
        |number: u32| format!("{} {}", words(0..30), words(number * 100..number * 100 + 10));
    let tickets = (1..=500).map(ticket);
    let rows: Vec<Row> =
        tickets.flat_map(|text| [row(&text), row(&format!("{text} thanks"))]).collect();
    let expected: Vec<u32> = (0..500).flat_map(|pair| [pair * 2; 2]).collect();
    assert_eq!(groups(&rows).firsts(), expected);
}

#[test]
fn the_same_text_in_two_files_is_one_group() {
    let folder = tempfile::tempdir().unwrap();
    let paths = [folder.path().join("a.csv"), folder.path().join("b.csv")];
    for path in &paths {
        std::fs::write(path, "text,label\nmy laptop is broken,Hardware\n").unwrap();
    }
    let columns =
        Columns { text: "text".to_owned(), label: "label".to_owned(), language: None, group: None };
    let rows = read(&paths, &columns).unwrap().rows;
    assert_eq!((rows[0].source, rows[1].source), (0, 1));
    assert_eq!(groups(&rows).firsts(), [0, 0]);
}

#[test]
fn where_more_rows_meet_than_are_compared_their_order_still_has_no_say() {
    // A pair is 38 / 48 alike, and shares 29 / 57 with each of 1,198 other rows.
    let pair = |number: u32| {
        let [kept, one, other] = [number * 100, number * 100 + 50, number * 100 + 70];
        let of = |last: u32| words((0..30).chain(kept..kept + 9).chain(last..last + 5));
        [of(one), of(other)]
    };
    let texts = (1..=600).flat_map(pair).zip(0..);
    let rows: Vec<Row> = texts.map(|(text, number)| Row { number, ..row(&text) }).collect();
    let found = groups(&rows).near_duplicates();
    assert!(found.rows == 2 * found.groups && found.groups > 500, "{found:?}");
    assert_same_groups(&rows, &shuffled(&rows, 1));
}

/// The number of a row is its place in `rows`; `others` are the same rows in another order.
fn assert_same_groups(rows: &[Row], others: &[Row]) {
    let (one, other) = (groups(rows), groups(others));
    assert_eq!(one.near_duplicates(), other.near_duplicates());
    for (row, first) in others.iter().zip(other.firsts()) {
        let place_of_first = others[*first as usize].number as usize;
        assert_eq!(one.firsts()[row.number as usize], one.firsts()[place_of_first]);
    }
}

fn some_words() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("[a-zàéñü]{2,8}|[ء-ي]{2,8}", 1..12)
}

proptest! {
    #[test]
    fn case_punctuation_and_digits_have_no_say(words in some_words(), noise in "[ .,;!?0-9()\n-]{1,6}") {
        let plain = words.join(" ");
        let noisy = format!("{noise}{}{noise}", words.join(&noise).to_uppercase());
        prop_assert_eq!(firsts(&[&plain, &noisy]), [0, 0]);
    }

    #[test]
    fn a_word_more_is_a_near_duplicate(numbers in prop::collection::hash_set(0..100_000_u32, 20..200), more in "[a-z]{2,9}") {
        let text = words(numbers);
        prop_assert_eq!(firsts(&[&text, &format!("{text} {more}")]), [0, 0]);
    }

    #[test]
    fn unrelated_rows_are_groups_of_their_own(length in 1..80_u32, rows in 2..40_u32) {
        let row = |number: u32| row(&words(number * length..(number + 1) * length));
        let rows: Vec<Row> = (0..rows).map(row).collect();
        prop_assert_eq!(groups(&rows).near_duplicates(), NearDuplicates { groups: 0, rows: 0 });
    }

    #[test]
    fn groups_depend_on_content_alone(
        changes in prop::collection::vec((0..4_u32, 0..24_usize, 0..3_u32), 1..60),
        seed: u64,
    ) {
        // Four tickets, each with one word in another place replaced.
        let changed = |(ticket, place, change): (u32, usize, u32)| {
            let mut numbers: Vec<u32> = (ticket * 100..ticket * 100 + 24).collect();
            numbers[place] = 1000 + change;
            numbers
        };
        let numbered = changes.into_iter().map(changed).zip(0..);
        let rows: Vec<Row> = numbered.map(|(text, number)| Row { number, ..row(&words(text)) }).collect();
        assert_same_groups(&rows, &shuffled(&rows, seed));
    }
}
