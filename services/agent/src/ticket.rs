//! A ticket and its answer, free of any wire.

use switchboard_pii::Span;
use switchboard_routing::{Ask, Family, Reason, Route, Signals, Trust};
use switchboard_server::RequestId;
use switchboard_text::Language;

/// A ticket as it came. It has no `Debug`: its fields may hold personal data.
#[derive(Default)]
pub(crate) struct Ticket {
    pub(crate) text: String,
    pub(crate) id: String,
    pub(crate) task: String,
    pub(crate) conversation_id: String,
    pub(crate) metadata: Vec<(String, String)>,
    pub(crate) explain: bool,
    /// Which models the caller wants asked; empty when the policy decides.
    pub(crate) route: String,
}

/// Where a ticket belongs, and why.
pub(crate) struct Routed {
    pub(crate) request_id: RequestId,
    pub(crate) ticket_id: String,
    pub(crate) task: String,
    pub(crate) answer: Answer,
    /// Everything that models said, the linear model's first.
    pub(crate) said: Vec<Answer>,
    /// Whether replies show every model's scores.
    pub(crate) in_detail: bool,
    pub(crate) judgement: Judgement,
    pub(crate) language: Language,
    pub(crate) signals: Signals,
    pub(crate) scrubbed_text: String,
    pub(crate) pii: Vec<Span>,
    pub(crate) decision: Decision,
    pub(crate) timings: Timings,
}

/// What a model said of the ticket, or both.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) route: Route,
    /// The model; of two whose answers were combined, the one that counts more.
    pub(crate) family: Family,
    pub(crate) model: String,
    pub(crate) version: u32,
    pub(crate) label: String,
    pub(crate) confidence: f32,
    /// Every label and its calibrated probability, in the model's order.
    pub(crate) scores: Vec<(String, f32)>,
    /// The largest raw score.
    pub(crate) max_logit: Option<f32>,
    pub(crate) tokens_total: u32,
    pub(crate) tokens_used: u32,
    pub(crate) truncated: bool,
    pub(crate) out_of_vocabulary: f32,
    /// Offsets in what the model saw; in the scrubbed text once routed.
    pub(crate) terms: Vec<Term>,
}

impl Answer {
    /// Its probabilities, in the model's order of labels.
    pub(crate) fn probabilities(&self) -> Vec<f32> {
        self.scores.iter().map(|(_, p)| *p).collect()
    }
}

/// A piece of text and what it did to the label.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub(crate) struct Term {
    pub(crate) text: String,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) weight: f32,
}

/// How far an answer can be trusted.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Judgement {
    pub(crate) trust: Trust,
    /// The labels that hold the right one as often as `coverage` says.
    pub(crate) prediction_set: Vec<String>,
    pub(crate) coverage: Option<f32>,
    /// The share of held-out tickets that were less unlike what the models were trained on.
    pub(crate) out_of_scope: Option<f32>,
}

impl Judgement {
    /// Whether a person should look.
    pub(crate) fn needs_review(&self) -> bool {
        self.trust != Trust::Automatic
    }
}

/// How the model was chosen.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Decision {
    pub(crate) reason: Reason,
    pub(crate) explanation: String,
    pub(crate) decided_by: String,
    pub(crate) otherwise: String,
    pub(crate) policy: String,
    pub(crate) policy_version: String,
    pub(crate) routing_version: Option<u32>,
}

/// Where the time went, in milliseconds.
#[derive(Debug, Clone, Copy, Default, serde::Serialize)]
pub(crate) struct Timings {
    pub(crate) scrub: f64,
    pub(crate) route: f64,
    pub(crate) classify: f64,
    pub(crate) total: f64,
}

/// The models that a caller may name.
pub(crate) fn asked_for(route: &str) -> Result<Option<Ask>, ()> {
    match route {
        "" => Ok(None),
        "tfidf" => Ok(Some(Ask::Tfidf)),
        "transformer" => Ok(Some(Ask::Transformer)),
        "both" => Ok(Some(Ask::Both)),
        _ => Err(()),
    }
}
