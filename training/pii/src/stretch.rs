//! The stretches of tokens that are learnt from.

use std::ops::Range;

use rustc_hash::FxHashMap;
use switchboard_pii::names::{Label, Line, Lists, Reader, Tokens, windows};

use crate::example::Example;

/// Features that occur less often are left out.
const LEAST_COUNT: u32 = 3;

/// One stretch of tokens: the features of each, and its label.
pub(crate) struct Stretch {
    pub(crate) features: Vec<u32>,
    pub(crate) labels: Vec<u8>,
}

/// Every stretch worth a look, and the hash of each feature by its number.
pub(crate) fn stretches(
    examples: &[Example],
    lists: [&Lists; 2],
    show: &dyn Fn(&str, usize, usize),
) -> (Vec<Stretch>, Vec<u64>) {
    let mut counts: FxHashMap<u64, u32> = FxHashMap::default();
    for (at, example) in examples.iter().enumerate() {
        if at % 1_000 == 0 {
            show("counting features", at, examples.len());
        }
        visit(example, lists[usize::from(at % 4 == 3)], |features, _| {
            for feature in features {
                *counts.entry(*feature).or_default() += 1;
            }
        });
    }
    let mut hashes: Vec<u64> = counts
        .into_iter()
        .filter(|(_, count)| *count >= LEAST_COUNT)
        .map(|(hash, _)| hash)
        .collect();
    hashes.sort_unstable();
    let numbers: FxHashMap<u64, u32> =
        hashes.iter().enumerate().map(|(number, hash)| (*hash, number as u32)).collect();
    let mut stretches = Vec::new();
    for (at, example) in examples.iter().enumerate() {
        visit(example, lists[usize::from(at % 4 == 3)], |features, labels| {
            // Unseen features get the last number; its weights stay nothing.
            let number = |feature| numbers.get(feature).copied().unwrap_or(hashes.len() as u32);
            stretches.push(Stretch {
                features: features.iter().map(number).collect(),
                labels: labels.to_vec(),
            });
        });
    }
    (stretches, hashes)
}

/// Calls `visit` with the features and the labels of each stretch of `example`.
fn visit(example: &Example, lists: &Lists, mut visit: impl FnMut(&[u64], &[u8])) {
    let mut tokens = Tokens::default();
    tokens.read(&example.text, &example.blanks(), lists);
    let mut ranges = Vec::new();
    windows(&tokens, &mut ranges);
    let reader = Reader::new(&tokens);
    let mut line = Line::default();
    for range in ranges {
        let (mut features, mut labels) = (Vec::new(), Vec::new());
        for at in range {
            line = reader.line(at, line);
            features.extend(reader.features(at, line));
            labels.push(label(example, tokens.range(at)) as u8);
        }
        visit(&features, &labels);
    }
}

/// The label of the token at `range`; a name with a clitic before it is one token, which ends in the name.
fn label(example: &Example, token: Range<usize>) -> Label {
    let mark = example.wanted().find(|(range, _)| range.contains(&(token.end - 1)));
    mark.map_or(Label::Nothing, |(_, label)| label)
}
