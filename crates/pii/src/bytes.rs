//! Looking for bytes of a kind, many at a time.

use std::ops::RangeInclusive;

use wide::u8x16;

/// As many bytes are looked at together as a number has bits.
pub(crate) const AT_ONCE: usize = 64;

/// Bytes of a text, in the registers of vectors; zeros stand behind the end.
///
/// What is asked of it is answered with one bit for each byte, the first one lowest.
#[derive(Clone, Copy)]
pub(crate) struct Block([u8x16; 4]);

impl Block {
    /// The bytes of `bytes` from byte `from` on.
    #[inline]
    pub(crate) fn at(bytes: &[u8], from: usize) -> Self {
        let rest = &bytes[from..];
        if let Some(whole) = rest.first_chunk() {
            return Self::of(whole);
        }
        let mut padded = [0; AT_ONCE];
        padded[..rest.len()].copy_from_slice(rest);
        Self::of(&padded)
    }

    #[inline]
    fn of(bytes: &[u8; AT_ONCE]) -> Self {
        let (parts, _) = bytes.as_chunks::<16>();
        Self([0, 1, 2, 3].map(|part| u8x16::new(parts[part])))
    }

    /// Which bytes are `byte`.
    #[inline]
    pub(crate) fn are(self, byte: u8) -> u64 {
        self.bits(|part| part.simd_eq(u8x16::splat(byte)))
    }

    /// Which bytes are in `range`.
    #[inline]
    pub(crate) fn within(self, range: RangeInclusive<u8>) -> u64 {
        let (low, span) = (u8x16::splat(*range.start()), u8x16::splat(range.end() - range.start()));
        // What is below the range wraps around to above it.
        self.bits(|part| (part - low).min(span).simd_eq(part - low))
    }

    /// Which bytes are ASCII digits.
    #[inline]
    pub(crate) fn digits(self) -> u64 {
        self.within(b'0'..=b'9')
    }

    /// Which bytes are ASCII letters.
    #[inline]
    pub(crate) fn letters(self) -> u64 {
        let small = self.0.map(|part| part | u8x16::splat(0x20));
        Self(small).within(b'a'..=b'z')
    }

    /// Which bytes are hexadecimal digits.
    #[inline]
    pub(crate) fn hexadecimal(self) -> u64 {
        let small = self.0.map(|part| part | u8x16::splat(0x20));
        self.digits() | Self(small).within(b'a'..=b'f')
    }

    /// Which bytes belong to characters beyond ASCII.
    #[inline]
    pub(crate) fn others(self) -> u64 {
        self.bits(|part| part)
    }

    /// The upper bit of each byte of `of` each part.
    #[inline]
    fn bits(self, of: impl Fn(u8x16) -> u8x16) -> u64 {
        let bits = |part: usize| u64::from(of(self.0[part]).to_bitmask()) << (16 * part);
        bits(0) | bits(1) | bits(2) | bits(3)
    }
}

/// The places of the bytes of `bytes`, in order, that `mark` marks.
#[inline]
pub(crate) fn places<M: Fn(Block) -> u64>(bytes: &[u8], mark: M) -> Places<'_, M> {
    Places { bytes, mark, kept: AT_ONCE, next: 0, base: 0, bits: 0 }
}

/// The same for a mark that depends on at most so many further bytes behind each.
#[inline]
pub(crate) fn places_of_runs<M: Fn(Block) -> u64>(
    bytes: &[u8],
    further: usize,
    mark: M,
) -> Places<'_, M> {
    Places { bytes, mark, kept: AT_ONCE - further, next: 0, base: 0, bits: 0 }
}

/// See [`places`].
pub(crate) struct Places<'t, M> {
    bytes: &'t [u8],
    mark: M,
    /// So many bytes of a block are decided with what stands behind them.
    kept: usize,
    /// Where the block begins that is not looked at yet.
    next: usize,
    /// Where the one began that is, and what is left of it.
    base: usize,
    bits: u64,
}

impl<M: Fn(Block) -> u64> Iterator for Places<'_, M> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.bits == 0 {
            if self.next >= self.bytes.len() {
                return None;
            }
            self.base = self.next;
            self.bits = (self.mark)(Block::at(self.bytes, self.base));
            self.next += AT_ONCE;
            if self.next < self.bytes.len() && self.kept < AT_ONCE {
                self.bits &= (1 << self.kept) - 1;
                self.next = self.base + self.kept;
            }
        }
        let place = self.base + self.bits.trailing_zeros() as usize;
        self.bits &= self.bits - 1;
        Some(place)
    }
}

/// The place of the last byte of `bytes` that `mark` marks.
#[inline]
pub(crate) fn last_place(bytes: &[u8], mark: impl Fn(Block) -> u64) -> Option<usize> {
    let mut end = bytes.len();
    while end > 0 {
        let start = end.saturating_sub(AT_ONCE);
        let bits = mark(Block::at(&bytes[..end], start));
        if bits != 0 {
            return Some(start + bits.ilog2() as usize);
        }
        end = start;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn finds_what_a_plain_search_finds(text in "[a-e]{0,200}") {
            let plain: Vec<usize> = text.match_indices('e').map(|(at, _)| at).collect();
            let found: Vec<usize> = places(text.as_bytes(), |block| block.are(b'e')).collect();
            prop_assert_eq!(found, plain);
            prop_assert_eq!(last_place(text.as_bytes(), |block| block.are(b'e')), text.rfind('e'));
        }

        #[test]
        fn finds_what_a_plain_search_for_a_run_finds(text in "([ab]{0,4}c){0,60}") {
            let plain: Vec<usize> = text.match_indices("ca").map(|(at, _)| at).collect();
            let run = |block: Block| block.are(b'c') & block.are(b'a') >> 1;
            let found: Vec<usize> = places_of_runs(text.as_bytes(), 1, run).collect();
            prop_assert_eq!(found, plain);
        }

        #[test]
        fn classes_are_those_of_ascii(bytes in prop::collection::vec(any::<u8>(), 0..=AT_ONCE)) {
            let block = Block::at(&bytes, 0);
            for (at, byte) in bytes.iter().enumerate() {
                let is = |bits: u64| bits >> at & 1 == 1;
                prop_assert_eq!(is(block.digits()), byte.is_ascii_digit());
                prop_assert_eq!(is(block.letters()), byte.is_ascii_alphabetic());
                prop_assert_eq!(is(block.hexadecimal()), byte.is_ascii_hexdigit());
                prop_assert_eq!(is(block.others()), !byte.is_ascii());
                prop_assert_eq!(is(block.are(b'@')), *byte == b'@');
            }
        }
    }
}
