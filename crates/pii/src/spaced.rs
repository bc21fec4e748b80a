//! Digits written one by one: `0 6 1 2 3 4 5 6 7 8`, `4-1-1-1-…`.

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
        let sign = bytes[start + 1];
        let rest = bytes[start..].chunks(2);
        let pairs = rest
            .take_while(|pair| pair[0].is_ascii_digit() && (pair.len() == 1 || pair[1] == sign));
        let mut count = pairs.count();
        // The last digit has no sign behind it.
        let last = start + 2 * count;
        let ends_with_digit = bytes.get(last).is_some_and(u8::is_ascii_digit);
        count += usize::from(ends_with_digit);
        let end = if ends_with_digit { last + 1 } else { last - 1 };
        let goes_on = |neighbour: Option<&u8>| neighbour.is_some_and(u8::is_ascii_alphanumeric);
        let free = !goes_on(bytes.get(end))
            && !goes_on(start.checked_sub(1).and_then(|before| bytes.get(before)));
        if count >= LEAST && free && !counts(bytes, start, count) {
            signs.extend((0..count - 1).map(|place| start + 2 * place + 1));
        }
        from = start + 2 * count;
    }
    signs
}

/// Such a number is known by so many bytes behind its first.
pub(crate) const FURTHER: usize = 3;

/// A digit, a sign, a digit, and the same sign.
#[inline]
pub(crate) fn begins(block: Block) -> u64 {
    let twice = |sign: u8| block.are(sign) & block.are(sign) >> 2;
    let signs = twice(b' ') | twice(b'-') | twice(b'.') | twice(b'_');
    block.digits() & block.digits() >> 2 & signs >> 1
}

/// `1 2 3 4 5 6 7 8`: each digit is one more than the one before.
fn counts(bytes: &[u8], start: usize, count: usize) -> bool {
    (1..count).all(|place| bytes[start + 2 * place] == bytes[start + 2 * place - 2] + 1)
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
        ] {
            assert_eq!(closed(text), text);
        }
    }
}
