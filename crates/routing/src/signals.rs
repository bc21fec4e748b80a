//! What a policy looks at.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What is known of a ticket before a model has seen it. Shares are from 0 to 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Signals {
    /// ISO 639-1 code, or `und`.
    pub language: String,
    /// How sure that is, 0 to 1.
    pub language_confidence: f32,
    /// Letters outside the main script (Latin or not), doubled: half and half is 1.
    pub script_mix: f32,
    /// White-space separated pieces.
    pub tokens: u32,
    /// The share of them that hold a symbol of code or of a log.
    pub code: f32,
    /// How complex the ticket is, 0 to 1: see [`Signals::of`].
    pub complexity: f32,
    /// The share of the caller's text that was personal data. A rule that looks at it can tell a value from no value; nothing else here can.
    pub placeholder: f32,
}

/// What the linear model's answer adds. Shares are from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LinearSignals {
    /// Calibrated probability of the label it chose.
    pub confidence: f32,
    /// That, less the probability of the second label.
    pub margin: f32,
    /// Entropy of the probabilities, over that of knowing nothing.
    pub entropy: f32,
    /// Share of the tokens it has never seen.
    pub out_of_vocabulary: f32,
    /// The probability that it is right, when a gate serves.
    pub gate: Option<f32>,
}

/// Tokens at which a ticket counts as fully long: nine in ten tickets of internal help desks are shorter.
const LONG_TOKENS: f32 = 150.0;

impl Signals {
    /// The signals of a text with personal data cut out.
    ///
    /// Complexity is `0.6 · length + 0.2 · script mix + 0.2 · code`, each from 0 to 1: tokens against 150, and the two shares of the same names.
    pub fn of(text: &str, (language, language_confidence): (&str, f32), placeholder: f32) -> Self {
        let (mut tokens, mut code) = (0u32, 0u32);
        let (mut latin, mut other) = (0u32, 0u32);
        for token in text.split_whitespace() {
            tokens += 1;
            code += u32::from(token.contains(['{', '}', '<', '>', '=', '\\', '_', ';', '|']));
            for letter in token.chars().filter(|character| character.is_alphabetic()) {
                if is_latin(letter) { latin += 1 } else { other += 1 }
            }
        }
        let length = (tokens as f32 / LONG_TOKENS).min(1.0);
        let script_mix = 2.0 * share(latin.min(other), latin + other);
        let code = share(code, tokens);
        Self {
            language: language.to_owned(),
            language_confidence,
            script_mix,
            tokens,
            code,
            complexity: 0.6 * length + 0.2 * script_mix + 0.2 * code,
            placeholder,
        }
    }

    /// Those that are numbers and known when a model is trained, by name: what stands beside a held-out row.
    pub fn numbers(&self) -> BTreeMap<String, f32> {
        let numbers = [
            ("language_confidence", self.language_confidence),
            ("script_mix", self.script_mix),
            ("tokens", self.tokens as f32),
            ("code", self.code),
            ("complexity", self.complexity),
        ];
        numbers.into_iter().map(|(name, number)| (name.to_owned(), number)).collect()
    }

    /// The signals of a row, from what [`Self::numbers`] gave; `None` when one is missing.
    pub fn from_numbers(language: &str, numbers: &BTreeMap<String, f32>) -> Option<Self> {
        let number = |name: &str| numbers.get(name).copied();
        // A row's tokens were counted: a conversion that saturates loses nothing.
        #[expect(clippy::cast_sign_loss, reason = "a count is not negative")]
        let tokens = number("tokens")? as u32;
        Some(Self {
            language: language.to_owned(),
            language_confidence: number("language_confidence")?,
            script_mix: number("script_mix")?,
            tokens,
            code: number("code")?,
            complexity: number("complexity")?,
            placeholder: 0.0,
        })
    }
}

impl LinearSignals {
    /// What calibrated probabilities say; they sum to 1.
    pub fn of(probabilities: &[f32], out_of_vocabulary: f32) -> Self {
        let (mut first, mut second, mut entropy) = (0.0f32, 0.0f32, 0.0f32);
        for &p in probabilities {
            if p > first {
                (first, second) = (p, first);
            } else if p > second {
                second = p;
            }
            if p > 0.0 {
                entropy -= p * p.ln();
            }
        }
        let most = (probabilities.len() as f32).ln();
        let entropy = if most > 0.0 { (entropy / most).clamp(0.0, 1.0) } else { 0.0 };
        Self { confidence: first, margin: first - second, entropy, out_of_vocabulary, gate: None }
    }
}

fn is_latin(letter: char) -> bool {
    matches!(letter, 'A'..='Z' | 'a'..='z' | '\u{aa}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '\u{ff21}'..='\u{ff5a}')
}

fn share(part: u32, whole: u32) -> f32 {
    if whole == 0 { 0.0 } else { part as f32 / whole as f32 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> Signals {
        Signals::of(text, ("en", 1.0), 0.0)
    }

    #[test]
    fn length_script_mix_and_code_add_up() {
        assert!(of("").complexity == 0.0);
        let [plain, log, mixed] =
            ["my printer is broken", "my printer is {status=0} broken", "طابعتي printer معطلة"]
                .map(|text| of(text).complexity);
        assert!(plain < 0.02 && log > plain && mixed > plain, "{plain} {log} {mixed}");
        assert!((of(&"word ".repeat(500)).complexity - 0.6).abs() < 1e-6);
    }

    #[test]
    fn probabilities_have_a_margin_and_an_entropy() {
        let sure = LinearSignals::of(&[1.0, 0.0, 0.0], 0.0);
        assert_eq!((sure.confidence, sure.margin, sure.entropy), (1.0, 1.0, 0.0));
        let unsure = LinearSignals::of(&[0.25; 4], 0.5);
        assert!(unsure.margin == 0.0 && (unsure.entropy - 1.0).abs() < 1e-6);
        let alone = LinearSignals::of(&[1.0], 0.0);
        assert_eq!((alone.margin, alone.entropy), (1.0, 0.0));
    }

    #[test]
    fn numbers_give_the_signals_back_unless_one_is_missing() {
        let signals = of("printer {status=0} طابعتي");
        let mut numbers = signals.numbers();
        assert_eq!(Signals::from_numbers("en", &numbers), Some(signals));
        numbers.remove("code");
        assert_eq!(Signals::from_numbers("en", &numbers), None);
    }

    proptest! {
        #[test]
        fn shares_stay_between_zero_and_one(text in "\\PC{0,200}") {
            let signals = of(&text);
            for share in [signals.complexity, signals.script_mix, signals.code] {
                prop_assert!((0.0..=1.0).contains(&share));
            }
        }

        #[test]
        fn what_a_model_says_is_within_bounds(raw in prop::collection::vec(0.0f32..1.0, 1..40)) {
            let sum: f32 = raw.iter().sum::<f32>().max(1e-6);
            let probabilities: Vec<f32> = raw.iter().map(|p| p / sum).collect();
            let said = LinearSignals::of(&probabilities, 0.0);
            for share in [said.confidence, said.margin, said.entropy] {
                prop_assert!((0.0..=1.0 + 1e-6).contains(&share));
            }
        }
    }
}
