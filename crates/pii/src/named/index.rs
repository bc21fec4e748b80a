//! Finds the names of the tables in a text: a look at the first four letters of each word tells nearly always that it is none.

use std::ops::Range;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::neighbours;

/// What Arabic glues to the front of a word, one letter of two bytes: و, ف, ب, ل, ك.
const CLITICS: [[u8; 2]; 5] =
    [[0xd9, 0x88], [0xd9, 0x81], [0xd8, 0xa8], [0xd9, 0x84], [0xd9, 0x83]];

/// Names to look for, by their places in the list given to [`Index::new`].
pub(super) struct Index {
    names: Vec<String>,
    /// By their first letters.
    beginnings: Table,
    /// Those that stand at the end of other words too, by their last letters.
    endings: Table,
}

/// Names found in a text, with their places in bytes; the few of a ticket need no memory of their own.
pub(crate) type Mentions = SmallVec<[(usize, Range<usize>); 8]>;

impl Index {
    /// An index of `names` in small letters, each with whether it may end a compound.
    pub(super) fn new(names: Vec<(String, bool)>) -> Self {
        let all = names.iter().enumerate();
        let beginnings = all.clone().map(|(place, (name, _))| {
            let name = name.as_bytes();
            (Entry::new(place, name.len(), first_eight(name)), heads(name))
        });
        let endings = all.filter(|(_, (_, is_ending))| *is_ending).map(|(place, (name, _))| {
            let name = name.as_bytes();
            (Entry::new(place, name.len(), last_eight(name)), tails(name))
        });
        let (beginnings, endings) = (Table::new(beginnings), Table::new(endings));
        Self { names: names.into_iter().map(|(name, _)| name).collect(), beginnings, endings }
    }

    /// The names in `text` with their places in bytes: those that begin a word, then those that end one.
    pub(super) fn mentions(&self, text: &str) -> Mentions {
        let (mut words, mut endings) = (Mentions::new(), Mentions::new());
        let behind = |mentions: &Mentions| mentions.last().map_or(0, |(_, range)| range.end);
        let (chunks, rest) = text.as_bytes().as_chunks::<AT_ONCE>();
        // Behind the text stands a sign.
        let mut last = [0; AT_ONCE];
        last[..rest.len()].copy_from_slice(rest);
        let mut inside_before = false;
        for (chunk, bytes) in chunks.iter().chain([&last]).enumerate() {
            let (mut starts, mut ends, inside) = edges(bytes, inside_before);
            inside_before = inside;
            while starts != 0 {
                let at = chunk * AT_ONCE + starts.trailing_zeros() as usize;
                starts &= starts - 1;
                if at >= behind(&words) {
                    let found = self.name_at(text, at).or_else(|| self.behind_clitic(text, at));
                    words.extend(found);
                }
            }
            while ends != 0 {
                let at = chunk * AT_ONCE + ends.trailing_zeros() as usize;
                ends &= ends - 1;
                if let Some(found) = self.name_before(text, at.min(text.len()))
                    && found.1.start >= behind(&endings)
                {
                    endings.push(found);
                }
            }
        }
        words.extend(endings);
        words
    }

    fn behind_clitic(&self, text: &str, at: usize) -> Option<(usize, Range<usize>)> {
        let head = text.as_bytes()[at..].first_chunk()?;
        if CLITICS.contains(head) { self.name_at(text, at + 2) } else { None }
    }

    /// The longest name that begins at byte `at` and ends with a word.
    #[inline]
    fn name_at(&self, text: &str, at: usize) -> Option<(usize, Range<usize>)> {
        let bytes = &text.as_bytes()[at..];
        let entries = self.beginnings.entries(head(bytes))?;
        let eight = first_eight(bytes);
        let fits = |entry: &&Entry| {
            let name = self.names[entry.place].as_bytes();
            let start = bytes.get(..name.len()).filter(|_| entry.may_fit(eight));
            start.is_some_and(|start| start.eq_ignore_ascii_case(name))
                && ends_word(text, at + name.len())
        };
        let place = entries.iter().find(fits)?.place;
        Some((place, at..at + self.names[place].len()))
    }

