//! `POST /v1/feedback`: what the label of a ticket should have been.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::extract::State;
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use switchboard_decisions::{Feedback, FeedbackError, Joined};
use switchboard_server::{ApiError, ErrorKind, Json, deadline};
use tokio::time::Instant;

use crate::http::Api;
use crate::operator::Operator;

const MAX_REQUEST_ID: usize = 64;
/// What the header of that name holds counts when the body has no key.
const KEY_HEADER: &str = "idempotency-key";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FeedbackBody {
    request_id: String,
    label: String,
    #[serde(default)]
    key: String,
}

/// What the feedback was joined to.
#[derive(Serialize)]
pub(crate) struct FeedbackReply {
    request_id: String,
    task: String,
    /// The label the mesh gave.
    label: String,
    /// Whether that was right.
    right: bool,
    /// Whether this very feedback had come before; it counts once.
    repeated: bool,
}

pub(crate) async fn feedback(
    _: Operator,
    State(api): State<Api>,
    headers: HeaderMap,
    Json(body): Json<FeedbackBody>,
) -> Result<Json<FeedbackReply>, ApiError> {
    let Some(log) = &api.gateway.decisions else {
        let message =
            "no decision is kept to join feedback to; start the agent with --decisions URL";
        return Err(ApiError::new(ErrorKind::NotFound, message));
    };
    let FeedbackBody { request_id, label, key } = body;
    check(&api, &request_id, &label)?;
    let feedback = Feedback {
        key: key_of(key, &headers, &request_id),
        request_id: request_id.clone(),
        label: label.clone(),
        at_ms: now_ms(),
    };
    let until = deadline::of(&headers, api.longest);
    let patience: Duration = until.saturating_duration_since(Instant::now());
    let joined = log.feedback(feedback, patience).await.map_err(refusal)?;
    let right = joined.label == label;
    if !joined.repeated {
        api.gateway.metrics.judged(&joined, right);
    }
    let Joined { task, label, repeated, .. } = joined;
    Ok(Json(FeedbackReply { request_id, task, label, right, repeated }))
}

/// The key in the body, or in its header, or else the request's id: one judgement a ticket.
fn key_of(key: String, headers: &HeaderMap, request_id: &str) -> String {
    let in_header =
        headers.get(KEY_HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    [key.as_str(), in_header, request_id]
        .into_iter()
        .find(|key| !key.is_empty())
        .unwrap_or_default()
        .to_owned()
}

/// No text of a caller's own is kept: a label is one that a model knows.
fn check(api: &Api, request_id: &str, label: &str) -> Result<(), ApiError> {
    let invalid = |message: String| Err(ApiError::new(ErrorKind::InvalidArgument, message));
    if request_id.is_empty() || request_id.len() > MAX_REQUEST_ID {
        return invalid(
            "request_id is not one that a reply gave; send the `request_id` of the routed ticket"
                .to_owned(),
        );
    }
    let known = api.gateway.labels();
    if !known.iter().any(|known| known == label) {
        let known: Vec<&str> = known.iter().map(String::as_str).take(200).collect();
        return invalid(format!(
            "label is not one that a model which serves knows; known: {}",
            known.join(", ")
        ));
    }
    Ok(())
}

fn refusal(error: FeedbackError) -> ApiError {
    let (kind, message) = match error {
        FeedbackError::KeyReused => (
            ErrorKind::InvalidArgument,
            "key was used for other feedback; send a key of its own with each judgement",
        ),
        FeedbackError::KeyTooLong => {
            (ErrorKind::InvalidArgument, "key is longer than 512 bytes; shorten it")
        }
        FeedbackError::UnknownDecision => (
            ErrorKind::NotFound,
            "no decision with this request_id is kept: it was never made here, was dropped, or is older than what is kept",
        ),
        _ => {
            (ErrorKind::Unavailable, "the decision log is away; send the same feedback again later")
        }
    };
    ApiError::new(kind, message)
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
