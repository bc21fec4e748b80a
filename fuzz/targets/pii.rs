//! Scrubbing: what holds for every text.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use switchboard_pii::{RawText, Scrubbed, Scrubber};
use switchboard_text::placeholder;

static SCRUBBER: LazyLock<Scrubber> = LazyLock::new(Scrubber::new);

fn scrub(text: &str) -> Scrubbed {
    SCRUBBER.scrub(RawText::new(text))
}

fuzz_target!(|text: &str| {
    let scrubbed = scrub(text);
    only_spans_are_replaced(text, &scrubbed);
    scrubbing_again_changes_nothing(&scrubbed);
    models_see_no_placeholder_and_no_value(&scrubbed);
    places_lead_back(&scrubbed);
    a_value_is_gone_everywhere(text, &scrubbed);
});

/// Between spaces, a value that was found does not stand anywhere any more.
fn a_value_is_gone_everywhere(text: &str, scrubbed: &Scrubbed) {
    let characters: Vec<char> = text.chars().collect();
    for span in scrubbed.spans() {
        let value: String = characters[span.start..span.end].iter().collect();
        assert!(!scrubbed.text().contains(&format!(" {value} ")), "a value is left in the text");
    }
}

/// The scrubbed text is the caller's, with one placeholder of the right type where each span was: no byte of a span is left in its place.
fn only_spans_are_replaced(text: &str, scrubbed: &Scrubbed) {
    let characters: Vec<char> = text.chars().collect();
    let mut rest = scrubbed.text();
    let mut from = 0;
    for span in scrubbed.spans() {
        assert!(from <= span.start && span.start < span.end && span.end <= characters.len());
        assert!(span.score > 0.0 && span.score <= 1.0);
        let kept: String = characters[from..span.start].iter().collect();
        rest = rest.strip_prefix(kept.as_str()).expect("what is not personal is kept");
        let written = placeholder::find(rest).next().expect("a span leaves a placeholder");
        assert_eq!((written.range.start, written.kind), (0, span.kind.name()));
        rest = &rest[written.range.end..];
        from = span.end;
    }
    let kept: String = characters[from..].iter().collect();
    assert_eq!(rest, kept);
}

fn scrubbing_again_changes_nothing(once: &Scrubbed) {
    let twice = scrub(once.text());
    assert!(twice.spans().is_empty(), "a value is still found in the scrubbed text");
    assert_eq!(twice.text(), once.text());
    assert_eq!(twice.for_models(), once.for_models());
}

fn models_see_no_placeholder_and_no_value(scrubbed: &Scrubbed) {
    let seen = scrubbed.for_models();
    assert_eq!(placeholder::find(seen).count(), 0);
    let again = scrub(seen);
    assert!(again.spans().is_empty(), "a value is found in what models see");
    assert_eq!(again.for_models(), seen);
}

fn places_lead_back(scrubbed: &Scrubbed) {
    let shown: Vec<char> = scrubbed.text().chars().collect();
    for (at, character) in scrubbed.for_models().chars().enumerate() {
        match scrubbed.in_scrubbed_text(at, at + 1) {
            Some((start, end)) => {
                assert_eq!(end, start + 1);
                let same = shown[start] == character;
                assert!(same || (character == ' ' && shown[start].is_whitespace()));
            }
            None => assert_eq!(character, ' ', "only the room of a cut has no place"),
        }
    }
}
