//! The way from a name to its value: signs and small words that say nothing.

use super::leads::is_thing;
use super::words::{BACK, CORRECTION_WORDS, COUNTED, is_small, is_verb};
use crate::neighbours;
use crate::word_set::WordSet;

/// So many small words may stand between a name and its value.
const MOST_WORDS: usize = 7;

/// So many signs and spaces.
const MOST_SIGNS: usize = 24;

/// Between a name and its verb stand at most so many words that are not small.
pub(super) const MOST_OWNER_WORDS: usize = 3;

/// A full stop behind a word of more letters ends a sentence.
const LONGEST_ABBREVIATION: usize = 5;

/// The byte behind a name that ends at `at` where its value may begin.
pub(super) fn to_value(text: &str, at: usize) -> Option<usize> {
    skip(text, at, |c| " \t:=#\"'“”«»()[]-–—,?!>*;°ºª&/،؟…←→".contains(c))
}

/// The byte behind the name of an identity that ends at `at` where its number begins, with whose it is in between: `passport of the
/// driver …`, `إقامة السائق …`.
pub(super) fn to_number_of(text: &str, at: usize) -> Option<usize> {
    let mut start = to_value(text, at)?;
    for _ in 0..MOST_OWNER_WORDS {
        let word = neighbours::word_after(&text[start..]);
        if word.is_empty() {
            return begins_number(&text[start..]).then_some(start);
        }
        if begins_number(&text[start..]) {
            return Some(start);
        }
        if goes_on(&text[start + word.len()..]) || THINGS.holds(word) {
            return None;
        }
        let next = skip(text, start + word.len(), |c| " :='’(\"،,?؟…".contains(c))?;
        start = next;
    }
    begins_number(&text[start..]).then_some(start)
}

/// The byte where the first number behind the name of an identity at `at` begins, whatever the words in between, if none of them
/// has numbers of its own: `le NAS est erroné. Vous avez …`.
pub(super) fn to_lone_number(text: &str, at: usize) -> Option<usize> {
    let near = &text[at..text.floor_char_boundary((at + NEAR_CORRECTION).min(text.len()))];
    let near = near.split("\n\n").next().unwrap_or_default();
    let digit = near.find(|c: char| c.is_ascii_digit())?;
    let letters = near[..digit].bytes().rev().take_while(u8::is_ascii_uppercase).count();
    let (between, number) = near.split_at(digit - letters);
    let is_other = between.ends_with(|c: char| c.is_alphanumeric() || "-_/#.+$€£(".contains(c))
        || tells_another(between);
    (begins_number(number) && !is_other).then_some(at + between.len())
}

/// Whether a word of `between` has numbers of its own, or leads to a telephone number.
pub(super) fn tells_another(between: &str) -> bool {
    let mut words = between.split(|c: char| !c.is_alphabetic());
    words.any(|word| is_thing(word) || THINGS.holds(word) || CALLS.holds(word))
}

/// Words that lead to a telephone number.
static CALLS: WordSet = WordSet::new(
    " contract policy customer vertrag vertragsnummer kunde kundennummer contrat client contrato cliente عقد العقد \
    call ring text reach whatsapp fax appelez appeler rappel rappeler joindre joignable sms anrufen anruf rückruf erreichbar erreichen \
    llamar llamada teléfono móvil اتصل اتصال اتصلوا للتواصل كلموني كلمني واتس واتساب رقمي نمرتي ",
);

/// Whether `text` begins with a digit, or with a capital or two before one.
fn begins_number(text: &str) -> bool {
    let letters = text.bytes().take(3).take_while(u8::is_ascii_uppercase).count();
    let rest = text[letters..].strip_prefix('-').unwrap_or(&text[letters..]);
    letters < 3 && rest.starts_with(|c: char| c.is_ascii_digit())
}

/// Names of numbers of other things.
static THINGS: WordSet = WordSet::new(
    " ticket order case ref reference invoice booking office system error code form application version server model \
    commande dossier facture réservation erreur formulaire vorgang bestellung auftrag rechnung buchung antrag fehler \
    pedido factura reserva expediente solicitud phone tel mobile telefon handy téléphone جوال الجوال هاتف الهاتف تذكرة طلب الطلب فاتورة \
    حساب الحساب معاملة المعاملة بلاغ البلاغ ",
);

/// Where the next value of a list begins behind one that ends at `at`.
pub(super) fn to_next(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..text.floor_char_boundary(at + 12)];
    let sign = rest.trim_start_matches([' ', ',', ';', '/', '&', '،', '+', '\n']);
    let word = neighbours::word_after(sign);
    let is_conjunction = matches!(
        word,
        "and"
            | "or"
            | "et"
            | "ou"
            | "und"
            | "oder"
            | "y"
            | "o"
            | "و"
            | "أو"
            | "to"
            | "then"
            | "puis"
            | "à"
            | "auf"
            | "dann"
            | "luego"
            | "ثم"
            | "الى"
            | "إلى"
    );
    let next = if is_conjunction { sign[word.len()..].trim_start() } else { sign };
    (sign.len() < rest.len() && next.starts_with(|c: char| c.is_ascii_alphanumeric()))
        .then(|| at + (rest.len() - next.len()))
}

