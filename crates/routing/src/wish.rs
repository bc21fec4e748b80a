//! Which models should answer.

use std::collections::BTreeMap;

use crate::policy::Rule;
use crate::{Ask, Family, Limit, LinearSignals, Policy, Reason, Signals, Thresholds};

/// A language named with less confidence than this does not decide which model is the better one.
const MIN_LANGUAGE_CONFIDENCE: f32 = 0.5;
/// A language named with less confidence than this may be another one.
const SURE_LANGUAGE_CONFIDENCE: f32 = 0.9;

/// How a served model did on held-out rows, by language.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Record {
    /// By ISO 639-1 code. Empty when nothing is known.
    pub languages: BTreeMap<String, LanguageRecord>,
}

/// How a model did in one language.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LanguageRecord {
    /// Rows it was trained on.
    pub training_rows: u64,
    /// Held-out rows.
    pub rows: u64,
    /// The share of those labelled rightly; not a number when there were none.
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

impl Record {
    /// Whether the model was trained on that language, as far as anybody knows.
    fn knows(&self, language: &str) -> bool {
        self.languages.is_empty()
            || self.languages.get(language).is_some_and(|known| known.training_rows > 0)
    }

    /// Whether it was trained on every language the other was.
    fn knows_all_of(&self, other: &Self) -> bool {
        other.languages.iter().all(|(code, known)| known.training_rows == 0 || self.knows(code))
    }
}

/// What surrounds a decision: everything but the ticket.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'c> {
    /// The task.
    pub task: &'c str,
    /// What the operator decided.
    pub policy: &'c Policy,
    /// What held-out rows say.
    pub thresholds: &'c Thresholds,
    /// The linear model; `None` when it does not serve the task.
    pub linear: Option<&'c Record>,
    /// The transformer; `None` when it does not serve the task.
    pub transformer: Option<&'c Record>,
    /// Whether answers of both can be combined.
    pub fuses: bool,
    /// Whether the thresholds were chosen for these two models together, at a known price.
    pub calibrated: bool,
    /// The share of escalations that the transformer's budget allows, and the limit that presses hardest.
    pub share: (f32, Limit),
    /// Whom the caller asked for.
    pub requested: Option<Ask>,
}

/// The models to ask, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// The models.
    pub ask: Ask,
    /// Why.
    pub reason: Reason,
    /// The same as a sentence.
    pub explanation: String,
    /// The rule, threshold or fact that decided: a setting of the policy, or a name of a closed set.
    pub decided_by: String,
    /// What would have changed the outcome, as a sentence.
    pub otherwise: String,
}

impl Wish {
    /// The model to begin with; the other one stands in for it.
    pub fn first(&self) -> Family {
        if self.ask == Ask::Transformer { Family::Transformer } else { Family::Tfidf }
    }
}

/// The models to ask first.
pub fn first_wish(signals: &Signals, around: &Circumstances<'_>) -> Wish {
    requested(around)
        .or_else(|| ruled(signals, None, around))
        .or_else(|| by_training(signals, around))
        .or_else(|| by_accuracy(signals, around))
        .or_else(|| by_complexity(signals, around))
        .unwrap_or_else(|| Wish {
            ask: Ask::Tfidf,
            reason: Reason::Confident,
            explanation: String::new(),
            decided_by: "default".to_owned(),
            otherwise: String::new(),
        })
}

/// What the linear model's answer makes of a ticket that it was asked for by default: it stands (`Tfidf`), or the transformer is asked too.
pub fn second_wish(signals: &Signals, linear: &LinearSignals, around: &Circumstances<'_>) -> Wish {
    if let Some(wish) = ruled(signals, Some(linear), around) {
        return wish;
    }
    let doubt = Doubt::of(signals, linear, around);
    if doubt.value >= doubt.below {
        return doubt.stands();
    }
    if around.transformer.is_some_and(|record| !may_answer(record, around.linear, signals)) {
        return Wish {
            ask: Ask::Tfidf,
            reason: Reason::Language,
            explanation: format!(
                "the transformer was not trained on the languages this may be ({})",
                signals.language
            ),
            decided_by: "training_languages".to_owned(),
            otherwise: format!(
                "a transformer trained on {} would have been asked",
                signals.language
            ),
        };
    }
    let eased = around.thresholds.eased(doubt.below, around.share.0);
    if doubt.value >= eased {
        doubt.stays_for_now(eased, around.share.1)
    } else {
        doubt.escalates(both(around))
    }
}

