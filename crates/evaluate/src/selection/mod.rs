//! What a confidence is worth: how often answers are right when the least confident are not given.

mod ranking;

use serde::Serialize;

use ranking::Ranking;

/// How accuracy falls as more is answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RiskCoverage {
    /// How many rows were judged.
    pub n: u64,
    /// The curve, the most confident rows first and all rows last; at most 101 points, one a percent of the rows.
    pub points: Vec<CoveragePoint>,
    /// The area under the risk–coverage curve: the mean over all rows of the share that is wrong among the rows at least as confident. 0
    /// to 1; the less, the better; 0 when there are no rows.
    pub aurc: f64,
}

/// What holds when only rows of some confidence are answered.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CoveragePoint {
    /// The share of rows that is answered, 0 to 1.
    pub coverage: f64,
    /// The share of them that is right, 0 to 1; 1 minus it is the selective risk.
    pub accuracy: f64,
    /// The least confidence that is answered.
    pub threshold: f32,
}

/// How two confidences compare.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct AurcDifference {
    /// The area of the first minus that of the second: negative when the first is better.
    pub difference: f64,
    /// Its standard error, by the jackknife.
    pub standard_error: f64,
}

/// Judges the confidence of each row against whether the row was right (El-Yaniv and Wiener 2010; Geifman and El-Yaniv 2017).
///
/// Rows of one confidence are answered together or not at all, so their order is of no consequence. A confidence that is not a number is the
/// least there is.
pub fn risk_coverage(rows: &[(f32, bool)]) -> RiskCoverage {
    let ranking = Ranking::of(rows);
    RiskCoverage { n: rows.len() as u64, points: ranking.points(), aurc: ranking.area() }
}

/// Compares two confidences of the same rows, which stand in the same order: the area of `one` minus that of `other`.
///
/// The error is that of pairs: each row is left out of both at once (Efron and Stein 1981). Rows that only one has are passed over; of fewer
/// than two, difference and error are 0.
pub fn aurc_difference(one: &[(f32, bool)], other: &[(f32, bool)]) -> AurcDifference {
    let rows = one.len().min(other.len());
    if rows < 2 {
        return AurcDifference { difference: 0.0, standard_error: 0.0 };
    }
    let [one, other] = [one, other].map(|all| Ranking::of(&all[..rows]));
    let pairs = one.areas_without_each().into_iter().zip(other.areas_without_each());
    let differences: Vec<f64> = pairs.map(|(one, other)| one - other).collect();
    let mean = differences.iter().sum::<f64>() / rows as f64;
    let squares: f64 = differences.iter().map(|difference| (difference - mean).powi(2)).sum();
    AurcDifference {
        difference: one.area() - other.area(),
        standard_error: (squares * (rows as f64 - 1.0) / rows as f64).sqrt(),
    }
}

#[cfg(test)]
mod tests;
