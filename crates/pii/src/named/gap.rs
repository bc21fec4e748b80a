//! The way from a name to its value: signs and small words that say nothing.

use super::spelled_date::is_number;
use super::words::{BACK, CORRECTION_WORDS, COUNTED, OTHER, OWNER, is_small, is_verb};
use crate::neighbours;
use crate::shadow::FILLER;
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
    skip(text, at, |c| " \t:=#\"'“”«»()[]-–—,?>*;°ºª&/،؟".contains(c))
}

/// The byte behind the name of an identity that ends at `at` where its number begins, with whose it is in between: `passport of the
/// driver …`, `إقامة السائق …`.
pub(super) fn to_number_of(text: &str, at: usize) -> Option<usize> {
    let mut start = to_value(text, at)?;
    for _ in 0..MOST_OWNER_WORDS {
        let word = neighbours::word_after(&text[start..]);
        if word.is_empty() {
            return text[start..].starts_with(|c: char| c.is_ascii_digit()).then_some(start);
        }
        if goes_on(&text[start + word.len()..]) || THINGS.holds(word) {
            return None;
        }
        let next = skip(text, start + word.len(), |c| " :='’(\"،".contains(c))?;
        start = next;
    }
    let is_number = text[start..].starts_with(|c: char| c.is_ascii_digit());
    is_number.then_some(start)
}

/// Names of numbers of other things.
static THINGS: WordSet = WordSet::new(
    " ticket order case ref reference invoice booking office system error code form application version server model \
    commande dossier facture réservation erreur formulaire vorgang bestellung auftrag rechnung buchung antrag fehler \
    pedido factura reserva expediente solicitud phone tel mobile telefon handy téléphone جوال الجوال هاتف الهاتف تذكرة طلب الطلب فاتورة \
    حساب الحساب معاملة المعاملة بلاغ البلاغ ",
);

/// The same for an account, whose bank may stand in between: `my account with First Bank 12345678`.
pub(super) fn to_account(text: &str, at: usize) -> Option<usize> {
    let start = to_value(text, at)?;
    behind_bank(text, at, start).or_else(|| behind_owner(text, at)).or(Some(start))
}

/// What an account is for is told in so many bytes.
const LONGEST_OWNER: usize = 64;

/// The byte where the number of an account begins behind whose it is or what it is for, and a verb: `account number for our client is …`.
fn behind_owner(text: &str, at: usize) -> Option<usize> {
    let rest = text[at..text.floor_char_boundary((at + LONGEST_OWNER).min(text.len()))]
        .strip_prefix(' ')?;
    let phrase = rest.split(['\n', ',', ';', '?', '!', '(']).next().unwrap_or_default();
    let words =
        || phrase.split(' ').take_while(|word| !word.starts_with(|c: char| c.is_ascii_digit()));
    let leads = words().next().is_some_and(|word| OWNER.holds(word));
    let told: usize = words().map(|word| word.len() + 1).sum();
    let is_told = words().last().is_some_and(|last| is_verb(last.trim_end_matches(':')));
    let is_other = words().any(|word| OTHER.holds(word) || word.ends_with('.'));
    (leads && is_told && !is_other && told < phrase.len()).then_some(at + 1 + told)
}

/// The byte behind the name of the bank that begins at `start`, a word such as `with` between the account at `at` and it.
fn behind_bank(text: &str, at: usize, mut start: usize) -> Option<usize> {
    let mut is_led = text[at..start].split(' ').any(is_bank_lead);
    let mut is_named = false;
    for _ in 0..=MOST_OWNER_WORDS {
        let word = neighbours::word_after(&text[start..]);
        if word.is_empty() {
            return (is_led && is_named).then_some(start);
        }
        let is_name = !word.starts_with(char::is_lowercase) || word == "bank";
        if !is_name && !is_bank_lead(word) {
            return None;
        }
        (is_led, is_named) = (is_led || !is_name || is_bank_lead(word), is_named || is_name);
        start = to_value(text, start + word.len())?;
    }
    None
}

fn is_bank_lead(word: &str) -> bool {
    matches!(word, "at" | "with" | "chez" | "à" | "au" | "bei" | "en" | "في" | "لدى")
}

