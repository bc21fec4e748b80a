//! Numbers of documents some way behind their name, in a form that nothing else near such a name has: `our passports, mine is
//! K5520918 and hers M7719206`, a list of an old and a new one.

use std::ops::Range;

use super::words::is_small;
use super::{Form, Row};
use crate::Kind;
use crate::checksum;
use crate::neighbours;
use crate::shadow::FILLER;
use crate::word_set::WordSet;

/// So far behind its name a document's number is looked for.
const FAR: usize = 140;

/// No number of a document has fewer digits.
const FEWEST_DIGITS: usize = 4;

/// A name has at most so many numbers.
const MOST: usize = 4;

/// The forms of passports: letters and digits as in a shape.
const PASSPORTS: &[&str] = &[
    "CNNNNNN",
    "CNNNNNNN",
    "CNNNNNNNN",
    "CCNNNNNN",
    "CCNNNNNNN",
    "CCCNNNNNN",
    "NNCCNNNNN",
    "NNNNNNNNN",
    GERMAN,
];

/// A German passport or identity card: a letter and eight letters and digits, four of them digits.
const GERMAN: &str = "CDDDDDDDD";

/// The same with its check digit.
const GERMAN_CHECKED: &str = "CDDDDDDDDN";

/// Driving licences of Britain and Germany, and of whatever else has letters before many digits.
const LICENCES: &[&str] = &[
    BRITISH_LICENCE,
    "CDDDDDDDDDD",
    "CCNNNNNNNC",
    "CNCNNNNNNC",
    "CNCNNNNNNNC",
    "CNNNCNNNNC",
    "CNNNNNNN",
    "CCNNNNNN",
    "NNCCNNNNN",
    "NNNNNNNN",
    "NNNNNNNNNNNN",
];

/// Five letters of the name, the birthday, initials and signs.
const BRITISH_LICENCE: &str = "CDDDDNNNNNNDDDDD";

/// What leads to a number, besides small words.
static LEADS: WordSet = WordSet::new(
    " mari femme fils fille épouse époux frau mann sohn tochter kollegin kollege esposa esposo marido mujer hija hijo \
    زوجتي زوجي ابني بنتي اخوي أخي زوجته زوجها mine hers his theirs yours ours he she has had wife husband mother father mienne mien sien sienne \
    meiner seiner ihrer mía mío suya suyo رقمي رقمها رقمه القديم الجديد القديمة الجديدة ",
);

/// What a number in such a form is when it stands right behind one of these.
static THINGS: WordSet = WordSet::new(
    " ticket order case ref reference invoice booking pnr flight room error code form visa application file \
    commande dossier facture vol réservation erreur demande formulaire \
    vorgang bestellung auftrag rechnung buchung flug antrag fehler formular aktenzeichen \
    pedido factura reserva vuelo expediente solicitud \
    تذكرة طلب الطلب رحلة حجز معاملة المعاملة فاتورة ملف بلاغ البلاغ ",
);

/// Letters that stand before numbers of invoices, orders and the like.
const OTHER_LETTERS: [&str; 12] =
    ["RE", "INV", "PO", "SO", "TK", "SR", "PR", "CR", "WO", "KB", "REQ", "INC"];

/// How the numbers of a document are written that names like those of `row` have; nothing when only what its forms show is one.
pub(super) fn shapes(row: &Row) -> &'static [&'static str] {
    match (row.kind, row.forms) {
        (Kind::Passport, _) => PASSPORTS,
        (Kind::DriverLicense, [Form::Code(..)]) => LICENCES,
        (Kind::DriverLicense, [Form::Shape(_), ..]) => &[BRITISH_LICENCE],
        (Kind::NationalId, [Form::Code(..) | Form::Shape(GERMAN), ..]) => &[GERMAN, GERMAN_CHECKED],
        _ => &[],
    }
}

