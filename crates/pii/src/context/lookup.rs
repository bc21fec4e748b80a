//! The vocabulary, and how a folded word is looked up in it.

use rustc_hash::FxHashMap;
use switchboard_text::for_each_word;

use super::Role;

/// No stem of the vocabulary has fewer bytes.
const SHORTEST_STEM: usize = 3;

/// No ending of the vocabulary has fewer bytes.
const SHORTEST_ENDING: usize = 2;

/// A compound has at least so many bytes before its ending.
const SHORTEST_REST: usize = 2;

/// Roles by folded word, by stem and by ending.
pub(super) struct Lookup {
    /// Whole words, and whether they are stems of others too.
    words: FxHashMap<Box<str>, (Role, bool)>,
    /// What compounds end with.
    endings: FxHashMap<Box<str>, Role>,
    stem_heads: Marks,
    ending_tails: Marks,
    longest_stem: usize,
    longest_ending: usize,
}

impl Lookup {
    /// Reads words separated by spaces; a star ends a stem and begins an ending.
    pub(super) fn new(vocabulary: &[(Role, &str)]) -> Self {
        let mut lookup = Self {
            words: FxHashMap::default(),
            endings: FxHashMap::default(),
            stem_heads: Marks::default(),
            ending_tails: Marks::default(),
            longest_stem: 0,
            longest_ending: 0,
        };
        for (role, words) in vocabulary {
            for word in words.split_whitespace() {
                for_each_word(word, |folded| lookup.add(folded.text, *role, word));
            }
        }
        lookup
    }

    fn add(&mut self, folded: &str, role: Role, written: &str) {
        // A word of two languages keeps the role it was given first.
        if written.starts_with('*') {
            self.ending_tails.add(tail(folded));
            self.longest_ending = self.longest_ending.max(folded.len());
            self.endings.entry(folded.into()).or_insert(role);
            return;
        }
        let is_stem = written.ends_with('*');
        if is_stem && folded.len() >= SHORTEST_STEM {
            self.stem_heads.add(head(folded));
            self.longest_stem = self.longest_stem.max(folded.len());
        }
        self.words.entry(folded.into()).or_insert((role, is_stem));
    }

    /// The role of a folded word.
    pub(super) fn role(&self, word: &str) -> Option<Role> {
        self.longest(word)
            .or_else(|| if word.is_ascii() { None } else { self.without_clitics(word) })
    }

    /// Arabic glues conjunctions, prepositions and the article to the word.
    fn without_clitics(&self, word: &str) -> Option<Role> {
        let bare = ["و", "ف", "ب", "ل", "ك"].iter().find_map(|clitic| word.strip_prefix(clitic));
        let article = |word: &str| {
            ["ال", "ل"].iter().find_map(|article| self.longest(word.strip_prefix(article)?))
        };
        article(word).or_else(|| bare.and_then(|bare| self.longest(bare).or_else(|| article(bare))))
    }

    /// The role of the word itself, or of its longest stem.
    fn longest(&self, word: &str) -> Option<Role> {
        if let Some((role, _)) = self.words.get(word) {
            return Some(*role);
        }
        self.stem(word).or_else(|| self.ending(word))
    }

    fn stem(&self, word: &str) -> Option<Role> {
        if word.len() <= SHORTEST_STEM || !self.stem_heads.may_hold(head(word)) {
            return None;
        }
        let ends = (SHORTEST_STEM..word.len().min(self.longest_stem + 1)).rev();
        let stems = ends.filter_map(|end| self.words.get(word.get(..end)?));
        stems.filter(|(_, is_stem)| *is_stem).map(|(role, _)| *role).next()
    }

    /// The longest known ending of a compound.
    fn ending(&self, word: &str) -> Option<Role> {
        if word.len() < SHORTEST_REST + SHORTEST_ENDING || !self.ending_tails.may_hold(tail(word)) {
            return None;
        }
        let first = SHORTEST_REST.max(word.len().saturating_sub(self.longest_ending));
        (first..word.len()).find_map(|start| self.endings.get(word.get(start..)?)).copied()
    }
}

/// The first three bytes: all stems of a word have these.
fn head(word: &str) -> &[u8] {
    &word.as_bytes()[..SHORTEST_STEM]
}

/// The last two bytes: all endings of a word have these.
fn tail(word: &str) -> &[u8] {
    &word.as_bytes()[word.len() - SHORTEST_ENDING..]
}

/// A set of short byte strings that may claim to hold one it does not: nearly every word is settled by it without a look into a map.
#[derive(Default)]
struct Marks([u64; 32]);

impl Marks {
    fn add(&mut self, bytes: &[u8]) {
        let (word, bit) = Self::place(bytes);
        self.0[word] |= 1 << bit;
    }

    fn may_hold(&self, bytes: &[u8]) -> bool {
        let (word, bit) = Self::place(bytes);
        self.0[word] >> bit & 1 == 1
    }

    fn place(bytes: &[u8]) -> (usize, usize) {
        let mixed = bytes.iter().fold(0_u32, |mixed, &byte| mixed << 8 | u32::from(byte));
        // Fibonacci hashing (Knuth, TAOCP 6.4): the upper bits of the product choose one of 2048 places.
        let place = (mixed.wrapping_mul(0x9e37_79b1) >> 21) as usize;
        (place / 64, place % 64)
    }
}