    /// The longest name of those that may end a compound that ends at byte `at` together with a word.
    #[inline]
    fn name_before(&self, text: &str, at: usize) -> Option<(usize, Range<usize>)> {
        let bytes = &text.as_bytes()[..at];
        let entries = self.endings.entries(last_four(bytes) & LETTERS)?;
        let eight = last_eight(bytes);
        let fits = |entry: &&Entry| {
            let name = self.names[entry.place].as_bytes();
            let start = at.checked_sub(name.len()).filter(|_| entry.may_fit(eight));
            start.is_some_and(|start| bytes[start..].eq_ignore_ascii_case(name))
                && ends_word(text, at)
        };
        let place = entries.iter().find(fits)?.place;
        Some((place, at - self.names[place].len()..at))
    }
}

/// Names by a key of four letters.
struct Table {
    /// One bit for each hash of a key that a name has.
    hashes: Vec<u64>,
    /// The names that have it, the longest first.
    entries: FxHashMap<u32, Vec<Entry>>,
}

/// A name among those with the same key.
#[derive(Clone)]
struct Entry {
    /// The eight letters nearest to the edge of the word, and which of them the name has.
    letters: u64,
    mask: u64,
    length: usize,
    place: usize,
}

impl Entry {
    fn new(place: usize, length: usize, eight: u64) -> Self {
        let beyond = u64::MAX.checked_shl(8 * length.min(8) as u32).unwrap_or(0);
        let mask = !beyond & CASELESS_EIGHT;
        Self { letters: eight & mask, mask, length, place }
    }

    /// Whether a text with such `eight` letters may hold the name; nearly always it does if so.
    #[inline]
    fn may_fit(&self, eight: u64) -> bool {
        eight & self.mask == self.letters
    }
}

/// So many bits of a hash are looked up.
const HASH_BITS: u32 = 16;

impl Table {
    /// A table of names, each with its keys.
    fn new(names: impl Iterator<Item = (Entry, Vec<u32>)>) -> Self {
        let mut table =
            Self { hashes: vec![0; 1 << (HASH_BITS - 6)], entries: FxHashMap::default() };
        let mut names: Vec<_> = names.collect();
        names.sort_by_key(|(entry, _)| std::cmp::Reverse(entry.length));
        for (entry, keys) in names {
            for key in keys {
                table.add(key, entry.clone());
            }
        }
        table
    }

    fn add(&mut self, key: u32, entry: Entry) {
        let (word, bit) = hash(key);
        self.hashes[word] |= 1 << bit;
        self.entries.entry(key).or_default().push(entry);
    }

    /// The names that have `key`.
    #[inline]
    fn entries(&self, key: u32) -> Option<&[Entry]> {
        let (word, bit) = hash(key);
        if self.hashes[word] >> bit & 1 == 0 {
            return None;
        }
        self.entries.get(&key).map(Vec::as_slice)
    }
}

/// The bits that capital and small letters share, in each of four bytes.
const CASELESS: u32 = 0xdfdf_dfdf;
const CASELESS_EIGHT: u64 = 0xdfdf_dfdf_dfdf_dfdf;

/// The upper bit of each of four bytes.
const UPPER: u32 = 0x8080_8080;

/// The first letters of a word, up to four bytes, zeros behind its end; capital and small ones are the same.
///
/// It ends before a sign, and where letters of another script than the first begin.
#[inline]
fn head(bytes: &[u8]) -> u32 {
    let four = first_four(bytes);
    let inside = if four & 0x80 == 0 { alphanumeric(four) } else { four & UPPER };
    let length = (!inside & UPPER).trailing_zeros() & !7;
    let beyond = u32::MAX.checked_shl(length).unwrap_or(0);
    four & CASELESS & !beyond
}

