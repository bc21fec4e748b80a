//! What each word did to the winning label's logit.
//!
//! Occlusion (Zeiler and Fergus 2014): the text is read again without the word; what its label's logit loses is the word's share. It asks the network that answers, whatever
//! it computes in, and not a gradient beside it.

use std::ops::Range;

use switchboard_classify::Term;

use crate::model::DistilBert;
use crate::sequences::MARKS;
use crate::tokeniser::Word;

/// The terms returned with a prediction, those that matter most.
const MAX_TERMS: usize = 12;
/// The most readings of the text; when it has more words, neighbours are left out together.
const MAX_READINGS: usize = 32;

impl DistilBert {
    /// The terms of `text` with the largest share in the logit of `label`, largest first. Of a long text, those in the first window.
    pub(crate) fn terms(&self, text: &str, label: usize) -> tokenizers::Result<Vec<Term>> {
        let (ids, words) = self.tokeniser.words(text, self.max_tokens - MARKS)?;
        let groups = group(&words);
        let mut readings = vec![self.tokeniser.mark(&ids)];
        readings.extend(groups.iter().map(|group| {
            let tokens = covered(group).tokens;
            self.tokeniser.mark(&[&ids[..tokens.start], &ids[tokens.end..]].concat())
        }));
        let logits = self.logits(&readings);
        let (whole, without) = logits.split_at(1);
        let term = |(group, without): (&&[Word], &Vec<f32>)| {
            let Word { text, start, end, .. } = covered(group);
            Term { text, start, end, weight: whole[0][label] - without[label] }
        };
        let mut terms: Vec<Term> = groups.iter().zip(without).map(term).collect();
        terms.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()).then(a.start.cmp(&b.start)));
        terms.truncate(MAX_TERMS);
        Ok(terms)
    }
}

/// Neighbouring words, so that there are no more groups than readings.
fn group(words: &[Word]) -> Vec<&[Word]> {
    words.chunks(words.len().div_ceil(MAX_READINGS).max(1)).collect()
}

/// The whole of some neighbouring words.
fn covered(group: &[Word]) -> Word {
    let (first, last) = (group.first(), group.last());
    let texts: Vec<&str> = group.iter().map(|word| word.text.as_str()).collect();
    let tokens = Range {
        start: first.map_or(0, |word| word.tokens.start),
        end: last.map_or(0, |word| word.tokens.end),
    };
    Word {
        text: texts.join(" "),
        start: first.map_or(0, |word| word.start),
        end: last.map_or(0, |word| word.end),
        tokens,
    }
}
