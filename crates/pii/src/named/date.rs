//! Dates as people write them, in five languages.

use smallvec::SmallVec;

use super::month::is_month;
use super::spelled_date;
use crate::neighbours;
use crate::word_set::WordSet;

/// No date has more characters.
const LONGEST: usize = 48;

/// The end of the date of the Islamic calendar that begins `text`: `1410/05/12`.
pub(super) fn islamic_day(text: &str) -> Option<usize> {
    if let Some(end) = islamic_month(text) {
        return Some(end);
    }
    let parts = parts(text);
    let [a, b, c, ..] = parts.as_slice() else { return None };
    let (Value::Number(a, first), Value::Number(b, 1..=2), Value::Number(year, last)) =
        (a.value, b.value, c.value)
    else {
        return None;
    };
    let (day, year) = if first == 4 { (year, a) } else { (a, year) };
    let fits = (first == 4 || last == 4)
        && (1300..1500).contains(&year)
        && (1..=12).contains(&b)
        && (1..=30).contains(&day);
    fits.then_some(c.end)
}

/// The length of the sign of the era that `text` begins with: `هـ`.
pub(super) fn era(text: &str) -> usize {
    let sign = text.strip_prefix(' ').unwrap_or(text);
    let era = ["هـ", "هجري", "ه"].into_iter().find_map(|era| sign.strip_prefix(era));
    era.filter(|rest| !rest.starts_with(char::is_alphabetic))
        .map_or(0, |rest| text.len() - rest.len())
}

/// The same with the name of the month: `12 رمضان 1410`.
fn islamic_month(text: &str) -> Option<usize> {
    static BEHIND: WordSet =
        WordSet::new(" الأول الاول الثاني الآخر الاخر الأولى الاولى الثانية القعدة الحجة القعده الحجه ");
    let figures = text.bytes().take_while(u8::is_ascii_digit).count();
    let mut words = text[figures..].split(' ');
    let is_first = (1..=2).contains(&figures) && words.next() == Some("");
    let month = words.next().filter(|word| is_first && spelled_date::is_islamic_month(word))?;
    let more = words.next()?;
    let (behind, year) =
        if BEHIND.holds(more) { (more.len() + 1, words.next()?) } else { (0, more) };
    let is_year = year
        .get(..4)
        .and_then(|year| year.parse().ok())
        .is_some_and(|year| (1300..1500).contains(&year));
    is_year.then_some(figures + 1 + month.len() + 1 + behind + 4)
}

/// The end of the day, month and year that begin `text`.
pub(crate) fn day(text: &str) -> Option<usize> {
    let parts = parts(text);
    let [a, b, c, ..] = parts.as_slice() else { return compact(text) };
    let fits = match (a.value, b.value, c.value) {
        (Value::Number(a, 4), Value::Number(b, _), Value::Number(c, _)) => {
            is_year(a, 4) && is_day_and_month(b, c)
        }
        (Value::Number(a, _), Value::Number(b, _), Value::Number(c, length)) => {
            is_day_and_month(a, b) && is_year(c, length)
        }
        (Value::Number(a, 1..=2), Value::Month, Value::Number(c, length))
        | (Value::Month, Value::Number(a, 1..=2), Value::Number(c, length)) => {
            (1..=31).contains(&a) && is_year(c, length)
        }
        (Value::Number(a, 4), Value::Month, Value::Number(c, 1..=2)) => {
            is_year(a, 4) && (1..=31).contains(&c)
        }
        _ => false,
    };
    fits.then_some(c.end).or_else(|| compact(text))
}

/// Whether a date may begin `text`: no other word stands behind a space behind its first digits.
pub(super) fn may_begin(text: &str) -> bool {
    let figures = text.bytes().take_while(u8::is_ascii_digit).count();
    let Some(rest) = text[figures..].strip_prefix(' ').filter(|_| figures > 0) else { return true };
    let word = neighbours::word_after(rest);
    // Six and eight digits may be a whole day.
    word.is_empty()
        || figures > 4
        || is_month(word)
        || is_small(word)
        || spelled_date::may_go_on(word)
}

/// Whether somebody who writes a ticket, or a child of theirs, may be born on `day`: its year has four digits and is not after `latest`.
pub(crate) fn is_of_birth(day: &str, latest: u32) -> bool {
    let mut numbers = day.split(|c: char| !c.is_ascii_digit());
    let year = numbers.find(|number| number.len() == 4).and_then(|year| year.parse().ok());
    year.is_some_and(|year: u32| (1915..=latest).contains(&year))
}

/// The end of the month and year that begin `text`: `04/27`, `04-2027`, `April 2027`.
pub(crate) fn month(text: &str) -> Option<usize> {
    let parts = parts(text);
    let [month, year, ..] = parts.as_slice() else { return None };
    let tight = text[month.end..year.start].trim() != "";
    let fits = match (month.value, year.value) {
        (Value::Number(month, 1..=2), Value::Number(year, length)) => {
            (1..=12).contains(&month) && is_coming(year, length) && tight
        }
        (Value::Month, Value::Number(year, length)) => is_coming(year, length),
        _ => false,
    };
    fits.then_some(year.end)
}

