//! Digits written one by one: `0 6 1 2 3 4 5 6 7 8`, `4-1-1-1-…`.

use std::ops::Range;

use smallvec::SmallVec;

use crate::bytes::{Block, places_of_runs};

/// Fewer digits in a row are an enumeration or a score rather than a number.
const LEAST: usize = 8;

/// The places of the signs between the digits of numbers whose digits all stand alone, in order; without them the
/// numbers read as usual.
pub(crate) fn signs(text: &str) -> Vec<usize> {
    let mut signs = Vec::new();
    let bytes = text.as_bytes();
    let mut from = 0;
    for start in places_of_runs(bytes, FURTHER, begins) {
        if start < from {
            continue;
        }
        let gaps = gaps(bytes, start);
        let end = gaps.last().map_or(start, |gap| gap.end) + 1;
        let goes_on = |neighbour: Option<&u8>| neighbour.is_some_and(u8::is_ascii_alphanumeric);
        let free = !goes_on(bytes.get(end))
            && !goes_on(start.checked_sub(1).and_then(|before| bytes.get(before)));
        if gaps.len() + 1 >= LEAST && free && !counts(bytes, &gaps) {
            signs.extend(gaps.into_iter().flatten());
        }
        from = end;
    }
    signs
}

/// Those of a telephone number need no memory of their own.
type Gaps = SmallVec<[Range<usize>; 12]>;

/// What stands between the digits, each of them alone, from the one at byte `start` on.
fn gaps(bytes: &[u8], start: usize) -> Gaps {
    let sign = bytes[start + 1];
    let mut gaps = Gaps::new();
    let mut behind = start + 1;
    while let Some(gap) = gap(&bytes[behind..], sign) {
        gaps.push(behind..behind + gap);
        behind += gap + 1;
    }
    gaps
}

/// The length of what joins a digit before `rest` with the next one: `sign`, or, as in `0 6 1 8 - 2 2`, what sets groups apart.
fn gap(rest: &[u8], sign: u8) -> Option<usize> {
    let length = rest.iter().take(WIDEST + 1).take_while(|byte| b" -._".contains(byte)).count();
    let gap = &rest[..length];
    let joins = match gap {
        [only] => *only == sign,
        [b' ', .., b' '] => sign == b' ' && length <= WIDEST,
        _ => false,
    };
    (joins && rest.get(length).is_some_and(u8::is_ascii_digit)).then_some(length)
}

/// No two groups of one number stand further apart.
const WIDEST: usize = 3;

/// Such a number is known by so many bytes behind its first.
pub(crate) const FURTHER: usize = 4;

/// A digit, a sign, a digit, and the same sign; or two digits with a dash between spaces, as in `0 - 7 - 8`.
#[inline]
pub(crate) fn begins(block: Block) -> u64 {
    let twice = |sign: u8| block.are(sign) & block.are(sign) >> 2;
    let signs = twice(b' ') | twice(b'-') | twice(b'.') | twice(b'_');
    let digits = block.digits();
    let apart = block.are(b' ') >> 1 & block.are(b'-') >> 2 & block.are(b' ') >> 3;
    digits & (digits >> 2 & signs >> 1 | digits >> 4 & apart)
}

/// `1 2 3 4 5 6 7 8`: each digit is one more than the one before.
fn counts(bytes: &[u8], gaps: &[Range<usize>]) -> bool {
    gaps.iter().all(|gap| bytes[gap.end] == bytes[gap.start - 1] + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closed(text: &str) -> String {
        let signs = signs(text);
        text.char_indices().filter(|(at, _)| !signs.contains(at)).map(|(_, c)| c).collect()
    }

    #[test]
    fn digits_that_stand_alone_are_one_number() {
        assert_eq!(closed("call 0 6 1 2 3 4 5 6 7 8 now"), "call 0612345678 now");
        assert_eq!(closed("4-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1"), "4111111111111111");
        assert_eq!(closed("x 9.8.7.6.5.4.3.2."), "x 98765432.");
        assert_eq!(closed("au 0 6 1 8 - 2 2 9 0 - 4 7 ou"), "au 0618229047 ou");
        assert_eq!(closed("0 - 7 - 8 - 1 - 4 - 4 - 0 - 9 - 2 - 6 voilà"), "0781440926 voilà");
        assert_eq!(closed("bill, 0 7 7 0 0   9 0 0   5 1 2, w"), "bill, 07700900512, w");
    }

    #[test]
    fn rows_of_digits_stay() {
        for text in [
            "1 2 3 4 5 6 7 8 9 10",
            "1 2 3 4 5 6 7 8",
            "v1.2.3.4",
            "3-2-1",
            "2 10 4 5 6 7 8 9 1 2 33",
            "1 1",
            "1 3 1    2 4 6 1 8",
            "1-3-1 - 2-4-6-1-8",
            "1 - 3 - 1 - 2 - 4",
            "1 -3 -1 -2 -4 -6 -1 -8",
        ] {
            assert_eq!(closed(text), text);
        }
    }
}
