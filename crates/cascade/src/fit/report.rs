//! What was found, for people: `report.json`.

use std::collections::BTreeMap;

use serde::Serialize;
use switchboard_evaluate::{CoverageReport, FrontierPoint, RiskCoverage};

use super::automatic::Automatic;
use super::fusion::FusionTrial;
use super::gate::GateTrial;
use crate::{Fits, Targets};

/// How the two models do, alone and together, on rows that nothing was fitted to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The versions.
    pub fits: Fits,
    /// What was asked for.
    pub targets: Targets,
    /// How many held-out rows were looked at.
    pub rows: u64,
    /// The share of all rows that is labelled right.
    pub accuracy: Answers<f64>,
    /// What the transformer is asked about, what it gains, and what is automatic then.
    pub point: FrontierPoint,
    /// Below which value of what tickets escalate.
    pub escalation: Escalation,
    /// What is automatic, with its accuracy.
    pub automatic: Situated<Automatic>,
    /// The same for every twentieth of tickets that the transformer might be asked about.
    pub frontier: Vec<FrontierPoint>,
    /// What the confidences are worth.
    pub risk_coverage: Answers<RiskCoverage>,
    /// The forms of combining that were tried; none without a transformer.
    pub fusion: Vec<FusionTrial>,
    /// The gate against the plain confidence.
    pub gate: GateTrial,
    /// Prediction sets by the coverage asked for.
    pub sets: Vec<Coverage>,
    /// Accuracy by language.
    pub languages: BTreeMap<String, Language>,
}

/// Something of each kind of answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answers<T> {
    /// The linear model's.
    pub linear: T,
    /// The transformer's.
    pub transformer: Option<T>,
    /// Both models', combined.
    pub fusion: Option<T>,
    /// The mesh's at the operating point: some the linear model's, some combined.
    pub mesh: T,
}

/// Something of each situation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Situated<T> {
    /// Nothing lacks.
    pub mesh: T,
    /// The linear model alone.
    pub linear: T,
    /// The transformer alone.
    pub transformer: Option<T>,
}

/// What makes a ticket escalate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Escalation {
    /// `gate` or `confidence`.
    pub by: &'static str,
    /// The value below which it does.
    pub below: f32,
}

/// How often sets hold the truth.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coverage {
    /// The share that was asked for.
    pub asked: f32,
    /// What came of it.
    pub found: Situated<CoverageReport>,
}

/// Accuracy in one language.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Language {
    /// Rows.
    pub rows: u64,
    /// Whether tickets escalate at all: not where combining only spoils answers.
    pub escalates: bool,
    /// The share labelled right.
    pub accuracy: Answers<f64>,
}
