//! What holds for every text.

use std::sync::LazyLock;

use proptest::prelude::*;
use switchboard_pii::{RawText, Scrubbed, Scrubber};
use switchboard_text::{for_each_word, placeholder};

static SCRUBBER: LazyLock<Scrubber> = LazyLock::new(Scrubber::new);

fn scrub(text: &str) -> Scrubbed {
    SCRUBBER.scrub(RawText::new(text))
}

fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for_each_word(text, |word| words.push(word.text.to_owned()));
    words
}

/// Pieces of tickets, personal or not, so that random texts come near the recognisers' decisions.
const PIECES: &[&str] = &[
    "call me at ",
    "Tel. ",
    "رقم الجوال ",
    "ticket ",
    "#",
    "order ",
    "ext. 12",
    "x12",
    "version ",
    "my number is ",
    "IP ",
    "card ",
    "IBAN ",
    "ssn ",
    "CIN ",
    "account number ",
    "my account ",
    "passport no. ",
    "PIN ",
    "typed 4821",
    "جربت 4821",
    "؟ ",
    "|",
    "\t",
    "K5520918",
    "hers ",
    "password: ",
    "mot de passe est ",
    "né le ",
    "zip ",
    "exp ",
    "cvv ",
    "bic ",
    "api key=",
    " is my ",
    " and ",
    "Bearer ",
    "eyJhbGciOiJIUzI1NiJ9",
    "ghp_",
    "-----BEGIN PRIVATE KEY-----",
    "-----END PRIVATE KEY-----",
    "DEUTDEFF500",
    "X1234567",
    "Tulip#99",
    "04/27",
    ",123,",
    "0 6 1 2 3 4 5 6 7 8",
    "1-2-",
    "00:1A:2B:3C:4D:5E",
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    " at ",
    " dot ",
    "gmailcom",
    "example",
    " com",
    "а",
    "о",
    "12 mars 1985",
    "4821",
    "е 15",
    "20041 01005 0500013M026 06",
    "+33 6 12 34 56 78",
    "0612345678",
    "(415) 555-0132",
    "020 7946 0958",
    "٠٥٠١٢٣٤٥٦٧",
    "jane@example.com",
    "4111 1111 1111 1111",
    "DE89 3704 0044 0532 0130 00",
    "10.0.0.1",
    "2001:db8::1",
    "219-09-9999",
    "https://example.com/a?b=1",
    "www.example.com",
    "Hi Mark,",
    "my name is ",
    "Jane Smith",
    "Regards\n",
    "محمد العتيبي",
    "12 Elm Road",
    "Herr ",
    "Rose ",
    "12345678",
    "2024-03-12",
    "14:30",
    "INC0012345",
    "1.234,56 €",
    "[PHONE_NUMBER_1]",
    "[EMAIL_ADDRESS_7]",
    "[URL_999999999]",
    "\u{200f}",
    "\u{a0}",
    "\n",
    "\n\n",
    " ",
    ", ",
    ".",
    "-",
    "/",
    "(",
    ")",
    "[",
    "]",
    "_1]",
    "[A_",
    "@",
    "::",
    "+",
    "00",
    "0",
    "é",
    "و",
    "🙂",
];

fn piece() -> impl Strategy<Value = String> {
    let known = prop::sample::select(PIECES);
    prop_oneof![6 => known.prop_map(str::to_owned), 2 => "[0-9]{1,6}", 1 => "[a-zA-Z]{1,5}", 1 => "\\PC{0,4}", 1 => any::<char>().prop_map(String::from)]
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..14).prop_map(|pieces| pieces.concat())
}

/// As many cases as `PROPTEST_CASES` asks for, and no fewer than show most mistakes.
fn config() -> ProptestConfig {
    let config = ProptestConfig::default();
    ProptestConfig { cases: config.cases.max(768), ..config }
}

