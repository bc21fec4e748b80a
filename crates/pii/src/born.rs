//! Birthdays that no word names: a day right behind somebody's name, `Bürgi Reto / 04.11.62 / …`, `Nils 2.2.2014, Malin …`.

use std::ops::Range;

use crate::Kind;
use crate::candidate::Candidate;
use crate::named;

const SCORE: f32 = 0.5;

/// Who writes tickets, or for whom, was born by this year; later days are those of something else.
const LATEST: u32 = 2020;

/// What stands between a name and a birthday.
const BETWEEN: [&str; 12] =
    [", ", " - ", " – ", " — ", " / ", " (", " ", "; ", " | ", ": ", "، ", ", * "];

/// The days behind the people among `found`, outside what is `known` already; both are sorted.
pub(crate) fn find(text: &str, known: &[Range<usize>], found: &[Candidate]) -> Vec<Candidate> {
    let people = found.iter().filter(|candidate| candidate.kind == Kind::Person);
    let days = people.filter_map(|person| {
        let rest = &text[person.range.end..];
        let sign = BETWEEN.iter().find(|sign| {
            rest.strip_prefix(**sign).is_some_and(|day| day.starts_with(|c: char| c.is_numeric()))
        })?;
        let start = person.range.end + sign.len();
        let end = start + day(&text[start..])?;
        let other = found.partition_point(|other| other.range.end <= start);
        let blank = known.partition_point(|known| known.end <= start);
        let is_free = found.get(other).is_none_or(|other| end <= other.range.start)
            && known.get(blank).is_none_or(|known| end <= known.start);
        is_free.then_some(Candidate { kind: Kind::DateOfBirth, range: start..end, score: SCORE })
    });
    days.collect()
}

/// The length of the day that begins `text`, if somebody may be born on it.
fn day(text: &str) -> Option<usize> {
    let end = named::day(text)?;
    let day = &text[..end];
    let goes_on =
        text[end..].starts_with(|c: char| c.is_alphanumeric() || matches!(c, ':' | '/' | '-'));
    let is_time =
        text[end..].trim_start_matches([',', ' ']).starts_with(|c: char| c.is_ascii_digit())
            && text[end..].contains(':');
    (!goes_on && !is_time && (named::is_of_birth(day, LATEST) || is_short(day))).then_some(end)
}

/// `04.11.62`: a year of two digits that is not of late.
fn is_short(day: &str) -> bool {
    let parts: Vec<&str> = day.split(['.', '/', '-']).collect();
    matches!(parts.as_slice(), [one, other, year] if one.len() <= 2 && other.len() <= 2 && ("30".."99").contains(year))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days<'t>(text: &'t str, name: &str, known: &[Range<usize>]) -> Vec<&'t str> {
        let start = text.find(name).unwrap();
        let range = start..start + name.len();
        let people = [Candidate { kind: Kind::Person, range, score: 0.5 }];
        find(text, known, &people).into_iter().map(|found| &text[found.range]).collect()
    }

    #[test]
    fn a_day_behind_a_name_is_a_birthday() {
        for (text, day) in [
            ("zwei Kinder: Ana 2.2.2014, y", "2.2.2014"),
            ("Ana – 1991/02/28 – x", "1991/02/28"),
            ("Ana, 1. März 1990, x", "1. März 1990"),
            ("Ana / 04.11.62 / x", "04.11.62"),
        ] {
            assert_eq!(days(text, "Ana", &[]), [day], "{text}");
        }
    }

    #[test]
    fn a_day_that_is_known_is_none_again() {
        let known = [5..13, 20..21];
        assert!(days("Ana, 2.2.2014, x", "Ana", &known[..1]).is_empty());
        assert_eq!(days("Ana, 2.2.2014, x", "Ana", &known[1..]), ["2.2.2014"]);
    }

    #[test]
    fn a_day_of_late_or_with_an_hour_is_none() {
        for text in
            ["Ana, 12.03.2024", "Ana 12.03.2019 10:42", "Ana, 4.5.6.7", "Ana saw 12.03.1990"]
        {
            assert!(days(text, "Ana", &[]).is_empty(), "{text}");
        }
    }
}
