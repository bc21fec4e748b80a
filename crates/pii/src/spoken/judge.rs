//! What a number is that is said.

use super::around::{Before, Name, behind, words};
use super::number::Group;
use super::read::{Number, word_after};
use super::words::{ES, FR};
use crate::Kind;
use crate::checksum;
use crate::named::{self, is_month};
use crate::neighbours;
use crate::shadow::FILLER;
use crate::word_set::WordSet;

/// Fewer digits are a count, unless a word names them.
pub(super) const FEWEST: usize = 7;

/// A French telephone number in numbers of two digits has more.
const FEWEST_IN_PAIRS: usize = 8;

/// So many digits are a number, unless they count.
const LONG: usize = 10;

/// What is measured is seldom farther apart.
const CLOSE: u64 = 12;

/// So many of them are said one by one.
const FEWEST_SINGLE: usize = 3;

/// A code of no special kind has so many.
const CODE: std::ops::RangeInclusive<usize> = 4..=8;

/// A card has so many digits.
const CARD: std::ops::RangeInclusive<usize> = 13..=19;

/// What a card has on it stands so near to what is known by now.
const NEAR: usize = 96;

/// Behind it a month has a number.
const MONTH: [&str; 5] = ["month", "mois", "Monat", "mes", "شهر"];

/// What is counted.
static UNITS: WordSet = WordSet::new(
    " euro euros dollars dollar pounds pound cents pence percent times users people pieces minutes hours days weeks months years items copies \
    miles meters metres boxes files tickets machines units heures heure minutes jours semaines mois ans personnes pièces fois mètres \
    utilisateurs postes lignes dinars dirhams francs pour stunden uhr minuten tage wochen monate jahre stück mal prozent leute benutzer \
    geräte meter horas minutos días semanas meses años personas veces pesos piezas unidades \
    ريال درهم دينار جنيه دولار يورو يوم ايام أيام ساعة ساعات دقيقة شهر سنة شخص مرة مرات قطعة جهاز ",
);

/// What the number from byte `start` on is, and where it begins.
pub(super) fn kind(
    text: &str,
    start: usize,
    number: &Number,
    before: &Before,
) -> Option<(Kind, usize)> {
    let count = number.reader.digits.len();
    if CARD.contains(&count)
        && !rises(&number.reader.groups)
        && checksum::luhn(&number.reader.digits)
    {
        return Some((Kind::CreditCard, start));
    }
    let is_counted = counts_units(&text[number.end..]) && !is_led(text, start, number);
    if is_counted {
        return None;
    }
    if let Some(named) = named(text, start, number, before) {
        return Some(named);
    }
    let is_phone = !before.is_of_other && is_phone(text, start, number, before);
    is_phone.then_some((Kind::PhoneNumber, start))
}

/// What the words around the number name it, and where it begins.
fn named(text: &str, start: usize, number: &Number, before: &Before) -> Option<(Kind, usize)> {
    let count = number.reader.digits.len();
    let fits = |name: &Name| {
        if name.kind == Kind::CardExpiry {
            return expiry(text, start, number);
        }
        let fits = (name.least..=name.most).contains(&count)
            && (!name.is_on_card || is_near_card(text, start, number));
        fits.then_some(start)
    };
    let mut names = before.names.iter();
    if let Some(named) = names.find_map(|name| Some((name.kind, fits(name)?))) {
        return Some(named);
    }
    if before.is_code && CODE.contains(&count) {
        return Some((Kind::Secret, start));
    }
    if count > *CODE.end() {
        return None;
    }
    let is_code = |name: &&&Name| {
        !name.is_on_card && matches!(name.kind, Kind::Secret | Kind::CardCvv | Kind::PostalCode)
    };
    let mut names = behind(text, number.end).iter().filter(is_code);
    names.find_map(|name| Some((name.kind, fits(name)?)))
}

/// Whether a word for a card, or what may be its number, stands near.
fn is_near_card(text: &str, start: usize, number: &Number) -> bool {
    let from = text.floor_char_boundary(start.saturating_sub(NEAR));
    text[from..start].contains(FILLER) || named::is_near_card(text, &(start..number.end))
}

