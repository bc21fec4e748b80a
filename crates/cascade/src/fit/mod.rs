//! Fitting an operating point to the held-out rows of two versions.

mod answer;
mod automatic;
mod error;
mod escalation;
mod folds;
mod fusion;
mod gate;
mod join;
mod judge;
mod languages;
mod mesh;
mod newton;
mod pool;
mod report;
mod review;

use std::collections::BTreeSet;

use switchboard_calibration::Tail;
use switchboard_routing::{ReviewThresholds, Thresholds};

use crate::validate::ABOVE_ALL;

use crate::point::{FORMAT, OperatingPoint, OutOfScope, Targets};
use crate::situations::Situations;
use crate::{Fits, FittedVersion};

use self::answer::Answer;
use self::folds::Folds;
use self::fusion::Fused;
use self::gate::Gated;
use self::join::Row;
use self::mesh::{Mesh, confidences};

pub use self::automatic::Automatic;
pub use self::error::FitError;
pub use self::fusion::{FusionTrial, Gain};
pub use self::gate::GateTrial;
pub use self::join::Side;
pub use self::pool::FusionForm;
pub use self::report::{Answers, Coverage, Escalation, Language, Report, Situated};

/// Fewer rows than these say too little.
pub const MIN_ROWS: usize = 100;
/// Steps between the shares among which one is chosen.
const SHARES: u32 = 100;

/// What is wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct FitOptions {
    /// What to aim at.
    pub targets: Targets,
    /// Deals the rows into folds; the same rows and seed give the same point.
    pub seed: u64,
}

/// Fits the point to the rows both models were judged on, or, without a transformer, to the linear model's.
///
/// What the report says is cross-fitted: each row is judged by numbers fitted to other rows. What the point holds is fitted to all of them.
pub fn fit(
    linear: &Side<'_>,
    transformer: Option<&Side<'_>>,
    options: FitOptions,
) -> Result<(OperatingPoint, Report), FitError> {
    let FitOptions { targets, seed } = options;
    let asked = [targets.accuracy, targets.transformer_share];
    if !asked.into_iter().flatten().all(|share| (0.0..=1.0).contains(&share)) {
        return Err(FitError::Target);
    }
    let rows = join::join(linear, transformer)?;
    if rows.len() < MIN_ROWS {
        return Err(FitError::TooFewRows {
            joined: rows.len(),
            needed: MIN_ROWS,
            linear: linear.rows.len(),
            transformer: transformer.map(|side| side.rows.len()),
        });
    }
    let folds = Folds::of(&rows, seed);
    let (fused, spoiled) = fused(&rows, linear.labels.len(), &folds);
    let mut gated = gate::tried(&rows, linear.labels.len(), &folds, seed);
    for (row, score) in rows.iter().zip(&mut gated.scores) {
        if row.language.is_some_and(|language| spoiled.contains(language)) {
            *score = ABOVE_ALL;
        }
    }
    let fitting = Fitting {
        fits: fits(linear.version, transformer.map(|side| side.version)),
        labels: linear.labels,
        targets,
        fused,
        gated,
        spoiled,
        rows: &rows,
        folds,
    };
    Ok(fitting.finish())
}

/// The models combined, and the languages in which they had better not be: weights are fitted without these.
fn fused<'r>(
    rows: &'r [Row<'r>],
    labels: usize,
    folds: &Folds,
) -> (Option<Fused>, BTreeSet<&'r str>) {
    let Some(fused) = fusion::tried(rows, labels, folds, |_| true) else {
        return Default::default();
    };
    let spoiled = languages::spoiled(rows, &fused);
    if spoiled.is_empty() {
        return (Some(fused), spoiled);
    }
    let escalates = |row: &Row<'_>| !row.language.is_some_and(|code| spoiled.contains(code));
    (fusion::tried(rows, labels, folds, escalates), spoiled)
}

fn fits(linear: &FittedVersion, transformer: Option<&FittedVersion>) -> Fits {
    Fits { linear: Some(linear.clone()), transformer: transformer.cloned() }
}

/// A fit under way: the models are combined and the gate is tried, nothing is chosen yet.
struct Fitting<'f> {
    fits: Fits,
    labels: &'f [String],
    targets: Targets,
    rows: &'f [Row<'f>],
    folds: Folds,
    fused: Option<Fused>,
    gated: Gated,
    /// Languages that never escalate.
    spoiled: BTreeSet<&'f str>,
}

impl Fitting<'_> {
    fn finish(self) -> (OperatingPoint, Report) {
        let mesh = Mesh { rows: self.rows, scores: &self.gated.scores, fused: self.fused.as_ref() };
        let below = escalation::threshold(mesh.scores, self.share(&mesh));
        let judge = judge::Judge::of(&self, &mesh, below);
        let report = judge.report();
        let review = report.automatic.clone();
        let sets = Situations {
            mesh: judge.mesh().fitted_sets(),
            linear: Some(judge.linear().fitted_sets()),
            transformer: judge.transformer().map(|judged| judged.fitted_sets()),
        };
        let thresholds = self.thresholds(
            &mesh,
            below,
            ReviewThresholds {
                mesh: review.mesh.threshold,
                linear: review.linear.threshold,
                transformer: review.transformer.and_then(|automatic| automatic.threshold),
            },
        );
        let strangeness = |answer: Answer<'_>| -answer.greatest_logit;
        let transformers: Option<Vec<f32>> =
            self.rows.iter().map(|row| row.transformer.map(strangeness)).collect();
        let out_of_scope = OutOfScope {
            linear: Some(Tail::fit(self.rows.iter().map(|row| strangeness(row.linear)))),
            transformer: transformers.map(Tail::fit),
        };
        let point = OperatingPoint {
            format: FORMAT,
            labels: self.labels.to_vec(),
            targets: self.targets,
            thresholds,
            sets,
            out_of_scope,
            fits: self.fits,
            fusion: self.fused.map(|fused| fused.fusion),
            gate: self.gated.gate,
        };
        (point, report)
    }

    /// The share to escalate: as asked for, or the smallest that is as good as any. Without a transformer nothing escalates.
    fn share(&self, mesh: &Mesh<'_>) -> f64 {
        if mesh.fused.is_none() {
            return 0.0;
        }
        self.targets.transformer_share.unwrap_or_else(|| {
            let shares: Vec<f64> =
                (0..=SHARES).map(|step| f64::from(step) / f64::from(SHARES)).collect();
            let right = |share: &f64| {
                let judged = confidences(&mesh.with_share(*share), &mesh.truths());
                judged.into_iter().map(|(_, right)| right).collect()
            };
            escalation::smallest_good(&shares, &shares.iter().map(right).collect::<Vec<_>>())
        })
    }

    /// Where a gate serves it decides, and the confidence that lets as many tickets escalate stands by.
    fn thresholds(&self, mesh: &Mesh<'_>, below: f32, review: ReviewThresholds) -> Thresholds {
        let confidence: Vec<f32> = self.rows.iter().map(|row| row.said.confidence).collect();
        let same_share = || escalation::threshold(&confidence, mesh.share(below));
        let gated = self.gated.gate.is_some();
        let never = |language: &&str| ((*language).to_owned(), 0.0);
        Thresholds {
            escalate_below: if gated { same_share() } else { below },
            escalate_below_by_language: self.spoiled.iter().map(never).collect(),
            gate_below: gated.then_some(below),
            quantiles: escalation::quantiles(mesh.scores),
            review,
        }
    }
}
