//! Why an operating point was refused.

use switchboard_artifact::ArtifactError;
use switchboard_calibration::{ConformalError, TailError};
use switchboard_gate::GateError;

/// Why what was loaded is no operating point.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PointError {
    /// The version is of another family.
    #[error("{name} is of family {found}, not routing: publish one with `calibrate-routing`")]
    Family {
        /// The model.
        name: String,
        /// Its family.
        found: String,
    },
    /// The file is missing from the version, or damaged.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// The file is not what this crate writes.
    #[error("routing.json is not an operating point: publish one with `calibrate-routing`")]
    Unreadable(#[from] serde_json::Error),
    /// A later release wrote it.
    #[error(
        "routing.json has format {found}, this release reads up to {known}: update, or publish again with this release's `calibrate-routing`"
    )]
    LaterFormat {
        /// Its format.
        found: u32,
        /// The newest that is read.
        known: u32,
    },
    /// A value makes no sense.
    #[error("routing.json: {what}")]
    Damaged {
        /// What is wrong.
        what: &'static str,
    },
    /// The scores of sets of labels are damaged.
    #[error("routing.json: prediction sets")]
    Sets(#[from] ConformalError),
    /// The quantiles of strangeness are damaged.
    #[error("routing.json: out-of-scope scores")]
    Tail(#[from] TailError),
    /// The gate is damaged.
    #[error("routing.json: gate")]
    Gate(#[from] GateError),
}
