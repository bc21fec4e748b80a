//! Which numbers in words are found, and which are none.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::{RawText, Scrubber};

fn numbers(text: &str) -> Vec<(Kind, &str)> {
    let mut found = Vec::new();
    for word in BEGINNINGS.iter().map(|word| word.trim_start()) {
        text.match_indices(word).for_each(|(at, _)| find(text, at..at + word.len(), &mut found));
    }
    found.sort_by_key(|candidate| candidate.range.start);
    found.dedup_by(|one, other| one.range == other.range);
    found.into_iter().map(|candidate| (candidate.kind, &text[candidate.range])).collect()
}

#[test]
fn digits_are_words_in_five_languages() {
    for number in [
        "four one five five five five zero one nine two",
        "zéro six douze trente-quatre cinquante-six soixante-dix",
        "null eins sieben eins zwo drei vier fünf sechs sieben",
        "seis uno dos tres cero cinco seis siete ocho",
        "صفر خمسة خمسة واحد ستة سبعة ثمانية",
        "zero seven double eight zero triple nine four",
        "zéro quatre cent septante-six, quatorze, trente et un, dix",
        "null eins fünf zwo, dreiundzwanzig, vierundvierzig, neunzehn",
        "صفر خمسة، ثلاثة واحد، ستة سبعة، ثمانية",
        "null sechs zwölf siebenundachtzig einunddreißig vierzehn",
        "trois-sept, cinq cent dix-huit, neuf cent quatre",
        "vingt-six, trois cent onze, sept cent quarante",
        "صفر خمسة ستة سبعة، أربعمية واثنين وثلاثين، تسعة صفر ثمانية",
        "quarante-deux septante-six dix-huit nonante-trois onze",
        "0121 double four seven, oh nine three",
        "06 dix-huit trente-deux cinquante-six zéro un",
        "0171 dreiundzwanzig doppel vier neun eins",
        "07 double 9 461 double 3",
    ] {
        assert_eq!(numbers(&format!("x {number}, y")), [(Kind::PhoneNumber, number)]);
    }
    let card = ["four"].into_iter().chain(["one"; 15]).collect::<Vec<_>>().join(" ");
    assert_eq!(numbers(&card), [(Kind::CreditCard, card.as_str())]);
    assert_eq!(numbers("my PIN is four two nine one."), [(Kind::Secret, "four two nine one")]);
}

#[test]
fn a_card_may_be_said_in_tens() {
    for card in [
        "quarante et un onze onze onze onze onze onze onze",
        "forty-one eleven, eleven eleven, eleven eleven, eleven eleven",
        "einundvierzig elf elf elf elf elf elf elf",
    ] {
        assert_eq!(numbers(card), [(Kind::CreditCard, card)]);
    }
}

#[test]
fn a_number_may_be_corrected_and_be_that_of_a_house() {
    let text = "x zéro six douze trente-quatre dix vingt, non pardon, trente à la fin";
    assert_eq!(numbers(text)[1], (Kind::PhoneNumber, "trente"));
    assert_eq!(
        numbers("au vingt-trois rue des Lilas à Metz"),
        [(Kind::StreetAddress, "vingt-trois rue des Lilas")]
    );
}

#[test]
fn a_ticket_some_words_before_a_number_is_no_name_of_it() {
    let text = "the ticket is open, my number is four one five nine two seven seven";
    assert_eq!(numbers(text), [(Kind::PhoneNumber, "four one five nine two seven seven")]);
}

