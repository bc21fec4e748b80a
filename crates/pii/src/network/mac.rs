//! Hardware addresses: six pairs of hexadecimal digits, or three groups of four.

use std::ops::Range;

use crate::Kind;
use crate::bytes::{Block, places_of_runs};
use crate::candidate::Candidate;
use crate::neighbours;

const SCORE: f32 = 0.9;

/// Adds every hardware address of `text`: `00:1A:2B:3C:4D:5E`, `00-1a-2b-3c-4d-5e`, `001a.2b3c.4d5e`.
pub(crate) fn find(text: &str, found: &mut Vec<Candidate>) {
    let bytes = text.as_bytes();
    let mut end = 0;
    for at in places_of_runs(bytes, 5, begins) {
        let sign = bytes[at];
        let pair = if sign == b'.' { 4 } else { 2 };
        let range = at.checked_sub(pair).filter(|start| *start >= end);
        let range = range.and_then(|start| address(text, start, pair, sign));
        if let Some(range) = range {
            end = range.end;
            found.push(Candidate { kind: Kind::MacAddress, range, score: SCORE });
        }
    }
}

/// A sign, and the same behind a group.
#[inline]
fn begins(block: Block) -> u64 {
    let again = |sign: u8, behind: u32| block.are(sign) & block.are(sign) >> behind;
    again(b':', 3) | again(b'-', 3) | again(b'.', 5)
}

/// The address at `start`, in groups of `size` digits with `sign` in between.
fn address(text: &str, start: usize, size: usize, sign: u8) -> Option<Range<usize>> {
    let end = start + 12 + 12 / size - 1;
    let value = text.as_bytes().get(start..end)?;
    let fits = value.iter().enumerate().all(|(at, byte)| match at % (size + 1) {
        place if place == size => *byte == sign,
        _ => byte.is_ascii_hexdigit(),
    });
    if !fits {
        return None;
    }
    // Six groups of two decimal digits could be a date and a time; a hardware address hardly has no letter.
    let goes_on =
        |neighbour: Option<char>| neighbour.is_some_and(|c| u32::from(c) == u32::from(sign));
    let is_longer = goes_on(neighbours::before(text, start))
        || goes_on(neighbours::after(text, end))
            && text.as_bytes().get(end + 1).is_some_and(u8::is_ascii_hexdigit);
    let decimal = value.iter().all(|byte| !byte.is_ascii_alphabetic());
    let free = neighbours::stands_free(text, start, end) && !is_longer;
    (free && !(decimal && sign != b':')).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        find(text, &mut found);
        found.into_iter().map(|candidate| &text[candidate.range]).collect()
    }

    #[test]
    fn three_ways_to_write_one() {
        for (text, address) in [
            ("MAC 00:1A:2B:3C:4D:5E on port 24", "00:1A:2B:3C:4D:5E"),
            ("(de-ad-be-ef-00-01)", "de-ad-be-ef-00-01"),
            ("cisco 001a.2b3c.4d5e.", "001a.2b3c.4d5e"),
        ] {
            assert_eq!(addresses(text), [address], "{text}");
        }
    }

    #[test]
    fn other_groups_are_none() {
        for text in [
            "20-24-03-12-14-30",
            "2001:db8:85a3::8a2e",
            "1234.5678.9012",
            "00:1A:2B:3C:4D:5E:6F:70",
            "aa-bb",
        ] {
            assert!(addresses(text).is_empty(), "{text}");
        }
    }
}
