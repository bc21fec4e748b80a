//! `+33 6 12 34 56 78`, `0049 30 …`, `(+44) (0)20 …`: numbers with a calling code.

use std::ops::Range;

use super::Found;
use super::countries::{self, Country};
use super::edges::{Edges, Verdict};
use crate::groups::Group;
use crate::neighbours;

/// At most this many groups make one number.
const MOST_GROUPS: usize = 9;

const WITH_PLUS: f32 = 0.95;
const WITH_ZEROS: f32 = 0.85;
const UNUSUAL_LENGTH: f32 = 0.6;

/// The international number that begins at group `first`.
pub(super) fn at(edges: &Edges<'_, '_>, first: usize) -> Option<Found> {
    let start = edges.digits.groups[first].range.start;
    if let Some(plus) = plus_before(edges.digits.text, start) {
        return behind_plus(edges, first, plus);
    }
    behind_zeros(edges, first).or_else(|| before_plus(edges, first))
}

/// Where the `+` of a number is whose digits begin at byte `start`.
fn plus_before(text: &str, start: usize) -> Option<usize> {
    let head = &text[..start];
    let head = head.strip_suffix(['(', ' ']).unwrap_or(head);
    let head = head.strip_suffix('+')?;
    let is_sum = head.ends_with(|c: char| c.is_ascii_digit() || c == '+');
    (!is_sum).then_some(head.len())
}

fn behind_plus(edges: &Edges<'_, '_>, first: usize, plus: usize) -> Option<Found> {
    let (window, regular) = extent(edges, first, 0)?;
    let digits = edges.digits.digits(&window);
    let bytes = plus..edges.digits.bytes(&window).end;
    let glued =
        neighbours::before(edges.digits.text, plus).is_some_and(neighbours::continues_token);
    if digits.len() < if glued { 9 } else { 7 } || is_amount(edges, bytes.end) {
        return None;
    }
    let score = if regular { WITH_PLUS } else { UNUSUAL_LENGTH };
    Some(Found { bytes, next: window.end, score })
}

fn behind_zeros(edges: &Edges<'_, '_>, first: usize) -> Option<Found> {
    let group = &edges.digits.groups[first];
    let prefix = ["00", "011"]
        .into_iter()
        .find(|prefix| edges.digits.text[group.range.clone()].starts_with(prefix))?;
    let is_us_exit = prefix == "011";
    if is_us_exit && (group.len() != 3 || edges.digits.chain(first, 4).len() < 3) {
        return None;
    }
    let (window, regular) = extent(edges, first, prefix.len())?;
    let bytes = edges.digits.bytes(&window);
    let open = edges.is_open_left(bytes.start)
        && edges.is_open_right(bytes.end)
        && !edges.digits.is_part_of_longer(&window)
        && edges.verdict(&window) != Verdict::Other(0);
    (regular && open).then_some(Found { bytes, next: window.end, score: WITH_ZEROS })
}

/// In right-to-left text the plus is often typed, or shown, behind the digits.
fn before_plus(edges: &Edges<'_, '_>, first: usize) -> Option<Found> {
    let digits = edges.digits;
    let is_before_plus = |group: &Group| {
        let behind = &digits.text[group.range.end..];
        behind.starts_with('+') && !behind[1..].starts_with(|c: char| c.is_ascii_alphanumeric())
    };
    let chain = digits.chain(first, MOST_GROUPS);
    let end = chain.clone().find(|at| is_before_plus(&digits.groups[*at]))? + 1;
    let (country, rest) = countries::split(digits.digits(&(first..end)))?;
    let regular = (country.least..=country.most).contains(&rest.len()) && rest.len() >= 7;
    let bytes = digits.groups[first].range.start..digits.groups[end - 1].range.end + 1;
    let is_free = edges.is_open_left(bytes.start) && !digits.is_part_of_longer(&(first..end));
    (regular && is_free).then_some(Found { bytes, next: end, score: WITH_ZEROS })
}

/// How far the number reaches whose calling code follows `skipped` digits, and whether its length is usual there.
fn extent(edges: &Edges<'_, '_>, first: usize, skipped: usize) -> Option<(Range<usize>, bool)> {
    let chain = edges.digits.chain_wrapped(first, MOST_GROUPS, 2);
    let all = edges.digits.digits(&chain);
    let (country, rest) = countries::split(all.get(skipped..)?)?;
    let before_rest = all.len() - rest.len();
    let rest_is_plain =
        !rest.starts_with('0') || country.code == "39" || skipped == 0 || chain.len() > 1;
    let mut best = None;
    let mut length = 0;
    for end in chain.start + 1..=chain.end {
        if best.is_some() && edges.digits.groups[end - 2].wraps {
            break;
        }
        length += edges.digits.groups[end - 1].len();
        let Some(rest) = all.get(before_rest..length) else { continue };
        let national = rest.len() - usize::from(rest.starts_with('0') && country.code != "39");
        if national > country.most + direct_dial(edges, end, country.code) {
            break;
        }
        if national >= country.least && (best.is_none() || continues(edges, end - 1)) {
            best = Some(first..end);
        }
    }
    if let Some(window) = best {
        return Some((window, rest_is_plain));
    }
    let line = edges.digits.chain(first, MOST_GROUPS);
    irregular(edges, line, &country).map(|window| (window, false))
}

/// So many digits more may stand behind the dash before the last group of a window that ends at `end`: in Germany and
/// Austria an extension is dialled like the rest of the number.
fn direct_dial(edges: &Edges<'_, '_>, end: usize, code: &str) -> usize {
    let dashed = is_dashed(edges, end - 1);
    if dashed && matches!(code, "43" | "49") { LONGEST_DIRECT_DIAL } else { 0 }
}

const LONGEST_DIRECT_DIAL: usize = 4;

/// Whether group `last` is short and set off by a dash, where the groups before it are not.
fn is_dashed(edges: &Edges<'_, '_>, last: usize) -> bool {
    let groups = &edges.digits.groups;
    let is_dash = |at: usize| groups[at].joint.is_some_and(|joint| joint.separator == b'-');
    last >= 2
        && last < groups.len()
        && groups[last].len() <= LONGEST_DIRECT_DIAL
        && is_dash(last - 1)
        && !is_dash(last - 2)
}

/// Whether group `last` goes on with the number before it, rather than starting something new.
fn continues(edges: &Edges<'_, '_>, last: usize) -> bool {
    let joint = |index: usize| edges.digits.groups[index].joint;
    let end = edges.digits.groups[last].range.end;
    let same =
        last >= 2 && joint(last - 1).map(|j| j.separator) == joint(last - 2).map(|j| j.separator);
    let dash = joint(last - 1).is_some_and(|joint| joint.separator == b'-');
    (same || dash) && (edges.is_open_right(end) || is_dashed(edges, last + 1))
}

/// A plus and a known calling code, but an unusual number of digits: taken as far as E.164 allows.
fn irregular(
    edges: &Edges<'_, '_>,
    chain: Range<usize>,
    country: &Country,
) -> Option<Range<usize>> {
    let mut length = 0;
    let mut end = chain.start;
    for index in chain.clone() {
        length += edges.digits.groups[index].len();
        if length > 15 {
            break;
        }
        end = index + 1;
    }
    let length = edges.digits.count(&(chain.start..end.max(chain.start + 1)));
    (end > chain.start && length >= 7 && length > country.code.len() + 4)
        .then_some(chain.start..end)
}

fn is_amount(edges: &Edges<'_, '_>, end: usize) -> bool {
    let rest = edges.digits.text[end..].trim_start_matches(' ');
    rest.starts_with(['€', '$', '£', '¥', '%'])
}
