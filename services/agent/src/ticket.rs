//! A ticket and its answer, free of any wire.

use switchboard_pii::Span;
use switchboard_routing::{Family, Reason};
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
}

/// Where a ticket belongs, and why.
pub(crate) struct Routed {
    pub(crate) request_id: RequestId,
    pub(crate) ticket_id: String,
    pub(crate) task: String,
    pub(crate) answer: Answer,
    pub(crate) needs_review: bool,
    pub(crate) language: Language,
    pub(crate) complexity: f32,
    pub(crate) scrubbed_text: String,
    pub(crate) pii: Vec<Span>,
    pub(crate) decision: Decision,
    pub(crate) timings: Timings,
}

/// What a model said of the ticket.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) family: Family,
    pub(crate) model: String,
    pub(crate) version: u32,
    pub(crate) label: String,
    pub(crate) confidence: f32,
    /// Every label and its calibrated probability, in the model's order.
    pub(crate) scores: Vec<(String, f32)>,
    pub(crate) tokens_total: u32,
    pub(crate) tokens_used: u32,
    pub(crate) truncated: bool,
    pub(crate) out_of_vocabulary: f32,
    /// Offsets in what the model saw; in the scrubbed text once routed.
    pub(crate) terms: Vec<Term>,
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
    pub(crate) degraded: bool,
    pub(crate) policy: String,
}

/// Where the time went, in milliseconds.
#[derive(Debug, Clone, Copy, Default, serde::Serialize)]
pub(crate) struct Timings {
    pub(crate) scrub: f64,
    pub(crate) route: f64,
    pub(crate) classify: f64,
    pub(crate) total: f64,
}
