//! One error, as HTTP and as gRPC tell it.

use std::fmt;

use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use tonic::Code;
use uuid::Uuid;

/// Names one request in its answer and in logs. Made here: a name chosen by the caller might hold personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestId(Uuid);

impl RequestId {
    /// A fresh name; later ones sort later.
    pub fn fresh() -> Self {
        Self(Uuid::now_v7())
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// What kind of thing went wrong. The name is part of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// A field holds something it must not.
    InvalidArgument,
    /// The text is empty or white space.
    EmptyText,
    /// The text, or the whole body, is longer than the limit.
    TooLong,
    /// The text is not UTF-8.
    InvalidUtf8,
    /// The body is not JSON.
    MalformedJson,
    /// The body has a field nobody reads.
    UnknownField,
    /// The body is not announced as JSON.
    WrongContentType,
    /// No model serves the task.
    UnknownTask,
    /// The model or version asked for is not loaded.
    UnknownVersion,
    /// The caller did not show the token this path asks for.
    Unauthenticated,
    /// There is nothing at this path.
    NotFound,
    /// This path does not take this method.
    MethodNotAllowed,
    /// Everything that could answer is busy; try again later.
    Overloaded,
    /// Nothing that could answer is there; try again later.
    Unavailable,
    /// The deadline passed.
    DeadlineExceeded,
    /// Our fault. Details are in the log, not in the answer.
    Internal,
}

impl ErrorKind {
    /// Every kind.
    pub const ALL: [Self; 16] = [
        Self::InvalidArgument,
        Self::EmptyText,
        Self::TooLong,
        Self::InvalidUtf8,
        Self::MalformedJson,
        Self::UnknownField,
        Self::WrongContentType,
        Self::UnknownTask,
        Self::UnknownVersion,
        Self::Unauthenticated,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::Overloaded,
        Self::Unavailable,
        Self::DeadlineExceeded,
        Self::Internal,
    ];

    /// The `type` of the JSON error, the HTTP status and the gRPC code.
    fn facts(self) -> (&'static str, StatusCode, Code) {
        match self {
            Self::InvalidArgument => {
                ("invalid_argument", StatusCode::BAD_REQUEST, Code::InvalidArgument)
            }
            Self::EmptyText => ("empty_text", StatusCode::BAD_REQUEST, Code::InvalidArgument),
            Self::TooLong => ("too_long", StatusCode::PAYLOAD_TOO_LARGE, Code::InvalidArgument),
            Self::InvalidUtf8 => ("invalid_utf8", StatusCode::BAD_REQUEST, Code::InvalidArgument),
            Self::MalformedJson => {
                ("malformed_json", StatusCode::BAD_REQUEST, Code::InvalidArgument)
            }
            Self::UnknownField => ("unknown_field", StatusCode::BAD_REQUEST, Code::InvalidArgument),
            Self::WrongContentType => {
                ("wrong_content_type", StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::InvalidArgument)
            }
            Self::UnknownTask => ("unknown_task", StatusCode::NOT_FOUND, Code::NotFound),
            Self::UnknownVersion => ("unknown_version", StatusCode::NOT_FOUND, Code::NotFound),
            Self::Unauthenticated => {
                ("unauthenticated", StatusCode::UNAUTHORIZED, Code::Unauthenticated)
            }
            Self::NotFound => ("not_found", StatusCode::NOT_FOUND, Code::Unimplemented),
            Self::MethodNotAllowed => {
                ("method_not_allowed", StatusCode::METHOD_NOT_ALLOWED, Code::Unimplemented)
            }
            Self::Overloaded => {
                ("overloaded", StatusCode::TOO_MANY_REQUESTS, Code::ResourceExhausted)
            }
            Self::Unavailable => {
                ("unavailable", StatusCode::SERVICE_UNAVAILABLE, Code::Unavailable)
            }
            Self::DeadlineExceeded => {
                ("deadline_exceeded", StatusCode::GATEWAY_TIMEOUT, Code::DeadlineExceeded)
            }
            Self::Internal => ("internal", StatusCode::INTERNAL_SERVER_ERROR, Code::Internal),
        }
    }

    /// The `type` of the JSON error, also a metric label.
    pub fn name(self) -> &'static str {
        self.facts().0
    }

    /// The gRPC code.
    pub fn code(self) -> Code {
        self.facts().2
    }

    /// Whether the service failed a caller who did nothing wrong.
    pub fn is_our_fault(self) -> bool {
        matches!(
            self,
            Self::Overloaded | Self::Unavailable | Self::DeadlineExceeded | Self::Internal
        )
    }

    /// The kind that a failed status tells of; one that was not made from an [`ApiError`] is told apart by its code alone.
    pub fn of_status(status: &tonic::Status) -> Self {
        let named = status.metadata().get(ERROR_TYPE).and_then(|name| name.to_str().ok());
        let named = named.and_then(|name| Self::ALL.into_iter().find(|kind| kind.name() == name));
        let coded = || match status.code() {
            Code::NotFound | Code::Unimplemented => Self::NotFound,
            Code::OutOfRange => Self::TooLong,
            code => {
                Self::ALL.into_iter().find(|kind| kind.code() == code).unwrap_or(Self::Internal)
            }
        };
        named.unwrap_or_else(coded)
    }
}

/// An error a caller gets to see: a kind, and a sentence that names the field and the fix. It never holds the caller's text.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    /// What kind of thing went wrong.
    pub kind: ErrorKind,
    /// The sentence.
    pub message: String,
    /// Names the request.
    pub request_id: RequestId,
}

impl ApiError {
    /// An error of a request that has no name yet.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), request_id: RequestId::fresh() }
    }

    /// The same error, as the answer to `request_id`.
    #[must_use]
    pub fn of(self, request_id: RequestId) -> Self {
        Self { request_id, ..self }
    }
}

const ERROR_TYPE: &str = "x-error-type";
const REQUEST_ID: &str = "x-request-id";

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (kind, status, _) = self.kind.facts();
        let request_id = self.request_id.to_string();
        let error =
            serde_json::json!({"type": kind, "message": self.message, "request_id": request_id});
        let body = serde_json::json!({ "error": error }).to_string();
        let mut response =
            (status, [(header::CONTENT_TYPE, "application/json")], body).into_response();
        if let Ok(value) = HeaderValue::try_from(request_id) {
            response.headers_mut().insert(HeaderName::from_static(REQUEST_ID), value);
        }
        if self.kind == ErrorKind::Unauthenticated {
            // RFC 9110 wants the way to do better named.
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(self.kind);
        response
    }
}

impl From<ApiError> for tonic::Status {
    fn from(error: ApiError) -> Self {
        let (kind, _, code) = error.kind.facts();
        let mut status = Self::new(code, error.message);
        status.metadata_mut().insert(ERROR_TYPE, tonic::metadata::MetadataValue::from_static(kind));
        if let Ok(value) = error.request_id.to_string().parse() {
            status.metadata_mut().insert(REQUEST_ID, value);
        }
        status
    }
}
