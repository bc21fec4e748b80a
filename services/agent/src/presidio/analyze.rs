//! `POST /analyze`: what is personal in a text, or in each of several.

use std::collections::HashSet;

use axum::extract::State;
use axum::http::HeaderMap;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use switchboard_pii::{Kind, Span};
use switchboard_server::{ApiError, ErrorKind, Json, deadline};

use super::texts::Texts;
use super::{invalid, recognizer};
use crate::http::Api;
use crate::limits;

#[derive(Deserialize)]
pub(super) struct Body {
    text: Texts,
    entities: Option<Vec<String>>,
    score_threshold: Option<f32>,
    return_decision_process: Option<bool>,
    ad_hoc_recognizers: Option<Vec<IgnoredAny>>,
    allow_list: Option<HashSet<String>>,
    allow_list_match: Option<String>,
}

/// The answer has the shape of the question.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Answer {
    One(Vec<Finding>),
    Several(Vec<Vec<Finding>>),
}

#[derive(Serialize)]
pub(super) struct Finding {
    entity_type: &'static str,
    start: usize,
    end: usize,
    score: f32,
    analysis_explanation: Option<Decision>,
}

/// Why something is a finding.
#[derive(Serialize)]
struct Decision {
    recognizer: String,
    pattern_name: Option<String>,
    pattern: Option<String>,
    original_score: f32,
    score: f32,
    textual_explanation: &'static str,
    score_context_improvement: f32,
    supportive_context_word: &'static str,
    validation_result: Option<bool>,
    regex_flags: Option<u32>,
}

/// What of all that is found a request wants to know.
struct Wanted {
    kinds: Option<HashSet<Kind>>,
    least_score: f32,
    allowed: HashSet<String>,
    explain: bool,
}

pub(super) async fn analyze(
    State(api): State<Api>,
    headers: HeaderMap,
    Json(body): Json<Body>,
) -> Result<Json<Answer>, ApiError> {
    let deadline = deadline::of(&headers, api.longest);
    let wanted = Wanted::of(&body)?;
    match body.text {
        Texts::One(text) if text.is_empty() => {
            Err(ApiError::new(ErrorKind::EmptyText, "text is empty; send what is to be analyzed"))
        }
        Texts::One(text) => Ok(Json(Answer::One(wanted.of_text(&api, &text)?))),
        Texts::Several(texts) => {
            let mut answers = Vec::with_capacity(texts.len());
            for text in texts {
                limits::check_deadline(deadline)?;
                answers.push(wanted.of_text(&api, &text)?);
                // Other requests' turn.
                tokio::task::yield_now().await;
            }
            Ok(Json(Answer::Several(answers)))
        }
    }
}

impl Wanted {
    fn of(body: &Body) -> Result<Self, ApiError> {
        if body.ad_hoc_recognizers.as_ref().is_some_and(|recognizers| !recognizers.is_empty()) {
            return Err(invalid(
                "ad_hoc_recognizers are not taken: a caller's patterns could make any request slow; leave the field out",
            ));
        }
        if body.allow_list_match.as_ref().is_some_and(|how| how != "exact") {
            return Err(invalid(
                "allow_list_match is not \"exact\", the one that is taken; list the values themselves",
            ));
        }
        let least_score = body.score_threshold.unwrap_or(0.0);
        if !(0.0..=1.0).contains(&least_score) {
            return Err(invalid("score_threshold is not from 0 to 1"));
        }
        Ok(Self {
            kinds: kinds(body.entities.as_deref().unwrap_or_default())?,
            least_score,
            allowed: body.allow_list.clone().unwrap_or_default(),
            explain: body.return_decision_process.unwrap_or_default(),
        })
    }

    fn of_text(&self, api: &Api, text: &str) -> Result<Vec<Finding>, ApiError> {
        let mut found = api.gateway.find(text)?;
        found.retain(|span| self.wants(span));
        if !self.allowed.is_empty() {
            let (mut rest, mut passed) = (text.chars(), 0);
            found.retain(|span| {
                rest.by_ref().take(span.start - passed).for_each(drop);
                passed = span.end;
                let value: String = rest.by_ref().take(span.end - span.start).collect();
                !self.allowed.contains(&value)
            });
        }
        Ok(found.iter().map(|span| self.finding(span)).collect())
    }

    fn wants(&self, span: &Span) -> bool {
        span.score >= self.least_score
            && self.kinds.as_ref().is_none_or(|kinds| kinds.contains(&span.kind))
    }

    fn finding(&self, span: &Span) -> Finding {
        let Span { kind, start, end, score } = *span;
        let analysis_explanation = self.explain.then(|| Decision {
            recognizer: recognizer(kind),
            pattern_name: None,
            pattern: None,
            original_score: score,
            score,
            textual_explanation: "found by its form, its check digits, or the words around it; the score is the recogniser's",
            score_context_improvement: 0.0,
            supportive_context_word: "",
            validation_result: (score >= 1.0).then_some(true),
            regex_flags: None,
        });
        Finding { entity_type: kind.name(), start, end, score, analysis_explanation }
    }
}

/// The kinds among `names`, all when there are none. Names of kinds that only others find are passed over, as long as there is one that is
/// found here.
fn kinds(names: &[String]) -> Result<Option<HashSet<Kind>>, ApiError> {
    let kinds: HashSet<Kind> = names.iter().filter_map(|name| name.parse().ok()).collect();
    match (names.is_empty(), kinds.is_empty()) {
        (true, _) => Ok(None),
        (false, false) => Ok(Some(kinds)),
        (false, true) => Err(invalid(
            "entities names nothing that is found here; GET /supportedentities lists what is",
        )),
    }
}
