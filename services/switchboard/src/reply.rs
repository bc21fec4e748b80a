//! The answer for one line, as the agent's HTTP door writes it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use switchboard_proto::v1;
use tonic::{Code, Status};

use crate::values;

/// Where a ticket belongs, and why.
#[derive(Debug, Serialize)]
pub(crate) struct Reply {
    request_id: String,
    ticket_id: String,
    task: String,
    label: String,
    confidence: f32,
    scores: BTreeMap<String, f32>,
    needs_review: bool,
    trust: String,
    prediction_set: Vec<String>,
    coverage: Option<f32>,
    out_of_scope: Option<f32>,
    model: Model,
    models: Vec<ModelAnswer>,
    language: Language,
    scrubbed_text: String,
    pii: Vec<Span>,
    decision: Decision,
    terms: Vec<Term>,
    timings_ms: Timings,
    tokens_total: u32,
    tokens_used: u32,
    truncated: bool,
    out_of_vocabulary: f32,
}

#[derive(Debug, Serialize)]
struct Model {
    name: String,
    version: u32,
    family: String,
}

/// What one model said.
#[derive(Debug, Serialize)]
struct ModelAnswer {
    name: String,
    version: u32,
    family: String,
    label: String,
    confidence: f32,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    scores: BTreeMap<String, f32>,
}

#[derive(Debug, Serialize)]
struct Language {
    code: String,
    confidence: f32,
}

/// One piece of personal data, by type and place.
#[derive(Debug, Serialize)]
pub(crate) struct Span {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) score: f32,
}

#[derive(Debug, Serialize)]
struct Decision {
    route: String,
    reason: String,
    explanation: String,
    decided_by: String,
    otherwise: String,
    degraded: bool,
    policy: String,
    policy_version: String,
    routing_version: Option<u32>,
    canary: bool,
}

#[derive(Debug, Serialize)]
struct Term {
    text: String,
    start: u32,
    end: u32,
    weight: f32,
}

#[derive(Debug, Serialize)]
struct Timings {
    scrub: f64,
    route: f64,
    classify: f64,
    total: f64,
}

impl From<v1::RouteTicketResponse> for Reply {
    fn from(ticket: v1::RouteTicketResponse) -> Self {
        Self {
            model: ticket.model.unwrap_or_default().into(),
            language: ticket.language.unwrap_or_default().into(),
            pii: ticket.pii.into_iter().map(Span::from).collect(),
            decision: ticket.decision.unwrap_or_default().into(),
            terms: ticket.terms.into_iter().map(Term::from).collect(),
            timings_ms: ticket.timings_ms.unwrap_or_default().into(),
            scores: ticket.scores.into_iter().collect(),
            request_id: ticket.request_id,
            ticket_id: ticket.ticket_id,
            task: ticket.task,
            label: ticket.label,
            confidence: ticket.confidence,
            needs_review: ticket.needs_review,
            trust: ticket.trust,
            prediction_set: ticket.prediction_set,
            coverage: ticket.coverage,
            out_of_scope: ticket.out_of_scope,
            models: ticket.models.into_iter().map(ModelAnswer::from).collect(),
            scrubbed_text: ticket.scrubbed_text,
            tokens_total: ticket.tokens_total,
            tokens_used: ticket.tokens_used,
            truncated: ticket.truncated,
            out_of_vocabulary: ticket.out_of_vocabulary,
        }
    }
}

impl From<v1::AnsweringModel> for Model {
    fn from(v1::AnsweringModel { name, version, family, .. }: v1::AnsweringModel) -> Self {
        Self { name, version, family }
    }
}

impl From<v1::AnsweringModel> for ModelAnswer {
    fn from(said: v1::AnsweringModel) -> Self {
        let v1::AnsweringModel { name, version, family, label, confidence, scores } = said;
        Self { name, version, family, label, confidence, scores: scores.into_iter().collect() }
    }
}

impl From<v1::Language> for Language {
    fn from(v1::Language { code, confidence }: v1::Language) -> Self {
        Self { code, confidence }
    }
}

