//! Names by the letters at their edges: what nearly always tells a word from all of them at once.

use rustc_hash::FxHashMap;

/// Names by a key of letters at their edge.
pub(super) struct Table {
    /// One bit for each hash of a key that a name has.
    hashes: Box<[u64; HASHES]>,
    /// The names that have it.
    entries: FxHashMap<u64, Entries>,
}

/// The names with one key.
#[derive(Default)]
struct Entries {
    /// The longest first.
    all: Vec<Entry>,
    /// How many have all of eight letters, and one bit for each hash of those.
    long: usize,
    eights: [u64; EIGHTS],
}

/// So many words of 64 bits hold the hashes.
const EIGHTS: usize = 4;

impl Entries {
    /// Adds a name no longer than those that are there.
    fn push(&mut self, entry: Entry) {
        if entry.mask == CASELESS_EIGHT {
            let (word, bit) = Self::place(entry.letters);
            self.eights[word] |= 1 << bit;
            self.long += 1;
        }
        self.all.push(entry);
    }

    /// Those that may stand where such `eight` letters do.
    fn fitting(&self, eight: u64) -> &[Entry] {
        let (word, bit) = Self::place(eight & CASELESS_EIGHT);
        let from = if self.eights[word] >> bit & 1 == 1 { 0 } else { self.long };
        &self.all[from..]
    }

    fn place(eight: u64) -> (usize, u64) {
        let hash = eight.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56;
        ((hash / 64) as usize % EIGHTS, hash % 64)
    }
}

/// A name among those with the same key.
#[derive(Clone)]
pub(super) struct Entry {
    /// The eight letters nearest to the edge of the word, and which of them the name has.
    letters: u64,
    mask: u64,
    pub(super) length: usize,
    pub(super) place: usize,
}

impl Entry {
    pub(super) fn new(place: usize, length: usize, eight: u64) -> Self {
        let beyond = u64::MAX.checked_shl(8 * length.min(8) as u32).unwrap_or(0);
        let mask = !beyond & CASELESS_EIGHT;
        Self { letters: eight & mask, mask, length, place }
    }

    /// Whether a text with such `eight` letters may hold the name; nearly always it does if so.
    #[inline]
    pub(super) fn may_fit(&self, eight: u64) -> bool {
        eight & self.mask == self.letters
    }
}

/// So many bits of a hash are looked up.
const HASH_BITS: u32 = 16;
const HASHES: usize = 1 << (HASH_BITS - 6);

impl Table {
    /// A table of names, each with its keys.
    pub(super) fn new(names: impl Iterator<Item = (Entry, Vec<u64>)>) -> Self {
        let mut table = Self { hashes: Box::new([0; HASHES]), entries: FxHashMap::default() };
        let mut names: Vec<_> = names.collect();
        names.sort_by_key(|(entry, _)| std::cmp::Reverse(entry.length));
        for (entry, keys) in names {
            for key in keys {
                table.add(key, entry.clone());
            }
        }
        table
    }

    fn add(&mut self, key: u64, entry: Entry) {
        let (word, bit) = hash(key);
        self.hashes[word] |= 1 << bit;
        self.entries.entry(key).or_default().push(entry);
    }

    /// Whether any name has `key`; nearly always it does if so.
    #[inline]
    pub(super) fn may_hold(&self, key: u64) -> bool {
        let (word, bit) = hash(key);
        self.hashes[word] >> bit & 1 == 1
    }

    /// The names that have `key`, the longest first.
    pub(super) fn entries(&self, key: u64) -> &[Entry] {
        self.entries.get(&key).map_or(&[], |entries| &entries.all)
    }

    /// The same but for long ones that do not fit `eight` letters: many begin with one letter and a sign, as it is everywhere.
    pub(super) fn beginning(&self, key: u64, eight: u64) -> &[Entry] {
        self.entries.get(&key).map_or(&[], |entries| entries.fitting(eight))
    }
}

/// The bits that capital and small letters share, in each of eight bytes.
const CASELESS_EIGHT: u64 = 0xdfdf_dfdf_dfdf_dfdf;

/// The upper bit of each of eight bytes.
const UPPER: u64 = lanes(0x80);