/// Values and names, and what may stand between them.
const GLUED: &[&str] = &[
    "a@b.com",
    "0612345678",
    "+33 6 12 34 56 78",
    "10.0.0.1",
    "4111 1111 1111 1111",
    "DE89 3704 0044 0532 0130 00",
    "219-09-9999",
    "https://example.com/a",
    "[PHONE_NUMBER_1]",
    "[EMAIL_ADDRESS_2]",
    "AB123456C",
    "12/03/1985",
    "Hauptstr. 7",
    "Berliner Straße 12",
    "Lange Str. 5",
    "12 Elm Road",
    "15 Rosewood Gardens",
    "3 rue d'Alsace",
    "Am Alten Markt 3, 18055 Rostock",
    "SW1A 2AA",
    "1209 Genève",
    "C/ Mayor 18, 3º",
    "شارع النصر 12",
    "FRITZ!",
    "Zimmer 12",
    "Herr Dr. ",
    "Jane Smith",
    "Müller",
    "محمد العتيبي",
    "password ",
    "mot de passe : ",
    "call ",
    "رقم ",
    "is my PIN",
    "four one five five five five zero one two six",
    "Rose",
    "Paris",
    ", four",
    "7",
    "12a",
    "my son Leo ",
    "Leo (3/2/2016)",
    "Jane Smith, 4.5.1985",
    "dob ",
    "email's ",
    "d@gmail. com",
    "address: ",
    "adr;",
    "%40",
    "&nbsp;",
    "passport EH 4471829",
    "zip ",
    "PLZ falsch, ",
    "nhs 9434765919",
    "05/29",
    "DEUTDEFFXXX",
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<",
    "T23 XY4P",
    "bs1 6xn",
    "06 12\n34 56 78",
    "38 10 d5 7b 44 e0",
    "10 dot 0 dot 0 dot 1",
    "DE74 4306 0960 4731 2814 77",
    "PUK laut Brief 44172905",
    "curl -u a:b1-cd2ef",
    "Voss-",
    "von ",
    "el sayed",
    "name?\n",
    "A: ",
    "لماريان",
    "صفر خمسة خمسة ",
    "double ",
    "vingt-trois ",
    "neunzig ",
];

/// Values beside each other, with no space or with hardly one, and letters of any script that touch them.
fn glued() -> impl Strategy<Value = String> {
    let value = prop::sample::select(GLUED).prop_map(str::to_owned);
    let between = prop_oneof![
        4 => Just(String::new()),
        2 => prop::sample::select(vec![" ", ", ", "\n", "-", "/", ".", ":", "!", "_"]).prop_map(str::to_owned),
        2 => "\\p{L}{1,3}",
        1 => "[\\p{Lu}\\p{Greek}\\p{Cyrillic}\\p{Arabic}]",
        1 => "[\\p{M}\\p{N}\\p{S}]",
    ];
    prop::collection::vec((value, between), 1..6)
        .prop_map(|parts| parts.into_iter().map(|(value, between)| value + &between).collect())
}

