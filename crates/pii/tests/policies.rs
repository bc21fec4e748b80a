//! What a policy does, by example and by law.

use std::path::Path;

use proptest::prelude::*;
use switchboard_pii::{Kind, Policy, RawText, Scrubbed, Scrubber};
use switchboard_text::placeholder;
use zeroize::Zeroizing;

fn policy(toml: &str) -> Policy {
    // The name of a key's file is the key, filled up.
    let key = |path: &Path| {
        let digits = path.to_string_lossy().replace(|c: char| !c.is_ascii_hexdigit(), "");
        Ok(Zeroizing::new(format!("{digits:0<64}")))
    };
    Policy::parse(toml, key).expect("the policy is good")
}

fn scrubber(toml: &str) -> Scrubber {
    Scrubber::with_policy(policy(toml))
}

fn scrub(scrubber: &Scrubber, text: &str) -> Scrubbed {
    scrubber.scrub(RawText::new(text))
}

const TICKET: &str = "Card 4111 1111 1111 1111, call +33 6 12 34 56 78 or mail Jane@Example.com; jane@example.com \
                      is on 10.0.0.1";

#[test]
fn every_operator_by_example() {
    let toml = "\
        [keys]\nhash = '0a'\npseudonymise = '0b'\n\
        [kinds.CREDIT_CARD]\noperator = 'mask'\nkeep_last = 4\n\
        [kinds.PHONE_NUMBER]\noperator = 'redact'\n\
        [kinds.EMAIL_ADDRESS]\noperator = 'pseudonymise'\n\
        [kinds.IP_ADDRESS]\noperator = 'hash'\n";
    let scrubbed = scrub(&scrubber(toml), TICKET);
    assert_eq!(
        scrubbed.text(),
        "Card [CREDIT_CARD:***************1111], call [REDACTED] or mail [EMAIL_ADDRESS_x9ja1mwcr4]; [EMAIL_ADDRESS_x9ja1mwcr4] \
         is on [IP_ADDRESS#5a77cbb6a1a420c16b61ced319f390c5]"
    );
    assert_eq!(scrubbed.for_models(), "Card , call or mail ; is on");
    assert_eq!(scrubbed.spans().len(), 5);
}

#[test]
fn what_a_policy_does_not_scrub_is_shown_but_not_to_models() {
    let toml = "\
        allow = ['jane@example.com']\n\
        [kinds.IP_ADDRESS]\nscrub = false\n\
        [kinds.PHONE_NUMBER]\nmin_score = 0.99\n";
    let scrubbed = scrub(&scrubber(toml), TICKET);
    assert_eq!(
        scrubbed.text(),
        "Card [CREDIT_CARD_1], call +33 6 12 34 56 78 or mail [EMAIL_ADDRESS_1]; jane@example.com is on 10.0.0.1"
    );
    assert_eq!(scrubbed.for_models(), "Card , call or mail ; is on");
    let kinds: Vec<Kind> = scrubbed.spans().iter().map(|span| span.kind).collect();
    assert_eq!(kinds, [Kind::CreditCard, Kind::EmailAddress]);
    assert_eq!(scrubber(toml).find(RawText::new(TICKET)).len(), 5);
}

#[test]
fn places_for_models_are_those_of_the_text_that_is_shown() {
    let scrubber =
        scrubber("[kinds.EMAIL_ADDRESS]\noperator = 'redact'\n[kinds.IP_ADDRESS]\nscrub = false\n");
    let scrubbed = scrub(&scrubber, "✓ jane@example.com on 10.0.0.1 is locked");
    assert_eq!(scrubbed.text(), "✓ [REDACTED] on 10.0.0.1 is locked");
    assert_eq!(scrubbed.for_models(), "✓ on is locked");
    assert_eq!(scrubbed.in_scrubbed_text(2, 4), Some((13, 15)));
    assert_eq!(scrubbed.in_scrubbed_text(2, 7), None);
    assert_eq!(scrubbed.in_scrubbed_text(8, 14), Some((28, 34)));
}

