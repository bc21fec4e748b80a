//! `POST /anonymize`: a text and what was found in it, to a text without that.

use std::collections::HashMap;

use axum::extract::State;
use serde::Deserialize;
use switchboard_server::{ApiError, Json};

use super::operators::{Fields, Operators};
use super::overlaps::{Found, resolve};
use super::replace::Characters;
use super::{EngineReply, MAX_RESULTS, invalid};
use crate::http::Api;
use crate::limits;

#[derive(Deserialize)]
pub(super) struct Body {
    text: String,
    anonymizers: Option<HashMap<String, Fields>>,
    analyzer_results: Vec<Place>,
}

#[derive(Deserialize)]
pub(super) struct Place {
    start: usize,
    end: usize,
    entity_type: String,
    score: Option<f64>,
}

pub(super) async fn anonymize(
    State(api): State<Api>,
    Json(body): Json<Body>,
) -> Result<Json<EngineReply>, ApiError> {
    limits::check_length(&body.text, api.gateway.max_text_bytes)?;
    let operators = Operators::to_anonymize(body.anonymizers.unwrap_or_default(), &api.gateway)?;
    let characters = Characters::of(&body.text);
    let found = found("analyzer_results", body.analyzer_results)?;
    characters.check("analyzer_results", &found)?;
    let is_space = |start, end| characters.get(start, end).bytes().all(|byte| byte == b' ');
    Ok(Json(characters.replace(resolve(found, is_space), &operators)?))
}

/// The findings of a request, unless there are too many.
pub(super) fn found(field: &str, results: Vec<Place>) -> Result<Vec<Found>, ApiError> {
    if results.len() > MAX_RESULTS {
        return Err(invalid(format!("{field} has more than {MAX_RESULTS} places; send fewer")));
    }
    let found = |Place { start, end, entity_type, score }| Found { entity_type, start, end, score };
    Ok(results.into_iter().map(found).collect())
}
