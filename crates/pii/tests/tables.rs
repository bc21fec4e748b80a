//! The tables of cases in `testdata/pii`; adding a case needs no Rust.

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
    spans: Vec<Expected>,
}

#[derive(Deserialize, Debug, PartialEq)]
struct Expected {
    kind: String,
    value: String,
}

fn testdata(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../testdata/pii").join(name);
    fs::read_to_string(path).expect("the table is there")
}

fn found(scrubber: &Scrubber, text: &str) -> Vec<Expected> {
    let scrubbed = scrubber.scrub(RawText::new(text));
    let value = |start: usize, end: usize| text.chars().skip(start).take(end - start).collect();
    let expected = |span: &switchboard_pii::Span| Expected {
        kind: span.kind.to_string(),
        value: value(span.start, span.end),
    };
    scrubbed.spans().iter().map(expected).collect()
}

fn check(name: &str) {
    let scrubber = Scrubber::new();
    let table: Table = toml::from_str(&testdata(name)).expect("the table is TOML");
    assert!(table.case.len() >= 40);
    let wrong = table.case.iter().filter_map(|case| {
        let mut found = found(&scrubber, &case.text);
        // These tables are about values with a form; `names.toml` is about the names around them.
        if !case.spans.is_empty() && !is_about_names(&case.spans) {
            found.retain(|found| !is_name(found));
        }
        (found != case.spans).then(|| format!("{:?}\n  found {found:?}", case.text))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{} cases of {name}:\n{}", wrong.len(), wrong.join("\n"));
}

fn is_about_names(spans: &[Expected]) -> bool {
    spans.iter().any(is_name)
}

fn is_name(span: &Expected) -> bool {
    let names = [Kind::Person, Kind::Location, Kind::StreetAddress, Kind::Organization];
    names.iter().any(|kind| kind.name() == span.kind)
}

#[test]
fn names_and_the_ordinary_words_they_also_are() {
    check("names.toml");
}

#[test]
fn english() {
    check("en.toml");
}

#[test]
fn french() {
    check("fr.toml");
}

#[test]
fn german() {
    check("de.toml");
}

#[test]
fn spanish() {
    check("es.toml");
}

#[test]
fn arabic() {
    check("ar.toml");
}

#[test]
fn labels_brands_and_near_misses_in_many_languages() {
    check("mixed.toml");
}

#[test]
fn harmless_lines_come_back_untouched() {
    let scrubber = Scrubber::new();
    for line in testdata("harmless.txt").lines() {
        assert_eq!(scrubber.scrub(RawText::new(line)).text(), line);
    }
}

#[test]
fn every_kind_has_a_case() {
    let tables = ["en.toml", "fr.toml", "de.toml", "es.toml", "ar.toml", "names.toml"];
    let tables = tables.map(testdata).concat();
    for kind in Kind::ALL {
        assert!(tables.contains(&format!("\"{kind}\"")), "{kind}");
    }
}