/// The byte behind a name where a date may begin: `née à Lyon le …`, `Geburtsdatum meiner Tochter: …`.
pub(super) fn to_date(text: &str, at: usize) -> Option<usize> {
    let mut from = at;
    for place in 0..=MOST_OWNER_WORDS {
        let start = if place == 0 {
            to_value(text, from)?
        } else {
            skip(text, from, |c| " :(,'’".contains(c))?
        };
        let word = neighbours::word_after(&text[start..]);
        if word.is_empty() || super::month::is_month(word) || is_number(word) {
            return Some(start);
        }
        from = start + word.len();
    }
    None
}

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
const NEAR_CORRECTION: usize = 64;

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

/// The byte where the code of a bank in capitals begins, some words behind its name at `at`: `BIC stays …`.
pub(super) fn to_capitals(text: &str, at: usize) -> Option<usize> {
    let near = &text[at..text.floor_char_boundary((at + NEAR_CORRECTION).min(text.len()))];
    let line = near.split('\n').next().unwrap_or_default();
    let words = line.split([' ', ':', '(', '"', ',']);
    let is_code = |word: &&str| {
        let length =
            word.bytes().take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit()).count();
        matches!(length, 8 | 11) && !word[length..].starts_with(char::is_alphanumeric)
    };
    let (mut before, mut start) = ("", at);
    for word in words {
        // In a sentence of capitals any word of eight letters looks like one.
        let in_capitals = before.len() > 1
            && before.chars().all(char::is_uppercase)
            && !matches!(before, "BIC" | "SWIFT");
        if is_code(&word) && !in_capitals {
            return Some(start);
        }
        (before, start) = (word, start + word.len() + 1);
    }
    None
}

/// The same behind the date of another child, which ends at `at`: `Mia (3/5/2014) and Theo (…`.
pub(super) fn to_date_of_next_kin(text: &str, at: usize) -> Option<usize> {
    let rest = text[at..].trim_start_matches([')', ' ', ',', ';', '،']);
    let word = neighbours::word_after(rest);
    let is_and = matches!(word, "and" | "et" | "und" | "y" | "و") || rest.starts_with('&');
    let next = if is_and { rest[word.len()..].trim_start_matches(['&', ' ']) } else { rest };
    let starts_name = next.starts_with(|c: char| c.is_uppercase() || c == FILLER || !c.is_ascii());
    // The sign before the name sets it apart, in whatever script.
    let sign = text.floor_char_boundary(text.len() - next.len() - 1);
    starts_name.then(|| to_date_of_kin(text, sign)).flatten()
}

/// The first word behind byte `at` that begins like an IBAN: a country's two capitals and two digits.
pub(super) fn to_iban(text: &str, at: usize) -> Option<usize> {
    let near = &text.as_bytes()[at..text.len().min(at + 2 * NEAR_CORRECTION)];
    let begins = |four: &[u8]| matches!(four, [a, b, c, d] if a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_digit() && d.is_ascii_digit());
    let starts = near.windows(4).enumerate().filter(|(_, four)| begins(four));
    let mut free =
        starts.filter(|(place, _)| !near[..*place].last().is_some_and(u8::is_ascii_alphanumeric));
    free.next().map(|(place, _)| at + place)
}

/// The byte behind somebody's child or wife where a date may begin, names in between: `my son Leo (…`.
pub(super) fn to_date_of_kin(text: &str, at: usize) -> Option<usize> {
    let mut from = at;
    for _ in 0..=MOST_OWNER_WORDS {
        let rest = text[from..].trim_start_matches([' ', ',', '(', ':', '-', '–', '،', FILLER]);
        let start = text.len() - rest.len();
        let word = neighbours::word_after(rest);
        if word.is_empty() || super::month::is_month(word) {
            return rest.starts_with(char::is_alphanumeric).then_some(start);
        }
        let is_name = word.starts_with(char::is_uppercase) || !word.is_ascii();
        if start == from || !is_name || is_small(word) {
            return None;
        }
        from = start + word.len();
    }
    None
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
