//! The HTTP API.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, State};
use axum::http::HeaderMap;
use axum::routing::{get, post};
use axum::{Json as Reply, Router};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use switchboard_pii::Span;
use switchboard_server::{ApiError, Json, deadline};

use crate::compat;
use crate::gateway::Gateway;
use crate::ticket::{Routed, Ticket};

/// What the handlers share.
#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) longest: Duration,
}

pub(crate) fn router(api: Api) -> Router {
    // JSON may write one byte of text as six (\u0000); the rest is room for metadata.
    let max_body_bytes = api.gateway.max_text_bytes * 6 + (1 << 19);
    Router::new()
        .route("/v1/tickets/route", post(route))
        .route("/v1/pii/scrub", post(scrub))
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
}

async fn route(
    State(api): State<Api>,
    headers: HeaderMap,
    Json(body): Json<TicketBody>,
) -> Result<Reply<Value>, ApiError> {
    let TicketBody { text, id, task, conversation_id, metadata, explain } = body;
    let metadata = metadata.into_iter().collect();
    let ticket = Ticket { text, id, task, conversation_id, metadata, explain };
    let routed = api.gateway.route("route", ticket, deadline::of(&headers, api.longest)).await?;
    Ok(Reply(reply(&routed)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScrubBody {
    text: String,
}

async fn scrub(
    State(api): State<Api>,
    Json(body): Json<ScrubBody>,
) -> Result<Reply<Value>, ApiError> {
    let scrubbed = api.gateway.scrub(&body.text)?;
    Ok(Reply(json!({"text": scrubbed.text(), "entities": spans(scrubbed.spans())})))
}

/// The reply to a routed ticket.
fn reply(routed: &Routed) -> Value {
    let Routed { answer, decision, timings, .. } = routed;
    let terms: Vec<Value> = answer
        .terms
        .iter()
        .map(|term| json!({"text": term.text, "start": term.start, "end": term.end, "weight": number(term.weight)}))
        .collect();
    json!({
        "request_id": routed.request_id.to_string(),
        "ticket_id": routed.ticket_id,
        "task": routed.task,
        "label": answer.label,
        "confidence": number(answer.confidence),
        "scores": scores(routed),
        "needs_review": routed.needs_review,
        "model": {"name": answer.model, "version": answer.version, "family": answer.family.name()},
        "language": {"code": routed.language.code, "confidence": number(routed.language.confidence)},
        "scrubbed_text": routed.scrubbed_text,
        "pii": spans(&routed.pii),
        "decision": {
            "route": answer.family.name(),
            "reason": decision.reason.name(),
            "explanation": decision.explanation,
            "degraded": decision.degraded,
            "policy": decision.policy,
        },
        "terms": terms,
        "tokens": {
            "total": answer.tokens_total,
            "used": answer.tokens_used,
            "truncated": answer.truncated,
            "out_of_vocabulary": number(answer.out_of_vocabulary),
        },
        "timings_ms": {
            "scrub": timings.scrub,
            "route": timings.route,
            "classify": timings.classify,
            "total": timings.total,
        },
    })
}

/// A number as JSON writes it: the shortest decimal that is this `f32`, not the longer one that is the `f64` next to it.
pub(crate) fn number(value: f32) -> f64 {
    value.to_string().parse().unwrap_or_else(|_| f64::from(value))
}

/// Every label and its probability.
pub(crate) fn scores(routed: &Routed) -> Map<String, Value> {
    routed
        .answer
        .scores
        .iter()
        .map(|(label, probability)| (label.clone(), json!(number(*probability))))
        .collect()
}

fn spans(spans: &[Span]) -> Vec<Value> {
    spans
        .iter()
        .map(|span| json!({"type": span.kind.name(), "start": span.start, "end": span.end, "score": number(span.score)}))
        .collect()
}
