//! How a model's answers, and the texts it answers, are spread; and how far two spreads are apart.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The file of a version that holds the [`Spread`] of its held-out rows, as JSON.
pub const REFERENCE_FILE: &str = "reference.json";

/// Bins of the confidence: tenths.
const CONFIDENCE_BINS: usize = 10;
/// Bins of the length: no code points, 1, 2–3, 4–7 … 2^16 and more.
const LENGTH_BINS: usize = 18;
/// Added to every count, so that a value only one side knows does not make the index infinite (Laplace's rule with ½).
const SMOOTHING: f64 = 0.5;

/// Counts of what was answered, by label, language, confidence and length.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spread {
    /// Documents by label given.
    pub labels: BTreeMap<String, u64>,
    /// Documents by language; where identifying it costs too much, of fewer documents.
    pub languages: BTreeMap<String, u64>,
    /// Documents by tenth of the confidence.
    pub confidences: [u64; CONFIDENCE_BINS],
    /// Documents by the binary logarithm of their length in code points.
    pub lengths: [u64; LENGTH_BINS],
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feature {
    /// The label given.
    Label,
    /// The language of the text.
    Language,
    /// The confidence in the label.
    Confidence,
    /// The length of the text.
    Length,
}

impl Feature {
    /// Every feature.
    pub const ALL: [Self; 4] = [Self::Label, Self::Language, Self::Confidence, Self::Length];

    /// The name used in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Label => "label",
            Self::Language => "language",
            Self::Confidence => "confidence",
            Self::Length => "length",
        }
    }
}

impl Spread {
    /// Counts one document: the label it was given with `confidence`, and its length in code points.
    pub fn add(&mut self, label: &str, confidence: f32, code_points: usize) {
        count(&mut self.labels, label);
        let bounds = (1..CONFIDENCE_BINS).map(|tenth| tenth as f32 / CONFIDENCE_BINS as f32);
        self.confidences[bounds.filter(|bound| confidence >= *bound).count()] += 1;
        let bits = (usize::BITS - code_points.leading_zeros()) as usize;
        self.lengths[bits.min(LENGTH_BINS - 1)] += 1;
    }

    /// Counts the language of a document.
    pub fn add_language(&mut self, code: &str) {
        count(&mut self.languages, code);
    }

    /// Documents counted.
    pub fn documents(&self) -> u64 {
        self.confidences.iter().sum()
    }

    /// This spread and `other` together.
    #[must_use]
    pub fn with(mut self, other: &Self) -> Self {
        for (label, documents) in &other.labels {
            *self.labels.entry(label.clone()).or_default() += documents;
        }
        for (code, documents) in &other.languages {
            *self.languages.entry(code.clone()).or_default() += documents;
        }
        for (mine, theirs) in self.confidences.iter_mut().zip(other.confidences) {
            *mine += theirs;
        }
        for (mine, theirs) in self.lengths.iter_mut().zip(other.lengths) {
            *mine += theirs;
        }
        self
    }

    /// The population stability index between this spread and `reference`: the sum over all bins of (p − q) · ln(p / q), where p and q are
    /// the two shares of the bin. 0 when they are the same; by convention 0.1 is a moderate shift and 0.25 a major one (Siddiqi, *Credit
    /// Risk Scorecards*, 2006). `None` when either side has counted nothing.
    pub fn stability(&self, reference: &Self, feature: Feature) -> Option<f64> {
        match feature {
            Feature::Label => by_name(&self.labels, &reference.labels),
            Feature::Language => by_name(&self.languages, &reference.languages),
            Feature::Confidence => {
                index(self.confidences.into_iter().zip(reference.confidences).collect())
            }
            Feature::Length => index(self.lengths.into_iter().zip(reference.lengths).collect()),
        }
    }
}

fn count(counts: &mut BTreeMap<String, u64>, name: &str) {
    match counts.get_mut(name) {
        Some(count) => *count += 1,
        None => {
            counts.insert(name.to_owned(), 1);
        }
    }
}

fn by_name(now: &BTreeMap<String, u64>, then: &BTreeMap<String, u64>) -> Option<f64> {
    let mut pairs: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for (name, count) in now {
        pairs.entry(name).or_default().0 = *count;
    }
    for (name, count) in then {
        pairs.entry(name).or_default().1 = *count;
    }
    index(pairs.into_values().collect())
}