/// Both models where their answers can be combined; else the transformer's counts alone.
fn both(around: &Circumstances<'_>) -> Ask {
    if around.fuses { Ask::Both } else { Ask::Transformer }
}

fn requested(around: &Circumstances<'_>) -> Option<Wish> {
    let ask = around.requested?;
    Some(Wish {
        ask,
        reason: Reason::Requested,
        explanation: "the request names the models to ask".to_owned(),
        decided_by: "request".to_owned(),
        otherwise: "without a route in the request the policy decides".to_owned(),
    })
}

/// What the most important rule that holds says. While the linear model has not answered, one that looks at its answer does not hold yet.
fn ruled(
    signals: &Signals,
    linear: Option<&LinearSignals>,
    around: &Circumstances<'_>,
) -> Option<Wish> {
    let mut rules = around.policy.holding(around.task, signals, linear);
    let decides = |rule: &Rule| Some((rule.name.to_string(), rule.then.ask()?));
    let (name, ask) = rules.find_map(decides)?;
    let ask = if ask == Ask::Both { both(around) } else { ask };
    Some(Wish {
        ask,
        reason: Reason::Rule,
        explanation: format!("rule {name:?} holds"),
        decided_by: format!("rules.{name}"),
        otherwise: format!("without rule {name:?} the other rules and the thresholds decide"),
    })
}

/// Whether a model may answer a ticket: it was trained on its language. Where that is not sure, or strange to the model, the ticket may be in any language, and the model
/// must know all that the other one does.
fn may_answer(record: &Record, other: Option<&Record>, signals: &Signals) -> bool {
    let sure = signals.language_confidence >= SURE_LANGUAGE_CONFIDENCE;
    let no_letters = signals.language == "und";
    no_letters
        || sure && record.knows(&signals.language)
        || other.is_none_or(|other| record.knows_all_of(other))
}

/// When only the transformer may answer, it does. Where it is the linear model, that is asked first anyway, and `second_wish` keeps its answer.
fn by_training(signals: &Signals, around: &Circumstances<'_>) -> Option<Wish> {
    let (linear, transformer) = (around.linear?, around.transformer?);
    if may_answer(linear, Some(transformer), signals)
        || !may_answer(transformer, Some(linear), signals)
    {
        return None;
    }
    Some(Wish {
        ask: Ask::Transformer,
        reason: Reason::Language,
        explanation: format!(
            "only the transformer was trained on the languages this may be ({})",
            signals.language
        ),
        decided_by: "training_languages".to_owned(),
        otherwise: "a linear model trained on them would have been asked".to_owned(),
    })
}

/// Where the transformer was surely better in a language, it answers; unless thresholds say, ticket by ticket, where it is worth its price.
fn by_accuracy(signals: &Signals, around: &Circumstances<'_>) -> Option<Wish> {
    let known = signals.language_confidence >= MIN_LANGUAGE_CONFIDENCE && !around.calibrated;
    let (linear, transformer) =
        (measured(around.linear, signals, around), measured(around.transformer, signals, around)?);
    let allowed =
        around.transformer.is_some_and(|record| may_answer(record, around.linear, signals));
    let better = linear.is_none_or(|linear| transformer.surely_beats(linear));
    if !(known && allowed && better) {
        return None;
    }
    let of = |record: Option<LanguageRecord>| {
        record.map_or("unmeasured".to_owned(), |record| format!("{:.3}", record.accuracy))
    };
    Some(Wish {
        ask: Ask::Transformer,
        reason: Reason::Language,
        explanation: format!(
            "in language {} the transformer's held-out accuracy is {}, the linear model's {}",
            signals.language,
            of(Some(transformer)),
            of(linear)
        ),
        decided_by: "held_out_accuracy".to_owned(),
        otherwise: "a linear model as accurate in this language, within chance, would have been asked first".to_owned(),
    })
}

