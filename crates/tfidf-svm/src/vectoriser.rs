//! Texts as sparse vectors: one weighting for training and for serving.

use crate::features::{Gram, Grams, Kind, for_each_gram};
use crate::table::Table;

/// How counts become values.
pub(crate) struct Weighing<W> {
    /// The frozen weight of a feature.
    pub(crate) term_weight: W,
    /// Features below this index are in the words block, the others in the characters block.
    pub(crate) words: u32,
    /// What the characters block weighs, the words block weighing 1.
    pub(crate) character_weight: f32,
}

impl<W: Fn(u32) -> f32> Weighing<W> {
    /// Weighs (feature, count) pairs, features ascending, into `row`: sublinear tf times the term's weight, each block scaled to its length and the whole to length 1.
    ///
    /// Training and serving both come through here; this is what keeps them the same.
    pub(crate) fn weigh(
        &self,
        counts: impl Iterator<Item = (u32, u32)>,
        row: &mut Vec<(u32, f32)>,
    ) {
        row.clear();
        let mut squares = [0f32; 2];
        for (feature, count) in counts {
            // Nearly every n-gram of a ticket occurs once.
            let frequency = if count == 1 { 1.0 } else { 1.0 + (count as f32).ln() };
            let weight = frequency * (self.term_weight)(feature);
            if weight > 0.0 {
                squares[self.block(feature)] += weight * weight;
                row.push((feature, weight));
            }
        }
        let scale = self.scales(squares);
        for (feature, weight) in row {
            *weight *= scale[self.block(*feature)];
        }
    }

    fn block(&self, feature: u32) -> usize {
        usize::from(feature >= self.words)
    }

    /// What each block is multiplied by, given the squares of its length.
    fn scales(&self, squares: [f32; 2]) -> [f32; 2] {
        let lengths = [1.0, self.character_weight];
        let present = [0, 1].map(|block| if squares[block] > 0.0 { lengths[block] } else { 0.0 });
        let whole = (present[0] * present[0] + present[1] * present[1]).sqrt();
        [0, 1].map(|block| {
            if squares[block] > 0.0 {
                lengths[block] / (squares[block].sqrt() * whole)
            } else {
                0.0
            }
        })
    }
}

/// A frozen vocabulary.
#[derive(Debug, Clone)]
pub(crate) struct Vectoriser {
    pub(crate) grams: Grams,
    /// Hash of every feature: the words block, ascending, then the characters block, ascending.
    pub(crate) hashes: Vec<u64>,
    /// How many of them are in the words block.
    pub(crate) words: u32,
    table: Table,
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
    /// Restores a vectoriser from its parts.
    pub(crate) fn new(grams: Grams, hashes: Vec<u64>, words: u32) -> Self {
        let table = Table::new(&hashes);
        Self { grams, hashes, words, table }
    }

    /// Calls `visit` with every n-gram of `text`, and its feature when the vocabulary holds it.
    pub(crate) fn for_each_feature(&self, text: &str, mut visit: impl FnMut(&Gram, Option<u32>)) {
        let mut all: Vec<Gram> = Vec::with_capacity(text.len() / 2);
        for_each_gram(text, self.grams, |gram| all.push(gram));
        let hashes = all.iter().map(|gram| gram.hash);
        self.table.find_all(hashes, |index, feature| visit(&all[index], feature));
    }

    fn weighing<W>(&self, term_weight: W) -> Weighing<W> {
        let character_weight = self.grams.character_weight();
        Weighing { term_weight, words: self.words, character_weight }
    }

    /// Transforms one text; `term_weight` tells the frozen weight of a feature.
    pub(crate) fn transform(&self, text: &str, term_weight: impl Fn(u32) -> f32) -> Vector {
        let mut features: Vec<u32> = Vec::with_capacity(text.len() / 2);
        let mut vector = Vector::default();
        self.for_each_feature(text, |gram, feature| {
            features.extend(feature);
            let is_word = gram.kind == Kind::Word;
            vector.words += u32::from(is_word);
            vector.unknown += u32::from(is_word && feature.is_none());
        });
        features.sort_unstable();
        vector.entries.reserve(features.len());
        let counts = features.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u32));
        self.weighing(term_weight).weigh(counts, &mut vector.entries);
        vector
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counts::Counts;
    use crate::features::FeatureSet;

    const TEXTS: [&str; 3] = ["red printer jam", "red printer offline", "blue screen"];

    fn fitted(set: FeatureSet) -> (Counts, Vec<f32>, Vectoriser) {
        let counts = Counts::of(&TEXTS, set.into(), 1);
        let weights = counts.term_weights(&[0, 1, 2], &[0, 0, 1], 2, 1);
        let vectoriser = Vectoriser::new(set.into(), counts.hashes.clone(), counts.words);
        (counts, weights, vectoriser)
    }

    #[test]
    fn training_and_serving_weigh_alike() {
        for set in [FeatureSet::Words, FeatureSet::WordsAndCharacters] {
            let (counts, weights, vectoriser) = fitted(set);
            let weight = |feature: u32| weights[feature as usize];
            for (text, row) in TEXTS.iter().zip(&counts.rows) {
                let mut trained = Vec::new();
                vectoriser.weighing(weight).weigh(row.iter().copied(), &mut trained);
                assert_eq!(vectoriser.transform(text, weight).entries, trained);
            }
        }
    }

    #[test]
    fn vectors_have_length_one() {
        let (_, weights, vectoriser) = fitted(FeatureSet::WordsAndCharacters);
        let vector = vectoriser.transform("red screen red", |feature| weights[feature as usize]);
        let length: f32 = vector.entries.iter().map(|(_, w)| w * w).sum();
        assert!((length - 1.0).abs() < 1e-5);
    }

    #[test]
    fn unknown_words_are_counted() {
        let (_, weights, vectoriser) = fitted(FeatureSet::Words);
        let vector = vectoriser.transform("red jam zebra", |feature| weights[feature as usize]);
        assert_eq!((vector.words, vector.unknown), (3, 1));
        // Two words and the two as opening words: "red jam" is a new pair.
        assert_eq!(vector.entries.len(), 4);
    }
}