/// The upper bit of each of four bytes that is an ASCII letter or digit.
fn alphanumeric(four: u32) -> u32 {
    let low = four & !UPPER;
    let small = low | four_lanes(0x20);
    let letter = (small + four_lanes(0x80 - b'a')) & !(small + four_lanes(0x7f - b'z'));
    let digit = (low + four_lanes(0x80 - b'0')) & !(low + four_lanes(0x7f - b'9'));
    (letter | digit) & UPPER & !four
}

/// `byte` in each of four lanes.
const fn four_lanes(byte: u8) -> u32 {
    u32::from_le_bytes([byte; 4])
}

/// Every [`head`] of a text that `name` begins.
fn heads(name: &[u8]) -> Vec<u32> {
    let key = head(name);
    let free = 4_usize.saturating_sub(name.len());
    // Behind a short name of another script a sign of another script may stand, of which no byte is ASCII.
    let is_free = free > 0 && name.iter().all(|byte| !byte.is_ascii());
    let mut heads = vec![key];
    for place in (4 - free..4).filter(|_| is_free) {
        let more = (0x80..=0xff_u32).filter(|byte| byte & 0x20 == 0);
        let longer =
            heads.iter().flat_map(|head| more.clone().map(move |byte| head | byte << (8 * place)));
        heads = heads.iter().copied().chain(longer.collect::<Vec<_>>()).collect();
    }
    heads
}

/// The bits of a letter that capital and small ones share, in each of four bytes.
const LETTERS: u32 = 0x1f1f_1f1f;

/// The last four letters, of five bits each, of every text that `name` ends.
fn tails(name: &[u8]) -> Vec<u32> {
    // Any letters may stand before a short name.
    let free = 1_u32 << (5 * 4_usize.saturating_sub(name.len()));
    let tail = |more: u32| {
        let more = (0..).map(|letter| (more >> (5 * letter) & 31) as u8);
        let letters = name.iter().rev().copied().chain(more);
        let mut four = [0; 4];
        four.iter_mut().zip(letters).for_each(|(slot, letter)| *slot = letter);
        u32::from_le_bytes(four) & LETTERS
    };
    (0..free).map(tail).collect()
}

/// The place of one bit among those of all hashes (Fibonacci hashing, Knuth, TAOCP 6.4).
fn hash(key: u32) -> (usize, u32) {
    let hash = key.wrapping_mul(0x9e37_79b1) >> (32 - HASH_BITS);
    ((hash / 64) as usize, hash % 64)
}

/// The first four bytes, the first one lowest; zeros stand behind the end.
#[inline]
fn first_four(bytes: &[u8]) -> u32 {
    let short = || bytes.iter().rev().fold(0, |four, byte| four << 8 | u32::from(*byte));
    bytes.first_chunk().map_or_else(short, |four| u32::from_le_bytes(*four))
}

/// The last four bytes, the last one lowest; zeros stand before the beginning.
#[inline]
fn last_four(bytes: &[u8]) -> u32 {
    let short = || bytes.iter().fold(0, |four, byte| four << 8 | u32::from(*byte));
    bytes.last_chunk().map_or_else(short, |four| u32::from_be_bytes(*four))
}

/// The first eight bytes, the first one lowest; zeros stand behind the end.
#[inline]
fn first_eight(bytes: &[u8]) -> u64 {
    let short = || bytes.iter().rev().fold(0, |eight, byte| eight << 8 | u64::from(*byte));
    bytes.first_chunk().map_or_else(short, |eight| u64::from_le_bytes(*eight))
}

/// The last eight bytes, the last one lowest; zeros stand before the beginning.
#[inline]
fn last_eight(bytes: &[u8]) -> u64 {
    let short = || bytes.iter().fold(0, |eight, byte| eight << 8 | u64::from(*byte));
    bytes.last_chunk().map_or_else(short, |eight| u64::from_be_bytes(*eight))
}

/// As many bytes as one number has bits.
const AT_ONCE: usize = 64;