/// How a model did in the ticket's language, if that was measured on enough rows.
fn measured(
    record: Option<&Record>,
    signals: &Signals,
    around: &Circumstances<'_>,
) -> Option<LanguageRecord> {
    let language = record?.languages.get(&signals.language)?;
    (language.rows >= around.policy.min_heldout_rows && language.accuracy.is_finite())
        .then_some(*language)
}

/// A complex ticket goes to the transformer, unless that is the worse model in its language or has no room.
fn by_complexity(signals: &Signals, around: &Circumstances<'_>) -> Option<Wish> {
    let usual = around.policy.complex_above.get();
    let above = 1.0 - (1.0 - usual) * around.share.0;
    let transformer = around.transformer;
    let allowed = transformer.is_none_or(|record| may_answer(record, around.linear, signals));
    let worse =
        match (measured(around.linear, signals, around), measured(transformer, signals, around)) {
            (Some(linear), Some(transformer)) => transformer.accuracy < linear.accuracy,
            _ => false,
        };
    (signals.complexity > above && allowed && !worse).then(|| Wish {
        ask: both(around),
        reason: Reason::Complex,
        explanation: format!("complexity {:.2} is above {above:.2}", signals.complexity),
        decided_by: "complex_above".to_owned(),
        otherwise: format!(
            "a complexity of {above:.2} or less would have asked the linear model first"
        ),
    })
}

/// What says whether the linear model's answer is good enough.
struct Doubt {
    /// "confidence", or "probability of being right" when a gate serves.
    what: &'static str,
    value: f32,
    below: f32,
    gate: bool,
    decided_by: String,
}

impl Doubt {
    fn of(signals: &Signals, linear: &LinearSignals, around: &Circumstances<'_>) -> Self {
        let (policy, thresholds) = (around.policy, around.thresholds);
        let confidence = |below: f32, decided_by: &str| Self {
            what: "confidence",
            value: linear.confidence,
            below,
            gate: false,
            decided_by: decided_by.to_owned(),
        };
        if let Some(below) = policy.escalate_below(around.task, &signals.language) {
            return confidence(below, "policy.escalate_below");
        }
        let own = thresholds.escalate_below_by_language.contains_key(&signals.language);
        match (linear.gate, thresholds.gate_below) {
            (Some(value), Some(below)) if !own => Self {
                what: "probability of being right",
                value,
                below,
                gate: true,
                decided_by: "gate_below".to_owned(),
            },
            _ => confidence(thresholds.escalate_below(&signals.language), "escalate_below"),
        }
    }

    fn stands(self) -> Wish {
        let Self { what, value, below, .. } = self;
        Wish {
            ask: Ask::Tfidf,
            reason: Reason::Confident,
            explanation: format!("{what} {value:.2} is not below {below:.2}"),
            decided_by: self.decided_by,
            otherwise: format!("a {what} below {below:.2} would have asked the transformer"),
        }
    }

    fn escalates(self, ask: Ask) -> Wish {
        let Self { what, value, below, .. } = self;
        Wish {
            ask,
            reason: if self.gate { Reason::Doubtful } else { Reason::LowConfidence },
            explanation: format!("the linear model's {what} {value:.2} is below {below:.2}"),
            decided_by: self.decided_by,
            otherwise: format!(
                "a {what} of {below:.2} or more would have kept the linear model's answer"
            ),
        }
    }

    /// It would escalate if the transformer had room.
    fn stays_for_now(self, eased: f32, limit: Limit) -> Wish {
        let Self { what, value, below, .. } = self;
        let (reason, setting, has) = match limit {
            Limit::Share => {
                (Reason::Budget, "transformer.max_share", "has had its share of the tickets")
            }
            Limit::Latency => {
                (Reason::BrownOut, "transformer.max_latency_ms", "has more than it can do in time")
            }
        };
        Wish {
            ask: Ask::Tfidf,
            reason,
            explanation: format!(
                "the linear model's {what} {value:.2} is below {below:.2}, but the transformer {has}: only what is below {eased:.2} goes there now"
            ),
            decided_by: setting.to_owned(),
            otherwise: "with the transformer less busy it would have been asked".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
