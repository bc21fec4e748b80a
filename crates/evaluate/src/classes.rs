//! Counts per label, and the scores they give.

use std::collections::BTreeMap;

use crate::report::ClassReport;

#[derive(Debug, Clone, Copy, Default)]
struct Count {
    right: u64,
    support: u64,
    predicted: u64,
}

/// Truths and predictions, counted per label.
#[derive(Debug, Default)]
pub(crate) struct Classes<'a> {
    counts: BTreeMap<&'a str, Count>,
    right: u64,
    total: u64,
}

impl<'a> Classes<'a> {
    /// Makes room for a label, whether or not it ever occurs.
    pub(crate) fn know(&mut self, label: &'a str) {
        self.counts.entry(label).or_default();
    }

    /// Counts one outcome.
    pub(crate) fn add(&mut self, truth: &'a str, predicted: Option<&'a str>) {
        self.total += 1;
        self.counts.entry(truth).or_default().support += 1;
        if let Some(predicted) = predicted {
            self.counts.entry(predicted).or_default().predicted += 1;
        }
        if predicted == Some(truth) {
            self.right += 1;
            self.counts.entry(truth).or_default().right += 1;
        }
    }

    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    pub(crate) fn accuracy(&self) -> f64 {
        ratio(self.right, self.total)
    }

    /// The mean over labels that occur. Labels nobody has and nobody predicts would only pull it towards 0.
    pub(crate) fn macro_f1(&self) -> f64 {
        let occurring = self.counts.values().filter(|count| count.support + count.predicted > 0);
        let (sum, labels) =
            occurring.fold((0.0, 0), |(sum, labels), count| (sum + f1(count), labels + 1));
        sum / f64::from(labels.max(1))
    }

    pub(crate) fn weighted_f1(&self) -> f64 {
        let sum: f64 = self.counts.values().map(|count| f1(count) * count.support as f64).sum();
        sum / self.total.max(1) as f64
    }

    pub(crate) fn per_class(&self) -> BTreeMap<String, ClassReport> {
        self.counts.iter().map(|(label, count)| ((*label).to_owned(), report(count))).collect()
    }
}

fn report(count: &Count) -> ClassReport {
    ClassReport {
        precision: ratio(count.right, count.predicted),
        recall: ratio(count.right, count.support),
        f1: f1(count),
        support: count.support,
        predicted: count.predicted,
    }
}

/// F1 = 2 · right / (support + predicted), which is the harmonic mean without a detour over 0 / 0.
fn f1(count: &Count) -> f64 {
    ratio(2 * count.right, count.support + count.predicted)
}

fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
