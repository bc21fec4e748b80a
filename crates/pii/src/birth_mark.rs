//! Dates behind the star that stands for a birth in German: `Max Muster, *12.12.1949`.

use crate::Kind;
use crate::bytes::places;
use crate::candidate::Candidate;
use crate::named;

const SCORE: f32 = 0.7;

/// A star before a later date is a mark of another kind: of a list, of a note.
const LATEST: u32 = 2015;

/// Adds every day, month and year right behind a star.
pub(crate) fn find(text: &str, found: &mut Vec<Candidate>) {
    for star in places(text.as_bytes(), |block| block.are(b'*')) {
        let rest = &text[star + 1..];
        let date = rest.strip_prefix(' ').unwrap_or(rest);
        let is_mark = text[..star].chars().next_back().is_none_or(|c| " \n(,\t|".contains(c));
        if !is_mark || !date.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        let start = text.len() - date.len();
        let end = named::day(&date[..date.floor_char_boundary(LONGEST)]).map(|end| start + end);
        let is_birth = |end: &usize| text[start..*end].get(end - start - 4..).is_some_and(is_year);
        found.extend(end.filter(is_birth).map(|end| Candidate {
            kind: Kind::DateOfBirth,
            range: start..end,
            score: SCORE,
        }));
    }
}

/// No date has more bytes.
const LONGEST: usize = 32;

fn is_year(year: &str) -> bool {
    year.parse().is_ok_and(|year| (1900..=LATEST).contains(&year))
}

#[cfg(test)]
mod tests {
    use super::*;
    fn dates(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        find(text, &mut found);
        found.into_iter().map(|candidate| &text[candidate.range]).collect()
    }

    #[test]
    fn a_star_before_a_date_is_a_birth() {
        assert_eq!(dates("Max, *12.12.1949, Köln"), ["12.12.1949"]);
        assert_eq!(dates("(* 3.4.1980)"), ["3.4.1980"]);
        assert_eq!(dates("Vogt (*10. März 1990)"), ["10. März 1990"]);
    }

    #[test]
    fn other_stars_and_dates_are_none() {
        for text in ["* 12.12.2024 Termin", "am 12.12.1949", "2*12.12.1949", "*1.2.3.1949"] {
            assert!(dates(text).is_empty(), "{text}");
        }
    }
}
