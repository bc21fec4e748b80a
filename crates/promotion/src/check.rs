//! One thing that was looked at, and all of them together.

use serde::Serialize;
use serde_json::{Value, json};

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Check {
    /// Its name, as in the README.
    pub name: &'static str,
    /// What the champion has.
    pub champion: Option<f64>,
    /// What the challenger has.
    pub challenger: Option<f64>,
    /// What the challenger is held against.
    pub limit: Option<f64>,
    /// What follows.
    pub verdict: Verdict,
    /// The same in one sentence.
    pub sentence: String,
}

/// What follows from a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The challenger is good enough.
    Passed,
    /// It is not.
    Failed,
    /// Nobody knows, which refuses nothing by itself.
    NotMeasured,
}

impl Verdict {
    pub(crate) fn of(passed: bool) -> Self {
        if passed { Self::Passed } else { Self::Failed }
    }

    /// As a person reads it.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "FAILED",
            Self::NotMeasured => "not measured",
        }
    }
}

impl Check {
    pub(crate) fn new(name: &'static str, verdict: Verdict, sentence: String) -> Self {
        Self { name, champion: None, challenger: None, limit: None, verdict, sentence }
    }

    pub(crate) fn not_measured(name: &'static str, why: &str) -> Self {
        Self::new(name, Verdict::NotMeasured, why.to_owned())
    }

    pub(crate) fn sides(self, champion: f64, challenger: f64) -> Self {
        Self { champion: Some(champion), ..self }.challenger(challenger)
    }

    pub(crate) fn challenger(self, challenger: f64) -> Self {
        Self { challenger: Some(challenger), ..self }
    }

    pub(crate) fn limit(self, limit: f64) -> Self {
        Self { limit: Some(limit), ..self }
    }
}

/// All that was looked at. [`Display`](std::fmt::Display) is a table for people.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Rows on which both were compared.
    pub rows: u64,
    /// What was looked at.
    pub checks: Vec<Check>,
}

impl Comparison {
    /// Whether nothing failed.
    pub fn passed(&self) -> bool {
        self.failed().next().is_none()
    }

    /// What failed.
    pub fn failed(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| check.verdict == Verdict::Failed)
    }

    /// Without what is no matter of integrity: all that an alias other than the champion needs.
    #[must_use]
    pub fn integrity(mut self) -> Self {
        self.checks.retain(|check| check.name == "integrity");
        self
    }

    /// The figures, for the history of an alias.
    pub fn evidence(&self, champion: Option<u32>, forced: bool) -> Value {
        let figures = |check: &Check| {
            let Check { name, champion, challenger, limit, verdict, .. } = check;
            json!({"name": name, "champion": champion, "challenger": challenger, "limit": limit, "verdict": verdict})
        };
        let checks: Vec<Value> = self.checks.iter().map(figures).collect();
        json!({"champion": champion, "rows": self.rows, "passed": self.passed(), "forced": forced, "checks": checks})
    }
}
