//! Dates behind the star that stands for a birth in German, `Max Muster, *12.12.1949`, and in brackets behind somebody who is
//! known by now.

use crate::Kind;
use crate::candidate::Candidate;
use crate::digits::Digits;
use crate::named;
use crate::shadow::FILLER;

const SCORE: f32 = 0.7;

/// A star before a later date is a mark of another kind: of a list, of a note.
const LATEST: u32 = 2015;

/// What is known and a later date in brackets may be anything that happened then.
const LATEST_IN_BRACKETS: u32 = 2012;

/// Adds every day, month and year right behind a star, or in brackets behind what is known.
pub(crate) fn find(digits: &Digits<'_>, found: &mut Vec<Candidate>) {
    for group in digits.groups.iter().filter(|group| matches!(group.len(), 1 | 2 | 4 | 8)) {
        let (head, rest) = digits.text.split_at(group.range.start);
        let Some((latest, must_end)) = latest(head) else { continue };
        let end = named::day(&rest[..rest.floor_char_boundary(LONGEST)]);
        let ends = |end: &usize| {
            let behind = rest[*end..].trim_start_matches([',', '.', ';', ')', '،']);
            behind.is_empty() || behind.starts_with('\n') || behind.len() < rest.len() - end
        };
        let end =
            end.filter(|end| named::is_of_birth(&rest[..*end], latest) && (!must_end || ends(end)));
        found.extend(end.map(|end| Candidate {
            kind: Kind::DateOfBirth,
            range: group.range.start..group.range.start + end,
            score: SCORE,
        }));
    }
}

/// The latest year of a birthday behind `head`, if a date there is one, and whether a sign must stand behind it.
fn latest(head: &str) -> Option<(u32, bool)> {
    let star = head.strip_suffix(' ').unwrap_or(head).strip_suffix('*');
    let is_mark = |before: &str| before.chars().next_back().is_none_or(|c| " \n(,\t|".contains(c));
    if star.is_some_and(is_mark) {
        return Some((LATEST, false));
    }
    let known = |head: &str| head.ends_with(FILLER);
    if let Some(before) = head.strip_suffix(", ") {
        return known(before).then_some((LATEST_BEHIND_COMMA, true));
    }
    known(head.strip_suffix('(')?.trim_end_matches([' ', ',']))
        .then_some((LATEST_IN_BRACKETS, false))
}

/// And behind a comma.
const LATEST_BEHIND_COMMA: u32 = 2006;

/// No date has more bytes.
const LONGEST: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;

    fn dates(text: &str) -> Vec<&str> {
        let context = Context::new();
        let mut found = Vec::new();
        find(&Digits::of(text, &context), &mut found);
        found.into_iter().map(|candidate| &text[candidate.range]).collect()
    }

    #[test]
    fn a_star_before_a_date_is_a_birth() {
        assert_eq!(dates("Max, *12.12.1949, Köln"), ["12.12.1949"]);
        assert_eq!(dates("(* 3.4.1980)"), ["3.4.1980"]);
        assert_eq!(dates("Vogt (*10. März 1990)"), ["10. März 1990"]);
    }

    #[test]
    fn a_date_in_brackets_behind_what_is_known_is_a_birth() {
        assert_eq!(dates("\u{1} (10.03.1990) wartet"), ["10.03.1990"]);
        assert_eq!(dates("\u{1} (4 May 1961)"), ["4 May 1961"]);
        assert_eq!(dates("\u{1}, 4 May 1961, waits"), ["4 May 1961"]);
        assert!(dates("\u{1}, 4 May 1961 was when").is_empty());
        assert!(dates("\u{1} (10.03.2024), Vogt (10.03.1990)").is_empty());
    }

    #[test]
    fn other_stars_and_dates_are_none() {
        for text in ["* 12.12.2024 Termin", "am 12.12.1949", "2*12.12.1949", "*1.2.3.1949"] {
            assert!(dates(text).is_empty(), "{text}");
        }
    }
}
