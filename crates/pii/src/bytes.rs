//! Looking for bytes of a kind, many at a time.

use std::array;

/// As many bytes as are tested at once: a vector register of every machine.
const AT_ONCE: usize = 16;

/// The place of the first byte of `bytes`, from `from` on, that `is` one looked for.
///
/// Without a branch per byte, `is` becomes a few vector instructions; most stretches of a text hold nothing that is looked for.
#[inline]
pub(crate) fn position(bytes: &[u8], from: usize, is: impl Fn(u8) -> bool) -> Option<usize> {
    let mut at = from;
    while let Some(chunk) = bytes[at..].first_chunk::<AT_ONCE>() {
        if chunk.iter().fold(false, |any, &byte| any | is(byte)) {
            break;
        }
        at += AT_ONCE;
    }
    bytes[at..].iter().position(|&byte| is(byte)).map(|found| at + found)
}

/// The place of the last byte of `bytes` that `is` one looked for.
#[inline]
pub(crate) fn last_position(bytes: &[u8], is: impl Fn(u8) -> bool) -> Option<usize> {
    let mut end = bytes.len();
    while let Some(chunk) = bytes[..end].last_chunk::<AT_ONCE>() {
        if chunk.iter().fold(false, |any, &byte| any | is(byte)) {
            break;
        }
        end -= AT_ONCE;
    }
    bytes[..end].iter().rposition(|&byte| is(byte))
}

/// The same as [`position`] for a byte that `is` one looked for together with those behind it; behind the last one stand zeros.
#[inline]
pub(crate) fn position_of_run<const LENGTH: usize>(
    bytes: &[u8],
    from: usize,
    is: impl Fn([u8; LENGTH]) -> bool,
) -> Option<usize> {
    let mut at = from;
    while let Some(chunk) = bytes.get(at..at + AT_ONCE + LENGTH - 1) {
        let run = |place: usize| array::from_fn(|behind| chunk[place + behind]);
        if (0..AT_ONCE).fold(false, |any, place| any | is(run(place))) {
            break;
        }
        at += AT_ONCE;
    }
    let run =
        |at: usize| array::from_fn(|behind| bytes.get(at + behind).copied().unwrap_or_default());
    (at..bytes.len()).find(|&at| is(run(at)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn finds_what_a_plain_search_finds(text in "[a-e]{0,70}", from in 0_usize..70) {
            let from = from.min(text.len());
            let plain = text[from..].find('e').map(|found| from + found);
            prop_assert_eq!(position(text.as_bytes(), from, |byte| byte == b'e'), plain);
            prop_assert_eq!(last_position(text.as_bytes(), |byte| byte == b'e'), text.rfind('e'));
        }

        #[test]
        fn finds_what_a_plain_search_for_a_run_finds(text in "[ab]{0,20}c{0,1}[ab]{0,40}d", from in 0_usize..60) {
            let from = from.min(text.len());
            let plain = text[from..].find("aab").map(|found| from + found);
            prop_assert_eq!(position_of_run(text.as_bytes(), from, |run| run == *b"aab"), plain);
        }
    }
}
