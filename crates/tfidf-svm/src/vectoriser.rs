//! Texts as sparse vectors: counting for training, transforming for serving, one weighting for both.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::features::{Block, FeatureSet, for_each_gram};

/// The n-gram counts of many texts, over the n-grams that occur in enough of them.
pub(crate) struct Counts {
    pub(crate) set: FeatureSet,
    /// Hash of every feature: the words block, ascending, then the characters block, ascending.
    pub(crate) hashes: Vec<u64>,
    /// How many of them are words and pairs.
    pub(crate) words: u32,
    /// (feature, count) of every text, features ascending.
    pub(crate) rows: Vec<Vec<(u32, u32)>>,
}

/// Sorted hashes of one text's n-grams, a block each, with repeats.
type Hashed = [Vec<u64>; 2];

impl Counts {
    /// Counts the n-grams of `texts` that occur in at least `min_rows` of them.
    pub(crate) fn of(texts: &[&str], set: FeatureSet, min_rows: u32) -> Self {
        let hashed: Vec<Hashed> = texts.par_iter().map(|text| hash_sorted(text, set)).collect();
        let words = frequent(&hashed, 0, min_rows);
        let characters = frequent(&hashed, 1, min_rows);
        let hashes: Vec<u64> = words.iter().chain(&characters).copied().collect();
        let blocks = [index(&words, 0), index(&characters, words.len())];
        let rows = hashed.par_iter().map(|text| count(text, &blocks)).collect();
        Self { set, hashes, words: words.len() as u32, rows }
    }

    /// Inverse document frequency of every feature over the texts `chosen`; 0 for one that fewer than `min_rows` of them hold.
    pub(crate) fn idf(&self, chosen: &[usize], min_rows: u32) -> Vec<f32> {
        let mut holders = vec![0u32; self.hashes.len()];
        for &row in chosen {
            for &(feature, _) in &self.rows[row] {
                holders[feature as usize] += 1;
            }
        }
        let rows = chosen.len() as f64;
        let idf = |held: u32| (((1.0 + rows) / (1.0 + f64::from(held))).ln() + 1.0) as f32;
        holders.into_iter().map(|held| if held < min_rows { 0.0 } else { idf(held) }).collect()
    }
}

fn hash_sorted(text: &str, set: FeatureSet) -> Hashed {
    let mut blocks: Hashed = [Vec::new(), Vec::new()];
    for_each_gram(text, set, |gram| blocks[gram.block as usize].push(gram.hash));
    for block in &mut blocks {
        block.sort_unstable();
    }
    blocks
}

fn frequent(hashed: &[Hashed], block: usize, min_rows: u32) -> Vec<u64> {
    let mut holders: FxHashMap<u64, u32> = FxHashMap::default();
    for text in hashed {
        for same in text[block].chunk_by(|a, b| a == b) {
            *holders.entry(same[0]).or_default() += 1;
        }
    }
    let mut kept: Vec<u64> =
        holders.into_iter().filter(|(_, held)| *held >= min_rows).map(|(hash, _)| hash).collect();
    kept.sort_unstable();
    kept
}

fn index(hashes: &[u64], offset: usize) -> FxHashMap<u64, u32> {
    hashes.iter().enumerate().map(|(at, hash)| (*hash, (offset + at) as u32)).collect()
}

fn count(text: &Hashed, blocks: &[FxHashMap<u64, u32>; 2]) -> Vec<(u32, u32)> {
    let mut row = Vec::new();
    for (hashes, index) in text.iter().zip(blocks) {
        for same in hashes.chunk_by(|a, b| a == b) {
            if let Some(feature) = index.get(&same[0]) {
                row.push((*feature, same.len() as u32));
            }
        }
    }
    row
}

/// Weighs counts (features ascending) into `row`: sublinear tf times idf, each block scaled so that the whole has length 1.
///
/// Training and serving both come through here; this is what keeps them the same.
pub(crate) fn weigh(
    counts: impl Iterator<Item = (u32, u32)>,
    idf: &[f32],
    words: u32,
    row: &mut Vec<(u32, f32)>,
) {
    row.clear();
    let mut squares = [0f32; 2];
    for (feature, count) in counts {
        let weight = (1.0 + (count as f32).ln()) * idf[feature as usize];
        if weight > 0.0 {
            squares[usize::from(feature >= words)] += weight * weight;
            row.push((feature, weight));
        }
    }
    let blocks = squares.iter().filter(|square| **square > 0.0).count() as f32;
    let scale =
        squares.map(|square| if square > 0.0 { 1.0 / (square * blocks).sqrt() } else { 0.0 });
    for (feature, weight) in row {
        *weight *= scale[usize::from(*feature >= words)];
    }
}

