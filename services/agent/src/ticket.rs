//! A ticket and its answer, free of any wire.

use switchboard_cascade::{Heard, Judgement};
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

impl Routed {
    /// Whether a person should look.
    pub(crate) fn needs_review(&self) -> bool {
        self.judgement.trust != Trust::Automatic
    }
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
    /// What a decision looks at.
    pub(crate) fn heard(&self) -> Heard<'_> {
        Heard {
            family: self.family,
            model: &self.model,
            version: self.version,
            scores: &self.scores,
            max_logit: self.max_logit,
            out_of_vocabulary: self.out_of_vocabulary,
        }
    }

    /// This model's answer with both models' probabilities.
    pub(crate) fn with(mut self, fused: Vec<f32>) -> Self {
        self.route = Route::Fusion;
        for ((_, score), fused) in self.scores.iter_mut().zip(fused) {
            *score = fused;
        }
        let best = self.scores.iter().reduce(|a, b| if b.1 > a.1 { b } else { a });
        if let Some((label, confidence)) = best.cloned() {
            (self.label, self.confidence) = (label, confidence);
        }
        self
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
    /// Whether a challenger stood in its champion's place.
    pub(crate) canary: bool,
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
