//! Tables: the name of a value in one cell, the values in the cells beside or below it.

use std::ops::Range;

use crate::neighbours;

/// No line of a table is longer.
const LONGEST: usize = 200;

/// So many lines below the name are read.
const MOST_LINES: usize = 8;

/// So many cells beside it.
const MOST_CELLS: usize = 3;

/// The cells beside and below the one that holds nothing but the name at `name`: where they begin and end.
pub(super) fn cells(text: &str, name: &Range<usize>) -> Vec<Range<usize>> {
    let Some(sign) = sign(text, name) else { return Vec::new() };
    let from = text.floor_char_boundary(name.start.saturating_sub(LONGEST));
    let start = text[from..name.start].rfind('\n').map(|end| from + end + 1);
    let Some(start) = start.or((from == 0).then_some(0)) else { return Vec::new() };
    let Some(line) = line(text, start) else { return Vec::new() };
    let place = text[start..name.start].matches(sign).count();
    let count = line.matches(sign).count();
    let is_prose = sign == ',' && (count < 2 || line.contains(|c: char| c.is_ascii_digit()));
    if is_prose {
        return Vec::new();
    }
    let mut found: Vec<_> = in_line(start, line, sign).skip(place + 1).take(MOST_CELLS).collect();
    let mut next = start + line.len() + 1;
    for _ in 0..MOST_LINES {
        if next >= text.len() {
            break;
        }
        let Some(row) = self::line(text, next).filter(|row| row.matches(sign).count() == count)
        else {
            break;
        };
        found.extend(in_line(next, row, sign).nth(place));
        next += row.len() + 1;
    }
    found.retain(|cell| !cell.is_empty());
    found
}

/// The sign that sets the cell apart whose only content the name is.
fn sign(text: &str, name: &Range<usize>) -> Option<char> {
    const AROUND: [char; 4] = [' ', '*', ':', '"'];
    let before = without_pair(text[..name.start].trim_end_matches(AROUND));
    let before = before.trim_end_matches(AROUND).chars().next_back();
    let mut behind = &text[name.end..];
    for more in [" number", " no.", " no", " nr.", "-nr.", "nummer"] {
        behind = behind.strip_prefix(more).unwrap_or(behind);
    }
    let with = behind.strip_prefix('/').map_or("", neighbours::word_after);
    let behind = if with.is_empty() { behind } else { &behind[1 + with.len()..] };
    let behind = behind.trim_start_matches(AROUND).chars().next();
    let is_sign = |c: &char| matches!(c, '|' | '\t' | ';' | ',');
    let is_edge = |c: Option<char>| c.is_none_or(|c| c == '\n' || c == '\r');
    match (before, behind) {
        (Some(one), Some(other)) if one == other && is_sign(&one) => Some(one),
        (Some(one), other) if is_sign(&one) && is_edge(other) => Some(one),
        (one, Some(other)) if is_sign(&other) && is_edge(one) => Some(other),
        _ => None,
    }
}

/// `head` without the other half of a name such as `City/ZIP`.
fn without_pair(head: &str) -> &str {
    let pair = head
        .strip_suffix('/')
        .map(|head| &head[..head.len() - neighbours::word_before(head, head.len()).len()]);
    pair.unwrap_or(head)
}

/// The line that begins at byte `start`, unless it is too long for a table.
fn line(text: &str, start: usize) -> Option<&str> {
    let end = text.floor_char_boundary((start + LONGEST).min(text.len()));
    let near = &text[start..end];
    near.split_once('\n').map(|(line, _)| line).or((end == text.len()).then_some(near))
}

/// The cells of the line that begins at byte `start`, without the spaces around them.
fn in_line(start: usize, line: &str, sign: char) -> impl Iterator<Item = Range<usize>> {
    let mut from = start;
    line.split(sign).map(move |cell| {
        const AROUND: [char; 5] = [' ', '\t', '\r', '"', '*'];
        let begun = cell.trim_start_matches(AROUND);
        let at = from + cell.len() - begun.len();
        let inside = begun.trim_end_matches(AROUND);
        from += cell.len() + sign.len_utf8();
        at..at + inside.len()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
        let start = text.find(name).unwrap();
        cells(text, &(start..start + name.len())).into_iter().map(|cell| &text[cell]).collect()
    }

    #[test]
    fn values_stand_below_their_name_and_beside_it() {
        let text = "Name;Passport;Mail\nLee;K5520918;a\nKim;M7719206;b\n\nend";
        assert_eq!(found(text, "Passport"), ["Mail", "K5520918", "M7719206"]);
        let text = "| Field | Old | New |\n|---|---|---|\n| Zip | 94110 | 94611 |\n";
        assert_eq!(found(text, "Zip"), ["94110", "94611"]);
        assert_eq!(found("|a|b|\n|City/Zip|Elm 94110|\n", "Zip"), ["Elm 94110"]);
        assert_eq!(found("|a|b|\n|Zip/Town|94110 Elm|\n", "Zip"), ["94110 Elm"]);
        assert_eq!(found("|a|b|\n|Zip|\r94110 |\n", "Zip"), ["94110"]);
        assert_eq!(found("who\tPIN\nann\t4821\nleo\t9902", "PIN"), ["4821", "9902"]);
    }

    #[test]
    fn a_row_that_is_too_long_ends_a_table() {
        for length in LONGEST - 4..LONGEST + 4 {
            let text = format!("PIN|x\n{}|ل4821\n9902|y", "ل".repeat(length / 2));
            assert!(found(&text, "PIN").len() <= 3);
        }
    }

    #[test]
    fn prose_is_no_table() {
        assert!(found("my PIN, which is 4821, fails", "PIN").is_empty());
        assert!(found("name, PIN, 4821", "PIN").is_empty());
        assert!(found("the PIN; 4821", "PIN").is_empty());
    }
}
