//! What a caller gets, by example.

use switchboard_pii::{Kind, RawText, Scrubbed, Scrubber};

fn scrub(text: &str) -> Scrubbed {
    Scrubber::new().scrub(RawText::new(text))
}

#[test]
fn equal_values_have_equal_numbers() {
    let scrubbed = scrub(
        "Jane@example.com or bob@example.com? jane@EXAMPLE.com! +33 6 12 34 56 78 = +33612345678",
    );
    assert_eq!(
        scrubbed.text(),
        "[EMAIL_ADDRESS_1] or [EMAIL_ADDRESS_2]? [EMAIL_ADDRESS_1]! [PHONE_NUMBER_1] = [PHONE_NUMBER_1]"
    );
}

#[test]
fn numbers_start_above_those_the_caller_wrote() {
    let scrubbed = scrub("[EMAIL_ADDRESS_4] wrote to jane@example.com about [URL_2]");
    assert_eq!(scrubbed.text(), "[EMAIL_ADDRESS_4] wrote to [EMAIL_ADDRESS_5] about [URL_2]");
    assert_eq!(scrubbed.for_models(), "wrote to about");
    let greatest = scrub("[URL_999999999] and https://example.com");
    assert_eq!(greatest.text(), "[URL_999999999] and [URL_1]");
}

#[test]
fn spans_count_code_points_of_the_callers_text() {
    let scrubbed = scrub("é🙂 \u{200f}٠٥٠١٢٣٤٥٦٧ هاتفي");
    let [span] = scrubbed.spans() else { panic!("one span") };
    assert_eq!((span.kind, span.start, span.end), (Kind::PhoneNumber, 4, 14));
}

#[test]
fn a_range_for_models_is_found_in_the_scrubbed_text_unless_cut() {
    let scrubbed = scrub("my  laptop\n\nbroke, mail jane@example.com please");
    assert_eq!(scrubbed.for_models(), "my  laptop\n\nbroke, mail please");
    assert_eq!(scrubbed.in_scrubbed_text(4, 17), Some((4, 17)));
    assert_eq!(scrubbed.in_scrubbed_text(19, 30), None);
    assert_eq!(scrubbed.in_scrubbed_text(24, 30), Some((42, 48)));
    assert_eq!(scrubbed.in_scrubbed_text(24, 99), None);
    assert_eq!(scrubbed.in_scrubbed_text(24, 24), None);
}

#[test]
fn a_cut_does_not_join_two_halves() {
    // Each half may be taken for a number by what stands around it.
    let by_form = Scrubber::without_names();
    let scrubbed = by_form.scrub(RawText::new("call 0612 [URL_1] 345678 now"));
    assert_eq!(by_form.scrub(RawText::new(scrubbed.for_models())).spans(), []);
    assert_eq!(scrubbed.text(), "call 0612 [URL_1] 345678 now");
    assert_eq!(scrubbed.for_models(), "call now");
}

/// `line` again and again, a megabyte of it.
fn megabyte(line: &str) -> String {
    line.repeat(1024 * 1024 / line.len())
}

#[test]
fn a_megabyte_of_mail_or_of_a_log_keeps_its_lines_and_models_see_its_beginning() {
    for line in [
        "Dear Jane Smith,\nplease call us at 06 12 34 56 78 about your order.\n",
        "2026-11-29 11:21:36 10.0.0.1 - jane.doe GET /api/v2/item?id=4711 200 1234 12ms\n",
    ] {
        let text = megabyte(line);
        let scrubbed = scrub(&text);
        assert_eq!(scrubbed.text().lines().count(), text.lines().count());
        assert!(!scrubbed.text().contains("10.0.0.1") && !scrubbed.text().contains("Smith"));
        assert!(scrubbed.for_models().len() <= 32 * 1024);
    }
    let clean = megabyte("the printer is broken again and nobody comes\n");
    assert!(scrub(&clean).for_models() == clean, "a clean text is left whole");
}

#[test]
fn of_a_long_text_made_to_take_long_only_the_beginning_is_looked_at_to_the_end() {
    for piece in ["ж12 345 678 1-ж ", "O6 12 34 4111 john \n", "12/03/", "x@ [PERSON_1] 1-\n"] {
        let text = megabyte(piece) + "\nMy name is John Smith, call 06 12 34 56 78\n";
        let scrubbed = scrub(&text);
        assert!(!scrubbed.text().contains("Smith") && !scrubbed.text().contains("56 78"));
        let again = scrub(scrubbed.text());
        assert_eq!(again.text(), scrubbed.text(), "{piece}");
        assert_eq!(again.for_models(), scrubbed.for_models(), "{piece}");
        assert_eq!(scrub(scrubbed.for_models()).text(), scrubbed.for_models(), "{piece}");
    }
    let numbers = scrub(&(megabyte("ж12 345 678 1-ж ") + "\nMy name is John Smith\n"));
    assert!(numbers.text().len() < 64 * 1024);
}

#[test]
fn debug_tells_nothing() {
    let raw = RawText::new("jane@example.com");
    assert_eq!(format!("{raw:?}"), "RawText(16 bytes)");
    assert_eq!(format!("{:?}", scrub("jane@example.com")), "Scrubbed(17 bytes, 1 spans)");
}