/// `12031985`, `19850312`.
fn compact(text: &str) -> Option<usize> {
    let figures = text.bytes().take_while(u8::is_ascii_digit).count();
    let part = |from: usize, to: usize| text[from..to].parse::<u32>().unwrap_or(0);
    let is_date = figures == 8
        && (is_year(part(0, 4), 4) && is_day_and_month(part(4, 6), part(6, 8))
            || is_year(part(4, 8), 4) && is_day_and_month(part(0, 2), part(2, 4)));
    is_date.then_some(figures)
}

/// The end of the six digits of a birthday: `150890`, `900815`.
pub(super) fn short(text: &str) -> Option<usize> {
    let figures = text.bytes().take_while(u8::is_ascii_digit).count();
    let part = |from: usize| text[from..from + 2].parse::<u32>().unwrap_or(0);
    let is_date =
        figures == 6 && (is_day_and_month(part(0), part(2)) || is_day_and_month(part(2), part(4)));
    is_date.then_some(figures)
}

#[derive(Debug, Clone, Copy)]
enum Value {
    /// A number and how many digits it has.
    Number(u32, usize),
    Month,
}

struct Part {
    value: Value,
    start: usize,
    end: usize,
}

/// The first numbers and names of months of `text`, up to anything no date is written with.
fn parts(text: &str) -> SmallVec<[Part; 3]> {
    let mut parts = SmallVec::new();
    let mut at = 0;
    while parts.len() < 3 && at < LONGEST {
        let rest = &text[at..];
        let Some(first) = rest.chars().next() else { break };
        let length = if first.is_ascii_digit() {
            let figures = rest.bytes().take_while(u8::is_ascii_digit).count();
            let Ok(number) = rest[..figures.min(9)].parse() else { break };
            parts.push(Part {
                value: Value::Number(number, figures),
                start: at,
                end: at + figures,
            });
            figures
        } else if first.is_alphabetic() {
            let word = rest.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
            if is_month(word) {
                parts.push(Part { value: Value::Month, start: at, end: at + word.len() });
            } else if parts.is_empty() || !is_small(word) {
                break;
            }
            word.len()
        } else if !parts.is_empty()
            && matches!(first, ' ' | '.' | ',' | '/' | '-' | '،' | '\'' | '’')
        {
            first.len_utf8()
        } else {
            break;
        };
        at += length;
    }
    parts
}

/// `1st`, `12th of March`, `1er mai`, `12 de marzo de 1985`, `9 تشرين الثاني 1981`.
fn is_small(word: &str) -> bool {
    static SMALL: WordSet =
        WordSet::new(" st nd rd th of er de del من شهر الأول الاول الثاني سنة عام ");
    SMALL.holds(word)
}

fn is_year(year: u32, length: usize) -> bool {
    length == 2 || length == 4 && (1900..2100).contains(&year)
}

/// Cards are valid for years to come; so are those that expired lately.
fn is_coming(year: u32, length: usize) -> bool {
    length == 2 && (15..60).contains(&year) || length == 4 && (2015..2060).contains(&year)
}

fn is_day_and_month(one: u32, other: u32) -> bool {
    one.min(other) > 0 && one.max(other) <= 31 && one.min(other) <= 12
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_in_five_languages() {
        for text in [
            "12/03/1985",
            "1985-03-12",
            "12.3.85",
            "3-12-1985",
            "12031985",
            "March 12, 1985",
            "12th of March 1985",
            "12 mars 1985",
            "1er août 1985",
            "12. März 1985",
            "12 de marzo de 1985",
            "12 مارس 1985",
            "12 Sept 1985",
            "12 févr. 1985",
            "9 تشرين الثاني 1981",
            "12 غشت 1985",
        ] {
            assert_eq!(day(text), Some(text.len()), "{text}");
        }
    }

    #[test]
    fn other_numbers_are_no_days() {
        for text in ["1985", "32/13/1985", "12 people 1985", "3.14.159", "12345678"] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn days_of_the_islamic_calendar_are_read_from_both_ends() {
        assert_eq!(islamic_day("1410/05/12 هـ"), Some(10));
        assert_eq!(islamic_day("12/5/1410"), Some(9));
        assert_eq!(islamic_day("7 ذو القعدة 1409 هـ"), Some("7 ذو القعدة 1409".len()));
        assert_eq!(islamic_day("1410/13/12").or(islamic_day("12/05/1990")), None);
    }

    #[test]
    fn cards_expire_in_a_month() {
        assert_eq!(month("04/27"), Some(5));
        assert_eq!(month("04-2027, thanks"), Some(7));
        assert_eq!(month("April 2027"), Some(10));
        assert_eq!(month("13/27").or(month("04 27")).or(month("4527")), None);
    }
}
