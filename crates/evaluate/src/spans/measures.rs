//! Ratios from counts.

use serde::Serialize;

/// The same spans, judged in three ways.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Measures {
    /// Right is what begins and ends where the truth does.
    pub exact: Ratios,
    /// Right is what has a code point in common with the truth.
    pub overlap: Ratios,
    /// Words instead of spans: right is a word that both touch.
    pub word: Ratios,
}

/// How much of what is there was found, and how much of what was found is there. A ratio over nothing is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Ratios {
    /// How many there are.
    pub truth: u64,
    /// How many were found, right or wrong.
    pub found: u64,
    /// Right ones among those found.
    pub precision: Option<f64>,
    /// Found ones among those there are.
    pub recall: Option<f64>,
    /// Harmonic mean of precision and recall.
    pub f1: Option<f64>,
    /// The same with recall weighed twice as important (van Rijsbergen, *Information Retrieval*, 1979, chapter 7): a leak is worse than a
    /// word too many.
    pub f2: Option<f64>,
}

/// How many there are and were found, and how many of each have a counterpart.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Matches {
    pub(super) truth: u64,
    pub(super) recalled: u64,
    pub(super) found: u64,
    pub(super) right: u64,
}

impl Matches {
    pub(super) fn ratios(self) -> Ratios {
        let ratio = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
        let precision = ratio(self.right, self.found);
        let recall = ratio(self.recalled, self.truth);
        // With nothing found, or nothing there, the missing ratio counts as zero.
        let f = |beta: f64| {
            let (precision, recall) = (precision.unwrap_or(0.0), recall.unwrap_or(0.0));
            let weighted = beta * beta * precision + recall;
            if weighted > 0.0 { (1.0 + beta * beta) * precision * recall / weighted } else { 0.0 }
        };
        let any = self.found + self.truth > 0;
        Ratios {
            truth: self.truth,
            found: self.found,
            precision,
            recall,
            f1: any.then(|| f(1.0)),
            f2: any.then(|| f(2.0)),
        }
    }
}

impl std::ops::AddAssign for Matches {
    fn add_assign(&mut self, other: Self) {
        self.truth += other.truth;
        self.recalled += other.recalled;
        self.found += other.found;
        self.right += other.right;
    }
}
