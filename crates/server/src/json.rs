//! JSON bodies.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::{ApiError, ErrorKind};

/// A JSON body of type `T`; what is wrong with one that came in is told by field, never by value.
#[derive(Debug, Clone)]
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let announced = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if !announced.is_some_and(is_json) {
            return Err(ApiError::new(
                ErrorKind::WrongContentType,
                "send the body as content-type: application/json",
            ));
        }
        let body =
            Bytes::from_request(request, state).await.map_err(|rejection| {
                match rejection.status() {
                    http::StatusCode::PAYLOAD_TOO_LARGE => {
                        ApiError::new(ErrorKind::TooLong, "the body is longer than this path takes")
                    }
                    _ => ApiError::new(
                        ErrorKind::InvalidArgument,
                        "the body ended before it was complete",
                    ),
                }
            })?;
        let text = std::str::from_utf8(&body).map_err(|error| {
            ApiError::new(
                ErrorKind::InvalidUtf8,
                format!("the body is not UTF-8 at byte {}", error.valid_up_to()),
            )
        })?;
        parse(text).map(Self)
    }
}

fn is_json(content_type: &str) -> bool {
    let media = content_type.split(';').next().unwrap_or_default().trim();
    media.eq_ignore_ascii_case("application/json") || media.to_ascii_lowercase().ends_with("+json")
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, ApiError> {
    // serde would take a list for the values of an object's fields, in order.
    if text.trim_start().starts_with('[') && serde_json::from_str::<IgnoredAny>(text).is_ok() {
        return Err(ApiError::new(
            ErrorKind::InvalidArgument,
            "the body is a list; send an object",
        ));
    }
    serde_json::from_str(text).map_err(|error| {
        let place = format!("at line {}, column {}", error.line(), error.column());
        match error.classify() {
            serde_json::error::Category::Data => data_error(&error.to_string(), &place),
            _ => ApiError::new(
                ErrorKind::MalformedJson,
                format!("the body is not JSON: it breaks off or goes wrong {place}"),
            ),
        }
    })
}

/// `serde` quotes the offending value in some messages; only those that name fields of ours are passed on.
fn data_error(message: &str, place: &str) -> ApiError {
    // The last of each separator is serde's own; one before it may stand in the caller's text.
    let sentence = message.rsplit_once(" at line ").map_or(message, |(sentence, _)| sentence);
    if let Some(rest) = sentence.strip_prefix("unknown field ") {
        let expected = rest.rsplit_once(", expected ").map_or("another", |(_, expected)| expected);
        return ApiError::new(
            ErrorKind::UnknownField,
            format!("the body has an unknown field {place}; expected {expected}"),
        );
    }
    if sentence.starts_with("missing field `") || sentence.starts_with("duplicate field `") {
        return ApiError::new(ErrorKind::InvalidArgument, format!("the body has a {sentence}"));
    }
    let expected =
        sentence.rsplit_once(", expected ").map_or("another type", |(_, expected)| expected);
    ApiError::new(
        ErrorKind::InvalidArgument,
        format!("the body has a value of the wrong type {place}; expected {expected}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        #[expect(dead_code, reason = "only parsing is looked at")]
        text: String,
    }

    fn refusal(text: &str) -> (ErrorKind, String) {
        let error = parse::<Body>(text).unwrap_err();
        (error.kind, error.message)
    }

    #[test]
    fn errors_name_the_field_and_never_repeat_the_value() {
        let cases = [
            (
                r#"{"text": 5551234}"#,
                ErrorKind::InvalidArgument,
                "the body has a value of the wrong type at line 1, column 16; expected a string",
            ),
            (
                r#"{"text": "a", "jane@example.com": 1}"#,
                ErrorKind::UnknownField,
                "the body has an unknown field at line 1, column 32; expected `text`",
            ),
            ("{}", ErrorKind::InvalidArgument, "the body has a missing field `text`"),
            (
                r#"{"text": "a", "text": "b"}"#,
                ErrorKind::InvalidArgument,
                "the body has a duplicate field `text`",
            ),
            (
                r#"["jane@example.com"]"#,
                ErrorKind::InvalidArgument,
                "the body is a list; send an object",
            ),
            (
                r#""jane, expected secrets at line 1""#,
                ErrorKind::InvalidArgument,
                "the body has a value of the wrong type at line 1, column 34; expected struct Body",
            ),
            (
                r#"{"x`, expected secrets at line 1": 5}"#,
                ErrorKind::UnknownField,
                "the body has an unknown field at line 1, column 33; expected `text`",
            ),
            (
                r#"{"text": "a"#,
                ErrorKind::MalformedJson,
                "the body is not JSON: it breaks off or goes wrong at line 1, column 11",
            ),
            (
                r#""jane@example.com, expected secrets""#,
                ErrorKind::InvalidArgument,
                "the body has a value of the wrong type at line 1, column 36; expected struct Body",
            ),
        ];
        for (text, kind, message) in cases {
            assert_eq!(refusal(text), (kind, message.to_owned()), "{text}");
        }
    }

    #[test]
    fn json_may_be_announced_with_a_charset() {
        assert!(is_json("application/json; charset=utf-8") && is_json("application/problem+json"));
        assert!(!is_json("text/plain") && !is_json("application/jsonp"));
    }
}
