//! The n-grams of a text, as 64-bit hashes.

use switchboard_text::{Word, for_each_word, placeholder};

/// Which n-grams a model looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeatureSet {
    /// Words, pairs of neighbouring words, and the words a text opens with.
    Words,
    /// The same, and runs of 3 to 5 characters inside a word (its edges count as a character).
    WordsAndCharacters,
}

/// How a model's features are made of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grams {
    /// Whether runs of characters are among them.
    pub(crate) characters: bool,
    /// Whether the model is of format 1, of earlier releases: no opening words, and both blocks weigh the same.
    pub(crate) format_1: bool,
}

impl Grams {
    /// What the characters block weighs, the words block weighing 1. In short questions of many labels the parts of words tell more than words do.
    pub(crate) fn character_weight(self) -> f32 {
        if self.format_1 { 1.0 } else { 1.5 }
    }
}

impl From<FeatureSet> for Grams {
    fn from(set: FeatureSet) -> Self {
        Self { characters: set == FeatureSet::WordsAndCharacters, format_1: false }
    }
}

/// The block an n-gram belongs to; each block is scaled to length 1 on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Block {
    Words,
    Characters,
}

/// One n-gram of a text: its hash, and the bytes of the text it covers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gram {
    pub(crate) block: Block,
    pub(crate) hash: u64,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// What it is.
    pub(crate) kind: Kind,
}

/// What an n-gram consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A word, the unit tokens are counted in.
    Word,
    /// A word again, because the text opens with it.
    Opening,
    /// Two neighbouring words.
    Pair,
    /// Some of the letters of the word at `start..end`, the first and last of which are its edges.
    Run {
        /// Index of the first letter.
        first: u32,
        /// How many there are.
        length: u32,
    },
}

const OPENING_WORDS: usize = 6;
const CHARACTER_RUNS: std::ops::RangeInclusive<usize> = 3..=5;
const EDGE: char = ' ';

/// Calls `visit` with every n-gram of `text`. A placeholder counts as white space.
pub(crate) fn for_each_gram(text: &str, grams: Grams, mut visit: impl FnMut(Gram)) {
    let blanked = blank_placeholders(text);
    let mut seen = 0;
    let mut previous: Option<(u64, usize)> = None;
    let mut letters: Vec<char> = Vec::with_capacity(32);
    for_each_word(blanked.as_deref().unwrap_or(text), |word| {
        let hash = finish(word.text.bytes().fold(WORD_SEED, step));
        let Word { start, end, .. } = word;
        visit(Gram { block: Block::Words, hash, start, end, kind: Kind::Word });
        if let Some((before, pair_start)) = previous {
            visit(Gram {
                block: Block::Words,
                hash: pair(before, hash),
                start: pair_start,
                end,
                kind: Kind::Pair,
            });
        }
        if !grams.format_1 && seen < OPENING_WORDS {
            seen += 1;
            let hash = finish(hash ^ OPENING_SEED);
            visit(Gram { block: Block::Words, hash, start, end, kind: Kind::Opening });
        }
        previous = Some((hash, start));
        if grams.characters {
            for_each_run(word.text, &mut letters, |hash, first, length| {
                let kind = Kind::Run { first: first as u32, length: length as u32 };
                visit(Gram { block: Block::Characters, hash, start, end, kind });
            });
        }
    });
}

/// The text with every placeholder overwritten by as many spaces, so that offsets stay; `None` when it holds none.
fn blank_placeholders(text: &str) -> Option<String> {
    let mut blanked: Option<String> = None;
    for found in placeholder::find(text) {
        let spaces = " ".repeat(found.range.len());
        blanked.get_or_insert_with(|| text.to_owned()).replace_range(found.range, &spaces);
    }
    blanked
}

fn for_each_run(word: &str, letters: &mut Vec<char>, mut visit: impl FnMut(u64, usize, usize)) {
    letters.clear();
    letters.push(EDGE);
    letters.extend(word.chars());
    letters.push(EDGE);
    for first in 0..letters.len() {
        let mut hash = CHARACTER_SEED;
        let mut utf8 = [0; 4];
        for (taken, letter) in letters[first..].iter().take(*CHARACTER_RUNS.end()).enumerate() {
            hash = letter.encode_utf8(&mut utf8).bytes().fold(hash, step);
            if CHARACTER_RUNS.contains(&(taken + 1)) {
                visit(finish(hash), first, taken + 1);
            }
        }
    }
}

// The hash is part of the artifact's format: FNV-1a over UTF-8, stirred by the finaliser of SplitMix64 because FNV leaves its high bits poorly
// mixed. Another seed a block keeps "the" the word apart from "the" the run of characters.
const WORD_SEED: u64 = 0xcbf2_9ce4_8422_2325;
const CHARACTER_SEED: u64 = 0x9ae1_6a3b_2f90_404f;
const OPENING_SEED: u64 = 0x3c6e_f372_fe94_f82b;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

fn step(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME)
}

fn finish(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

fn pair(first: u64, second: u64) -> u64 {
    finish(first.rotate_left(23).wrapping_add(second))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(text: &str, set: FeatureSet) -> Vec<u64> {
        let mut all = Vec::new();
        for_each_gram(text, set.into(), |gram| all.push(gram.hash));
        all
    }

    #[test]
    fn a_text_has_words_and_pairs() {
        assert_eq!(hashes("my laptop is dead", FeatureSet::Words).len(), 4 + 4 + 3);
    }

    #[test]
    fn a_pair_depends_on_its_order() {
        let pairs = |text| hashes(text, FeatureSet::Words)[4];
        assert_ne!(pairs("share drive"), pairs("drive share"));
    }

    #[test]
    fn a_word_has_runs_across_its_edges() {
        // " vpn ": 3 of 3, 2 of 4, 1 of 5.
        assert_eq!(hashes("vpn", FeatureSet::WordsAndCharacters).len(), 1 + 1 + 6);
    }

    #[test]
    fn hashes_are_part_of_the_format() {
        assert_eq!(hashes("vpn down", FeatureSet::Words), GOLDEN);
    }

    // A word, the same as an opening word, the next, their pair, and the next as an opening word.
    const GOLDEN: [u64; 5] = [
        5_411_525_803_706_241_399,
        8_199_433_989_821_261_296,
        17_149_156_533_631_795_217,
        16_831_330_657_489_994_609,
        2_018_292_043_701_685_052,
    ];
}
