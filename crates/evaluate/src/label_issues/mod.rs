//! Labels that are probably wrong, by confident learning.

mod joint;

use crate::probability::{normalise, winner};

/// A row whose label is probably wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LabelIssue {
    /// Index of the row.
    pub row: usize,
    /// The label it carries.
    pub given: usize,
    /// The label it probably should carry: the most probable one.
    pub suggested: usize,
    /// The probability of the given label.
    pub given_probability: f32,
    /// The probability of the suggested label.
    pub suggested_probability: f32,
}

/// Why labels could not be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LabelIssuesError {
    /// Every row needs a label and probabilities.
    #[error(
        "find label issues: {targets} targets, but {rows} rows of probabilities; give each row one of both"
    )]
    Rows {
        /// How many targets were given.
        targets: usize,
        /// How many rows of probabilities were given.
        rows: usize,
    },
    /// A target is not the index of a label.
    #[error(
        "find label issues: the target of row {row} is {target}; with {labels} labels it must be below {labels}"
    )]
    Target {
        /// Index of the row.
        row: usize,
        /// What it is said to be.
        target: usize,
        /// How many labels there are.
        labels: usize,
    },
    /// A row has too few or too many probabilities.
    #[error(
        "find label issues: row {row} has {width} probabilities; give one for each of the {labels} labels"
    )]
    Width {
        /// Index of the row.
        row: usize,
        /// How many it has.
        width: usize,
        /// How many labels there are.
        labels: usize,
    },
}

/// What a row is said to be, and the share of every label.
struct Row {
    given: usize,
    shares: Vec<f64>,
}

/// Finds the rows whose label is probably wrong, the surest first: by how far the given label's probability is behind the suggested one's
/// (the normalised margin), then by row.
///
/// This is confident learning (Northcutt, Jiang, Chuang 2021) with the method *prune by noise
/// rate*: as many rows of one label are taken as seem to be of another one, those with the greatest margin, unless their own label
/// is the most probable one after all. A label keeps at least one row, so that of a label with a single row is never an issue.
///
/// `probabilities` has a row for each of `targets` and a column for each of `labels`; they must come from a model that did not learn from
/// the row (out of fold). They are brought to sum 1; a negative one and one that is not finite count as 0.
///
/// # Errors
/// When the numbers of rows, of columns or of labels do not fit together.
pub fn label_issues(
    labels: usize,
    targets: &[usize],
    probabilities: &[Vec<f32>],
) -> Result<Vec<LabelIssue>, LabelIssuesError> {
    check(labels, targets, probabilities)?;
    let rows = targets.iter().zip(probabilities);
    let rows: Vec<Row> =
        rows.map(|(given, row)| Row { given: *given, shares: normalise(row, labels) }).collect();
    let pruned = pruned(labels, &rows);
    let mut issues: Vec<(usize, usize)> = (0..rows.len())
        .filter(|place| pruned[*place])
        .filter_map(|place| Some((place, rows[place].suggested()?)))
        .collect();
    let lead = |(place, suggested): (usize, usize)| rows[place].lead(suggested);
    issues.sort_by(|one, two| lead(*two).total_cmp(&lead(*one)));
    Ok(issues.into_iter().map(|(place, suggested)| rows[place].issue(place, suggested)).collect())
}

fn check(
    labels: usize,
    targets: &[usize],
    probabilities: &[Vec<f32>],
) -> Result<(), LabelIssuesError> {
    if targets.len() != probabilities.len() {
        return Err(LabelIssuesError::Rows { targets: targets.len(), rows: probabilities.len() });
    }
    for (row, (target, probabilities)) in targets.iter().zip(probabilities).enumerate() {
        if *target >= labels {
            return Err(LabelIssuesError::Target { row, target: *target, labels });
        }
        if probabilities.len() != labels {
            return Err(LabelIssuesError::Width { row, width: probabilities.len(), labels });
        }
    }
    Ok(())
}

/// Whether each row is among those that seem to be of another label than the one they carry.
fn pruned(labels: usize, rows: &[Row]) -> Vec<bool> {
    let mut pruned = vec![false; rows.len()];
    for (given, counts) in joint::wrong_rows(labels, rows).into_iter().enumerate() {
        let places: Vec<usize> = (0..rows.len()).filter(|row| rows[*row].given == given).collect();
        for (other, count) in counts.into_iter().enumerate().filter(|(_, count)| *count > 0) {
            let mut leading = places.clone();
            leading.sort_by(|one, two| rows[*two].lead(other).total_cmp(&rows[*one].lead(other)));
            for place in leading.into_iter().take(count) {
                pruned[place] = true;
            }
        }
    }
    pruned
}

impl Row {
    /// How far the label's share is ahead of the given label's.
    fn lead(&self, label: usize) -> f64 {
        self.shares[label] - self.shares[self.given]
    }

    /// The most probable label, when that is not the given one.
    fn suggested(&self) -> Option<usize> {
        winner(&self.shares).filter(|label| self.lead(*label) > joint::TOLERANCE)
    }

    fn issue(&self, row: usize, suggested: usize) -> LabelIssue {
        LabelIssue {
            row,
            given: self.given,
            suggested,
            given_probability: self.shares[self.given] as f32,
            suggested_probability: self.shares[suggested] as f32,
        }
    }
}