/// A fitted vectoriser: frozen vocabulary and document frequencies.
#[derive(Debug, Clone)]
pub(crate) struct Vectoriser {
    pub(crate) set: FeatureSet,
    pub(crate) hashes: Vec<u64>,
    pub(crate) words: u32,
    pub(crate) idf: Vec<f32>,
    blocks: [FxHashMap<u64, u32>; 2],
}

/// A text as a model sees it.
#[derive(Debug, Default)]
pub(crate) struct Vector {
    /// (feature, weight), features ascending.
    pub(crate) entries: Vec<(u32, f32)>,
    /// Words of the text.
    pub(crate) words: u32,
    /// Words among them that the vocabulary does not hold.
    pub(crate) unknown: u32,
}

impl Vectoriser {
    /// Restores a vectoriser from its parts; `hashes` and `idf` are as long, the first `words` of them words and pairs.
    pub(crate) fn new(set: FeatureSet, hashes: Vec<u64>, words: u32, idf: Vec<f32>) -> Self {
        let (first, second) = hashes.split_at(words as usize);
        let blocks = [index(first, 0), index(second, first.len())];
        Self { set, hashes, words, idf, blocks }
    }

    /// The feature of an n-gram, when the vocabulary holds it.
    pub(crate) fn feature(&self, block: Block, hash: u64) -> Option<u32> {
        self.blocks[block as usize].get(&hash).copied()
    }

    /// Transforms one text.
    pub(crate) fn transform(&self, text: &str) -> Vector {
        let mut features: Vec<u32> = Vec::with_capacity(text.len() / 2);
        let mut vector = Vector::default();
        for_each_gram(text, self.set, |gram| {
            let feature = self.feature(gram.block, gram.hash);
            features.extend(feature);
            vector.words += u32::from(gram.is_word);
            vector.unknown += u32::from(gram.is_word && feature.is_none());
        });
        features.sort_unstable();
        let counts = features.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u32));
        weigh(counts, &self.idf, self.words, &mut vector.entries);
        vector
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 3] = ["red printer jam", "red printer offline", "blue screen"];

    fn fitted(set: FeatureSet) -> (Counts, Vectoriser) {
        let counts = Counts::of(&TEXTS, set, 1);
        let idf = counts.idf(&[0, 1, 2], 1);
        let vectoriser = Vectoriser::new(set, counts.hashes.clone(), counts.words, idf);
        (counts, vectoriser)
    }

    #[test]
    fn training_and_serving_weigh_alike() {
        for set in [FeatureSet::Words, FeatureSet::WordsAndCharacters] {
            let (counts, vectoriser) = fitted(set);
            for (text, row) in TEXTS.iter().zip(&counts.rows) {
                let mut trained = Vec::new();
                weigh(row.iter().copied(), &vectoriser.idf, counts.words, &mut trained);
                assert_eq!(vectoriser.transform(text).entries, trained);
            }
        }
    }

    #[test]
    fn vectors_have_length_one() {
        let (_, vectoriser) = fitted(FeatureSet::WordsAndCharacters);
        let length: f32 =
            vectoriser.transform("red screen red").entries.iter().map(|(_, w)| w * w).sum();
        assert!((length - 1.0).abs() < 1e-5);
    }

    #[test]
    fn rare_words_weigh_more_and_unknown_ones_are_counted() {
        let (_, vectoriser) = fitted(FeatureSet::Words);
        let vector = vectoriser.transform("red jam zebra");
        assert_eq!((vector.words, vector.unknown), (3, 1));
        let rare = vectoriser.transform("jam red").entries;
        assert_eq!(rare.len(), 2);
        assert!((rare[0].1 - rare[1].1).abs() > 0.05);
    }

    #[test]
    fn document_frequency_counts_rows_not_occurrences() {
        let counts = Counts::of(&["ping ping ping", "pong"], FeatureSet::Words, 1);
        let idf = counts.idf(&[0, 1], 1);
        let expected = ((3.0f64 / 2.0).ln() + 1.0) as f32;
        assert!(idf.iter().all(|value| (value - expected).abs() < 1e-6), "{idf:?}");
    }
}
