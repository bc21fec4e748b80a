//! How many of the names in texts kept back are found whole.

use std::fs;
use std::path::PathBuf;

use serde::Deserialize;
use switchboard_pii::{Kind, RawText, Scrubber};

#[derive(Deserialize)]
struct Table {
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    text: String,
    spans: Vec<Name>,
}

#[derive(Deserialize)]
struct Name {
    value: String,
}

/// The cases of `names-ar.toml`.
fn cases() -> Vec<Case> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../testdata/pii/names-ar.toml");
    let table = fs::read_to_string(path).expect("the table is there");
    toml::from_str::<Table>(&table).expect("the table is TOML").case
}

/// What the scrubber takes for people in `text`.
fn people(scrubber: &Scrubber, text: &str) -> Vec<String> {
    let scrubbed = scrubber.scrub(RawText::new(text));
    let people = scrubbed.spans().iter().filter(|span| span.kind == Kind::Person);
    people.map(|span| text.chars().skip(span.start).take(span.end - span.start).collect()).collect()
}

#[test]
fn nine_arabic_names_in_ten_are_found_whole() {
    let scrubber = Scrubber::new();
    let (mut wanted, mut missed) = (0, Vec::new());
    for case in cases() {
        let found = people(&scrubber, &case.text);
        wanted += case.spans.len();
        let is_missed = |name: &&Name| !found.iter().any(|found| found.contains(&name.value));
        missed.extend(case.spans.iter().filter(is_missed).map(|name| name.value.clone()));
    }
    assert!(missed.len() * 10 <= wanted, "{} of {wanted}: {missed:#?}", missed.len());
}

#[test]
fn arabic_texts_without_names_come_back_untouched() {
    let scrubber = Scrubber::new();
    for case in cases().iter().filter(|case| case.spans.is_empty()) {
        assert_eq!(scrubber.scrub(RawText::new(&case.text)).text(), case.text);
    }
}
