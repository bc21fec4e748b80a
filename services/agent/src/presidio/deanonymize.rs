//! `POST /deanonymize`: an anonymized text and where it was encrypted, to the text as it was. For the operator alone.

use std::collections::HashMap;

use axum::extract::State;
use serde::Deserialize;
use switchboard_server::{ApiError, Json};

use super::anonymize::{Place, found};
use super::operators::{Fields, Operators};
use super::replace::Characters;
use super::{EngineReply, invalid};
use crate::http::Api;
use crate::limits;
use crate::operator::Operator;

#[derive(Deserialize)]
pub(super) struct Body {
    text: String,
    deanonymizers: Option<HashMap<String, Fields>>,
    #[serde(default)]
    anonymizer_results: Vec<Place>,
}

pub(super) async fn deanonymize(
    State(api): State<Api>,
    _: Operator,
    Json(body): Json<Body>,
) -> Result<Json<EngineReply>, ApiError> {
    limits::check_length(&body.text, api.gateway.max_encrypted_bytes())?;
    let operators =
        Operators::to_deanonymize(body.deanonymizers.unwrap_or_default(), &api.gateway)?;
    let characters = Characters::of(&body.text);
    let mut found = found("anonymizer_results", body.anonymizer_results)?;
    characters.check("anonymizer_results", &found)?;
    found.sort_by_key(|one| (one.start, one.end));
    if found.windows(2).any(|pair| pair[1].start < pair[0].end) {
        return Err(invalid("anonymizer_results has places that overlap; send each once"));
    }
    Ok(Json(characters.replace(found, &operators)?))
}
