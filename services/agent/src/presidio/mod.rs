//! The API of Presidio's analyzer and anonymizer, so that its clients can point here.
//!
//! Requests and answers have Presidio's fields and meaning; errors have the shape of this agent. Whatever is sent besides the fields it
//! knows is ignored, as it is there. The operators here are those that a request names, with Presidio's names for them; those of the
//! policy are for `/v1/pii/scrub` and for tickets.

mod analyze;
mod anonymize;
mod deanonymize;
mod operators;
mod overlaps;
mod replace;
mod texts;

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use serde::Serialize;
use switchboard_pii::Kind;
use switchboard_server::{ApiError, ErrorKind, Json};

use crate::http::Api;

/// Findings of one request.
const MAX_RESULTS: usize = 4096;

pub(crate) fn router() -> Router<Api> {
    Router::new()
        .route("/analyze", post(analyze::analyze))
        .route("/anonymize", post(anonymize::anonymize))
        .route("/deanonymize", post(deanonymize::deanonymize))
        .route("/supportedentities", get(supported_entities))
        .route("/recognizers", get(recognizers))
        .route("/anonymizers", get(async || Json(operators::ANONYMIZERS)))
        .route("/deanonymizers", get(deanonymizers))
}

/// Every kind, whatever language is asked for: recognisers read all of them.
async fn supported_entities() -> Json<Vec<&'static str>> {
    Json(Kind::ALL.iter().map(|kind| kind.name()).collect())
}

async fn recognizers() -> Json<Vec<String>> {
    Json(Kind::ALL.iter().copied().map(recognizer).collect())
}

async fn deanonymizers(State(api): State<Api>) -> Json<&'static [&'static str]> {
    Json(if api.operator.is_some() { &operators::DEANONYMIZERS } else { &[] })
}

/// What finds a kind: `EmailAddressRecognizer`.
fn recognizer(kind: Kind) -> String {
    format!("{kind:?}Recognizer")
}

/// A text after its anonymisation, or its undoing.
#[derive(Serialize)]
struct EngineReply {
    text: String,
    /// What was done, from the end of the text to its beginning.
    items: Vec<Item>,
}

/// One replacement; its place in the text of the reply, in code points.
#[derive(Serialize)]
struct Item {
    start: usize,
    end: usize,
    entity_type: String,
    text: String,
    operator: &'static str,
    score: Option<f64>,
}

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new(ErrorKind::InvalidArgument, message)
}
