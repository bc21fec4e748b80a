//! A second value written like the first: `Steuer-ID stimmt 12 345 678 901, im Brief 12 345 678 910`.

use std::ops::Range;

use crate::neighbours;
use crate::word_set::WordSet;

/// So far behind the first value another is looked for.
const FAR: usize = 120;

/// A value of fewer digits has a form that other numbers have too.
const FEWEST_DIGITS: usize = 8;

/// Names of numbers of other things.
static THINGS: WordSet = WordSet::new(
    " ticket order case ref reference invoice booking contract policy customer phone call tel mobile error number \
    commande dossier facture réservation contrat client tél téléphone portable \
    vorgang bestellung auftrag rechnung buchung vertrag vertragsnummer kundennummer telefon handy tel \
    pedido factura reserva contrato cliente teléfono móvil \
    تذكرة طلب الطلب حجز معاملة المعاملة فاتورة عقد جوال الجوال هاتف الهاتف ",
);

/// The numbers behind the one at `value` that have the same signs between as many digits.
pub(super) fn others(text: &str, value: &Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let first = &text.as_bytes()[value.clone()];
    let figures = first.iter().filter(|byte| byte.is_ascii_digit()).count();
    let has = |test: fn(&u8) -> bool| first.iter().any(test);
    let is_formed = figures >= FEWEST_DIGITS && has(|byte| !byte.is_ascii_alphanumeric())
        || figures >= FEWEST_DIGITS_WITH_LETTERS && has(u8::is_ascii_alphabetic);
    let is_long = figures >= FEWEST_DIGITS;
    let near = if is_formed || is_long { value.end..text.len().min(value.end + FAR) } else { 0..0 };
    near.filter_map(move |start| {
        let range = start..start + first.len();
        let other = text.as_bytes().get(range.clone())?;
        let fits = first.iter().zip(other).all(|(one, other)| class(*one) == class(*other));
        let is_other = || is_formed || is_of_other(&text[..start]);
        (fits && is_free(text, &range) && !is_thing(&text[..start]) && is_other()).then_some(range)
    })
}

/// The dates behind the one at `value` that are written like it and of the same year, of which one is wrong: `March 9, 1962 and
/// … March 6, 1962`.
pub(super) fn of_same_year(text: &str, value: &Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let first = &text[value.clone()];
    let year = first.len().checked_sub(4).and_then(|at| first.get(at..)).unwrap_or_default();
    let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    let to = text.floor_char_boundary((value.end + FAR / 2).min(text.len()));
    let near = if is_year { &text[value.end..to] } else { "" };
    let years = near.match_indices(year).filter(move |_| is_year).map(|(at, _)| value.end + at + 4);
    years.filter_map(move |end| {
        let start = end.checked_sub(first.len())?;
        let other = text.get(start..end).filter(|other| *other != first)?;
        let fits = start >= value.end
            && first.bytes().zip(other.bytes()).all(|(one, other)| class(one) == class(other));
        let range = start..end;
        (fits && is_free(text, &range) && !is_thing(&text[..start])).then_some(range)
    })
}

/// So many are enough with letters among them.
const FEWEST_DIGITS_WITH_LETTERS: usize = 5;

/// Whether `head` ends with whose the second value is: digits alone are no form.
fn is_of_other(head: &str) -> bool {
    static OTHERS: WordSet = WordSet::new(
        " hers his mine theirs wife husband son daughter partner mienne sien sienne femme mari fils fille frau mann sohn \
        tochter esposa marido hijo hija mujer زوجتي زوجي ابني بنتي ابنتي اخوي أخي والدتي والدي امي أمي ",
    );
    let head = head.trim_end_matches([' ', ':', '(', '=']);
    let head = ["is", "est", "ist", "es", "هو", "هي"]
        .iter()
        .find_map(|verb| head.strip_suffix(verb))
        .unwrap_or(head);
    let head = head.trim_end_matches(' ');
    OTHERS.holds(neighbours::word_before(head, head.len()))
}

/// Digits are like digits and letters like letters.
fn class(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => b'0',
        b'a'..=b'z' | b'A'..=b'Z' => b'a',
        sign => sign,
    }
}

fn is_free(text: &str, range: &Range<usize>) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || "_+/-".contains(c));
    text.is_char_boundary(range.start)
        && text.is_char_boundary(range.end)
        && !is_part(neighbours::before(text, range.start))
        && !is_part(neighbours::after(text, range.end))
}

/// Whether `head` ends with the name of another number.
fn is_thing(head: &str) -> bool {
    let head = head.trim_end_matches([' ', ':', '.', '#']);
    THINGS.holds(neighbours::word_before(head, head.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'t>(text: &'t str, value: &str) -> Vec<&'t str> {
        let start = text.find(value).unwrap();
        others(text, &(start..start + value.len())).map(|range| &text[range]).collect()
    }

    #[test]
    fn a_number_in_the_same_groups_is_of_the_same_kind() {
        let text = "stimmt 12 345 678 901, im Brief 12 345 678 910.";
        assert_eq!(found(text, "12 345 678 901"), ["12 345 678 910"]);
        assert!(found("12 345 678 901, Vertrag 12 345 678 910", "12 345 678 901").is_empty());
        assert!(found("12345678, not 87654321", "12345678").is_empty());
    }
}
