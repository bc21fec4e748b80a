//! What each part of a text did to the winning label.
//!
//! A linear score is a sum, so the explanation is exact: value times weight of every feature, no sampling. A run of characters
//! is credited to the word it stands in.

use rustc_hash::{FxHashMap, FxHashSet};
use switchboard_classify::Term;
use switchboard_text::for_each_word;
use switchboard_text::offsets::CodePoints;

use crate::features::for_each_gram;
use crate::model::TfidfSvm;
use crate::vectoriser::Vector;

/// The terms returned, those that matter most.
const MAX_TERMS: usize = 12;

impl TfidfSvm {
    /// The terms of `text` with the largest share in the logit of `label`, largest first.
    pub(crate) fn explain(&self, text: &str, vector: &Vector, label: usize) -> Vec<Term> {
        let mut shares: Vec<_> = self.shares(text, vector, label).into_iter().collect();
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

    /// Every (start, end) byte range and its share; together with the bias they sum to the logit.
    fn shares(&self, text: &str, vector: &Vector, label: usize) -> FxHashMap<(usize, usize), f32> {
        let values: FxHashMap<u32, f32> = vector.entries.iter().copied().collect();
        let mut seen = FxHashSet::default();
        let mut shares = FxHashMap::default();
        for_each_gram(text, self.vectoriser.set, |gram| {
            let Some(feature) = self.vectoriser.feature(gram.block, gram.hash) else { return };
            if let Some(value) = values.get(&feature)
                && seen.insert(feature)
            {
                *shares.entry((gram.start, gram.end)).or_default() +=
                    value * self.weights_of(feature)[label];
            }
        });
        shares
    }
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
    use switchboard_classify::Options;

    use crate::fit::tests::tiny_model;

    #[test]
    fn shares_and_bias_sum_to_the_logit() {
        let model = tiny_model();
        for text in ["my printer is jammed, the printer!", "reset password please", "zebra"] {
            let vector = model.vectoriser.transform(text);
            let prediction = model.predict(text, Options::default());
            let label = prediction.top().0;
            let sum: f32 = model.shares(text, &vector, label).values().sum();
            assert!((sum + model.biases[label] - prediction.logits[label]).abs() < 1e-5, "{text}");
        }
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
            assert_eq!(super::normalised(&piece), term.text);
        }
    }
}
