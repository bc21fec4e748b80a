//! What can go wrong before a gate answers.

use linfa_svm::SvmError;
use switchboard_calibration::CalibrationError;

/// Why there is no gate.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// There is nothing to learn the difference from.
    #[error(
        "fit the gate: the model was right on {right} rows and wrong on {wrong}; {needed} of each are needed"
    )]
    TooFewRows {
        /// Rows the model was right on.
        right: usize,
        /// Rows the model was wrong on.
        wrong: usize,
        /// What is needed of both.
        needed: usize,
    },
    /// A row has more or fewer features than there are names.
    #[error("fit the gate: row {row} has {found} features, {expected} are named")]
    RowLength {
        /// Place of the row.
        row: usize,
        /// Names.
        expected: usize,
        /// Features of the row.
        found: usize,
    },
    /// A feature is infinite or not a number, or too great to compute with.
    #[error("fit the gate: feature {feature} is not finite in every row")]
    NotFinite {
        /// Name of the feature.
        feature: String,
    },
    /// A feature that never changes tells nothing: leave it out.
    #[error("fit the gate: feature {feature} is the same in every row; leave it out")]
    Constant {
        /// Name of the feature.
        feature: String,
    },
    /// The support vector machine could not be fitted.
    #[error("fit the gate")]
    Svm(#[from] SvmError),
    /// Its scores could not be turned into probabilities.
    #[error("calibrate the gate")]
    Calibration(#[from] CalibrationError),
    /// The gate was fitted to other features than it is to be asked about, or to the same in another order.
    #[error("the gate was fitted to the features {}, not {}", fitted.join(", "), asked.join(", "))]
    OtherFeatures {
        /// Those it was fitted to.
        fitted: Vec<String>,
        /// Those it is to be asked about.
        asked: Vec<String>,
    },
    /// Its numbers are not those that a fit gives.
    #[error("the gate's numbers are damaged")]
    Damaged,
}