/// The numbers in one of the `shapes` behind the name of a document at `at`.
pub(super) fn numbers<'t>(
    text: &'t str,
    at: usize,
    shapes: &'static [&'static str],
) -> impl Iterator<Item = Range<usize>> + 't {
    let end = text.floor_char_boundary((at + FAR).min(text.len()));
    let near = text[at..end].split("\n\n").next().unwrap_or_default();
    let starts = near.char_indices().filter(|(place, c)| {
        let before = near[..*place].chars().next_back();
        c.is_ascii_alphanumeric()
            && !before.is_some_and(|c| c.is_alphanumeric() || "-/_.@".contains(c))
    });
    let numbers = starts.filter_map(move |(place, _)| {
        let start = at + place;
        let length = length(&text[start..], shapes).or_else(|| apart(&text[start..], shapes))?;
        let between = &text[at..start];
        let is_lettered = text[start..start + length].contains(|c: char| c.is_ascii_uppercase());
        let is_named = is_checked(&text[start..start + length])
            || is_led(between)
            || is_nation(between)
            || is_lettered && !names_a_thing(between) && !between.ends_with(['-', '/', '_', '#']);
        is_named.then_some(start..start + length)
    });
    numbers.take(MOST)
}

/// The number in one of the `shapes` that stands right before the name at `at`: `X4829153 — passport`, `M00284719. That's my passport`.
pub(super) fn right_before(text: &str, at: usize, shapes: &[&str]) -> Option<Range<usize>> {
    let mut head = &text[..at];
    for _ in 0..MOST_WORDS_BEFORE {
        head = head.trim_end_matches([' ', '-', '–', '—', ',', '.', ':', '(', '\'', '’']);
        let word = neighbours::word_before(head, head.len());
        if word.is_empty()
            || !is_small(word) && !BEFORE.holds(word)
            || head.ends_with(|c: char| c.is_ascii_digit())
        {
            break;
        }
        head = &head[..head.len() - word.len()];
    }
    let length = head.bytes().rev().take_while(u8::is_ascii_alphanumeric).count();
    let start = head.len() - length;
    let is_free = !head[..start].ends_with(|c: char| c.is_alphanumeric() || "-/_.@".contains(c));
    let fits = shapes.iter().any(|shape| fits(&head[start..], shape))
        && head[start..].starts_with(|c: char| c.is_ascii_uppercase());
    (fits && is_free && is_led(&head[..start])).then_some(start..head.len())
}

/// So many words lead from a number to the name of its document.
const MOST_WORDS_BEFORE: usize = 4;

/// Such words, besides small ones.
static BEFORE: WordSet =
    WordSet::new(" thats that this das dies dieser ça ceci cela esto eso هذا هذه ");

/// The length of the number that begins `text`, if it has one of the `shapes`.
fn length(text: &str, shapes: &[&str]) -> Option<usize> {
    let length = text.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let (number, rest) = text.split_at(length);
    let figures = number.bytes().filter(u8::is_ascii_digit).count();
    if figures < FEWEST_DIGITS && !is_checked(number) {
        return None;
    }
    let mut behind = rest.chars();
    let goes_on = match behind.next() {
        Some('-' | '/' | '.' | ':' | ',') => behind.next().is_some_and(char::is_alphanumeric),
        next => next.is_some_and(|c| c.is_alphanumeric() || "_@%€$£".contains(c)),
    };
    let is_shaped = shapes.iter().any(|shape| fits(number, shape));
    let letters = number.trim_end_matches(|c: char| c.is_ascii_digit());
    (!goes_on && is_shaped && !OTHER_LETTERS.contains(&letters)).then_some(length)
}

/// Whether `number` is a German one whose check digit agrees.
fn is_checked(number: &str) -> bool {
    fits(number, GERMAN_CHECKED) && checksum::icao(number.as_bytes())
}

/// The length of a British licence in its three parts: `JONES 710238 A99ZX`.
fn apart(text: &str, shapes: &[&str]) -> Option<usize> {
    if !shapes.contains(&BRITISH_LICENCE) {
        return None;
    }
    let number = text.get(..BRITISH_LICENCE.len() + 2)?;
    let mut parts = number.split(' ');
    let parts = [parts.next()?, parts.next()?, parts.next()?];
    let ends = !text[number.len()..].starts_with(|c: char| c.is_alphanumeric());
    let is_licence =
        parts.iter().map(|part| part.len()).eq([5, 6, 5]) && fits(&parts.concat(), BRITISH_LICENCE);
    (is_licence && ends).then_some(number.len())
}

/// `C` a capital, `N` a digit, `D` either.
fn fits(number: &str, shape: &str) -> bool {
    number.len() == shape.len()
        && number.bytes().zip(shape.bytes()).all(|(byte, class)| match class {
            b'C' => byte.is_ascii_uppercase(),
            b'N' => byte.is_ascii_digit(),
            _ => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
        })
}

