//! `POST /predict` and `GET /health` as existing clients of ticket classifiers know them.
//!
//! Those clients come from many hands and read many names for the same few facts; one reply carries them all. Fields they send beside
//! `text` are ignored. New clients should call `/v1/tickets/route`.

use std::collections::BTreeMap;
use std::time::SystemTime;

use axum::extract::State;
use axum::http::HeaderMap;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use switchboard_routing::Family;
use switchboard_server::{ApiError, Json, deadline};

use crate::http::Api;
use crate::ticket::{Routed, Ticket};

#[derive(Deserialize)]
pub(crate) struct PredictBody {
    text: String,
}

pub(crate) async fn predict(
    State(api): State<Api>,
    headers: HeaderMap,
    Json(body): Json<PredictBody>,
) -> Result<Json<Value>, ApiError> {
    let characters = body.text.chars().count();
    let ticket = Ticket { text: body.text, ..Ticket::default() };
    let routed = api.gateway.route(ticket, deadline::of(&headers, api.longest)).await?;
    Ok(Json(reply(&routed, characters)))
}

fn reply(routed: &Routed, characters: usize) -> Value {
    let mut all = Map::new();
    for part in [
        names_of_the_label(routed),
        names_of_the_route(routed),
        names_of_the_rest(routed, characters),
    ] {
        if let Value::Object(part) = part {
            all.extend(part);
        }
    }
    Value::Object(all)
}

fn names_of_the_label(routed: &Routed) -> Value {
    let answer = &routed.answer;
    let mut ranked = answer.scores.clone();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    let predictions: Vec<Value> = ranked
        .iter()
        .map(|(label, score)| json!({"label": label, "score": number(*score)}))
        .collect();
    json!({
        "label": answer.label,
        "prediction": answer.label,
        "predicted_class": answer.label,
        "predicted_category": answer.label,
        "predicted_label": answer.label,
        "category": answer.label,
        "confidence": number(answer.confidence),
        "classification_confidence": number(answer.confidence),
        "all_scores": scores(routed),
        "scores": scores(routed),
        "probabilities": scores(routed),
        "predictions": predictions,
    })
}

fn names_of_the_route(routed: &Routed) -> Value {
    let family = routed.answer.family.name();
    let reason = routed.decision.reason.name();
    let explanation = &routed.decision.explanation;
    json!({
        "model": family,
        "model_used": family,
        "chosen_model": family,
        "source": routed.answer.route.name(),
        "model_version": routed.answer.version.to_string(),
        "reason": reason,
        "routing_reason": reason,
        "reasoning": explanation,
        "explanation": explanation,
        "routing": {
            "chosen_model": family,
            "reason": reason,
            "text_length": routed.scrubbed_text.chars().count(),
            "has_multilingual": routed.language.code != "en",
            "pii_scrubbed": !routed.pii.is_empty(),
        },
        "routing_explanation": {"language": routed.language.code, "model_chosen": family},
        "complexity_score": number(routed.signals.complexity),
        "degraded": routed.decision.reason.is_degraded(),
        "needs_review": routed.needs_review(),
        "trust": routed.judgement.trust.name(),
    })
}

fn names_of_the_rest(routed: &Routed, characters: usize) -> Value {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for span in &routed.pii {
        *counts.entry(span.kind.name()).or_default() += 1;
    }
    let details: Vec<String> =
        counts.iter().map(|(kind, count)| format!("[{kind}]: {count} occurrence(s)")).collect();
    let timestamp = humantime::format_rfc3339_millis(SystemTime::now()).to_string();
    json!({
        "request_id": routed.request_id.to_string(),
        "scrubbed_text": routed.scrubbed_text,
        "cleaned_text": routed.scrubbed_text,
        "pii_detected": !routed.pii.is_empty(),
        "pii_removed": !routed.pii.is_empty(),
        "pii_details": details,
        "lang": routed.language.code,
        "language": routed.language.code,
        "detected_language": routed.language.code,
        "text_length": characters,
        "processing_time": routed.timings.total / 1e3,
        "processing_time_ms": routed.timings.total,
        "runtime_ms": routed.timings.total,
        "timestamp": timestamp,
    })
}

pub(crate) async fn health(State(api): State<Api>) -> Json<Value> {
    let state = |family: Family| {
        let model = api.gateway.models().find(|model| model.downstream.family == family);
        match model.map(|model| model.facts.load().reachable) {
            Some(true) => "healthy",
            Some(false) => "unhealthy",
            None => "not_configured",
        }
    };
    let (tfidf, transformer) = (state(Family::Tfidf), state(Family::Transformer));
    let any = tfidf == "healthy" || transformer == "healthy";
    Json(json!({
        "status": if any { "healthy" } else { "unhealthy" },
        "tfidf_service": tfidf,
        "transformer_service": transformer,
    }))
}

/// Every label and its probability.
fn scores(routed: &Routed) -> Map<String, Value> {
    routed
        .answer
        .scores
        .iter()
        .map(|(label, score)| (label.clone(), json!(number(*score))))
        .collect()
}

/// A number as JSON writes an `f32`: the shortest decimal that is it, not the longer one that is the `f64` next to it.
fn number(value: f32) -> f64 {
    value.to_string().parse().unwrap_or_else(|_| f64::from(value))
}