/// Texts as people write them: words around one value.
fn around() -> impl Strategy<Value = (String, &'static str, String)> {
    let before = prop::sample::select(vec![
        "Hello team, please call me at ",
        "Mon portable est le ",
        "The screen is broken. Contact: ",
        "رقم الجوال ",
        "Mail me under ",
        "La tarjeta ",
        "Die Rechnung ging an ",
        "Server ",
        "see ",
    ]);
    let value = prop::sample::select(vec![
        "+33 6 12 34 56 78",
        "(415) 555-0132",
        "jane.doe@example.com",
        "4111 1111 1111 1111",
        "DE89 3704 0044 0532 0130 00",
        "10.20.30.40",
        "https://example.com/path?x=1",
        "+971501234567",
        "+44 20 7946 0958 ext. 12",
    ]);
    let after = prop::sample::select(vec![
        " before noon, thanks",
        "",
        ". It is urgent!",
        " ou bien demain\nCordialement",
        " شكرا جزيلا",
        ", bitte schnell",
        " (por la tarde)",
    ]);
    (before, value, after)
        .prop_map(|(before, value, after)| (before.to_owned(), value, after.to_owned()))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn spans_are_sorted_disjoint_and_inside_the_text(text in text()) {
        let length = text.chars().count();
        let mut last = 0;
        for span in scrub(&text).spans() {
            prop_assert!(last <= span.start && span.start < span.end && span.end <= length);
            prop_assert!(span.score > 0.0 && span.score <= 1.0);
            last = span.end;
        }
    }

    #[test]
    fn text_outside_spans_is_unchanged(text in text()) {
        let scrubbed = scrub(&text);
        let characters: Vec<char> = text.chars().collect();
        let mut rest = scrubbed.text();
        let mut from = 0;
        for span in scrubbed.spans() {
            let kept: String = characters[from..span.start].iter().collect();
            rest = rest.strip_prefix(kept.as_str()).unwrap();
            let written = placeholder::find(rest).next().unwrap();
            prop_assert_eq!((written.range.start, written.kind), (0, span.kind.name()));
            rest = &rest[written.range.end..];
            from = span.end;
        }
        let kept: String = characters[from..].iter().collect();
        prop_assert_eq!(rest, kept);
    }

    #[test]
    fn a_value_that_was_found_is_gone_everywhere((before, value, after) in around()) {
        let text = format!("{before}{value}{after}, order #{value} failed");
        prop_assert!(!scrub(&text).text().contains(value));
    }

    #[test]
    fn scrubbing_twice_changes_nothing(text in text()) {
        let once = scrub(&text);
        let twice = scrub(once.text());
        prop_assert_eq!(twice.text(), once.text());
        prop_assert!(twice.spans().is_empty());
        prop_assert_eq!(twice.for_models(), once.for_models());
    }

    #[test]
    fn scrubbing_twice_changes_nothing_where_values_touch(text in glued()) {
        let once = scrub(&text);
        let twice = scrub(once.text());
        prop_assert_eq!(twice.text(), once.text());
        prop_assert_eq!(twice.for_models(), once.for_models());
    }

    #[test]
    fn models_see_neither_values_nor_placeholders(text in text()) {
        let scrubbed = scrub(&text);
        let seen = scrubbed.for_models();
        prop_assert_eq!(placeholder::find(seen).count(), 0);
        let again = scrub(seen);
        prop_assert!(again.spans().is_empty());
        prop_assert_eq!(again.for_models(), seen);
    }

    #[test]
    fn places_for_models_lead_back_to_the_same_characters(text in text()) {
        let scrubbed = scrub(&text);
        let shown: Vec<char> = scrubbed.text().chars().collect();
        for (at, character) in scrubbed.for_models().chars().enumerate() {
            let Some((start, end)) = scrubbed.in_scrubbed_text(at, at + 1) else {
                prop_assert_eq!(character, ' ');
                continue;
            };
            prop_assert_eq!(end, start + 1);
            prop_assert_eq!(shown[start], character);
        }
    }

    #[test]
    fn value_placeholder_and_nothing_are_one_ticket((before, value, after) in around()) {
        let with_value = scrub(&format!("{before}{value}{after}"));
        prop_assert_eq!(with_value.spans().len(), 1);
        let kind = with_value.spans()[0].kind.name();
        let with_placeholder = scrub(&format!("{before}[{kind}_1]{after}"));
        let with_nothing = scrub(&format!("{before}{after}"));
        prop_assert_eq!(with_value.for_models(), with_placeholder.for_models());
        prop_assert_eq!(words(with_value.for_models()), words(with_nothing.for_models()));
        let without_spaces = |scrubbed: &Scrubbed| scrubbed.for_models().replace(' ', "");
        prop_assert_eq!(without_spaces(&with_value), without_spaces(&with_nothing));
    }

    #[test]
    fn any_text_at_all_is_survived(text in any::<String>()) {
        let once = scrub(&text);
        let twice = scrub(once.text());
        prop_assert_eq!(twice.text(), once.text());
    }
}

#[test]
fn a_street_does_not_reach_into_what_is_known() {
    let scrubber = Scrubber::new();
    let text = "FRITZ!Box and Hauptstr. 7, Hauptstr. 7, four";
    let scrubbed = scrubber.scrub(RawText::new(text));
    assert!(scrubbed.spans().windows(2).all(|pair| pair[0].end <= pair[1].start));
    assert_eq!(scrubber.scrub(RawText::new(scrubbed.text())).text(), scrubbed.text());
}