#[test]
fn names_lead_to_short_numbers() {
    for (text, kind, value) in [
        ("Die PIN für das Türschloss war zwei drei vier fünf", Kind::Secret, "zwei drei vier fünf"),
        ("four one nine zero is my PIN", Kind::Secret, "four one nine zero"),
        ("le code c'est trente-huit zéro deux", Kind::Secret, "trente-huit zéro deux"),
        ("ma carte, derrière c'est trois cent neuf", Kind::CardCvv, "trois cent neuf"),
        ("my card, on the back ... five oh seven", Kind::CardCvv, "five oh seven"),
        ("card expiry oh four twenty nine", Kind::CardExpiry, "oh four twenty nine"),
        ("Karte gültig bis elf neunundzwanzig", Kind::CardExpiry, "elf neunundzwanzig"),
        ("fin de validité zéro trois trente", Kind::CardExpiry, "zéro trois trente"),
        ("card expires June twenty twenty-eight", Kind::CardExpiry, "June twenty twenty-eight"),
        ("الانتهاء شهر تسعة سنة سبعة وعشرين", Kind::CardExpiry, "تسعة سنة سبعة وعشرين"),
        ("بطاقة واللي ورا سبعة صفر واحد", Kind::CardCvv, "سبعة صفر واحد"),
        ("the zip?\nCALLER four four one oh two", Kind::PostalCode, "four four one oh two"),
        (
            "A: votre code postal ?
B: trente-huit zéro quatre cinq",
            Kind::PostalCode,
            "trente-huit zéro quatre cinq",
        ),
        ("code postal : trente-huit mille deux", Kind::PostalCode, "trente-huit mille deux"),
        ("PLZ vier null zwo eins drei", Kind::PostalCode, "vier null zwo eins drei"),
    ] {
        let found = numbers(text);
        assert_eq!(found, [(kind, value)], "{text}");
    }
}

#[test]
fn counts_are_none() {
    for text in [
        "twenty five or thirty, forty two and fifty six",
        "two hundred and fifty four, three hundred and one",
        "deux cent cinquante et un, trois cent quarante",
        "deux cent cinquante et un, trois cent quarante, quatre cent dix euros",
        "one two three four five six seven eight",
        "two or three of four",
        "null null null null null null null null",
        "deux factures de quatre cinq euros",
        "error four zero four",
        "error code four zero four",
        "the order is four five zero zero one two seven nine",
        "nineteen eighty-four, nineteen ninety-nine, twenty twelve",
        "at nine thirty, ten fifteen, eleven forty-five",
        "dix, vingt, trente, quarante, cinquante",
        "version 2024 two three",
        "the PIN pad has four five six keys",
        "two thousand five hundred users",
        "températures : dix-neuf, vingt et un, vingt, dix-huit, vingt-deux",
        "the ticket number is four one five two nine two seven",
    ] {
        assert!(numbers(text).is_empty(), "{text} {:?}", numbers(text));
    }
}

#[test]
fn any_signs_and_scripts_may_stand_around() {
    for text in [
        "éfour",
        "fourй four",
        "ﬀ 12four",
        "و",
        "وwصفر",
        "٣four",
        "four\u{1}five",
        "zehné",
        "ÿzehn٤",
        "🙂four🙂 five",
    ] {
        numbers(text);
    }
}

static SCRUBBER: LazyLock<Scrubber> = LazyLock::new(Scrubber::new);

fn piece() -> impl Strategy<Value = String> {
    let words = "zero oh one two four five six nine twenty forty eleven hundred thousand and double then zéro quatre vingt dix soixante \
        cent mille et deux null eins drei zwölf achtundvierzig hundert und seis once treinta y mil صفر خمسة وعشرين ثلاثمية عشر ألف و \
        12 0116 7 + euros pin cvv zip expiry born account card error number June شهر سنة arobase point at dot com ات جيميل rue Elm \
        sorry is my the last éfour fourй ß \u{1} \u{640} ٣ 🙂 [PERSON_1] AGENT CALLER";
    let words: Vec<_> = words.split_whitespace().map(str::to_owned).collect();
    let signs = prop::sample::select(vec![
        " ", " ", " ", ", ", "-", "\n", ": ", "? ", "... ", "، ", "", "/",
    ]);
    (prop::sample::select(words), signs).prop_map(|(word, sign)| word + sign)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn scrubbing_numbers_in_words_twice_changes_nothing(pieces in prop::collection::vec(piece(), 0..16)) {
        let text = pieces.concat();
        let once = SCRUBBER.scrub(RawText::new(&text));
        let twice = SCRUBBER.scrub(RawText::new(once.text()));
        prop_assert_eq!(twice.text(), once.text());
        prop_assert_eq!(twice.for_models(), once.for_models());
    }
}
