//! The gate: fitted, tried against the plain confidence, and used only where it wins.

use serde::Serialize;
use switchboard_evaluate::{AurcDifference, aurc_difference};
use switchboard_gate::{Gate, GateError, GateRow};

use super::answer::top;
use super::folds::{FOLDS, Folds};
use super::join::Row;
use crate::features::{Feature, Known, LabelGate};

/// Rows as sure as the average that a label's precision starts from: one said three times tells little.
const PRIOR_ROWS: f32 = 10.0;
/// A spread below this share of a feature's greatest size is none.
const LEAST_SPREAD: f64 = 1e-6;

/// How a gate did against the linear model's own confidence, on rows it was not fitted to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GateTrial {
    /// Whether it serves: its area is smaller by more than a standard error.
    pub serves: bool,
    /// What it looks at.
    pub features: Vec<&'static str>,
    /// Area under the risk–coverage curve of "the linear model is right", by the gate; `None` where no gate could be fitted.
    pub aurc: Option<f64>,
    /// The same by the confidence.
    pub confidence_aurc: f64,
    /// The first less the second, and its standard error.
    pub against_confidence: Option<AurcDifference>,
    /// Why no gate could be fitted.
    pub problem: Option<String>,
}

/// A gate that serves, or none, and what decides about each row.
pub(crate) struct Gated {
    pub(crate) gate: Option<LabelGate>,
    pub(crate) trial: GateTrial,
    /// The gate's probability, cross-fitted, or the confidence.
    pub(crate) scores: Vec<f32>,
}

pub(crate) fn tried(rows: &[Row<'_>], labels: usize, folds: &Folds, seed: u64) -> Gated {
    let confidence: Vec<f32> = rows.iter().map(|row| row.said.confidence).collect();
    let plain = with_rights(rows, &confidence);
    let confidence_aurc = switchboard_evaluate::risk_coverage(&plain).aurc;
    let fit = |of: &[usize]| fit(rows, of, labels, seed);
    let ask = |gate: &LabelGate, row: usize| ask(gate, &rows[row]);
    let all: Vec<usize> = (0..rows.len()).collect();
    let fitted = fit(&all).and_then(|gate| Ok((gate, folds.cross_fitted(fit, ask)?)));
    let mut trial = GateTrial {
        serves: false,
        features: Vec::new(),
        aurc: None,
        confidence_aurc,
        against_confidence: None,
        problem: None,
    };
    let (gate, scores) = match fitted {
        Ok(fitted) => fitted,
        Err(error) => {
            trial.problem = Some(error.to_string());
            return Gated { gate: None, trial, scores: confidence };
        }
    };
    let by_gate = with_rights(rows, &scores);
    let difference = aurc_difference(&by_gate, &plain);
    trial.features = gate.features.iter().map(|feature| feature.name()).collect();
    trial.aurc = Some(switchboard_evaluate::risk_coverage(&by_gate).aurc);
    trial.against_confidence = Some(difference);
    trial.serves = difference.difference < -difference.standard_error;
    if trial.serves {
        Gated { gate: Some(gate), trial, scores }
    } else {
        Gated { gate: None, trial, scores: confidence }
    }
}

fn with_rights(rows: &[Row<'_>], scores: &[f32]) -> Vec<(f32, bool)> {
    rows.iter().zip(scores).map(|(row, score)| (*score, is_right(row))).collect()
}

fn is_right(row: &Row<'_>) -> bool {
    top(row.linear.probabilities).0 == row.truth
}

fn ask(gate: &LabelGate, row: &Row<'_>) -> f32 {
    gate.probability(row.text.as_ref(), &row.said, top(row.linear.probabilities).0)
}

/// A gate from the rows at the places `of`.
fn fit(rows: &[Row<'_>], of: &[usize], labels: usize, seed: u64) -> Result<LabelGate, GateError> {
    let rows: Vec<&Row<'_>> = of.iter().map(|row| &rows[*row]).collect();
    let others = precisions_of_others(&rows, labels);
    let known = |(row, precision): (&&Row<'_>, &f32)| {
        let row: &Row<'_> = row;
        let known = Known { text: row.text.as_ref(), linear: &row.said, precision: *precision };
        let of_texts = Feature::OF_TEXTS.iter().filter(|_| row.text.is_some());
        let features: Vec<f64> =
            Feature::OF_ANSWERS.iter().chain(of_texts).map(|feature| feature.of(&known)).collect();
        features
    };
    let values: Vec<Vec<f64>> = rows.iter().zip(&others).map(known).collect();
    let features = varying(&values);
    let row = |(row, values): (&&Row<'_>, &Vec<f64>)| GateRow {
        features: features.iter().map(|(place, _)| values[*place]).collect(),
        right: is_right(row),
    };
    let fitted: Vec<GateRow> = rows.iter().zip(&values).map(row).collect();
    let features: Vec<Feature> = features.iter().map(|(_, feature)| *feature).collect();
    let names: Vec<&str> = features.iter().map(|feature| feature.name()).collect();
    let gate = Gate::fit(&names, &fitted, seed)?;
    Ok(LabelGate { gate, features, precision: precision(&rows, labels) })
}

/// The features that every row has and that change, with their places.
fn varying(values: &[Vec<f64>]) -> Vec<(usize, Feature)> {
    let known = values.iter().map(Vec::len).min().unwrap_or_default();
    let features = Feature::OF_ANSWERS.into_iter().chain(Feature::OF_TEXTS).take(known);
    let changes = |place: usize| {
        let column = || values.iter().map(|row| row[place]);
        let [least, most] = [f64::min, f64::max].map(|of| column().fold(f64::NAN, of));
        most - least > LEAST_SPREAD * most.abs().max(least.abs())
    };
    features.enumerate().filter(|(place, _)| changes(*place)).collect()
}

/// How often the model was right when it said each label.
fn precision(rows: &[&Row<'_>], labels: usize) -> Vec<f32> {
    let right = rows.iter().filter(|row| is_right(row)).count() as f32;
    let average = right / (rows.len() as f32).max(1.0);
    let mut counts = vec![(PRIOR_ROWS * average, PRIOR_ROWS); labels];
    for row in rows {
        let (right, said) = &mut counts[top(row.linear.probabilities).0];
        *right += f32::from(u8::from(is_right(row)));
        *said += 1.0;
    }
    counts.into_iter().map(|(right, said)| right / said).collect()
}

/// The precision of the label said of each row, among rows of other parts: a row must not tell on itself.
fn precisions_of_others(rows: &[&Row<'_>], labels: usize) -> Vec<f32> {
    let others = |part: usize| {
        let others = rows.iter().enumerate().filter(|(place, _)| place % FOLDS != part);
        precision(&others.map(|(_, row)| *row).collect::<Vec<_>>(), labels)
    };
    let parts: Vec<Vec<f32>> = (0..FOLDS).map(others).collect();
    let of_row =
        |(place, row): (usize, &&Row<'_>)| parts[place % FOLDS][top(row.linear.probabilities).0];
    rows.iter().enumerate().map(of_row).collect()
}