#[test]
fn a_policy_is_read_with_its_keys_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.toml");
    std::fs::write(&path, "[keys]\nencrypt = 'my.key'\n[default]\noperator = 'encrypt'\n").unwrap();
    let refusal = Policy::load(&path).unwrap_err().to_string();
    assert!(
        refusal.starts_with("line 2: read the key file") && refusal.contains("my.key"),
        "{refusal}"
    );
    std::fs::write(folder.path().join("my.key"), format!("{}\n", "c0ffee01".repeat(8))).unwrap();
    let scrubber = Scrubber::with_policy(Policy::load(&path).unwrap());
    let scrubbed = scrub(&scrubber, TICKET);
    assert!(!scrubbed.text().contains("4111"));
    let clear = scrubber.policy().encryption().unwrap().deanonymize(scrubbed.text());
    assert_eq!((clear.text.as_str(), clear.unreadable), (TICKET, 0));
    assert_eq!(clear.places.len(), 5);
}

#[test]
fn the_policy_of_the_page_is_one() {
    let page = include_str!("../README.md");
    let (_, rest) = page.split_once("```toml\n").unwrap();
    let (toml, _) = rest.split_once("```").unwrap();
    let scrubbed = scrub(&scrubber(toml), "4111 1111 1111 1111 of support@example.com");
    assert_eq!(scrubbed.text(), "[CREDIT_CARD:***************1111] of support@example.com");
}

fn operator() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec!["replace", "redact", "hash", "pseudonymise", "encrypt"])
            .prop_map(|name| format!("operator = '{name}'\n")),
        (0_usize..5, 0_usize..5, prop::sample::select(vec!['*', '#', '•'])).prop_map(
            |(first, last, sign)| {
                format!(
                    "operator = 'mask'\nkeep_first = {first}\nkeep_last = {last}\nsign = '{sign}'\n"
                )
            }
        ),
    ]
}

/// Policies over the kinds that the pieces of text are of.
fn any_policy() -> impl Strategy<Value = String> {
    let rule =
        (operator(), prop::bool::weighted(0.7), prop::sample::select(vec!["0", "0.7", "0.96"]));
    let rule = rule.prop_map(|(operator, scrub, score)| {
        format!("{operator}scrub = {scrub}\nmin_score = {score}\n")
    });
    let kinds = vec![
        "EMAIL_ADDRESS",
        "PHONE_NUMBER",
        "CREDIT_CARD",
        "CARD_CVV",
        "IP_ADDRESS",
        "URL",
        "US_SSN",
        "PERSON",
        "LOCATION",
        "SECRET",
    ];
    let kinds = prop::collection::btree_map(prop::sample::select(kinds), rule, 0..5);
    let allow = prop::sample::subsequence(vec!["jane@example.com", "0612345678", "10.0.0.1"], 0..3);
    (allow, operator(), kinds).prop_map(|(allow, default, kinds)| {
        let kinds = kinds.iter().map(|(kind, rule)| format!("[kinds.{kind}]\n{rule}"));
        let keys = "[keys]\nhash = '0a'\npseudonymise = '0b'\nencrypt = '0c'\n";
        format!("allow = {allow:?}\n{keys}[default]\n{default}{}", kinds.collect::<String>())
    })
}

