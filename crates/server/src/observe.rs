//! What every request gets whatever its wire: a span, and a place in the metrics.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use switchboard_telemetry::{continue_trace, trace_id};
use tokio::time::Instant;
use tonic::{Code, Status};
use tracing::field::Empty;
use tracing::{Instrument, Span};

use crate::ErrorKind;
use crate::admin::Administered;

/// The outcome of a request that was answered as asked.
pub const OK: &str = "ok";
/// The outcome of a request whose caller left before the answer.
pub const CANCELLED: &str = "cancelled";
/// The endpoint of a request that was refused before it reached one.
pub const NO_ENDPOINT: &str = "none";

/// Every outcome of a request, as metrics name them.
pub fn outcomes() -> impl Iterator<Item = &'static str> {
    [OK, CANCELLED].into_iter().chain(ErrorKind::ALL.iter().map(|kind| kind.name()))
}

/// A path that is counted and traced: an HTTP path, or the `/package.Service/Method` of gRPC.
#[derive(Debug, Clone, Copy)]
pub struct Endpoint {
    /// The whole path.
    pub path: &'static str,
    /// Its name in metrics and spans.
    pub name: &'static str,
}

/// A request under way; dropped before its end, it counts as cancelled.
pub struct Observed {
    service: Arc<dyn Administered>,
    endpoint: &'static str,
    span: Span,
    started: Instant,
    ended: bool,
}

impl Observed {
    /// Begins its span, in the trace that `headers` name if they do.
    pub fn begin(service: Arc<dyn Administered>, endpoint: Endpoint, headers: &HeaderMap) -> Self {
        // At the level of errors, so that every log line written inside has it, whatever is logged.
        let span = tracing::error_span!(
            "request",
            otel.name = endpoint.path,
            otel.kind = "server",
            endpoint = endpoint.name,
            trace_id = Empty,
            outcome = Empty,
            otel.status_code = Empty,
        );
        continue_trace(&span, headers);
        if let Some(id) = trace_id(&span) {
            span.record("trace_id", id);
        }
        let started = Instant::now();
        Self { service, endpoint: endpoint.name, span, started, ended: false }
    }

    /// Its span.
    pub fn span(&self) -> Span {
        self.span.clone()
    }

    /// Ends it, well or not.
    pub fn end(mut self, error: Option<ErrorKind>) {
        self.ended = true;
        if error.is_some_and(ErrorKind::is_our_fault) {
            self.span.record("otel.status_code", "ERROR");
        }
        self.finish(error.map_or(OK, ErrorKind::name));
    }

    fn finish(&self, outcome: &'static str) {
        let took = self.started.elapsed();
        self.span.record("outcome", outcome);
        self.span.in_scope(|| tracing::debug!(outcome, ms = took.as_secs_f64() * 1e3, "answered"));
        self.service.answered(self.endpoint, outcome, took);
    }
}

impl Drop for Observed {
    fn drop(&mut self) {
        if !self.ended {
            self.finish(CANCELLED);
        }
    }
}

/// What the layer needs.
#[derive(Clone)]
pub(crate) struct Observer {
    pub(crate) service: Arc<dyn Administered>,
    pub(crate) endpoints: &'static [Endpoint],
}

/// The layer: requests to an endpoint are observed; of the others only those that are refused are counted.
pub(crate) async fn observe(
    State(observer): State<Observer>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let Some(endpoint) = observer.endpoints.iter().find(|endpoint| endpoint.path == path) else {
        let started = Instant::now();
        let response = next.run(request).await;
        if let Some(kind) = error_of(&response) {
            observer.service.answered(NO_ENDPOINT, kind.name(), started.elapsed());
        }
        return response;
    };
    let observed = Observed::begin(observer.service, *endpoint, request.headers());
    let response = next.run(request).instrument(observed.span()).await;
    observed.end(error_of(&response));
    response
}

/// What went wrong, as the response tells it.
fn error_of(response: &Response) -> Option<ErrorKind> {
    if let Some(kind) = response.extensions().get::<ErrorKind>() {
        return Some(*kind);
    }
    let status = Status::from_header_map(response.headers())?;
    if status.code() == Code::Ok {
        return None;
    }
    Some(ErrorKind::of_status(&status))
}
