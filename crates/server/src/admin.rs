//! The admin port: `/metrics` for Prometheus, `/livez` and `/readyz` for whoever starts and stops the service, `/log` for whoever looks
//! into it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::extract::rejection::StringRejection;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{StatusCode, header};
use serde_json::json;
use switchboard_telemetry::{TelemetryError, log_filter, set_log_filter};

use crate::{ApiError, ErrorKind};

/// The longest body the admin port takes.
const MAX_BODY_BYTES: usize = 1024;

/// What the admin port asks of its service.
pub trait Administered: Send + Sync + 'static {
    /// The metrics in Prometheus' text format.
    fn metrics(&self) -> String;

    /// Whether the service can answer, and why not.
    fn readiness(&self) -> Readiness;

    /// Counts a request.
    fn answered(&self, endpoint: &'static str, outcome: &'static str, took: Duration);
}

/// Whether a service can answer.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Readiness {
    /// Whether requests can be answered, if only in part.
    pub ready: bool,
    /// What is missing, a sentence each.
    pub lacks: Vec<String>,
}

/// The routes of the admin port.
pub fn router(service: Arc<dyn Administered>) -> Router {
    let metrics = service.clone();
    Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route(
            "/metrics",
            get(async move || {
                ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], metrics.metrics())
            }),
        )
        .route("/readyz", get(async move || readyz(&service.readiness())))
        .route("/log", get(log).put(change_log))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
}

/// Tells what is logged.
async fn log() -> Result<Response, ApiError> {
    let filter = log_filter().map_err(|error| cannot_log(&error))?;
    Ok(axum::Json(json!({ "log": filter })).into_response())
}

/// Changes what is logged until the service ends: the body is what `--log` takes.
async fn change_log(filter: Result<String, StringRejection>) -> Result<Response, ApiError> {
    let refuse = |message| ApiError::new(ErrorKind::InvalidArgument, message);
    let filter = filter
        .map_err(|_| refuse(format!("the body is not text of at most {MAX_BODY_BYTES} bytes")))?;
    let filter = filter.trim();
    set_log_filter(filter).map_err(|error| match error {
        TelemetryError::Filter { .. } => refuse(
            "the body is not a log level (off, error, warn, info, debug, trace) or a list of module=level"
                .to_owned(),
        ),
        error => cannot_log(&error),
    })?;
    tracing::info!(filter, "the log filter was changed");
    log().await
}

fn cannot_log(error: &TelemetryError) -> ApiError {
    ApiError::new(ErrorKind::Unavailable, error.to_string())
}

fn readyz(readiness: &Readiness) -> Response {
    let status = if readiness.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, axum::Json(readiness)).into_response()
}
