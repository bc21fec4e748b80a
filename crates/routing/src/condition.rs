//! Conditions of a policy's rules: signals compared, joined by `and`, `or` and `not`.

use serde::{Deserialize, Serialize};

use crate::{LinearSignals, Signals};

/// The deepest that conditions may stand inside each other, and the most that one may join.
const MAX_DEPTH: usize = 16;
const MAX_PARTS: usize = 64;

/// Something a rule can look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// [`Signals::language`].
    Language,
    /// [`Signals::language_confidence`].
    LanguageConfidence,
    /// [`Signals::script_mix`].
    ScriptMix,
    /// [`Signals::tokens`].
    Tokens,
    /// [`Signals::code`].
    Code,
    /// [`Signals::complexity`].
    Complexity,
    /// [`Signals::placeholder`].
    Placeholder,
    /// [`LinearSignals::confidence`].
    Confidence,
    /// [`LinearSignals::margin`].
    Margin,
    /// [`LinearSignals::entropy`].
    Entropy,
    /// [`LinearSignals::out_of_vocabulary`].
    OutOfVocabulary,
    /// [`LinearSignals::gate`].
    Gate,
}

impl Signal {
    /// Its value; `None` for a language, and for what is not known, or not yet.
    fn number(self, signals: &Signals, linear: Option<&LinearSignals>) -> Option<f64> {
        let number = match self {
            Self::Language => return None,
            Self::Tokens => return Some(f64::from(signals.tokens)),
            Self::LanguageConfidence => signals.language_confidence,
            Self::ScriptMix => signals.script_mix,
            Self::Code => signals.code,
            Self::Complexity => signals.complexity,
            Self::Placeholder => signals.placeholder,
            Self::Confidence => linear?.confidence,
            Self::Margin => linear?.margin,
            Self::Entropy => linear?.entropy,
            Self::OutOfVocabulary => linear?.out_of_vocabulary,
            Self::Gate => linear?.gate?,
        };
        Some(f64::from(number))
    }

    /// Whether it is known only once the linear model has answered.
    fn needs_answer(self) -> bool {
        use Signal::{Confidence, Entropy, Gate, Margin, OutOfVocabulary};
        matches!(self, Confidence | Margin | Entropy | OutOfVocabulary | Gate)
    }
}

/// What must hold for a rule to apply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub enum Condition {
    /// All of them.
    And(Vec<Self>),
    /// At least one of them.
    Or(Vec<Self>),
    /// Not that one.
    Not(Box<Self>),
    /// The language is one of these.
    Language(Vec<String>),
    /// A number lies strictly between two bounds, of which one may be missing.
    Number {
        /// Of what.
        signal: Signal,
        /// It must be greater.
        above: Option<f64>,
        /// It must be less.
        below: Option<f64>,
    },
}

impl Condition {
    /// Whether it holds; `None` when that depends on what is not known.
    pub fn holds(&self, signals: &Signals, linear: Option<&LinearSignals>) -> Option<bool> {
        let holds = |part: &Self| part.holds(signals, linear);
        match self {
            Self::And(parts) => all(parts.iter().map(holds)),
            Self::Or(parts) => {
                all(parts.iter().map(|part| holds(part).map(|it| !it))).map(|it| !it)
            }
            Self::Not(part) => holds(part).map(|it| !it),
            Self::Language(codes) => Some(codes.contains(&signals.language)),
            Self::Number { signal, above, below } => {
                let number = signal.number(signals, linear)?;
                Some(
                    above.is_none_or(|least| number > least)
                        && below.is_none_or(|most| number < most),
                )
            }
        }
    }

    /// Whether it looks at something that is known only once the linear model has answered.
    pub fn needs_answer(&self) -> bool {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().any(Self::needs_answer),
            Self::Not(part) => part.needs_answer(),
            Self::Language(_) => false,
            Self::Number { signal, .. } => signal.needs_answer(),
        }
    }

    fn depth(&self) -> usize {
        1 + match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().map(Self::depth).max().unwrap_or(0),
            Self::Not(part) => part.depth(),
            Self::Language(_) | Self::Number { .. } => 0,
        }
    }
}

