//! The HTTP API.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::HeaderMap;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use switchboard_pii::Span;
use switchboard_server::{ApiError, Json, Stop, deadline};

use crate::gateway::Gateway;
use crate::operator::OperatorToken;
use crate::ticket::{Answer, Routed, Term, Ticket, Timings};
use crate::{compat, deanonymize, feedback, presidio};

/// What the handlers share.
#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) gateway: Arc<Gateway>,
    /// Of whom the operator's endpoints take orders; nobody when there is none.
    pub(crate) operator: Option<Arc<OperatorToken>>,
    pub(crate) longest: Duration,
    pub(crate) stop: Stop,
}

pub(crate) fn router(api: Api) -> Router {
    // JSON may write one byte of text as six (\u0000); the rest is room for metadata.
    let max_body_bytes = api.gateway.max_text_bytes * 6 + (1 << 19);
    Router::new()
        .route("/v1/tickets/route", post(route))
        .route("/v1/pii/scrub", post(scrub))
        .route("/v1/pii/deanonymize", post(deanonymize::deanonymize))
        .route("/v1/feedback", post(feedback::feedback))
        .merge(presidio::router())
        .route("/predict", post(compat::predict))
        .route("/health", get(compat::health))
        .layer(DefaultBodyLimit::max(max_body_bytes))
        .with_state(api)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TicketBody {
    text: String,
    #[serde(default)]
    id: String,
    #[serde(default)]
    task: String,
    #[serde(default)]
    conversation_id: String,
    #[serde(default)]
    metadata: HashMap<String, String>,
    #[serde(default)]
    explain: bool,
    #[serde(default)]
    route: String,
}

async fn route(
    State(api): State<Api>,
    headers: HeaderMap,
    Json(body): Json<TicketBody>,
) -> Result<Json<Reply>, ApiError> {
    let TicketBody { text, id, task, conversation_id, metadata, explain, route } = body;
    let metadata = metadata.into_iter().collect();
    let ticket = Ticket { text, id, task, conversation_id, metadata, explain, route };
    let routed = api.gateway.route(ticket, deadline::of(&headers, api.longest)).await?;
    Ok(Json(Reply::from(routed)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScrubBody {
    text: String,
}

#[derive(Serialize)]
struct ScrubReply {
    text: String,
    entities: Vec<SpanReply>,
}

async fn scrub(
    State(api): State<Api>,
    Json(body): Json<ScrubBody>,
) -> Result<Json<ScrubReply>, ApiError> {
    let scrubbed = api.gateway.scrub(&body.text)?;
    Ok(Json(ScrubReply { text: scrubbed.text().to_owned(), entities: spans(scrubbed.spans()) }))
}

/// The reply to a routed ticket.
#[derive(Serialize)]
struct Reply {
    request_id: String,
    ticket_id: String,
    task: String,
    label: String,
    confidence: f32,
    scores: BTreeMap<String, f32>,
    needs_review: bool,
    trust: &'static str,
    prediction_set: Vec<String>,
    coverage: Option<f32>,
    out_of_scope: Option<f32>,
    model: ModelReply,
    models: Vec<ModelAnswerReply>,
    language: LanguageReply,
    scrubbed_text: String,
    pii: Vec<SpanReply>,
    decision: DecisionReply,
    terms: Vec<Term>,
    tokens_total: u32,
    tokens_used: u32,
    truncated: bool,
    out_of_vocabulary: f32,
    timings_ms: Timings,
}

#[derive(Serialize)]
struct ModelReply {
    name: String,
    version: u32,
    family: &'static str,
}

/// What one model said.
#[derive(Serialize)]
struct ModelAnswerReply {
    name: String,
    version: u32,
    family: &'static str,
    label: String,
    confidence: f32,
    #[serde(skip_serializing_if = "Option::is_none")]
    scores: Option<BTreeMap<String, f32>>,
}

#[derive(Serialize)]
struct LanguageReply {
    code: &'static str,
    confidence: f32,
}

#[derive(Serialize)]
struct SpanReply {
    #[serde(rename = "type")]
    kind: &'static str,
    start: usize,
    end: usize,
    score: f32,
}

#[derive(Serialize)]
struct DecisionReply {
    route: &'static str,
    reason: &'static str,
    explanation: String,
    decided_by: String,
    otherwise: String,
    degraded: bool,
    policy: String,
    policy_version: String,
    routing_version: Option<u32>,
    canary: bool,
}

impl From<Routed> for Reply {
    fn from(routed: Routed) -> Self {
        let needs_review = routed.needs_review();
        let Routed { answer, decision, judgement, said, in_detail, .. } = routed;
        let family = answer.family.name();
        Self {
            request_id: routed.request_id.to_string(),
            ticket_id: routed.ticket_id,
            task: routed.task,
            label: answer.label,
            confidence: answer.confidence,
            scores: answer.scores.into_iter().collect(),
            needs_review,
            trust: judgement.trust.name(),
            prediction_set: judgement.prediction_set,
            coverage: judgement.coverage,
            out_of_scope: judgement.out_of_scope,
            model: ModelReply { name: answer.model, version: answer.version, family },
            models: said.into_iter().map(|said| model_answer(said, in_detail)).collect(),
            language: LanguageReply {
                code: routed.language.code,
                confidence: routed.language.confidence,
            },
            scrubbed_text: routed.scrubbed_text,
            pii: spans(&routed.pii),
            decision: DecisionReply {
                route: answer.route.name(),
                reason: decision.reason.name(),
                explanation: decision.explanation,
                decided_by: decision.decided_by,
                otherwise: decision.otherwise,
                degraded: decision.reason.is_degraded(),
                policy: decision.policy,
                policy_version: decision.policy_version,
                routing_version: decision.routing_version,
                canary: decision.canary,
            },
            terms: answer.terms,
            tokens_total: answer.tokens_total,
            tokens_used: answer.tokens_used,
            truncated: answer.truncated,
            out_of_vocabulary: answer.out_of_vocabulary,
            timings_ms: routed.timings,
        }
    }
}

fn model_answer(said: Answer, in_detail: bool) -> ModelAnswerReply {
    ModelAnswerReply {
        name: said.model,
        version: said.version,
        family: said.family.name(),
        label: said.label,
        confidence: said.confidence,
        scores: in_detail.then(|| said.scores.into_iter().collect()),
    }
}

fn spans(spans: &[Span]) -> Vec<SpanReply> {
    let reply = |span: &Span| SpanReply {
        kind: span.kind.name(),
        start: span.start,
        end: span.end,
        score: span.score,
    };
    spans.iter().map(reply).collect()
}
