//! The admin port: `/metrics` for Prometheus, `/livez` and `/readyz` for whoever starts and stops the service.

use std::sync::Arc;

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{StatusCode, header};

/// What the admin port asks of its service.
pub trait Administered: Send + Sync + 'static {
    /// The metrics in Prometheus' text format.
    fn metrics(&self) -> String;

    /// Whether the service can answer, and why not.
    fn readiness(&self) -> Readiness;
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
}

fn readyz(readiness: &Readiness) -> Response {
    let status = if readiness.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, axum::Json(readiness)).into_response()
}
