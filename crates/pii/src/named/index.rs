//! Finds the names of the tables in a text: a look at the first three letters of each word tells nearly always that it is none.

use std::collections::BTreeMap;
use std::ops::Range;

use smallvec::SmallVec;

use crate::neighbours;

/// Three letters of five bits.
const KEYS: usize = 1 << 15;

/// What Arabic glues to the front of a word, one letter of two bytes: و, ف, ب, ل, ك.
const CLITICS: [[u8; 2]; 5] =
    [[0xd9, 0x88], [0xd9, 0x81], [0xd8, 0xa8], [0xd9, 0x84], [0xd9, 0x83]];

/// Names to look for, by their places in the list given to [`Index::new`].
pub(super) struct Index {
    names: Vec<String>,
    /// By their first three letters.
    beginnings: Table,
    /// Those that stand at the end of other words too, by their last three letters.
    endings: Table,
}

/// Names found in a text, with their places in bytes; the few of a ticket need no memory of their own.
pub(crate) type Mentions = SmallVec<[(usize, Range<usize>); 8]>;

impl Index {
    /// An index of `names` in small letters, each with whether it may end a compound.
    pub(super) fn new(names: Vec<(String, bool)>) -> Self {
        let all = names.iter().enumerate();
        let beginnings =
            Table::new(all.clone().map(|(place, (name, _))| (place, name.as_bytes().to_vec())));
        let endings = all.filter(|(_, (_, is_ending))| *is_ending);
        let endings =
            Table::new(endings.map(|(place, (name, _))| (place, name.bytes().rev().collect())));
        Self { names: names.into_iter().map(|(name, _)| name).collect(), beginnings, endings }
    }

    /// The names in `text` with their places in bytes: those that begin a word, then those that end one.
    pub(super) fn mentions(&self, text: &str) -> Mentions {
        let (mut words, mut endings) = (Mentions::new(), Mentions::new());
        let behind = |mentions: &Mentions| mentions.last().map_or(0, |(_, range)| range.end);
        let mut inside = false;
        // Behind the text stands a sign.
        for (at, byte) in text.bytes().chain([0]).enumerate() {
            let class = CLASSES[usize::from(byte)];
            if inside {
                if class & MAY_FOLLOW_WORD != 0 {
                    let found = self.name_before(text, at);
                    endings.extend(found.filter(|(_, range)| range.start >= behind(&endings)));
                }
            } else if class & BEGINS_WORD != 0 && at >= behind(&words) {
                words.extend(self.name_at(text, at).or_else(|| self.behind_clitic(text, at)));
            }
            inside = class & INSIDE_WORD != 0;
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
        let byte = |place: usize| bytes.get(place).copied().unwrap_or(0);
        let bucket = self.beginnings.bucket([byte(0), byte(1), byte(2), byte(3)])?;
        let fits = |place: &&usize| {
            let name = self.names[**place].as_bytes();
            bytes.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
                && ends_word(text, at + name.len())
        };
        let place = *bucket.iter().find(fits)?;
        Some((place, at..at + self.names[place].len()))
    }

    /// The longest name of those that may end a compound that ends at byte `at` together with a word.
    #[inline]
    fn name_before(&self, text: &str, at: usize) -> Option<(usize, Range<usize>)> {
        let bytes = &text.as_bytes()[..at];
        let byte = |place: usize| at.checked_sub(place + 1).map_or(0, |place| bytes[place]);
        let bucket = self.endings.bucket([byte(0), byte(1), byte(2), byte(3)])?;
        let fits = |place: &&usize| {
            let name = self.names[**place].as_bytes();
            let end = at.checked_sub(name.len()).map(|start| &bytes[start..]);
            end.is_some_and(|end| end.eq_ignore_ascii_case(name)) && ends_word(text, at)
        };
        let place = *bucket.iter().find(fits)?;
        Some((place, at - self.names[place].len()..at))
    }
}

/// Names by three letters, and by what letters the fourth is one of.
struct Table {
    /// The bucket of each key, counted from one.
    by_key: Vec<u16>,
    buckets: Vec<Bucket>,
}

#[derive(Default)]
struct Bucket {
    fourths: u32,
    /// The longest name first.
    names: Vec<usize>,
}

impl Table {
    fn new(names: impl Iterator<Item = (usize, Vec<u8>)>) -> Self {
        let mut by_key: BTreeMap<usize, Vec<(usize, Vec<u8>)>> = BTreeMap::new();
        for (place, name) in names {
            // Any letter may follow a name of two.
            let thirds = if name.len() > 2 { name[2]..=name[2] } else { 0..=31 };
            for third in thirds {
                let key = key([name[0], name[1], third]);
                by_key.entry(key).or_default().push((place, name.clone()));
            }
        }
        let mut table = Self { by_key: vec![0; KEYS], buckets: Vec::new() };
        for (key, mut names) in by_key {
            names.sort_by_key(|(_, name)| std::cmp::Reverse(name.len()));
            let fourth = |name: &Vec<u8>| name.get(3).map_or(u32::MAX, |byte| 1 << (byte & 31));
            let fourths = names.iter().fold(0, |all, (_, name)| all | fourth(name));
            let names = names.into_iter().map(|(place, _)| place).collect();
            table.buckets.push(Bucket { fourths, names });
            table.by_key[key] = u16::try_from(table.buckets.len()).expect("names are few");
        }
        table
    }

    /// The names that may begin with `bytes`.
    #[inline]
    fn bucket(&self, [first, second, third, fourth]: [u8; 4]) -> Option<&[usize]> {
        let bucket = usize::from(self.by_key[key([first, second, third])]);
        let bucket = &self.buckets[bucket.checked_sub(1)?];
        (bucket.fourths >> (fourth & 31) & 1 == 1).then_some(&bucket.names)
    }
}

/// A letter that a word may begin with.
const BEGINS_WORD: u8 = 1;

/// What stands behind this byte does not begin a word.
const INSIDE_WORD: u8 = 1 << 1;

/// A word may end before this byte.
const MAY_FOLLOW_WORD: u8 = 1 << 2;

const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let ascii = byte as u8;
        classes[byte] = if ascii.is_ascii_alphabetic() {
            BEGINS_WORD | INSIDE_WORD
        } else if ascii.is_ascii_digit() {
            INSIDE_WORD
        } else if byte < 0x80 {
            MAY_FOLLOW_WORD
        } else if byte < 0xc0 {
            INSIDE_WORD
        } else {
            BEGINS_WORD | INSIDE_WORD | MAY_FOLLOW_WORD
        };
        byte += 1;
    }
    classes
};

/// Small and capital letters have the same key.
fn key(bytes: [u8; 3]) -> usize {
    bytes.iter().fold(0, |key, byte| key << 5 | usize::from(byte & 31))
}

fn ends_word(text: &str, end: usize) -> bool {
    let is_letter =
        |c: char| if c.is_ascii() { c.is_ascii_alphanumeric() } else { c.is_alphabetic() };
    let closed =
        !text.as_bytes()[end - 1].is_ascii_alphanumeric() && text.as_bytes()[end - 1] < 0x80;
    closed || !neighbours::after(text, end).is_some_and(is_letter)
}