/// The first letters of a word, zeros behind its end; capital and small ones are the same.
///
/// It ends before a sign, and where letters of another script than the first begin. Of a word in ASCII letters there are eight,
/// so that nearly every word that begins like a name is told from it; of other scripts four bytes.
#[inline]
pub(super) fn head(bytes: &[u8]) -> u64 {
    let eight = first_eight(bytes);
    let (eight, inside) = if eight & 0x80 == 0 {
        (eight, alphanumeric(eight))
    } else {
        (eight & u64::from(u32::MAX), eight & UPPER)
    };
    let length = (!inside & UPPER).trailing_zeros() & !7;
    let beyond = u64::MAX.checked_shl(length).unwrap_or(0);
    eight & CASELESS_EIGHT & !beyond
}

/// The upper bit of each of eight bytes that is an ASCII letter or digit.
#[inline]
fn alphanumeric(eight: u64) -> u64 {
    let low = eight & !UPPER;
    let small = low | lanes(0x20);
    let letter = (small + lanes(0x80 - b'a')) & !(small + lanes(0x7f - b'z'));
    let digit = (low + lanes(0x80 - b'0')) & !(low + lanes(0x7f - b'9'));
    (letter | digit) & UPPER & !eight
}

/// `byte` in each of eight lanes.
const fn lanes(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// Every [`head`] of a text that `name` begins.
pub(super) fn heads(name: &[u8]) -> Vec<u64> {
    let key = head(name);
    let free = 4_usize.saturating_sub(name.len());
    // Behind a short name of another script a sign of another script may stand, of which no byte is ASCII.
    let is_free = free > 0 && name.iter().all(|byte| !byte.is_ascii());
    let mut heads = vec![key];
    for place in (4 - free..4).filter(|_| is_free) {
        let more = (0x80..=0xff_u64).filter(|byte| byte & 0x20 == 0);
        let longer =
            heads.iter().flat_map(|head| more.clone().map(move |byte| head | byte << (8 * place)));
        heads = heads.iter().copied().chain(longer.collect::<Vec<_>>()).collect();
    }
    heads
}

/// The bits of a letter that capital and small ones share, in each of four bytes.
const LETTERS: u32 = 0x1f1f_1f1f;

/// The last four letters, of five bits each, of every text that `name` ends.
pub(super) fn tails(name: &[u8]) -> Vec<u64> {
    // Any letters may stand before a short name.
    let free = 1_u32 << (5 * 4_usize.saturating_sub(name.len()));
    let tail = |more: u32| {
        let more = (0..).map(|letter| (more >> (5 * letter) & 31) as u8);
        let letters = name.iter().rev().copied().chain(more);
        let mut four = [0; 4];
        four.iter_mut().zip(letters).for_each(|(slot, letter)| *slot = letter);
        u64::from(u32::from_le_bytes(four) & LETTERS)
    };
    (0..free).map(tail).collect()
}

/// The place of one bit among those of all hashes (Fibonacci hashing, Knuth, TAOCP 6.4).
fn hash(key: u64) -> (usize, u64) {
    let hash = key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - HASH_BITS);
    ((hash / 64) as usize % HASHES, hash % 64)
}

/// The last four letters of what ends a word, the last one lowest; zeros stand before the beginning.
#[inline]
pub(super) fn tail(bytes: &[u8]) -> u64 {
    let short = || bytes.iter().fold(0, |four, byte| four << 8 | u32::from(*byte));
    u64::from(bytes.last_chunk().map_or_else(short, |four| u32::from_be_bytes(*four)) & LETTERS)
}

/// The first eight bytes, the first one lowest; zeros stand behind the end.
#[inline]
pub(super) fn first_eight(bytes: &[u8]) -> u64 {
    let short = || bytes.iter().rev().fold(0, |eight, byte| eight << 8 | u64::from(*byte));
    bytes.first_chunk().map_or_else(short, |eight| u64::from_le_bytes(*eight))
}

/// The last eight bytes, the last one lowest; zeros stand before the beginning.
#[inline]
pub(super) fn last_eight(bytes: &[u8]) -> u64 {
    let short = || bytes.iter().fold(0, |eight, byte| eight << 8 | u64::from(*byte));
    bytes.last_chunk().map_or_else(short, |eight| u64::from_be_bytes(*eight))
}
