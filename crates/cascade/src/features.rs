//! What the gate looks at. Fitting and serving compute it here.

use serde::{Deserialize, Serialize};
use switchboard_gate::Gate;
use switchboard_routing::{LinearSignals, Signals};

use crate::PointError;

/// A probability this far from 0 and 1 counts as this far: its log odds must not run away.
const LEAST_DOUBT: f64 = 1e-4;

/// One number the gate may look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Feature {
    /// Log odds of the linear model's confidence.
    Confidence,
    /// Its confidence less the probability of the second label.
    Margin,
    /// Entropy of its probabilities.
    Entropy,
    /// How often it was right when it said this label.
    Precision,
    /// Logarithm of one more than the tokens.
    Length,
    /// How sure the language is.
    LanguageConfidence,
    /// How complex the text is.
    Complexity,
    /// Letters outside the main script.
    ScriptMix,
    /// Share of code.
    Code,
}

impl Feature {
    /// Those known from the linear model's answer.
    pub(crate) const OF_ANSWERS: [Self; 4] =
        [Self::Confidence, Self::Margin, Self::Entropy, Self::Precision];
    /// Those known from the text.
    pub(crate) const OF_TEXTS: [Self; 5] =
        [Self::Length, Self::LanguageConfidence, Self::Complexity, Self::ScriptMix, Self::Code];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Confidence => "confidence",
            Self::Margin => "margin",
            Self::Entropy => "entropy",
            Self::Precision => "precision",
            Self::Length => "length",
            Self::LanguageConfidence => "language_confidence",
            Self::Complexity => "complexity",
            Self::ScriptMix => "script_mix",
            Self::Code => "code",
        }
    }

    /// Its value; one of a text that nothing is known of is 0.
    pub(crate) fn of(self, known: &Known<'_>) -> f64 {
        let linear = known.linear;
        let text = |number: fn(&Signals) -> f32| f64::from(known.text.map_or(0.0, number));
        match self {
            Self::Confidence => log_odds(linear.confidence),
            Self::Margin => f64::from(linear.margin),
            Self::Entropy => f64::from(linear.entropy),
            Self::Precision => f64::from(known.precision),
            Self::Length => known.text.map_or(0.0, |text| f64::from(text.tokens).ln_1p()),
            Self::LanguageConfidence => text(|text| text.language_confidence),
            Self::Complexity => text(|text| text.complexity),
            Self::ScriptMix => text(|text| text.script_mix),
            Self::Code => text(|text| text.code),
        }
    }
}

/// What is known of a ticket once the linear model answered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'k> {
    pub(crate) text: Option<&'k Signals>,
    pub(crate) linear: &'k LinearSignals,
    /// Of the label it chose.
    pub(crate) precision: f32,
}

fn log_odds(probability: f32) -> f64 {
    let p = f64::from(probability).clamp(LEAST_DOUBT, 1.0 - LEAST_DOUBT);
    (p / (1.0 - p)).ln()
}

/// A gate, and what it looks at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct LabelGate {
    pub(crate) gate: Gate,
    /// In the order the gate takes them.
    pub(crate) features: Vec<Feature>,
    /// How often the linear model was right when it said a label, a label each.
    pub(crate) precision: Vec<f32>,
}

impl LabelGate {
    /// The probability that the linear model is right; 0 for a label it does not know.
    pub(crate) fn probability(
        &self,
        text: Option<&Signals>,
        linear: &LinearSignals,
        label: usize,
    ) -> f32 {
        let Some(&precision) = self.precision.get(label) else { return 0.0 };
        let known = Known { text, linear, precision };
        let values: Vec<f64> = self.features.iter().map(|feature| feature.of(&known)).collect();
        self.gate.probability(&values)
    }

    pub(crate) fn check(&self, labels: usize) -> Result<(), PointError> {
        let names: Vec<&str> = self.features.iter().map(|feature| feature.name()).collect();
        self.gate.check(&names)?;
        let shares = self.precision.iter().all(|share| (0.0..=1.0).contains(share));
        if self.precision.len() == labels && shares {
            return Ok(());
        }
        Err(PointError::Damaged { what: "the gate's precisions are not a share a label" })
    }
}
