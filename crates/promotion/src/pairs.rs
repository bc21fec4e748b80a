//! Rows that both versions answered.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use switchboard_artifact::HeldoutRow;

/// One row and what both versions answered for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair<'r> {
    pub(crate) champion: &'r HeldoutRow,
    pub(crate) challenger: &'r HeldoutRow,
}

impl Pair<'_> {
    /// The label the row has. The champion's word counts: a challenger cannot be judged by labels of its own.
    pub(crate) fn truth(&self) -> &str {
        &self.champion.label
    }
}

/// The rows both have, by hash; rows of the same hash count once.
pub(crate) fn join<'r>(champion: &'r [HeldoutRow], challenger: &'r [HeldoutRow]) -> Vec<Pair<'r>> {
    let challengers = unique(challenger);
    let pair = |(hash, champion): (&str, &'r HeldoutRow)| {
        challengers.get(hash).map(|challenger| Pair { champion, challenger })
    };
    unique(champion).into_iter().filter_map(pair).collect()
}

/// The rows, those of the same hash once.
pub(crate) fn distinct(rows: &[HeldoutRow]) -> Vec<&HeldoutRow> {
    unique(rows).into_values().collect()
}

fn unique(rows: &[HeldoutRow]) -> BTreeMap<&str, &HeldoutRow> {
    let mut unique: BTreeMap<&str, &HeldoutRow> = BTreeMap::new();
    for row in rows {
        let kept = unique.entry(&row.row_hash).or_insert(row);
        // Whichever it is must not depend on the order of the rows.
        if order(row, kept).is_lt() {
            *kept = row;
        }
    }
    unique
}

fn order(a: &HeldoutRow, b: &HeldoutRow) -> Ordering {
    let bits = |row: &HeldoutRow| row.probabilities.iter().map(|p| p.to_bits()).collect::<Vec<_>>();
    a.label.cmp(&b.label).then_with(|| bits(a).cmp(&bits(b)))
}

/// The place of the label a version answers, the first of equals; none when no probability is positive.
pub(crate) fn answered(probabilities: &[f32], labels: usize) -> Option<usize> {
    let positive = probabilities.iter().take(labels).enumerate();
    let positive =
        positive.filter(|(_, probability)| probability.is_finite() && **probability > 0.0);
    positive.reduce(|best, next| if next.1 > best.1 { next } else { best }).map(|(place, _)| place)
}
