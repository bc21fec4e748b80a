//! What a trainer measured of the version itself, and recorded in it.

use serde::{Deserialize, Serialize};

/// The file of a version that holds what was measured.
pub const CHECKS_FILE: &str = "checks.json";

/// How fast a version answers, and whether placeholders change what it answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// How long one text takes.
    pub latency: Latency,
    /// Whether a placeholder changes a label.
    pub placeholders: Placeholders,
}

/// How long the model takes to answer one text at a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Latency {
    /// Texts it was measured on.
    pub texts: u64,
    /// The median, in milliseconds.
    pub median_ms: f64,
    /// 99 of 100 texts take no longer, in milliseconds.
    pub p99_ms: f64,
    /// Where it was measured: times of other processors cannot be compared.
    pub processor: Processor,
}

/// A processor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Processor {
    /// Its name, as it gives it.
    pub name: String,
    /// How many threads it runs at once.
    pub threads: u64,
}

/// On how many texts a placeholder changes the label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placeholders {
    /// Texts it was tried on, each with a placeholder inserted, replaced by another, and cut out.
    pub texts: u64,
    /// Of them, those whose label was not the same each time.
    pub changed: u64,
}