/// Where words begin in `bytes`, and before which bytes they may end, one bit for each byte; and whether the last byte is inside a word.
///
/// What stands behind a letter, a digit or a byte of another script does not begin a word. Before any character that is not ASCII one may end.
fn edges(bytes: &[u8; AT_ONCE], inside_before: bool) -> (u64, u64, bool) {
    let (mut begins, mut inside, mut leads) = (0, 0, 0);
    for (place, eight) in bytes.as_chunks::<8>().0.iter().enumerate() {
        // One byte per lane; the upper bit of each says whether it is one.
        let (eight, upper) = (u64::from_le_bytes(*eight), lanes(0x80));
        let low = eight & !upper;
        let (small, other) = (low | lanes(0x20), eight & upper);
        let letter = (small + lanes(0x80 - b'a')) & !(small + lanes(0x7f - b'z')) & upper & !other;
        let digit = (low + lanes(0x80 - b'0')) & !(low + lanes(0x7f - b'9')) & upper & !other;
        let lead = other & eight << 1;
        begins |= gathered(letter | lead) << (8 * place);
        inside |= gathered(letter | digit | other) << (8 * place);
        leads |= gathered(lead) << (8 * place);
    }
    let behind = inside << 1 | u64::from(inside_before);
    (begins & !behind, behind & (!inside | leads), inside >> 63 == 1)
}

/// `byte` in each of eight lanes.
const fn lanes(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// The upper bits of eight lanes as eight bits.
fn gathered(lanes: u64) -> u64 {
    (lanes >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

fn ends_word(text: &str, end: usize) -> bool {
    let is_letter = |c: char| match c {
        '\0'..='\x7f' => c.is_ascii_alphanumeric(),
        // The letters of Arabic, without a look into the tables of all scripts.
        '\u{620}'..='\u{64a}' => true,
        c => c.is_alphabetic(),
    };
    let closed =
        !text.as_bytes()[end - 1].is_ascii_alphanumeric() && text.as_bytes()[end - 1] < 0x80;
    closed || !neighbours::after(text, end).is_some_and(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn edges_of_words_are_those_of_a_plain_walk(text in r"[aZ09 .@\[`{/:é’ق\x7f]{0,64}") {
            let mut bytes = [0; AT_ONCE];
            let known = text.len().min(AT_ONCE);
            bytes[..known].copy_from_slice(&text.as_bytes()[..known]);
            for before in [false, true] {
                let (starts, ends, last) = edges(&bytes, before);
                let mut behind = before;
                for (at, byte) in bytes.iter().enumerate() {
                    let (lead, inside) = (*byte >= 0xc0, byte.is_ascii_alphanumeric() || !byte.is_ascii());
                    let begins = !behind && (byte.is_ascii_alphabetic() || lead);
                    prop_assert_eq!(starts >> at & 1 == 1, begins);
                    prop_assert_eq!(ends >> at & 1 == 1, behind && (!inside || lead));
                    behind = inside;
                }
                prop_assert_eq!(last, behind);
            }
        }
    }

    #[test]
    fn short_names_are_found_before_signs_of_any_script() {
        let names = ["n°", "pin", "№", "né"].map(|name| (name.to_owned(), false));
        let index = Index::new(names.to_vec());
        for (text, name) in
            [("N° 7", 0), ("pin،", 1), ("PIN 7", 1), ("№«7", 2), ("№ 7", 2), ("né!", 3)]
        {
            let found: Vec<_> = index.mentions(text).into_iter().map(|(name, _)| name).collect();
            assert_eq!(found, [name], "{text}");
        }
        assert!(index.mentions("spin pinned née nn").is_empty());
    }

    #[test]
    fn a_name_is_found_at_both_ends_of_a_word_wherever_it_stands() {
        let names = [("pin", false), ("nummer", true), ("no", false), ("رقم", false)];
        let index =
            Index::new(names.map(|(name, is_ending)| (name.to_owned(), is_ending)).to_vec());
        for spaces in 0..2 * AT_ONCE {
            let text = format!("{}PIN, Kontonummer no spin numero ورقم", " ".repeat(spaces));
            let found: Vec<_> = index
                .mentions(&text)
                .into_iter()
                .map(|(name, at)| (name, at.start - spaces))
                .collect();
            assert_eq!(found, [(0, 0), (2, 17), (3, 34), (1, 10)]);
        }
    }
}
