//! The same contract as JSON.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::HeaderMap;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use switchboard_classify::Prediction;
use switchboard_inference::Served;
use switchboard_server::{ApiError, Json, deadline};

use crate::core::{Ask, Classified, Core};

const MAX_BODY_BYTES: usize = 4 << 20;

pub(crate) fn router(core: Arc<Core>) -> Router {
    Router::new()
        .route("/v1/classify", post(classify))
        .route("/v1/models", get(models))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(core)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassifyBody {
    documents: Vec<String>,
    #[serde(default)]
    task: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    explain: bool,
}

#[derive(Serialize)]
struct Outcome<'p> {
    label: &'p str,
    confidence: f32,
    scores: BTreeMap<&'p str, f32>,
    logits: &'p [f32],
    tokens_total: u32,
    tokens_used: u32,
    truncated: bool,
    out_of_vocabulary: f32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    terms: Vec<Value>,
}

async fn classify(
    State(core): State<Arc<Core>>,
    headers: HeaderMap,
    Json(body): Json<ClassifyBody>,
) -> Result<Json<Value>, ApiError> {
    let deadline = deadline::of(&headers, core.longest);
    let ClassifyBody { documents, task, version, explain } = body;
    let classified = core.classify(Ask { task, version, documents, explain }, deadline).await?;
    let Classified { served, outcomes, queued, computed, .. } = &classified;
    let outcomes: Vec<Value> = outcomes
        .iter()
        .map(|outcome| match outcome {
            Ok(prediction) => json!(self::outcome(served, prediction)),
            Err(error) => json!({"error": {"type": "internal", "message": error.to_string()}}),
        })
        .collect();
    Ok(Json(json!({
        "model": {"name": served.name, "version": served.version, "family": served.family},
        "outcomes": outcomes,
        "queue_us": queued.as_micros() as u64,
        "compute_us": computed.as_micros() as u64,
    })))
}

fn outcome<'p>(served: &'p Served, prediction: &'p Prediction) -> Outcome<'p> {
    let labels = served.classifier.labels();
    let (top, confidence) = prediction.top();
    let terms = prediction.terms.iter();
    Outcome {
        label: labels.get(top).map_or("", String::as_str),
        confidence,
        scores: labels.iter().map(String::as_str).zip(prediction.probabilities.iter().copied()).collect(),
        logits: &prediction.logits,
        tokens_total: prediction.tokens_total,
        tokens_used: prediction.tokens_used,
        truncated: prediction.truncated(),
        out_of_vocabulary: prediction.out_of_vocabulary,
        terms: terms
            .map(|term| json!({"text": term.text, "start": term.start, "end": term.end, "weight": term.weight}))
            .collect(),
    }
}

async fn models(State(core): State<Arc<Core>>) -> Json<Value> {
    let models = core.models.current();
    let all: Vec<Value> = models
        .all()
        .map(|(served, aliases)| {
            json!({
                "name": served.name,
                "version": served.version,
                "task": served.task,
                "family": served.family,
                "aliases": aliases,
                "labels": served.classifier.labels(),
                "languages": served.languages,
                "precision": served.classifier.precision(),
            })
        })
        .collect();
    Json(json!({ "models": all }))
}