/// Where the month and the year of a card begin that end with the number, if it is one.
fn expiry(text: &str, start: usize, number: &Number) -> Option<usize> {
    let digits = &number.reader.digits;
    let value =
        |digits: &[u8]| digits.iter().fold(0, |value, digit| value * 10 + u32::from(*digit));
    let is_year = |digits: &[u8]| match digits.len() {
        2 => (15..60).contains(&value(digits)),
        4 => (2015..2060).contains(&value(digits)),
        _ => false,
    };
    if is_year(digits) {
        let (month, _) = words(text, start).next()?;
        let before = text[..start].trim_end_matches(|c| !neighbours::is_alphabetic(c));
        return is_month(month).then(|| before.len() - month.len());
    }
    let (month, year) = digits.split_at_checked(2 - digits.len() % 2)?;
    let is_card = || {
        let mut words = words(text, start);
        digits[0] == 0
            || words.next().is_some_and(|(word, _)| MONTH.contains(&word))
            || is_near_card(text, start, number)
    };
    ((1..=12).contains(&value(month)) && is_year(year) && is_card()).then_some(start)
}

/// Whether a number of no special name is long enough, and no count.
fn is_phone(text: &str, start: usize, number: &Number, before: &Before) -> bool {
    let (groups, count) = (&number.reader.groups, number.reader.digits.len());
    if count < FEWEST || counts(groups) {
        return false;
    }
    let is_led = is_led(text, start, number);
    let singles = groups.iter().filter(|group| group.width == 1 || group.is_exact).count();
    if number.said < count {
        return number.said >= 2 && (is_led || before.is_of_phone)
            || count >= LONG && number.said >= FEWEST_SINGLE && !number.reader.is_listed;
    }
    if is_led || singles == groups.len() {
        return is_led || !number.reader.is_listed;
    }
    if number.reader.is_listed {
        return false;
    }
    let widths = |most: usize| groups.iter().all(|group| group.width <= most);
    let is_french = number.languages & FR != 0;
    let is_even = rises(groups) || are_years(groups) || are_alike(groups) || !widths(3);
    let is_long = count >= LONG && (singles >= FEWEST_SINGLE || CARD.contains(&count));
    before.is_of_phone && count > FEWEST
        || is_tunisian(groups)
        || !is_even
            && (is_french && widths(2) && count >= FEWEST_IN_PAIRS || is_spanish(number) || is_long)
}

/// Whether a number begins as one that is dialled.
fn is_led(text: &str, start: usize, number: &Number) -> bool {
    number.reader.digits.first() == Some(&0)
        || number.begins_with_times
        || text[..start].ends_with('+')
        || words(text, start).next().is_some_and(|(word, _)| word.eq_ignore_ascii_case("plus"))
}

/// `vingt-deux, quatre cent dix-sept, huit cent six`
fn is_tunisian(groups: &[Group]) -> bool {
    let widths =
        |expected: &[usize]| groups.iter().map(|group| group.width).eq(expected.iter().copied());
    widths(&[2, 3, 3]) || widths(&[1, 1, 3, 3])
}

/// `seis cuarenta y dos, dieciocho, …`
fn is_spanish(number: &Number) -> bool {
    let digits = &number.reader.digits;
    number.languages == ES && digits.len() == 9 && matches!(digits[0], 6..=9)
}

/// `one two three four`, `ten twenty thirty forty`, `null null null`
fn counts(groups: &[Group]) -> bool {
    let step = |pair: &[Group]| pair[1].value.wrapping_sub(pair[0].value);
    let mut steps = groups.windows(2).map(step);
    let Some(first) = steps.next() else { return false };
    let is_even = steps.all(|step| step == first);
    is_even
        && (first == 1 && groups.iter().all(|group| group.width <= 2)
            || first == 0
            || groups[0].value >= 10)
        && !groups.iter().any(|group| group.is_exact)
}

/// Whether every number is more than the one before it, or less.
fn rises(groups: &[Group]) -> bool {
    groups.is_sorted_by(|one, next| one.value < next.value)
        || groups.is_sorted_by(|one, next| one.value > next.value)
}

/// `dix-neuf, vingt et un, vingt, dix-huit`
fn are_alike(groups: &[Group]) -> bool {
    let values = || groups.iter().map(|group| group.value);
    values().max().unwrap_or(0) - values().min().unwrap_or(0) <= CLOSE
}

/// `nineteen eighty-four, twenty twelve`
fn are_years(groups: &[Group]) -> bool {
    groups.len().is_multiple_of(2)
        && groups.chunks(2).all(|year| matches!(year[0].value, 19 | 20) && year[1].width == 2)
}

/// Whether what stands behind a number is counted by it.
pub(super) fn counts_units(rest: &str) -> bool {
    let word = rest.strip_prefix(' ').map(word_after).unwrap_or_default();
    UNITS.holds(word) || rest.trim_start_matches(' ').starts_with(['%', '€', '$', '£'])
}
