//! Finds the names of the tables in a text: a look at the first three letters of each word tells nearly always that it is none.

use std::collections::HashMap;
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};

use crate::neighbours;

/// Three letters of five bits.
const KEYS: usize = 1 << 15;

/// What Arabic glues to the front of a word, one letter of two bytes.
const CLITICS: [&str; 5] = ["و", "ف", "ب", "ل", "ك"];

/// Names to look for, by their places in the list given to [`Index::new`].
pub(super) struct Index {
    names: Vec<String>,
    /// Whether any name begins with three letters of this key.
    begins: Vec<bool>,
    /// The names that do, the longest first.
    by_key: HashMap<usize, Vec<usize>>,
    /// Names that stand at the end of other words too.
    endings: AhoCorasick,
    ending_names: Vec<usize>,
}

impl Index {
    /// An index of `names` in small letters, each with whether it may end a compound.
    pub(super) fn new(names: Vec<(String, bool)>) -> Self {
        let (mut begins, mut by_key) = (vec![false; KEYS], HashMap::<usize, Vec<usize>>::new());
        for (place, (name, _)) in names.iter().enumerate() {
            let bytes = name.as_bytes();
            // Any letter may follow a name of two.
            let thirds = if bytes.len() > 2 { bytes[2]..=bytes[2] } else { 0..=31 };
            for third in thirds {
                let key = key([bytes[0], bytes[1], third]);
                begins[key] = true;
                by_key.entry(key).or_default().push(place);
            }
        }
        for places in by_key.values_mut() {
            places.sort_by_key(|place| std::cmp::Reverse(names[*place].0.len()));
        }
        let ending_names: Vec<usize> = (0..names.len()).filter(|place| names[*place].1).collect();
        let endings = AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .build(ending_names.iter().map(|place| &names[*place].0))
            .expect("the names are constant");
        let names = names.into_iter().map(|(name, _)| name).collect();
        Self { names, begins, by_key, endings, ending_names }
    }

    /// The names in `text` with their places in bytes: those that begin a word, then those that end one.
    pub(super) fn mentions<'i>(
        &'i self,
        text: &'i str,
    ) -> impl Iterator<Item = (usize, Range<usize>)> + 'i {
        let mut from = 0;
        let words = std::iter::from_fn(move || {
            let (name, range) = self.next_word(text, from)?;
            from = range.end;
            Some((name, range))
        });
        let endings = self
            .endings
            .find_iter(text)
            .map(|found| (self.ending_names[found.pattern().as_usize()], found.range()));
        words.chain(endings.filter(|(_, range)| ends_word(text, range.end)))
    }

    fn next_word(&self, text: &str, mut at: usize) -> Option<(usize, Range<usize>)> {
        let bytes = text.as_bytes();
        let mut inside = at > 0 && is_inside(bytes[at - 1]);
        while at < bytes.len() {
            let byte = bytes[at];
            let begins = !inside && (byte.is_ascii_alphabetic() || byte >= 0xc0);
            inside = is_inside(byte);
            if begins {
                let found = self.name_at(text, at).or_else(|| self.behind_clitic(text, at));
                if found.is_some() {
                    return found;
                }
            }
            at += 1;
        }
        None
    }

    fn behind_clitic(&self, text: &str, at: usize) -> Option<(usize, Range<usize>)> {
        let is_clitic = text.as_bytes()[at] >= 0xd8
            && CLITICS.iter().any(|clitic| text[at..].starts_with(clitic));
        if is_clitic { self.name_at(text, at + 2) } else { None }
    }

    /// The longest name that begins at byte `at` and ends with a word.
    fn name_at(&self, text: &str, at: usize) -> Option<(usize, Range<usize>)> {
        let bytes = &text.as_bytes()[at..];
        let key = key([*bytes.first()?, *bytes.get(1)?, bytes.get(2).copied().unwrap_or(0)]);
        if !self.begins[key] {
            return None;
        }
        let fits = |place: &&usize| {
            let name = self.names[**place].as_bytes();
            bytes.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
                && ends_word(text, at + name.len())
        };
        let place = *self.by_key.get(&key)?.iter().find(fits)?;
        Some((place, at..at + self.names[place].len()))
    }
}

/// Small and capital letters have the same key.
fn key(bytes: [u8; 3]) -> usize {
    bytes.iter().fold(0, |key, byte| key << 5 | usize::from(byte & 31))
}

/// Whether the byte behind this one does not begin a word.
fn is_inside(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

fn ends_word(text: &str, end: usize) -> bool {
    let is_letter =
        |c: char| if c.is_ascii() { c.is_ascii_alphanumeric() } else { c.is_alphabetic() };
    let closed =
        !text.as_bytes()[end - 1].is_ascii_alphanumeric() && text.as_bytes()[end - 1] < 0x80;
    closed || !neighbours::after(text, end).is_some_and(is_letter)
}
