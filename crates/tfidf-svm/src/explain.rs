//! What each part of a text did to a label's logit.
//!
//! A linear score is a sum, so the explanation is exact: value times weight of every feature, no sampling.

use std::ops::Range;

use rustc_hash::FxHashMap;
use switchboard_classify::Term;
use switchboard_text::offsets::CodePoints;
use switchboard_text::{for_each_word, letter_places};

use crate::features::{Gram, Kind};
use crate::model::TfidfSvm;
use crate::vectoriser::Vector;

/// The terms returned with a prediction, those that matter most.
const MAX_TERMS: usize = 12;

/// One occurrence of an n-gram and its share of a label's logit.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// The bytes of the text it covers: a word, a pair of words, or some letters of a word.
    pub range: Range<usize>,
    /// Its share; negative speaks against the label. A feature that occurs more than once gives each occurrence as much.
    pub weight: f32,
}

impl TfidfSvm {
    /// What every known n-gram of `text` contributes to the logit of the label with index `label`, from left to right. Together with the label's bias,
    /// the weights sum to its logit; `None` when there is no such label.
    pub fn contributions(&self, text: &str, label: usize) -> Option<Vec<Contribution>> {
        self.biases.get(label)?;
        let mut all = Vec::new();
        self.visit_contributions(text, &self.transform(text), label, |gram, weight| {
            all.push(Contribution { range: covered(text, &gram), weight });
        });
        all.sort_by_key(|one| (one.range.start, one.range.end));
        Some(all)
    }

    /// What the logit of the label with index `label` is for an empty text.
    pub fn bias(&self, label: usize) -> Option<f32> {
        self.biases.get(label).copied()
    }

    /// The terms of `text` with the largest share in the logit of `label`, largest first. People read words, so runs of characters are
    /// credited to the word they stand in.
    pub(crate) fn terms(&self, text: &str, vector: &Vector, label: usize) -> Vec<Term> {
        let mut shares: FxHashMap<(usize, usize), f32> = FxHashMap::default();
        self.visit_contributions(text, vector, label, |gram, weight| {
            *shares.entry((gram.start, gram.end)).or_default() += weight;
        });
        let mut shares: Vec<_> = shares.into_iter().collect();
        shares.sort_by(|(place_a, a), (place_b, b)| {
            b.abs().total_cmp(&a.abs()).then(place_a.cmp(place_b))
        });
        shares.truncate(MAX_TERMS);
        let mut points = CodePoints::new(text);
        shares
            .into_iter()
            .map(|((start, end), weight)| Term {
                text: normalised(&text[start..end]),
                start: points.at(start) as u32,
                end: points.at(end) as u32,
                weight,
            })
            .collect()
    }

    fn visit_contributions(
        &self,
        text: &str,
        vector: &Vector,
        label: usize,
        mut visit: impl FnMut(Gram, f32),
    ) {
        let mut grams: Vec<(u32, Gram)> = Vec::new();
        let mut occurrences: FxHashMap<u32, f32> = FxHashMap::default();
        self.vectoriser.for_each_feature(text, |gram, feature| {
            if let Some(feature) = feature {
                grams.push((feature, *gram));
                *occurrences.entry(feature).or_default() += 1.0;
            }
        });
        let values: FxHashMap<u32, f32> = vector.entries.iter().copied().collect();
        for (feature, gram) in grams {
            if let Some(value) = values.get(&feature) {
                visit(gram, value * self.weights_of(feature)[label] / occurrences[&feature]);
            }
        }
    }
}

/// The bytes of `text` that an n-gram covers.
fn covered(text: &str, gram: &Gram) -> Range<usize> {
    let Kind::Run { first, length } = gram.kind else { return gram.start..gram.end };
    let letters = letter_places(&text[gram.start..gram.end]);
    // A run counts the word's edges as letters: letter 1 of the run is letter 0 of the word.
    let first_letter = (first as usize).saturating_sub(1);
    let last_letter = (first + length) as usize - 2;
    let start = letters.get(first_letter).map_or(0, |place| place.start);
    let last = letters.get(last_letter).or(letters.last());
    gram.start + start..gram.start + last.map_or(0, |place| place.end)
}

/// The words of a piece of text, one space between them.
fn normalised(piece: &str) -> String {
    let mut words = String::with_capacity(piece.len());
    for_each_word(piece, |word| {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word.text);
    });
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use switchboard_classify::Options;

    use super::*;
    use crate::fit::tests::tiny_model;

    proptest! {
        #[test]
        fn contributions_and_bias_sum_to_the_logit(
            words in prop::collection::vec("printer|Password|jammed|é|reset|my|Imprimé|zebra|ac\u{301}count|\u{643}\u{644}\u{645}\u{629}|[a-z]{1,9}", 0..40),
        ) {
            let (model, text) = (tiny_model(), words.join(" "));
            let logits = model.predict(&text, Options::default()).logits;
            for (label, logit) in logits.iter().enumerate() {
                let contributions = model.contributions(&text, label).unwrap();
                let sum: f32 = contributions.iter().map(|one| one.weight).sum();
                prop_assert!((sum + model.bias(label).unwrap() - logit).abs() < 1e-5);
                prop_assert!(contributions.iter().all(|one| text.get(one.range.clone()).is_some_and(|piece| !piece.is_empty())));
            }
        }
    }

    #[test]
    fn runs_of_characters_cover_their_letters() {
        let model = tiny_model();
        let text = "Password";
        let pieces: Vec<&str> =
            model.contributions(text, 1).unwrap().into_iter().map(|one| &text[one.range]).collect();
        // " pas" and "pass", "word", "ord " and the word itself.
        for piece in ["Pas", "Pass", "word", "ord", "Password"] {
            assert!(pieces.contains(&piece), "{piece} {pieces:?}");
        }
        assert!(model.contributions(text, 2).is_none() && model.bias(2).is_none());
    }

    #[test]
    fn terms_point_into_the_text() {
        let text = "Écran OK, réinitialiser mon Password svp";
        let terms = tiny_model().predict(text, Options { explain: true }).terms;
        assert!(!terms.is_empty());
        for term in terms {
            let piece: String = text
                .chars()
                .skip(term.start as usize)
                .take((term.end - term.start) as usize)
                .collect();
            assert_eq!(normalised(&piece), term.text);
        }
    }
}