fn index(mut pairs: Vec<(u64, u64)>) -> Option<f64> {
    pairs.retain(|pair| *pair != (0, 0));
    let bins = pairs.len() as f64;
    let (now, then) = pairs.iter().fold((0, 0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
    if now == 0 || then == 0 {
        return None;
    }
    let share = |count: u64, all: u64| (count as f64 + SMOOTHING) / (all as f64 + SMOOTHING * bins);
    let terms = pairs.iter().map(|(p, q)| (share(*p, now), share(*q, then)));
    Some(terms.map(|(p, q)| (p - q) * (p / q).ln()).sum())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(labels: &[(&str, u64)]) -> Spread {
        let labels = labels.iter().map(|(label, count)| ((*label).to_owned(), *count)).collect();
        Spread { labels, ..Spread::default() }
    }

    #[test]
    fn the_index_is_the_textbooks_one() {
        // Shares 0.5/0.5 against 0.8/0.2: 0.3·ln(0.8/0.5) + 0.3·ln(0.5/0.2) = 0.4159.
        let now = of(&[("a", 80_000), ("b", 20_000)]);
        let then = of(&[("a", 50_000), ("b", 50_000)]);
        let found = now.stability(&then, Feature::Label).unwrap();
        assert!((found - 0.4159).abs() < 1e-3, "{found}");
    }

    #[test]
    fn a_label_nobody_had_is_a_shift_and_not_infinite() {
        let found = of(&[("new", 1000)]).stability(&of(&[("old", 1000)]), Feature::Label).unwrap();
        assert!(found.is_finite() && found > 1.0, "{found}");
    }

    #[test]
    fn nothing_counted_is_nothing_known() {
        let some = of(&[("a", 1)]);
        assert_eq!(Spread::default().stability(&some, Feature::Label), None);
        assert_eq!(some.stability(&Spread::default(), Feature::Label), None);
        assert_eq!(some.stability(&some, Feature::Language), None);
    }

    #[test]
    fn any_confidence_and_length_has_a_bin() {
        let mut spread = Spread::default();
        for confidence in [-1.0, 0.0, 0.099, 0.1, 0.999, 1.0, 2.0, f32::NAN] {
            spread.add("a", confidence, 1);
        }
        for length in [0, 1, 2, 3, 1 << 16, usize::MAX] {
            spread.add("a", 0.5, length);
        }
        assert_eq!(spread.documents(), 14);
        assert_eq!(spread.lengths[0], 1);
        assert_eq!((spread.lengths[2], spread.lengths[LENGTH_BINS - 1]), (2, 2));
        assert_eq!(spread.confidences[9], 3);
    }

    fn any_spread() -> impl Strategy<Value = Spread> {
        let labels = prop::collection::btree_map("[a-d]", 0_u64..500, 0..4);
        (labels, any::<[u8; CONFIDENCE_BINS]>()).prop_map(|(labels, confidences)| Spread {
            labels,
            confidences: confidences.map(u64::from),
            ..Spread::default()
        })
    }

    proptest! {
        #[test]
        fn two_spreads_are_as_far_apart_from_either_side(a in any_spread(), b in any_spread()) {
            for feature in Feature::ALL {
                match (a.stability(&b, feature), b.stability(&a, feature)) {
                    (Some(there), Some(back)) => {
                        prop_assert!((there - back).abs() < 1e-9);
                        prop_assert!(there >= 0.0);
                    }
                    (there, back) => prop_assert_eq!(there, back),
                }
            }
        }

        #[test]
        fn a_spread_is_not_apart_from_itself_and_survives_its_file(a in any_spread()) {
            for feature in Feature::ALL {
                prop_assert!(a.stability(&a, feature).is_none_or(|index| index.abs() < 1e-12));
            }
            let json = serde_json::to_string(&a).unwrap();
            prop_assert_eq!(serde_json::from_str::<Spread>(&json).unwrap(), a);
        }

        #[test]
        fn together_is_the_sum(a in any_spread(), b in any_spread()) {
            let both = a.clone().with(&b);
            prop_assert_eq!(both.documents(), a.documents() + b.documents());
            prop_assert_eq!(both, b.with(&a));
        }
    }
}