/// A correction is looked for in so many bytes.
pub(super) const NEAR_CORRECTION: usize = 64;

/// Where values may begin that the one before byte `at` is corrected by: `12/03/1985 is wrong, should be …`. Of the words that
/// stand there the first of the list leads.
pub(super) fn corrections(text: &str, at: usize) -> impl Iterator<Item = usize> {
    let near = &text[at..text.floor_char_boundary(at + NEAR_CORRECTION)];
    let near = near.split('\n').next().unwrap_or_default();
    let places = CORRECTION_WORDS.find_overlapping_iter(near).filter(|place| {
        let (head, tail) = (&near[..place.start()], &near[place.end()..]);
        let apart = head.ends_with(' ') && tail.starts_with([' ', ',', ':', '.', '،']);
        apart && !head.contains(|c: char| c.is_ascii_digit())
    });
    let mut places: Vec<_> =
        places.map(|place| (place.pattern(), place.start(), place.end())).collect();
    places.sort_unstable();
    places.into_iter().filter_map(move |(.., end)| to_value(text, at + end))
}

/// The byte where the first digits of the sentence stand that goes on behind the name at `at`.
pub(super) fn to_digits(text: &str, at: usize) -> Option<usize> {
    let near = &text[at..text.floor_char_boundary((at + NEAR_CORRECTION).min(text.len()))];
    let place = near.find(|c: char| c.is_ascii_digit() || ".?\n؟".contains(c))?;
    let between = &near[..place];
    let is_other = between.ends_with(|c: char| c.is_alphanumeric() || "-_/#".contains(c))
        || between.split(|c: char| !c.is_alphabetic()).any(is_thing);
    (near.as_bytes()[place].is_ascii_digit() && !is_other).then_some(at + place)
}

/// The byte where a value before the name at `at` may end: `4821 is my`.
pub(super) fn back_to_value(text: &str, at: usize) -> Option<usize> {
    let mut head = text[..at].trim_end_matches(' ');
    let mut is_led = false;
    for _ in 0..4 {
        let word = neighbours::word_before(text, head.len());
        if word.is_empty() || !BACK.holds(word) {
            break;
        }
        is_led = is_verb(word) && word != "to"
            || matches!(
                word,
                "als"
                    | "comme"
                    | "como"
                    | "that"
                    | "thats"
                    | "das"
                    | "ça"
                    | "eso"
                    | "esa"
                    | "هذا"
                    | "هذه"
            );
        head = head[..head.len() - word.len()]
            .trim_end_matches([' ', '\'', '’', '=', ',', '"', '”', '»']);
    }
    // A password may end with a sign.
    let is_value = head.ends_with(|c: char| c.is_ascii_alphanumeric() || "!$#%&*+".contains(c));
    (is_led && is_value).then_some(head.len())
}

pub(super) fn skip(text: &str, mut at: usize, is_sign: impl Fn(char) -> bool) -> Option<usize> {
    let (mut words, mut signs, mut lines, mut last_word) = (0, 0, 0, 0);
    while words <= MOST_WORDS && signs <= MOST_SIGNS {
        let next = neighbours::after(text, at)?;
        let is_stop = next == '.' && last_word <= LONGEST_ABBREVIATION;
        if is_sign(next) || is_stop {
            signs += 1;
            at += next.len_utf8();
        } else if matches!(next, '\n' | '\r') && lines <= 1 {
            lines += usize::from(next == '\n');
            signs += 1;
            at += 1;
        } else if neighbours::is_alphabetic(next) {
            let word = neighbours::word_after(&text[at..]);
            let alone = !goes_on(&text[at + word.len()..]);
            if !alone || !is_small(word) {
                return Some(at);
            }
            (words, last_word) = (words + 1, word.len());
            at += word.len();
        } else if is_count(&text[at..]) {
            at += 1;
        } else {
            return (lines <= 1).then_some(at);
        }
    }
    None
}

/// Whether what stands behind a word makes it the beginning of a value: `Correct-Horse-9`, `new_Key`.
pub(super) fn goes_on(rest: &str) -> bool {
    let mut next = rest.chars();
    match next.next() {
        Some('-') => next.next().is_some_and(char::is_alphabetic),
        Some('_' | '#' | '@' | '$' | '!' | '&' | '%' | '+') => {
            next.next().is_some_and(char::is_alphanumeric)
        }
        next => next.is_some_and(|c| c.is_ascii_digit()),
    }
}

/// `last 4 digits are`: a count of digits is no value.
fn is_count(text: &str) -> bool {
    let word = text.get(1..).and_then(|rest| rest.strip_prefix(' ')).map(neighbours::word_after);
    word.is_some_and(|word| COUNTED.iter().any(|counted| word.eq_ignore_ascii_case(counted)))
}
