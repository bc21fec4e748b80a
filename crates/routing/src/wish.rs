//! Which model should answer.

use std::collections::BTreeMap;

use crate::{Policy, Signals};

/// A language named with less confidence than this decides nothing.
const MIN_LANGUAGE_CONFIDENCE: f32 = 0.5;

/// A kind of model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// TF-IDF + linear SVM: microseconds.
    Tfidf,
    /// DistilBERT: milliseconds.
    Transformer,
}

impl Family {
    /// Every family.
    pub const ALL: [Self; 2] = [Self::Tfidf, Self::Transformer];

    /// The name used in routes, metrics and model names.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tfidf => "tfidf",
            Self::Transformer => "transformer",
        }
    }

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Tfidf => Self::Transformer,
            Self::Transformer => Self::Tfidf,
        }
    }
}

/// Why a model was wished for, or why another one answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The linear model answered with enough confidence.
    Confident,
    /// The linear model was not confident enough.
    LowConfidence,
    /// The ticket is complex.
    Complex,
    /// The model is the better one in the ticket's language.
    Language,
    /// The model that was wished for gave no answer.
    Fallback,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 5] =
        [Self::Confident, Self::LowConfidence, Self::Complex, Self::Language, Self::Fallback];

    /// The name used in replies and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Confident => "confident",
            Self::LowConfidence => "low_confidence",
            Self::Complex => "complex",
            Self::Language => "language",
            Self::Fallback => "fallback",
        }
    }
}

/// How a served model did on held-out rows, by language.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Record {
    /// By ISO 639-1 code.
    pub languages: BTreeMap<String, LanguageRecord>,
}

/// How a model did in one language.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LanguageRecord {
    /// Held-out rows.
    pub rows: u64,
    /// The share labelled rightly.
    pub accuracy: f64,
}

impl LanguageRecord {
    /// Whether this accuracy is above the other by more than chance gives in one case of twenty (a one-sided test of two shares). The slower model has to
    /// earn a language, not to win it by the luck of a few rows.
    fn surely_beats(self, other: Self) -> bool {
        let variance =
            |record: Self| record.accuracy * (1.0 - record.accuracy) / record.rows.max(1) as f64;
        self.accuracy - other.accuracy > 1.645 * (variance(self) + variance(other)).sqrt()
    }
}

/// The model that should answer, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// The model.
    pub family: Family,
    /// Why.
    pub reason: Reason,
    /// The same as a sentence.
    pub explanation: String,
}

/// The model to ask first. `linear` and `transformer` are `None` when that model does not serve the task.
pub fn first_wish(
    signals: &Signals,
    linear: Option<&Record>,
    transformer: Option<&Record>,
    policy: &Policy,
) -> Wish {
    let measured = |record: Option<&Record>| {
        let language = record?.languages.get(&signals.language)?;
        let known = signals.language_confidence >= MIN_LANGUAGE_CONFIDENCE
            && language.rows >= policy.min_heldout_rows;
        known.then_some(*language)
    };
    let (linear, transformer) = (measured(linear), measured(transformer));
    let (better, worse) = match (linear, transformer) {
        (Some(linear), Some(transformer)) => {
            (transformer.surely_beats(linear), transformer.accuracy < linear.accuracy)
        }
        (None, Some(_)) => (true, false),
        _ => (false, false),
    };
    if better {
        let of = |record: Option<LanguageRecord>| {
            record.map_or("unmeasured".to_owned(), |record| format!("{:.3}", record.accuracy))
        };
        let explanation = format!(
            "in language {} the transformer's held-out accuracy is {}, the linear model's {}",
            signals.language,
            of(transformer),
            of(linear)
        );
        return Wish { family: Family::Transformer, reason: Reason::Language, explanation };
    }
    // A complex ticket does not go to a model that is worse in its language.
    if signals.complexity > policy.complex_above && !worse {
        let explanation =
            format!("complexity {:.2} is above {:.2}", signals.complexity, policy.complex_above);
        return Wish { family: Family::Transformer, reason: Reason::Complex, explanation };
    }
    Wish { family: Family::Tfidf, reason: Reason::Confident, explanation: String::new() }
}

