//! Rows both models were judged on.

use std::collections::{HashMap, HashSet};

use switchboard_artifact::HeldoutRow;
use switchboard_routing::{LinearSignals, Signals};

use super::FitError;
use super::answer::Answer;
use crate::FittedVersion;

/// One model's version, and what it answered for rows it had not seen.
#[derive(Debug, Clone, Copy)]
pub struct Side<'s> {
    /// The version.
    pub version: &'s FittedVersion,
    /// Its labels, in the order of its scores.
    pub labels: &'s [String],
    /// Its held-out rows.
    pub rows: &'s [HeldoutRow],
}

/// A row, and what the models said of it.
#[derive(Debug, Clone)]
pub(crate) struct Row<'s> {
    pub(crate) hash: &'s str,
    pub(crate) language: Option<&'s str>,
    /// Place of the right label.
    pub(crate) truth: usize,
    pub(crate) text: Option<Signals>,
    pub(crate) linear: Answer<'s>,
    /// What is known of the linear model's answer.
    pub(crate) said: LinearSignals,
    pub(crate) transformer: Option<Answer<'s>>,
}

impl<'s> Side<'s> {
    /// Its answers, a row each, by the rows' hashes: the first of equal rows.
    fn answers(&self) -> Result<Vec<(&'s HeldoutRow, usize, Answer<'s>)>, FitError> {
        let place = |label: &String| self.labels.iter().position(|known| known == label);
        let mut seen = HashSet::new();
        let mut answers = Vec::new();
        for (number, row) in self.rows.iter().enumerate() {
            let lengths = [row.logits.len(), row.probabilities.len()];
            let truth = place(&row.label).filter(|_| lengths == [self.labels.len(); 2]);
            let truth = truth.ok_or_else(|| FitError::OddRow {
                model: self.version.name.clone(),
                row: number + 1,
            })?;
            if seen.insert(&row.row_hash) {
                answers.push((row, truth, Answer::of(&row.logits, &row.probabilities)));
            }
        }
        Ok(answers)
    }
}

/// The rows of the linear model, in the order of their hashes; with a transformer, those that it has, too.
pub(crate) fn join<'s>(
    linear: &Side<'s>,
    transformer: Option<&Side<'s>>,
) -> Result<Vec<Row<'s>>, FitError> {
    let others = match transformer {
        Some(side) => {
            same_labels(linear.labels, side.labels)?;
            let answers = side.answers()?.into_iter();
            Some(answers.map(|(row, _, answer)| (&row.row_hash, answer)).collect::<HashMap<_, _>>())
        }
        None => None,
    };
    let mut rows = Vec::new();
    for (row, truth, answer) in linear.answers()? {
        let other = others.as_ref().map(|others| others.get(&row.row_hash).copied());
        if other != Some(None) {
            rows.push(joined(row, truth, answer, other.flatten()));
        }
    }
    rows.sort_by_key(|row| row.hash);
    Ok(rows)
}

fn joined<'s>(
    row: &'s HeldoutRow,
    truth: usize,
    linear: Answer<'s>,
    transformer: Option<Answer<'s>>,
) -> Row<'s> {
    let language = row.language.as_deref();
    Row {
        hash: &row.row_hash,
        language,
        truth,
        text: Signals::from_numbers(language.unwrap_or("und"), &row.signals),
        linear,
        said: LinearSignals::of(linear.probabilities, 0.0),
        transformer,
    }
}

fn same_labels(linear: &[String], transformer: &[String]) -> Result<(), FitError> {
    if linear == transformer {
        return Ok(());
    }
    let without = |these: &[String], others: &[String]| -> Vec<String> {
        these.iter().filter(|label| !others.contains(label)).cloned().collect()
    };
    Err(FitError::OtherLabels {
        linear: without(linear, transformer),
        transformer: without(transformer, linear),
    })
}
