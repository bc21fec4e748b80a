//! What an evaluation found.

use std::collections::BTreeMap;

use serde::Serialize;

/// How good a classifier is. Every metric is `None` when there was nothing to judge.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// How many outcomes were judged.
    pub n: u64,
    /// The share that was right, 0 to 1.
    pub accuracy: Option<f64>,
    /// The mean F1 of the labels that occur as a truth or as a prediction.
    pub macro_f1: Option<f64>,
    /// The mean F1 weighted by support.
    pub weighted_f1: Option<f64>,
    /// The mean negative natural logarithm of the truth's probability.
    pub log_loss: Option<f64>,
    /// The expected calibration error of the top label, 15 bins of equal width.
    pub ece: Option<f64>,
    /// The maximum calibration error of the top label: the greatest gap of the bins of `reliability`.
    pub mce: Option<f64>,
    /// How confidence and accuracy compare, in the 15 bins of `ece`, the least confident first.
    pub reliability: Vec<ReliabilityBin>,
    /// Every label the classifier knows and every other truth.
    pub per_class: BTreeMap<String, ClassReport>,
    /// Every language the outcomes name.
    pub per_language: BTreeMap<String, LanguageReport>,
}

/// The outcomes whose top label was given a probability above `lower` and at most `upper`; the first bin holds those of 0, too.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ReliabilityBin {
    /// The probability above which the bin begins, 0 to 1.
    pub lower: f64,
    /// The greatest probability of the bin, 0 to 1.
    pub upper: f64,
    /// How many outcomes are in it.
    pub n: u64,
    /// The mean probability of their top labels; `None` when there are no outcomes.
    pub confidence: Option<f64>,
    /// The share of them that was right; `None` when there are no outcomes.
    pub accuracy: Option<f64>,
}

/// How good a classifier is at one label. A ratio over nothing is 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ClassReport {
    /// Of the outcomes said to be it, the share that is.
    pub precision: f64,
    /// Of the outcomes that are it, the share said to be.
    pub recall: f64,
    /// The harmonic mean of precision and recall.
    pub f1: f64,
    /// How many outcomes are it.
    pub support: u64,
    /// How many outcomes were said to be it.
    pub predicted: u64,
}

/// How good a classifier is in one language.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LanguageReport {
    /// How many outcomes are in it.
    pub n: u64,
    /// The share of them that was right.
    pub accuracy: f64,
    /// The mean F1 of the labels that occur among them as a truth or as a prediction.
    pub macro_f1: f64,
}
