//! `POST /v1/pii/deanonymize`: a scrubbed text with the values back that the policy encrypted. For the operator alone.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use switchboard_server::{ApiError, Json};

use crate::http::Api;
use crate::limits;
use crate::operator::Operator;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    text: String,
}

#[derive(Serialize)]
pub(crate) struct Reply {
    text: String,
    entities: Vec<Place>,
    unreadable: usize,
}

#[derive(Serialize)]
struct Place {
    #[serde(rename = "type")]
    kind: String,
    start: usize,
    end: usize,
}

pub(crate) async fn deanonymize(
    State(api): State<Api>,
    _: Operator,
    Json(body): Json<Body>,
) -> Result<Json<Reply>, ApiError> {
    limits::check_text(&body.text, api.gateway.max_encrypted_bytes())?;
    let clear = api.gateway.encryption()?.deanonymize(&body.text);
    let place = |(kind, start, end)| Place { kind, start, end };
    let entities = clear.places.into_iter().map(place).collect();
    Ok(Json(Reply { text: clear.text, entities, unreadable: clear.unreadable }))
}
