//! Hardware addresses: six pairs of hexadecimal digits, or three groups of four.

use std::ops::Range;

use crate::Kind;
use crate::bytes::{Block, places_of_runs};
use crate::candidate::Candidate;
use crate::neighbours;

const SCORE: f32 = 0.9;

/// Adds every hardware address of `text`: `00:1A:2B:3C:4D:5E`, `00-1a-2b-3c-4d-5e`, `001a.2b3c.4d5e`, `00 1a 2b 3c 4d 5e`.
pub(crate) fn find(text: &str, found: &mut Vec<Candidate>) {
    let bytes = text.as_bytes();
    let (mut end, before) = (0, found.len());
    for at in places_of_runs(bytes, 5, begins) {
        let sign = bytes[at];
        let sizes: &[usize] = if sign == b'.' { &[4, 2] } else { &[2] };
        let range = sizes.iter().find_map(|pair| {
            let start = at.checked_sub(*pair).filter(|start| *start >= end)?;
            address(text, start, *pair, sign)
        });
        if let Some(range) = range {
            end = range.end;
            found.push(Candidate { kind: Kind::MacAddress, range, score: SCORE });
        }
    }
    find_bare(text, found, before);
}

/// Adds the addresses without a sign near one that is `found`, in the same text: `00:1a:8c:4f:d2:33 … 001A8C4FD281`.
fn find_bare(text: &str, found: &mut Vec<Candidate>, from: usize) {
    let Some(first) = found.get(from).map(|first| first.range.end) else { return };
    let near = first..text.floor_char_boundary((first + NEAR).min(text.len()));
    let mut start = near.start;
    for piece in text[near].split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let range = start..start + word.len();
        start += piece.len();
        let is_address = word.len() == DIGITS
            && word.bytes().all(|byte| byte.is_ascii_hexdigit())
            && word.bytes().any(|byte| byte.is_ascii_alphabetic())
            && word.bytes().any(|byte| byte.is_ascii_digit());
        if is_address && neighbours::stands_free(text, range.start, range.end) {
            found.push(Candidate { kind: Kind::MacAddress, range, score: BARE_SCORE });
        }
    }
}

/// So far behind an address others are looked for.
const NEAR: usize = 400;

/// An address has so many digits.
const DIGITS: usize = 12;

const BARE_SCORE: f32 = 0.5;

/// A sign, and the same behind a group of hexadecimal digits.
#[inline]
fn begins(block: Block) -> u64 {
    let again = |sign: u8, behind: u32| block.are(sign) & block.are(sign) >> behind;
    let signs = again(b':', 3) | again(b'-', 3) | again(b'.', 3) | again(b'.', 5) | again(b' ', 3);
    if signs == 0 {
        return 0;
    }
    let digits = block.hexadecimal();
    signs & digits >> 1 & digits >> 2
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
    let is_longer = is_longer(text.as_bytes(), start, end, sign);
    let lettered = value.chunks(size + 1).filter(|group| {
        group.iter().any(u8::is_ascii_alphabetic) && group.iter().any(u8::is_ascii_digit)
    });
    let is_spaced_text = sign == b' ' && lettered.count() < 2;
    let decimal = value.iter().all(|byte| !byte.is_ascii_alphabetic());
    let free = neighbours::stands_free(text, start, end) && !is_longer;
    (free && !is_spaced_text && !(decimal && sign != b':')).then_some(start..end)
}

/// Whether another group is joined to those between `start` and `end` with `sign`.
fn is_longer(text: &[u8], start: usize, end: usize, sign: u8) -> bool {
    let is_group =
        |group: Option<&[u8]>| group.is_some_and(|group| group.iter().all(u8::is_ascii_hexdigit));
    // What stands behind a space is another word, unless it is such a group as well.
    let (before, behind) = (text[..start].ends_with(&[sign]), text[end..].starts_with(&[sign]));
    if sign == b' ' {
        let head = text[..start].last_chunk::<3>().map(|group| &group[..2]);
        let tail = text[end..].first_chunk::<3>().map(|group| &group[1..]);
        return before && is_group(head) || behind && is_group(tail);
    }
    before || behind && text.get(end + 1).is_some_and(u8::is_ascii_hexdigit)
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
            ("says 38 10 d5 7b 44 e0,", "38 10 d5 7b 44 e0"),
            ("mac D8.5D.4C.91.3A.07", "D8.5D.4C.91.3A.07"),
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
