//! Finds the names of the tables in a text: a look at the first four letters of each word tells nearly always that it is none.

use std::ops::Range;

use smallvec::SmallVec;

use super::letters::{Entry, Table, first_eight, head, heads, last_eight, tail, tails};
use crate::bytes::{AT_ONCE, Block};
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
        let (mut behind_words, mut behind_endings) = (0, 0);
        let bytes = text.as_bytes();
        let mut inside_before = false;
        // Behind the text stands a sign, in a block of its own if need be.
        for from in (0..=bytes.len()).step_by(AT_ONCE) {
            let (mut starts, mut ends, inside) = edges(Block::at(bytes, from), inside_before);
            inside_before = inside;
            while starts != 0 {
                let at = from + starts.trailing_zeros() as usize;
                starts &= starts - 1;
                // Inside a name a longer one may begin: `mon code confidentiel`.
                if let Some(found) = self.word_at(text, at)
                    && (at >= behind_words || found.1.end > behind_words)
                {
                    behind_words = found.1.end;
                    words.push(found);
                }
            }
            while ends != 0 {
                let at = from + ends.trailing_zeros() as usize;
                ends &= ends - 1;
                if let Some(found) = self.name_before(text, at.min(text.len()))
                    && found.1.start >= behind_endings
                {
                    behind_endings = found.1.end;
                    endings.push(found);
                }
            }
        }
        words.extend(endings);
        words
    }

    /// The longest name at the beginning of the word at byte `at`, or behind what is glued to its front.
    #[inline]
    fn word_at(&self, text: &str, at: usize) -> Option<(usize, Range<usize>)> {
        let bytes = &text.as_bytes()[at..];
        self.name_at(text, at).or_else(|| {
            let is_glued = !bytes[0].is_ascii() && CLITICS.contains(bytes.first_chunk()?);
            if is_glued { self.name_at(text, at + 2) } else { None }
        })
    }

    /// The longest name that begins at byte `at` and ends with a word.
    #[inline]
    fn name_at(&self, text: &str, at: usize) -> Option<(usize, Range<usize>)> {
        let key = head(&text.as_bytes()[at..]);
        if self.beginnings.may_hold(key) { self.name_of(text, at, key) } else { None }
    }

    /// The same among the names that have `key`.
    fn name_of(&self, text: &str, at: usize, key: u64) -> Option<(usize, Range<usize>)> {
        let bytes = &text.as_bytes()[at..];
        let eight = first_eight(bytes);
        let fits = |entry: &&Entry| {
            let name = || self.names[entry.place].as_bytes();
            entry.may_fit(eight)
                && bytes.get(..entry.length).is_some_and(|start| start.eq_ignore_ascii_case(name()))
                && ends_word(text, at + entry.length)
        };
        let entry = self.beginnings.beginning(key, eight).iter().find(fits)?;
        Some((entry.place, at..at + entry.length))
    }

    /// The longest name of those that may end a compound that ends at byte `at` together with a word.
    #[inline]
    fn name_before(&self, text: &str, at: usize) -> Option<(usize, Range<usize>)> {
        let key = tail(&text.as_bytes()[..at]);
        if self.endings.may_hold(key) { self.ending_of(text, at, key) } else { None }
    }

    /// The same among the names that have `key`.
    fn ending_of(&self, text: &str, at: usize, key: u64) -> Option<(usize, Range<usize>)> {
        let bytes = &text.as_bytes()[..at];
        let eight = last_eight(bytes);
        let fits = |entry: &&Entry| {
            let name = || self.names[entry.place].as_bytes();
            let start = || at.checked_sub(entry.length);
            entry.may_fit(eight)
                && start().is_some_and(|start| bytes[start..].eq_ignore_ascii_case(name()))
                && ends_word(text, at)
        };
        let entry = self.endings.entries(key).iter().find(fits)?;
        Some((entry.place, at - entry.length..at))
    }
}

/// Where words begin in `block`, and before which bytes they may end, one bit for each byte; and whether the last byte is inside a word.
///
/// What stands behind a letter, a digit or a byte of another script does not begin a word. Before any character that is not ASCII one may end.
#[inline]
fn edges(block: Block, inside_before: bool) -> (u64, u64, bool) {
    let (letters, others) = (block.letters(), block.others());
    let inside = letters | block.digits() | others;
    let leads = if others == 0 { 0 } else { block.within(0xc0..=0xff) };
    let behind = inside << 1 | u64::from(inside_before);
    ((letters | leads) & !behind, behind & (!inside | leads), inside >> 63 == 1)
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
                let (starts, ends, last) = edges(Block::at(&bytes, 0), before);
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