impl From<v1::PiiSpan> for Span {
    fn from(v1::PiiSpan { r#type: kind, start, end, score }: v1::PiiSpan) -> Self {
        Self { kind, start, end, score }
    }
}

impl From<v1::Decision> for Decision {
    fn from(decision: v1::Decision) -> Self {
        Self {
            route: decision.route,
            reason: decision.reason,
            explanation: decision.explanation,
            decided_by: decision.decided_by,
            otherwise: decision.otherwise,
            degraded: decision.degraded,
            policy: decision.policy,
            policy_version: decision.policy_version,
            routing_version: Some(decision.routing_version).filter(|version| *version > 0),
            canary: decision.canary,
        }
    }
}

impl From<v1::Term> for Term {
    fn from(v1::Term { text, start, end, weight }: v1::Term) -> Self {
        Self { text, start, end, weight }
    }
}

impl From<v1::Timings> for Timings {
    fn from(v1::Timings { scrub, route, classify, total }: v1::Timings) -> Self {
        Self { scrub, route, classify, total }
    }
}

/// What was wrong with one line; takes the place of its answer.
#[derive(Debug, Serialize)]
pub(crate) struct LineError {
    error: Fault,
}

#[derive(Debug, Serialize)]
struct Fault {
    #[serde(rename = "type")]
    kind: String,
    message: String,
    /// The agent's name for the request; none when the line never became one.
    request_id: Option<String>,
}

impl LineError {
    fn new(kind: &str, message: impl Into<String>) -> Self {
        Self { error: Fault { kind: kind.to_owned(), message: message.into(), request_id: None } }
    }

    pub(crate) fn too_long() -> Self {
        let limit = crate::lines::MAX_LINE_BYTES;
        Self::new("too_long", format!("the line is longer than {limit} bytes: shorten its text"))
    }

    pub(crate) fn not_utf8() -> Self {
        Self::new("invalid_utf8", "the line is not UTF-8: write it as UTF-8")
    }

    /// Stdin itself failed; no further line can be read.
    pub(crate) fn unreadable(error: &std::io::Error) -> Self {
        Self::new("unreadable", format!("read stdin: {error}"))
    }

    /// No agent answered at all.
    pub(crate) fn unreachable(error: &anyhow::Error) -> Self {
        Self::new("unavailable", format!("{error:#}"))
    }

    pub(crate) fn malformed(message: &str) -> Self {
        Self::new("malformed_json", message)
    }

    pub(crate) fn invalid(message: &str) -> Self {
        Self::new("invalid_argument", message)
    }

    pub(crate) fn unknown_field(name: &str, known: &[&str]) -> Self {
        let name: String = name.chars().take(40).flat_map(char::escape_debug).collect();
        let known = known.join("`, `");
        Self::new("unknown_field", format!("`{name}` is not a field of a ticket: use `{known}`"))
    }

    /// What the agent, or the way to it, said instead of an answer.
    pub(crate) fn refused(status: &Status) -> Self {
        let text = |name| status.metadata().get(name)?.to_str().ok().map(str::to_owned);
        let kind = text("x-error-type").unwrap_or_else(|| kind_of(status.code()).to_owned());
        let message = status.message().to_owned();
        Self { error: Fault { kind, message, request_id: text("x-request-id") } }
    }

    /// The agent did not answer in time.
    pub(crate) fn late(patience: Duration) -> Self {
        let patience = values::seconds(patience);
        Self::new("deadline_exceeded", format!("no answer within {patience}"))
    }

    /// A short machine-readable kind, such as `invalid_argument`.
    pub(crate) fn kind(&self) -> &str {
        &self.error.kind
    }

    /// The sentence.
    pub(crate) fn message(&self) -> &str {
        &self.error.message
    }
}

/// The kind of an error that does not name its own: one from the network or a proxy, not from the agent.
fn kind_of(code: Code) -> &'static str {
    match code {
        Code::InvalidArgument | Code::OutOfRange | Code::FailedPrecondition => "invalid_argument",
        Code::NotFound | Code::Unimplemented => "not_found",
        Code::ResourceExhausted => "overloaded",
        Code::DeadlineExceeded | Code::Cancelled => "deadline_exceeded",
        Code::Unavailable | Code::Aborted => "unavailable",
        Code::PermissionDenied | Code::Unauthenticated => "refused",
        Code::Ok | Code::Unknown | Code::AlreadyExists | Code::Internal | Code::DataLoss => {
            "internal"
        }
    }
}