/// Conjunction of three values (Kleene 1952): one that fails decides, one that is unknown otherwise leaves it open.
fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut sofar = Some(true);
    for part in parts {
        match part {
            Some(false) => return Some(false),
            Some(true) => {}
            None => sofar = None,
        }
    }
    sofar
}

/// A condition as it stands in the file.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(skip_serializing_if = "Option::is_none")]
    and: Option<Vec<Condition>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    or: Option<Vec<Condition>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not: Option<Box<Condition>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signal: Option<Signal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    above: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    below: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is: Option<Vec<String>>,
}

impl TryFrom<Written> for Condition {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let bounded = written.above.is_some() || written.below.is_some();
        let condition = match written {
            Written { and: Some(parts), or: None, not: None, signal: None, is: None, .. }
                if !bounded =>
            {
                Self::And(parts)
            }
            Written { or: Some(parts), and: None, not: None, signal: None, is: None, .. }
                if !bounded =>
            {
                Self::Or(parts)
            }
            Written { not: Some(part), and: None, or: None, signal: None, is: None, .. }
                if !bounded =>
            {
                Self::Not(part)
            }
            Written { signal: Some(signal), and: None, or: None, not: None, is, above, below } => {
                compared(signal, is, above, below)?
            }
            _ => {
                return Err(
                    "a condition is one of: { and = [..] }, { or = [..] }, { not = {..} }, { signal = \"..\", above/below = N }, { signal = \"language\", is = [..] }",
                );
            }
        };
        match &condition {
            Self::And(parts) | Self::Or(parts) if parts.is_empty() => {
                Err("name at least one condition")
            }
            Self::And(parts) | Self::Or(parts) if parts.len() > MAX_PARTS => {
                Err("join at most 64 conditions")
            }
            _ if condition.depth() > MAX_DEPTH => {
                Err("conditions may stand at most 16 deep inside each other")
            }
            _ => Ok(condition),
        }
    }
}

fn compared(
    signal: Signal,
    is: Option<Vec<String>>,
    above: Option<f64>,
    below: Option<f64>,
) -> Result<Condition, &'static str> {
    match (signal, is) {
        (Signal::Language, Some(codes)) if above.is_none() && below.is_none() => {
            Ok(Condition::Language(codes))
        }
        (Signal::Language, _) => Err("compare language by is = [\"en\", ..]"),
        (_, Some(_)) => Err("is = [..] is for language; compare numbers by above = N or below = N"),
        (_, None) if above.is_none() && below.is_none() => Err("give above = N or below = N"),
        (_, None) if above.into_iter().chain(below).any(|bound| !bound.is_finite()) => {
            Err("a bound must be a finite number")
        }
        (signal, None) => Ok(Condition::Number { signal, above, below }),
    }
}

