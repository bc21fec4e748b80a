//! How well places in texts were found, such as personal data: by whole span and by word, whatever the type and type by type.

mod measures;
mod places;
mod tally;

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;

pub use measures::{Measures, Ratios};
pub use places::Places;
use tally::Tally;

/// A place in a text and what stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledSpan {
    /// The type of what stands there.
    pub label: String,
    /// Where, in code points of the text; not empty.
    pub range: Range<usize>,
}

/// Counts over texts, one after the other.
#[derive(Debug, Default)]
pub struct SpanCounter {
    all: Counts,
    types: BTreeMap<String, Tally>,
    languages: BTreeMap<String, Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    texts: u64,
    any_type: Tally,
    by_type: Tally,
}

/// Precision, recall and F-scores of what was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SpanReport {
    /// Everything there is.
    #[serde(flatten)]
    pub all: SpanMeasures,
    /// Each type by itself, whether it occurs among the truths or was only found.
    pub types: BTreeMap<String, Measures>,
    /// Each language by itself.
    pub languages: BTreeMap<String, SpanMeasures>,
}

/// The same texts judged twice.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SpanMeasures {
    /// How many texts were judged.
    pub texts: u64,
    /// A span is right wherever something is, whatever its type.
    pub any_type: Measures,
    /// A span is right only where something of its type is.
    pub by_type: Measures,
}

impl SpanCounter {
    /// Counts one text: what is there, and what was found.
    pub fn add(
        &mut self,
        text: &str,
        language: &str,
        truth: &[LabelledSpan],
        found: &[LabelledSpan],
    ) {
        let words = words(text);
        let any_type = Tally::of(&words, truth, found, |_, _| true);
        let by_type = Tally::of(&words, truth, found, |one, other| one == other);
        for counts in [&mut self.all, self.languages.entry(language.to_owned()).or_default()] {
            counts.texts += 1;
            counts.any_type += any_type;
            counts.by_type += by_type;
        }
        let mut labels: Vec<&str> =
            truth.iter().chain(found).map(|span| span.label.as_str()).collect();
        labels.sort_unstable();
        labels.dedup();
        for label in labels {
            let of = |spans: &[LabelledSpan]| -> Vec<LabelledSpan> {
                spans.iter().filter(|span| span.label == label).cloned().collect()
            };
            let tally = Tally::of(&words, &of(truth), &of(found), |_, _| true);
            *self.types.entry(label.to_owned()).or_default() += tally;
        }
    }

    /// What the counts amount to.
    pub fn report(&self) -> SpanReport {
        let types = self.types.iter().map(|(label, tally)| (label.clone(), tally.measures()));
        let languages =
            self.languages.iter().map(|(language, counts)| (language.clone(), counts.measures()));
        SpanReport {
            all: self.all.measures(),
            types: types.collect(),
            languages: languages.collect(),
        }
    }
}

impl Counts {
    fn measures(&self) -> SpanMeasures {
        SpanMeasures {
            texts: self.texts,
            any_type: self.any_type.measures(),
            by_type: self.by_type.measures(),
        }
    }
}

/// The runs of letters and digits of `text`, in code points: signs alone are neither right nor wrong.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    for (at, _) in text.chars().enumerate().filter(|(_, character)| character.is_alphanumeric()) {
        match words.last_mut() {
            Some(last) if last.end == at => last.end += 1,
            _ => words.push(at..at + 1),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(label: &str, range: Range<usize>) -> LabelledSpan {
        LabelledSpan { label: label.to_owned(), range }
    }

    fn report(truth: &[LabelledSpan], found: &[LabelledSpan]) -> SpanReport {
        let mut counter = SpanCounter::default();
        counter.add("Ask Jane Doe at 10.0.0.1 now", "en", truth, found);
        counter.report()
    }

    #[test]
    fn a_part_of_a_span_is_an_overlap_and_not_exact() {
        let report = report(&[span("PERSON", 4..12)], &[span("PERSON", 4..8)]);
        let person = &report.types["PERSON"];
        assert_eq!((person.exact.recall, person.exact.precision), (Some(0.0), Some(0.0)));
        assert_eq!((person.overlap.recall, person.overlap.precision), (Some(1.0), Some(1.0)));
        assert_eq!((person.word.recall, person.word.precision), (Some(0.5), Some(1.0)));
    }

    #[test]
    fn a_wrong_type_is_right_only_for_any_type() {
        let report = report(&[span("IP_ADDRESS", 16..24)], &[span("PHONE_NUMBER", 16..24)]);
        assert_eq!(report.all.any_type.exact.f2, Some(1.0));
        assert_eq!(report.all.by_type.exact.f2, Some(0.0));
        assert_eq!(report.types["IP_ADDRESS"].exact.recall, Some(0.0));
        assert_eq!(report.types["PHONE_NUMBER"].exact.precision, Some(0.0));
        assert_eq!(report.types["PHONE_NUMBER"].exact.recall, None);
        assert_eq!(report.languages["en"], report.all);
    }

    #[test]
    fn recall_counts_four_times_in_f2() {
        let truth = [span("PERSON", 4..8), span("PERSON", 9..12)];
        let ratios = report(&truth, &truth[..1]).all.any_type.exact;
        assert_eq!((ratios.precision, ratios.recall), (Some(1.0), Some(0.5)));
        assert!((ratios.f1.unwrap() - 2.0 / 3.0).abs() < 1e-9);
        assert!((ratios.f2.unwrap() - 5.0 / 9.0).abs() < 1e-9);
    }

    #[test]
    fn nothing_to_find_and_nothing_found_is_no_ratio() {
        let ratios = report(&[], &[]).all.any_type.word;
        assert_eq!((ratios.precision, ratios.recall, ratios.f2), (None, None, None));
    }
}
