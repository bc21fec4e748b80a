//! The n-grams of many texts, counted, and what each is worth.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::features::{Grams, for_each_gram};

/// The n-gram counts of many texts, over the n-grams that occur in enough of them.
pub(crate) struct Counts {
    pub(crate) grams: Grams,
    /// Hash of every feature: the words block, ascending, then the characters block, ascending.
    pub(crate) hashes: Vec<u64>,
    /// How many of them are in the words block.
    pub(crate) words: u32,
    /// (feature, count) of every text, features ascending.
    pub(crate) rows: Vec<Vec<(u32, u32)>>,
}

/// Sorted hashes of one text's n-grams, a block each, with repeats.
type Hashed = [Vec<u64>; 2];

impl Counts {
    /// Counts the n-grams of `texts` that occur in at least `min_rows` of them.
    pub(crate) fn of(texts: &[&str], grams: Grams, min_rows: u32) -> Self {
        let hashed: Vec<Hashed> = texts.par_iter().map(|text| hash_sorted(text, grams)).collect();
        let words = frequent(&hashed, 0, min_rows);
        let characters = frequent(&hashed, 1, min_rows);
        let hashes: Vec<u64> = words.iter().chain(&characters).copied().collect();
        let blocks = [index(&words, 0), index(&characters, words.len())];
        let rows = hashed.par_iter().map(|text| count(text, &blocks)).collect();
        Self { grams, hashes, words: words.len() as u32, rows }
    }

    /// The weight of every feature, learnt from the rows `chosen` and their labels; 0 for one that fewer than `min_rows` of them hold.
    ///
    /// It is `idf^0.1 · (1 + relevance)`. The relevance of a feature is how far the labels of the rows that hold it diverge from the labels of all
    /// rows (Kullback and Leibler), relative to the mean of its block: supervised term weighting (Debole and Sebastiani 2003). A word that all labels
    /// share says little however rare it is: relevance says nearly all that idf says without labels.
    pub(crate) fn term_weights(
        &self,
        chosen: &[usize],
        targets: &[usize],
        labels: usize,
        min_rows: u32,
    ) -> Vec<f32> {
        let holders = Holders::of(self, chosen, targets, labels);
        let mut weights = vec![0.0; self.hashes.len()];
        for block in [0..self.words as usize, self.words as usize..self.hashes.len()] {
            let kept: Vec<usize> =
                block.filter(|feature| holders.total(*feature) >= min_rows).collect();
            let divergence: Vec<f64> =
                kept.iter().map(|feature| holders.divergence(*feature)).collect();
            let mean = divergence.iter().sum::<f64>() / divergence.len().max(1) as f64;
            for (feature, divergence) in kept.into_iter().zip(divergence) {
                let relevance = if mean > 0.0 { divergence / mean } else { 1.0 };
                weights[feature] = (holders.idf(feature).powf(0.1) * (1.0 + relevance)) as f32;
            }
        }
        weights
    }
}

/// How many rows of each label hold each feature.
struct Holders {
    /// Features × labels.
    counts: Vec<u32>,
    /// Share of each label among all rows, 0 to 1.
    priors: Vec<f64>,
    rows: usize,
}

impl Holders {
    fn of(all: &Counts, chosen: &[usize], targets: &[usize], labels: usize) -> Self {
        let mut counts = vec![0u32; all.hashes.len() * labels];
        let mut priors = vec![0.0; labels];
        for &row in chosen {
            priors[targets[row]] += 1.0 / chosen.len() as f64;
            for &(feature, _) in &all.rows[row] {
                counts[feature as usize * labels + targets[row]] += 1;
            }
        }
        Self { counts, priors, rows: chosen.len() }
    }

    fn of_feature(&self, feature: usize) -> &[u32] {
        let labels = self.priors.len();
        &self.counts[feature * labels..][..labels]
    }

    fn total(&self, feature: usize) -> u32 {
        self.of_feature(feature).iter().sum()
    }

    /// Inverse document frequency.
    fn idf(&self, feature: usize) -> f64 {
        ((1.0 + self.rows as f64) / (1.0 + f64::from(self.total(feature)))).ln() + 1.0
    }

    /// Divergence of the feature's labels from all labels, in nats. One more row, spread over the labels as all rows are, stands for what has not been
    /// seen: two rows of one label prove little.
    fn divergence(&self, feature: usize) -> f64 {
        let total = f64::from(self.total(feature)) + 1.0;
        let counts = self.of_feature(feature).iter().zip(&self.priors);
        let terms = counts.filter(|(_, prior)| **prior > 0.0).map(|(count, prior)| {
            let ratio = (f64::from(*count) / prior + 1.0) / total;
            prior * ratio * ratio.ln()
        });
        terms.sum()
    }
}

fn hash_sorted(text: &str, grams: Grams) -> Hashed {
    let mut blocks: Hashed = [Vec::new(), Vec::new()];
    for_each_gram(text, grams, |gram| blocks[gram.block as usize].push(gram.hash));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::FeatureSet;

    fn weights(texts: &[&str], targets: &[usize]) -> (Counts, Vec<f32>) {
        let counts = Counts::of(texts, FeatureSet::Words.into(), 1);
        let rows: Vec<usize> = (0..texts.len()).collect();
        let weights = counts.term_weights(&rows, targets, 2, 1);
        (counts, weights)
    }

    #[test]
    fn a_word_of_one_label_weighs_more_than_one_all_labels_share() {
        let texts = ["red ping", "red pong", "blue ping", "blue pong"];
        let (counts, weights) = weights(&texts, &[0, 0, 1, 1]);
        let weight = |text: &str| {
            let alone = Counts::of(&[text], FeatureSet::Words.into(), 1);
            // The first n-gram of a text is its first word.
            let mut first = None;
            for_each_gram(text, alone.grams, |gram| first = first.or(Some(gram.hash)));
            weights[counts.hashes.iter().position(|hash| Some(*hash) == first).unwrap()]
        };
        assert!(weight("red") > weight("ping"));
        assert!(weight("ping") > 0.0);
    }

    #[test]
    fn rows_are_counted_not_occurrences() {
        let (once, first) = weights(&["ping", "pong"], &[0, 1]);
        let (often, second) = weights(&["ping ping ping", "pong"], &[0, 1]);
        let of = |counts: &Counts, weights: &[f32], hash: u64| {
            counts.hashes.iter().position(|known| *known == hash).map(|at| weights[at])
        };
        for hash in &once.hashes {
            assert_eq!(of(&once, &first, *hash), of(&often, &second, *hash));
        }
    }

    #[test]
    fn too_rare_a_feature_weighs_nothing() {
        let counts = Counts::of(&["ping pong", "ping", "pong"], FeatureSet::Words.into(), 1);
        let weights = counts.term_weights(&[0, 1], &[0, 1, 0], 2, 2);
        let kept = weights.iter().filter(|weight| **weight > 0.0).count();
        // "ping" itself, and "ping" as an opening word.
        assert_eq!(kept, 2);
    }
}
