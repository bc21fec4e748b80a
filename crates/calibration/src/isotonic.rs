//! Isotonic regression, for one label and for one-vs-rest.

/// A function that never falls: straight lines between points, level beyond the first and the last.
///
/// Fitted by pooling adjacent violators (Ayer, Brunk, Ewing, Reid and Silverman 1955), as Zadrozny and Elkan (2002) do to calibrate.
#[derive(Debug, Clone, PartialEq)]
pub struct Isotonic {
    /// (score, probability), both ascending; never empty.
    points: Vec<(f64, f64)>,
}

/// Neighbouring rows that share one probability.
struct Pool {
    first: f64,
    last: f64,
    positives: f64,
    rows: f64,
}

impl Pool {
    fn share(&self) -> f64 {
        self.positives / self.rows
    }
}

impl Isotonic {
    /// Fits the probability that a row carries the label, given its score. `rows` is not empty and its scores are finite.
    pub(crate) fn fit(mut rows: Vec<(f64, bool)>) -> Self {
        // Even a score nobody was wrong at may be wrong once: as if one more row of each kind had been seen everywhere (Platt 1999).
        let doubt = 1.0 / (rows.len() as f64 + 2.0);
        rows.sort_unstable_by(|one, two| one.0.total_cmp(&two.0));
        let mut pools: Vec<Pool> = Vec::new();
        for (score, positive) in rows {
            let positives = if positive { 1.0 } else { 0.0 };
            pools.push(Pool { first: score, last: score, positives, rows: 1.0 });
            merge_violators(&mut pools);
        }
        let ends = |pool: &Pool| {
            let share = pool.share().clamp(doubt, 1.0 - doubt);
            [(pool.first, share), (pool.last, share)]
        };
        let mut points: Vec<(f64, f64)> = pools.iter().flat_map(ends).collect();
        points.dedup();
        Self { points }
    }

    /// Restores a function from its points; `None` unless there is one and both numbers ascend, probabilities within 0 and 1.
    pub(crate) fn from_points(points: Vec<(f64, f64)>) -> Option<Self> {
        let ascends = points.is_sorted_by(|one, two| one.0 <= two.0 && one.1 <= two.1);
        let sound = points.iter().all(|(score, p)| score.is_finite() && (0.0..=1.0).contains(p));
        (ascends && sound && !points.is_empty()).then_some(Self { points })
    }

    pub(crate) fn points(&self) -> &[(f64, f64)] {
        &self.points
    }

    /// The probability behind `score`.
    pub fn probability(&self, score: f64) -> f64 {
        let above = self.points.partition_point(|point| point.0 < score);
        match (above.checked_sub(1).map(|below| self.points[below]), self.points.get(above)) {
            (Some(left), Some(right)) => {
                left.1 + (right.1 - left.1) * (score - left.0) / (right.0 - left.0)
            }
            (Some(only), None) => only.1,
            (None, only) => only.map_or(0.0, |point| point.1),
        }
    }
}

/// Rows of one score are one pool, and no pool's share may be below that of the pool before it.
fn merge_violators(pools: &mut Vec<Pool>) {
    while let [.., before, last] = pools.as_slice() {
        if before.last < last.first && before.share() < last.share() {
            return;
        }
        let merged = Pool {
            first: before.first,
            last: last.last,
            positives: before.positives + last.positives,
            rows: before.rows + last.rows,
        };
        pools.truncate(pools.len() - 2);
        pools.push(merged);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn violators_are_pooled() {
        let rows = vec![(1.0, false), (2.0, true), (3.0, false), (4.0, true)];
        let fitted = Isotonic::fit(rows);
        for (score, expected) in
            [(0.0, 1.0 / 6.0), (2.0, 0.5), (2.7, 0.5), (3.5, 2.0 / 3.0), (9.0, 5.0 / 6.0)]
        {
            assert!((fitted.probability(score) - expected).abs() < 1e-12, "{score}");
        }
    }

    #[test]
    fn rows_of_one_score_share_one_probability() {
        let fitted = Isotonic::fit(vec![(1.0, false), (1.0, true), (1.0, true), (1.0, true)]);
        assert!((fitted.probability(1.0) - 0.75).abs() < 1e-12);
        assert_eq!(fitted.points().len(), 1);
    }

    proptest! {
        #[test]
        fn it_never_falls_and_is_restored_from_its_points(
            rows in prop::collection::vec((-5.0f64..5.0, any::<bool>()), 1..60),
            scores in prop::collection::vec(-6.0f64..6.0, 2..20),
        ) {
            let fitted = Isotonic::fit(rows);
            let mut scores = scores;
            scores.sort_by(f64::total_cmp);
            let probabilities: Vec<f64> = scores.iter().map(|score| fitted.probability(*score)).collect();
            prop_assert!(probabilities.is_sorted(), "{probabilities:?}");
            prop_assert!(probabilities.iter().all(|p| (0.0..=1.0).contains(p)));
            prop_assert_eq!(Isotonic::from_points(fitted.points().to_vec()), Some(fitted));
        }
    }
}
