//! How much worse a challenger may be.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The thresholds of every check: the section `promotion` of `training/params.yaml`, where each is explained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Rows that both versions must have answered without having learnt them.
    pub min_rows: u64,
    /// How much of a label's rows must be common, as a share of how much of all rows is.
    pub min_label_coverage: f64,
    /// How improbable a loss must be between equally good versions to count as real.
    pub significance: f64,
    /// Accuracy that may be lost.
    pub max_accuracy_loss: f64,
    /// Macro F1 that may be lost.
    pub max_macro_f1_loss: f64,
    /// Rows a label must have to be looked at by itself.
    pub min_class_rows: u64,
    /// F1 of the worst label that may be lost.
    pub max_worst_class_loss: f64,
    /// Calibration error a version may have, unless the champion has more.
    pub max_ece: f64,
    /// Calibration error that may be added to the champion's.
    pub max_ece_increase: f64,
    /// Log loss that may be added to the champion's, in nats.
    pub max_log_loss_increase: f64,
    /// How many times the champion's median latency is allowed.
    pub max_latency_ratio: f64,
    /// A median latency that is allowed whatever the champion's is, in milliseconds.
    pub latency_floor_ms: f64,
    /// How many times the champion's size is allowed.
    pub max_size_ratio: f64,
    /// A size that is allowed whatever the champion's is, in megabytes (10⁶ bytes).
    pub size_floor_mb: f64,
    /// Texts whose label may change when a placeholder is written into them.
    pub max_placeholder_changes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            min_rows: 100,
            min_label_coverage: 0.5,
            significance: 0.01,
            max_accuracy_loss: 0.01,
            max_macro_f1_loss: 0.02,
            min_class_rows: 30,
            max_worst_class_loss: 0.05,
            max_ece: 0.1,
            max_ece_increase: 0.03,
            max_log_loss_increase: 0.1,
            max_latency_ratio: 2.0,
            latency_floor_ms: 5.0,
            max_size_ratio: 2.0,
            size_floor_mb: 50.0,
            max_placeholder_changes: 4,
        }
    }
}

/// Why thresholds cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LimitsError {
    /// The text is not YAML, or holds something that is no threshold.
    #[error("the thresholds cannot be read: {reason}")]
    Unreadable {
        /// What is wrong, and on which line.
        reason: String,
    },
    /// There are no thresholds in it.
    #[error("there is no section `promotion` in it: write the thresholds below `promotion:`")]
    NoSection,
    /// A threshold is out of its range.
    #[error("`promotion.{name}` is {value}: give a number from {least} to {most}")]
    OutOfRange {
        /// The threshold.
        name: &'static str,
        /// What was given.
        value: String,
        /// The least it may be.
        least: String,
        /// The most it may be.
        most: String,
    },
}

/// The other sections of the file are about training.
#[derive(Deserialize)]
struct Parameters {
    promotion: Option<Limits>,
}

const SHARE: RangeInclusive<f64> = 0.0..=1.0;
const RATIO: RangeInclusive<f64> = 1.0..=1e6;
const AMOUNT: RangeInclusive<f64> = 0.0..=1e9;

impl Limits {
    /// Reads the section `promotion` of a YAML text; what it leaves out has its default.
    pub fn from_yaml(text: &str) -> Result<Self, LimitsError> {
        let parameters: Parameters = serde_saphyr::from_str(text).map_err(|error| {
            let reason = error.without_snippet().to_string().replace('\n', " ");
            LimitsError::Unreadable { reason }
        })?;
        let limits = parameters.promotion.ok_or(LimitsError::NoSection)?;
        limits.check()?;
        Ok(limits)
    }

    fn check(&self) -> Result<(), LimitsError> {
        for (name, value, range) in self.ranges() {
            if !range.contains(&value) {
                let [value, least, most] =
                    [value, *range.start(), *range.end()].map(|number| number.to_string());
                return Err(LimitsError::OutOfRange { name, value, least, most });
            }
        }
        Ok(())
    }

    fn ranges(&self) -> [(&'static str, f64, RangeInclusive<f64>); 13] {
        [
            // With no row to look at, there is nothing to compare.
            ("min_rows", self.min_rows as f64, 1.0..=1e9),
            ("min_label_coverage", self.min_label_coverage, SHARE),
            ("significance", self.significance, SHARE),
            ("max_accuracy_loss", self.max_accuracy_loss, SHARE),
            ("max_macro_f1_loss", self.max_macro_f1_loss, SHARE),
            ("max_worst_class_loss", self.max_worst_class_loss, SHARE),
            ("max_ece", self.max_ece, SHARE),
            ("max_ece_increase", self.max_ece_increase, SHARE),
            ("max_log_loss_increase", self.max_log_loss_increase, AMOUNT),
            ("max_latency_ratio", self.max_latency_ratio, RATIO),
            ("latency_floor_ms", self.latency_floor_ms, AMOUNT),
            ("max_size_ratio", self.max_size_ratio, RATIO),
            ("size_floor_mb", self.size_floor_mb, AMOUNT),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_and_what_is_compiled_in_are_equal() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../training/params.yaml");
        let text = std::fs::read_to_string(file).unwrap();
        assert_eq!(Limits::from_yaml(&text), Ok(Limits::default()));
        let section = text.split("\npromotion:").nth(1).unwrap();
        for name in serde_json::to_value(Limits::default()).unwrap().as_object().unwrap().keys() {
            assert!(section.contains(&format!("\n  {name}: ")), "{name} is not in the file");
        }
    }

    #[test]
    fn what_is_left_out_has_its_default_and_other_sections_are_not_ours() {
        let text = "train:\n  seed: 3\npromotion:\n  max_accuracy_loss: 0.5\n";
        let expected = Limits { max_accuracy_loss: 0.5, ..Limits::default() };
        assert_eq!(Limits::from_yaml(text), Ok(expected));
    }

    #[test]
    fn what_cannot_be_a_threshold_is_named() {
        for (text, parts) in [
            (
                "promotion:\n  max_acuracy_loss: 0.1\n",
                &["max_acuracy_loss", "max_accuracy_loss"][..],
            ),
            ("promotion:\n  min_rows: many\n", &["line 2"]),
            ("promotion:\n  max_ece: 0.1\n  max_ece: 0.2\n", &["max_ece"]),
            ("promotion: [1\n", &["cannot be read"]),
            ("train:\n  seed: 1\n", &["no section `promotion`"]),
            ("promotion:\n  max_ece: 2\n", &["`promotion.max_ece` is 2", "from 0 to 1"]),
            ("promotion:\n  max_ece: .nan\n", &["`promotion.max_ece` is NaN"]),
            ("promotion:\n  max_size_ratio: 0.5\n", &["max_size_ratio", "from 1 to"]),
            ("promotion:\n  min_rows: 0\n", &["`promotion.min_rows` is 0"]),
        ] {
            let said = Limits::from_yaml(text).unwrap_err().to_string();
            assert!(parts.iter().all(|part| said.contains(part)), "{text}: {said}");
            assert_eq!(said.lines().count(), 1, "{said}");
        }
    }
}