impl From<Condition> for Written {
    fn from(condition: Condition) -> Self {
        match condition {
            Condition::And(parts) => Self { and: Some(parts), ..Self::default() },
            Condition::Or(parts) => Self { or: Some(parts), ..Self::default() },
            Condition::Not(part) => Self { not: Some(part), ..Self::default() },
            Condition::Language(codes) => {
                Self { signal: Some(Signal::Language), is: Some(codes), ..Self::default() }
            }
            Condition::Number { signal, above, below } => {
                Self { signal: Some(signal), above, below, ..Self::default() }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn signals() -> Signals {
        Signals::of("my {printer} is broken", ("fr", 0.9), 0.0)
    }

    fn linear() -> LinearSignals {
        LinearSignals { gate: Some(0.4), ..LinearSignals::of(&[0.6, 0.3, 0.1], 0.25) }
    }

    fn parse(text: &str) -> Result<Condition, String> {
        #[derive(Deserialize)]
        struct File {
            when: Condition,
        }
        toml::from_str::<File>(&format!("when = {text}"))
            .map(|file| file.when)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn signals_are_compared_and_joined() {
        let cases = [
            (r#"{ signal = "language", is = ["fr", "ar"] }"#, Some(true)),
            (r#"{ signal = "tokens", above = 3, below = 5 }"#, Some(true)),
            (r#"{ signal = "tokens", below = 4 }"#, Some(false)),
            (r#"{ signal = "confidence", below = 0.7 }"#, Some(true)),
            (r#"{ signal = "gate", above = 0.5 }"#, Some(false)),
            (r#"{ not = { signal = "code", above = 0.2 } }"#, Some(false)),
            (
                r#"{ or = [{ signal = "margin", above = 0.9 }, { signal = "out_of_vocabulary", above = 0.2 }] }"#,
                Some(true),
            ),
            (
                r#"{ and = [{ signal = "entropy", above = 0.1 }, { signal = "language_confidence", below = 0.5 }] }"#,
                Some(false),
            ),
        ];
        for (text, expected) in cases {
            let condition = parse(text).unwrap();
            assert_eq!(condition.holds(&signals(), Some(&linear())), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_known_yet_leaves_open_only_what_depends_on_it() {
        let holds = |text: &str| parse(text).unwrap().holds(&signals(), None);
        assert_eq!(holds(r#"{ signal = "confidence", below = 0.7 }"#), None);
        assert_eq!(
            holds(
                r#"{ and = [{ signal = "confidence", below = 0.7 }, { signal = "tokens", above = 9 }] }"#
            ),
            Some(false)
        );
        assert_eq!(
            holds(
                r#"{ or = [{ signal = "confidence", below = 0.7 }, { signal = "tokens", below = 9 }] }"#
            ),
            Some(true)
        );
    }

    #[test]
    fn what_is_written_wrong_is_told_with_the_fix() {
        let cases = [
            (r#"{ signal = "confidense", below = 0.7 }"#, "language_confidence"),
            (r#"{ signal = "confidence" }"#, "give above = N or below = N"),
            (r#"{ signal = "confidence", is = ["en"] }"#, "is = [..] is for language"),
            (r#"{ signal = "language", above = 0.5 }"#, "compare language by is"),
            ("{ and = [] }", "at least one condition"),
            (r#"{ and = [{ signal = "tokens", above = 1 }], above = 1 }"#, "a condition is one of"),
            ("{ xor = [] }", "unknown field `xor`"),
        ];
        for (text, fix) in cases {
            let error = parse(text).unwrap_err();
            assert!(error.contains(fix) && error.contains("line 1"), "{text}: {error}");
        }
        let deep = format!(
            "{}{}{}",
            "{ not = ".repeat(20),
            r#"{ signal = "tokens", above = 1 }"#,
            " }".repeat(20)
        );
        assert!(parse(&deep).unwrap_err().contains("16 deep"));
    }

    fn any_condition() -> impl Strategy<Value = Condition> {
        let leaf = prop_oneof![
            (0u8..64).prop_map(|below| f64::from(below) / 64.0).prop_map(|below| {
                Condition::Number { signal: Signal::Confidence, above: None, below: Some(below) }
            }),
            (0u8..9).prop_map(f64::from).prop_map(|above| Condition::Number {
                signal: Signal::Tokens,
                above: Some(above),
                below: None
            }),
            Just(Condition::Language(vec!["fr".to_owned()])),
        ];
        leaf.prop_recursive(4, 32, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..3).prop_map(Condition::And),
                prop::collection::vec(inner.clone(), 1..3).prop_map(Condition::Or),
                inner.prop_map(|part| Condition::Not(Box::new(part))),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_decided_early_is_not_decided_otherwise_later(condition in any_condition()) {
            if let Some(early) = condition.holds(&signals(), None) {
                prop_assert_eq!(condition.holds(&signals(), Some(&linear())), Some(early));
            }
        }

        #[test]
        fn a_condition_is_read_as_it_was_written(condition in any_condition()) {
            let json = serde_json::to_string(&condition).unwrap();
            prop_assert_eq!(serde_json::from_str::<Condition>(&json).unwrap(), condition);
        }
    }
}
