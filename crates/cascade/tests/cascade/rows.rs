//! Rows of two models that make mistakes of their own.

use switchboard_artifact::HeldoutRow;
use switchboard_cascade::{FitOptions, FittedVersion, OperatingPoint, Report, Side, fit};
use switchboard_routing::Signals;

/// Steele, Lea and Flood 2014.
pub(crate) struct SplitMix64(pub(crate) u64);

impl SplitMix64 {
    /// The next number of 0 to 1.
    pub(crate) fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 40) as f32 / (1u64 << 24) as f32
    }

    /// About normal, deviation 1.
    pub(crate) fn normal(&mut self) -> f32 {
        (0..12).map(|_| self.next()).sum::<f32>() - 6.0
    }
}

pub(crate) fn labels() -> Vec<String> {
    ["Access", "Hardware", "Storage"].map(str::to_owned).to_vec()
}

pub(crate) fn version(family: &str) -> FittedVersion {
    FittedVersion { name: format!("category-{family}"), version: 3 }
}

fn softmax(logits: &[f32]) -> Vec<f32> {
    let exponents: Vec<f32> = logits.iter().map(|logit| logit.exp()).collect();
    let sum: f32 = exponents.iter().sum();
    exponents.iter().map(|exponent| exponent / sum).collect()
}

/// A calibrated model's answer: to noise of deviation 1 around `skill` for the truth, the softmax of `skill` times the scores.
fn answered(row: usize, truth: usize, skill: f32, random: &mut SplitMix64) -> HeldoutRow {
    let score = |label: usize| random_score(label == truth, skill, random);
    let scores: Vec<f32> = (0..labels().len()).map(score).collect();
    let logits: Vec<f32> = scores.iter().map(|score| score * skill).collect();
    HeldoutRow {
        row_hash: format!("{row:032x}"),
        label: labels()[truth].clone(),
        language: Some(if (row / 3).is_multiple_of(3) { "fr" } else { "en" }.to_owned()),
        probabilities: softmax(&logits),
        logits,
        signals: Signals::of("printer {status=0} again", ("en", random.next()), 0.0).numbers(),
    }
}

fn random_score(right: bool, skill: f32, random: &mut SplitMix64) -> f32 {
    random.normal() + if right { skill } else { 0.0 }
}

/// Rows of the linear model, and of a transformer that knows more; their mistakes are independent.
pub(crate) fn both(rows: usize, seed: u64) -> (Vec<HeldoutRow>, Vec<HeldoutRow>) {
    let mut random = SplitMix64(seed);
    let row = |row: usize| {
        let truth = row % labels().len();
        (answered(row, truth, 1.6, &mut random), answered(row, truth, 2.0, &mut random))
    };
    (0..rows).map(row).unzip()
}

pub(crate) fn fitted(
    linear: &[HeldoutRow],
    transformer: Option<&[HeldoutRow]>,
    options: FitOptions,
) -> (OperatingPoint, Report) {
    let (labels, versions) = (labels(), [version("tfidf"), version("transformer")]);
    let side = |version, rows| Side { version, labels: &labels, rows };
    let other = transformer.map(|rows| side(&versions[1], rows));
    fit(&side(&versions[0], linear), other.as_ref(), options).unwrap()
}

/// A point of both models, and what was found.
pub(crate) fn point(options: FitOptions) -> (OperatingPoint, Report) {
    let (linear, transformer) = both(1_500, 1);
    fitted(&linear, Some(&transformer), options)
}
