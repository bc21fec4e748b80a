//! Runs of digits and what joins them: the raw material of every number.

use std::ops::Range;

use smallvec::SmallVec;

use crate::bytes::{Block, places};

/// A run of ASCII digits.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) range: Range<usize>,
    /// What joins it to the next group; `None` when that is anything a number is not written with.
    pub(crate) joint: Option<Joint>,
    /// Only the end of a line separates it from the next group, as where a mail program wrapped a number.
    pub(crate) wraps: bool,
    /// Belongs to a date or a time.
    pub(crate) is_date: bool,
}

/// What stands between two groups of one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Joint {
    /// `-`, `.`, `/`, or a space when there is nothing else.
    pub(crate) separator: u8,
    /// White space is part of it.
    pub(crate) spaced: bool,
    pub(crate) opens: bool,
    pub(crate) closes: bool,
}

impl Group {
    pub(crate) fn len(&self) -> usize {
        self.range.len()
    }
}

/// The groups of a text; the few of a ticket need no memory of their own.
pub(crate) type Groups = SmallVec<[Group; 24]>;

/// Adds the groups of `text` to `groups`, which has none, in order.
pub(crate) fn find(text: &str, groups: &mut Groups) {
    let bytes = text.as_bytes();
    let mut at = 0;
    for start in places(bytes, Block::digits) {
        if start < at {
            continue;
        }
        let length = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if let Some(last) = groups.last_mut() {
            let between = &bytes[last.range.end..start];
            last.joint = joint(between);
            last.wraps = last.joint.is_none() && is_wrap(between);
        }
        at = start + length;
        groups.push(Group { range: start..at, joint: None, wraps: false, is_date: false });
    }
    mark_dates(text, groups);
}

fn joint(between: &[u8]) -> Option<Joint> {
    if between.is_empty() || between.len() > 5 {
        return None;
    }
    let mut joint = Joint { separator: b' ', spaced: false, opens: false, closes: false };
    let mut spaces = 0;
    for &byte in between {
        match byte {
            b' ' | b'\t' => spaces += 1,
            b'(' if !joint.opens => joint.opens = true,
            b')' if !joint.closes && !joint.opens => joint.closes = true,
            b'-' | b'.' | b'/' if joint.separator == b' ' => joint.separator = byte,
            _ => return None,
        }
    }
    joint.spaced = spaces > 0;
    (spaces <= 2).then_some(joint)
}

/// One line end, perhaps behind a dash, and before the sign of a quoted mail.
fn is_wrap(between: &[u8]) -> bool {
    between.len() <= 5
        && between.split(|&byte| byte == b'\n').count() == 2
        && between.iter().all(|byte| matches!(byte, b'\n' | b'\r' | b' ' | b'-' | b'>'))
}

fn mark_dates(text: &str, groups: &mut [Group]) {
    for first in 0..groups.len() {
        if is_time(text, &groups[first..]) {
            groups[first].is_date = true;
            groups[first + 1].is_date = true;
        }
        if is_date(text, groups, first) {
            groups[first..first + 3].iter_mut().for_each(|group| group.is_date = true);
        }
    }
}

fn is_time(text: &str, groups: &[Group]) -> bool {
    let [hours, minutes, ..] = groups else { return false };
    hours.len() <= 2
        && minutes.len() == 2
        && &text[hours.range.end..minutes.range.start] == ":"
        && value(text, hours) < 25
        && value(text, minutes) < 60
}

/// Three groups joined by the same sign and not part of a longer row: day, month, year in a usual order.
fn is_date(text: &str, groups: &[Group], first: usize) -> bool {
    let Some(row @ [start, middle, end]) = groups.get(first..first + 3) else { return false };
    let (Some(sign), Some(other)) = (start.joint, middle.joint) else { return false };
    let joins = |joint: Option<Joint>| {
        joint.is_some_and(|joint| {
            joint == sign || joint.separator != b' ' && !joint.spaced && sign.spaced
        })
    };
    let continues =
        joins(end.joint) || first.checked_sub(1).is_some_and(|before| joins(groups[before].joint));
    if sign != other || continues || sign.opens || sign.closes {
        return false;
    }
    let is_year = |group: &Group| group.len() == 4 && (1900..2100).contains(&value(text, group));
    let are_day_and_month = |one: &Group, other: &Group| {
        let (one_value, other_value) = (value(text, one), value(text, other));
        one.len() <= 2
            && other.len() <= 2
            && one_value.min(other_value) > 0
            && one_value.max(other_value) <= 31
            && one_value.min(other_value) <= 12
    };
    let short_year =
        row.iter().all(|group| group.len() <= 2) && end.len() == 2 && sign.separator != b' ';
    is_year(start) && are_day_and_month(middle, end)
        || (is_year(end) || short_year) && are_day_and_month(start, middle)
}

/// The number a short group stands for; a long one counts as very large.
pub(crate) fn value(text: &str, group: &Group) -> usize {
    text[group.range.clone()].parse().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Groups {
        let mut groups = Groups::new();
        find(text, &mut groups);
        groups
    }

    #[test]
    fn dates_and_times_are_marked() {
        let dated = |text: &str| found(text).iter().filter(|group| group.is_date).count();
        assert_eq!(dated("2024-03-12 14:30"), 5);
        assert_eq!(dated("12.03.24, 12/03/2024, 3/12/2024"), 9);
        assert_eq!(dated("06.12.34.56.78 and 202-555-0123 and 20 12 34"), 0);
    }

    #[test]
    fn a_wrapped_number_goes_on_in_the_next_line() {
        let wraps = |text: &str| found(text).iter().filter(|group| group.wraps).count();
        assert_eq!(wraps("4111 1111\r\n> 1111-\n1111"), 2);
        assert_eq!(wraps("12\n\n34\nx 56"), 0);
    }

    #[test]
    fn only_signs_of_numbers_join() {
        let joints = |text: &str| found(text).iter().filter(|group| group.joint.is_some()).count();
        assert_eq!(joints("+33 (0)6.12-34 / 56 78"), 6);
        assert_eq!(joints("1,2:3\n4 and 5_6"), 0);
    }
}
