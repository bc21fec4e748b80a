//! Languages whose tickets the transformer only spoils.

use std::collections::{BTreeMap, BTreeSet};

use super::answer::top;
use super::fusion::Fused;
use super::join::Row;

/// Fewer rows of a language say too little of it.
const MIN_ROWS: usize = 50;

/// The languages in which both models combined are right less often than the linear model alone, by more than one standard error (McNemar 1947).
pub(crate) fn spoiled<'r>(rows: &'r [Row<'r>], fused: &Fused) -> BTreeSet<&'r str> {
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for (row, fused) in rows.iter().zip(&fused.probabilities) {
        if let Some(language) = row.language {
            let right = [row.linear.probabilities, fused].map(|answer| top(answer).0 == row.truth);
            tallies.entry(language).or_default().count(right);
        }
    }
    let spoiled = tallies.into_iter().filter(|(_, tally)| tally.loses());
    spoiled.map(|(language, _)| language).collect()
}

#[derive(Default)]
struct Tally {
    rows: usize,
    /// Rows the linear model alone had right.
    lost: usize,
    /// Rows both together alone had right.
    gained: usize,
}

impl Tally {
    fn count(&mut self, right: [bool; 2]) {
        self.rows += 1;
        self.lost += usize::from(right == [true, false]);
        self.gained += usize::from(right == [false, true]);
    }

    fn loses(&self) -> bool {
        let error = ((self.lost + self.gained) as f64).sqrt();
        self.rows >= MIN_ROWS && self.lost as f64 - self.gained as f64 > error
    }
}
