//! What an operator may decide.

use serde::Deserialize;

use crate::Thresholds;

/// A routing policy, from a TOML file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Named in every reply.
    #[serde(default = "default_name")]
    pub name: String,
    /// Overrides the threshold read off held-out rows.
    pub escalate_below: Option<f32>,
    /// Overrides the threshold read off held-out rows.
    pub review_below: Option<f32>,
    /// Tickets more complex than this go to the transformer.
    #[serde(default = "default_complex_above")]
    pub complex_above: f32,
    /// Held-out rows of a language both models need before their accuracies are compared.
    #[serde(default = "default_min_heldout_rows")]
    pub min_heldout_rows: u64,
}

fn default_name() -> String {
    "default".to_owned()
}

fn default_complex_above() -> f32 {
    0.5
}

fn default_min_heldout_rows() -> u64 {
    30
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            name: default_name(),
            escalate_below: None,
            review_below: None,
            complex_above: default_complex_above(),
            min_heldout_rows: default_min_heldout_rows(),
        }
    }
}

/// What is wrong with a policy.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// It is not TOML, or has a field nobody reads; the message names the line.
    #[error("read the policy: {0}")]
    Syntax(#[from] toml::de::Error),
    /// A value makes no sense.
    #[error("{field} is {value}; it must be from 0 to 1")]
    OutOfRange {
        /// The field.
        field: &'static str,
        /// Its value.
        value: f32,
    },
}

impl Policy {
    /// Reads a policy from TOML.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let policy: Self = toml::from_str(text)?;
        let shares = [
            ("escalate_below", policy.escalate_below),
            ("review_below", policy.review_below),
            ("complex_above", Some(policy.complex_above)),
        ];
        for (field, value) in shares {
            if let Some(value) = value.filter(|value| !(0.0..=1.0).contains(value)) {
                return Err(PolicyError::OutOfRange { field, value });
            }
        }
        Ok(policy)
    }

    /// The thresholds that hold: `measured`, with what the policy overrides.
    #[must_use]
    pub fn thresholds(&self, measured: Thresholds) -> Thresholds {
        let mut thresholds = measured;
        if let Some(below) = self.escalate_below {
            thresholds.escalate_below = below;
            thresholds.escalate_below_by_language.clear();
        }
        if let Some(below) = self.review_below {
            thresholds.linear_review_below = below;
            thresholds.transformer_review_below = below;
        }
        thresholds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_the_line_or_the_field() {
        let unknown = Policy::parse("name = \"night\"\nescalate = 0.5\n").unwrap_err().to_string();
        assert!(unknown.contains("line 2") && unknown.contains("escalate"), "{unknown}");
        let range = Policy::parse("review_below = 40").unwrap_err().to_string();
        assert_eq!(range, "review_below is 40; it must be from 0 to 1");
    }

    #[test]
    fn a_policy_overrides_what_held_out_rows_say() {
        let policy = Policy::parse("escalate_below = 0.5").unwrap();
        let mut measured = Thresholds::default();
        measured.escalate_below_by_language.insert("ar".to_owned(), 0.0);
        let thresholds = policy.thresholds(measured.clone());
        for language in ["ar", "en"] {
            assert!((thresholds.escalate_below(language) - 0.5).abs() < 1e-6);
        }
        assert_eq!(Policy::default().thresholds(measured.clone()), measured);
    }
}