/// Whether one of the last words of `head` has numbers of its own.
fn names_a_thing(head: &str) -> bool {
    let words = head.rsplit(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    words.take(WORDS_OF_A_THING).any(|word| THINGS.holds(word) || DEVICES.holds(word))
        || head
            .rsplit(|c: char| c.is_whitespace())
            .take(2)
            .any(|word| word.contains(|c: char| c.is_ascii_digit()))
}

/// So many words before a number may tell that it is another.
const WORDS_OF_A_THING: usize = 3;

/// What else has numbers of letters and digits.
static DEVICES: WordSet = WordSet::new(
    " laptop notebook device printer server host asset model version windows serial tracking parcel plate article item sku part batch meter router \
    gerät drucker modell seriennummer sendung paket kennzeichen artikel zähler \
    appareil imprimante serveur modèle série suivi colis plaque article compteur \
    dispositivo impresora servidor modelo serie seguimiento paquete matrícula artículo contador \
    جهاز طابعة تتبع شحنة لوحة عداد ",
);

/// Whether `between` is one small word, such as `ukrainien`, and not the name of another number.
fn is_nation(between: &str) -> bool {
    let word = between.trim_matches(' ');
    between.starts_with(' ')
        && word.chars().count() > 4
        && word.chars().all(char::is_lowercase)
        && !THINGS.holds(word)
}

/// Whether what ends `head`, the words since the name, may stand before a number: a sign, something known, or a small word.
fn is_led(head: &str) -> bool {
    let before = head.trim_end_matches([' ', '\t', '"', '\'', '(', '*', '#']);
    let is_thing = |text: &str| {
        let text = text.trim_end_matches([' ', ':', '.', '#', '-']);
        let word = neighbours::word_before(text, text.len());
        THINGS.holds(word)
    };
    let Some(last) = before.chars().next_back() else { return true };
    if matches!(last, ':' | '=' | '-' | '–' | '—' | '|' | '>' | '→') {
        return !is_thing(before);
    }
    if matches!(last, ',' | ';' | '،' | '.' | '\n' | '؛' | '?' | '•' | FILLER) {
        return true;
    }
    let word = neighbours::word_before(before, before.len());
    // `passport from Ghana G0123456`
    let is_name = word.starts_with(char::is_uppercase) && word.len() > 3;
    !is_thing(before) && (is_name || is_small(word) || LEADS.holds(word))
        || before.len() < head.len()
            && head.trim_end_matches(' ').ends_with('(')
            && !is_thing(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'t>(text: &'t str, shapes: &'static [&'static str]) -> Vec<&'t str> {
        numbers(text, 0, shapes).map(|range| &text[range]).collect()
    }

    #[test]
    fn numbers_of_two_people_and_of_a_list() {
        assert_eq!(
            found(" got swapped, mine is K5520918 and hers M7719206", PASSPORTS),
            ["K5520918", "M7719206"]
        );
        assert_eq!(
            found(" الخاص بي:\n- القديم: K0551920 (منتهي)\n- الجديد: AB2206619", PASSPORTS),
            ["K0551920", "AB2206619"]
        );
        assert_eq!(found(" expires in May. 562290418, issued in York", PASSPORTS), ["562290418"]);
        assert_eq!(
            found("-Upload scheitert. Nummer C071XRF3K44, ausgestellt 2011", LICENCES),
            ["C071XRF3K44"]
        );
        for licence in ["JONES710238A99ZX", "JONES 710238 A99ZX"] {
            assert_eq!(found(&format!(" for the van: {licence}."), LICENCES), [licence]);
        }
    }

    #[test]
    fn a_check_digit_tells_a_german_number_whatever_stands_before_it() {
        let shapes = &[GERMAN, GERMAN_CHECKED];
        let text = "-Nr. im Vorgang 2024/0771: alt L4CXXRM2H5, neu L4CXXRM2H6";
        assert_eq!(found(text, shapes), ["L4CXXRM2H5"]);
    }

    #[test]
    fn numbers_of_other_things_stay() {
        for text in [
            " scan failed, ticket: T4820193",
            " upload for order P4820193 failed",
            " photo, invoice RE2024001",
            " renewal form (booking K4820193)",
            " upload 123456789-B",
            " is due. Windows 10 and ERROR4042",
        ] {
            assert!(found(text, PASSPORTS).is_empty(), "{text}");
        }
    }
}