/// What the linear model's `confidence` makes of its answer: `Confident` accepts it; `LowConfidence`, below `escalate_below`, asks for the transformer.
pub fn second_wish(confidence: f32, escalate_below: f32) -> Wish {
    if confidence >= escalate_below {
        let explanation = format!("confidence {confidence:.2} is not below {escalate_below:.2}");
        Wish { family: Family::Tfidf, reason: Reason::Confident, explanation }
    } else {
        let explanation =
            format!("the linear model's confidence {confidence:.2} is below {escalate_below:.2}");
        Wish { family: Family::Transformer, reason: Reason::LowConfidence, explanation }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(accuracy: f64, rows: u64) -> Record {
        Record { languages: BTreeMap::from([("fr".to_owned(), LanguageRecord { rows, accuracy })]) }
    }

    fn signals(complexity: f32) -> Signals {
        Signals { language: "fr".into(), language_confidence: 1.0, complexity }
    }

    fn wished(
        complexity: f32,
        linear: Option<Record>,
        transformer: Option<Record>,
    ) -> (Family, Reason) {
        let wish = first_wish(
            &signals(complexity),
            linear.as_ref(),
            transformer.as_ref(),
            &Policy::default(),
        );
        (wish.family, wish.reason)
    }

    #[test]
    fn a_language_goes_to_the_model_that_is_better_there() {
        let simple = (Family::Tfidf, Reason::Confident);
        let language = (Family::Transformer, Reason::Language);
        assert_eq!(wished(0.1, Some(record(0.8, 100)), Some(record(0.9, 100))), language);
        assert_eq!(wished(0.1, Some(record(0.9, 100)), Some(record(0.8, 100))), simple);
        assert_eq!(
            wished(0.1, Some(record(0.8, 100)), Some(record(0.9, 5))),
            simple,
            "too few rows to compare"
        );
        assert_eq!(wished(0.1, None, Some(record(0.5, 100))), language);
        assert_eq!(wished(0.1, Some(record(0.5, 100)), None), simple);
    }

    #[test]
    fn a_lead_within_chance_wins_no_language() {
        let simple = (Family::Tfidf, Reason::Confident);
        assert_eq!(wished(0.1, Some(record(0.741, 1_600)), Some(record(0.767, 347))), simple);
        assert_eq!(wished(0.1, Some(record(0.8, 100)), Some(record(0.8, 100))), simple);
        let language = (Family::Transformer, Reason::Language);
        assert_eq!(wished(0.1, Some(record(0.741, 16_000)), Some(record(0.767, 3_470))), language);
    }

    #[test]
    fn an_uncertain_language_decides_nothing() {
        let signals = Signals { language_confidence: 0.1, ..signals(0.1) };
        let wish = first_wish(
            &signals,
            Some(&record(0.8, 100)),
            Some(&record(0.9, 100)),
            &Policy::default(),
        );
        assert_eq!(wish.reason, Reason::Confident);
    }

    #[test]
    fn a_complex_ticket_asks_for_the_transformer() {
        assert_eq!(
            wished(0.9, Some(record(0.9, 100)), None),
            (Family::Transformer, Reason::Complex)
        );
    }

    #[test]
    fn a_complex_ticket_does_not_go_to_a_model_that_is_worse_in_its_language() {
        assert_eq!(
            wished(0.9, Some(record(0.9, 100)), Some(record(0.5, 100))),
            (Family::Tfidf, Reason::Confident)
        );
    }

    #[test]
    fn confidence_decides_whether_the_linear_answer_stands() {
        assert_eq!(second_wish(0.7, 0.7).reason, Reason::Confident);
        let wish = second_wish(0.41, 0.7);
        assert_eq!((wish.family, wish.reason), (Family::Transformer, Reason::LowConfidence));
        assert_eq!(wish.explanation, "the linear model's confidence 0.41 is below 0.70");
    }
}