fn text() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "call me at ",
        "ticket ",
        "order ",
        "IP ",
        "version ",
        "ssn ",
        "ext. 12",
        "+33 6 12 34 56 78",
        "0612345678",
        "(415) 555-0132",
        "٠٥٠١٢٣٤٥٦٧",
        "jane@example.com",
        "4111 1111 1111 1111",
        "10.0.0.1",
        "219-09-9999",
        "https://example.com/a?b=1",
        "12345678",
        "my name is Maria Lopez",
        "Regards,\nJane Smith\n",
        "I live in Casablanca ",
        "12 Rue de Lyon, 75001 Paris",
        " cvv 123",
        "born 14/03/1987",
        "password is hunter2",
        "[PHONE_NUMBER_1]",
        "[EMAIL_ADDRESS_k3f9a2bq7w]",
        "[CREDIT_CARD:****1111]",
        "[REDACTED]",
        "[URL:",
        "[URL#",
        "**]",
        "\n",
        " ",
        ", ",
        ".",
        "-",
        "/",
        "(",
        "[",
        "]",
        "_1]",
        "@",
        "0",
        "é",
    ]);
    let piece =
        prop_oneof![6 => known.prop_map(str::to_owned), 1 => "[0-9]{1,6}", 1 => "\\PC{0,4}"];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn scrubbing_twice_changes_nothing(toml in any_policy(), text in text()) {
        let scrubber = scrubber(&toml);
        let once = scrub(&scrubber, &text);
        let twice = scrub(&scrubber, once.text());
        prop_assert_eq!(twice.text(), once.text());
        prop_assert!(twice.spans().is_empty());
    }

    #[test]
    fn models_see_the_same_under_every_policy(toml in any_policy(), text in text()) {
        let scrubbed = scrub(&scrubber(&toml), &text);
        let default = scrub(&scrubber(""), &text);
        prop_assert_eq!(scrubbed.for_models(), default.for_models());
        let shown: Vec<char> = scrubbed.text().chars().collect();
        for (at, character) in scrubbed.for_models().chars().enumerate() {
            let place = scrubbed.in_scrubbed_text(at, at + 1);
            if let Some((start, end)) = place {
                prop_assert_eq!(end, start + 1);
                prop_assert!(shown[start] == character || (character == ' ' && shown[start].is_whitespace()));
            }
        }
    }

    #[test]
    fn only_spans_are_replaced_each_by_one_placeholder(toml in any_policy(), text in text()) {
        let scrubbed = scrub(&scrubber(&toml), &text);
        let characters: Vec<char> = text.chars().collect();
        let (mut rest, mut from) = (scrubbed.text(), 0);
        for span in scrubbed.spans() {
            prop_assert!(from <= span.start && span.start < span.end && span.end <= characters.len());
            let kept: String = characters[from..span.start].iter().collect();
            rest = rest.strip_prefix(kept.as_str()).unwrap();
            let written = placeholder::find(rest).next().unwrap();
            prop_assert_eq!(written.range.start, 0);
            prop_assert!(written.kind == span.kind.name() || written.kind == "REDACTED");
            rest = &rest[written.range.end..];
            from = span.end;
        }
        let kept: String = characters[from..].iter().collect();
        prop_assert_eq!(rest, kept);
    }

    #[test]
    fn what_is_encrypted_comes_back_byte_for_byte(text in text()) {
        let scrubber = scrubber("[keys]\nencrypt = '0c'\n[default]\noperator = 'encrypt'\n");
        let scrubbed = scrub(&scrubber, &text);
        let clear = scrubber.policy().encryption().unwrap().deanonymize(scrubbed.text());
        prop_assert_eq!(&clear.text, &text);
        let characters: Vec<char> = text.chars().collect();
        let places: Vec<_> = scrubbed.spans().iter().map(|span| (span.kind.to_string(), span.start, span.end)).collect();
        prop_assert!(characters.len() >= places.last().map_or(0, |place| place.2));
        prop_assert_eq!(clear.places, places);
    }

    #[test]
    fn one_value_has_one_token_in_all_texts(before in text(), operator in prop::sample::select(vec!["hash", "pseudonymise"])) {
        let scrubber = scrubber(&format!("[keys]\nhash = '0a'\npseudonymise = '0b'\n[default]\noperator = '{operator}'\n"));
        let alone = scrub(&scrubber, "zoe@example.org");
        let among = scrub(&scrubber, &format!("{before}\nMail: Zoe@Example.org, thanks"));
        prop_assert!(among.text().contains(alone.text()), "{}", among.text());
    }
}
