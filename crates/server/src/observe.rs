//! What every request gets whatever its wire: a span, and a place in the metrics.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use switchboard_telemetry::{Trace, TraceId};
use tokio::time::Instant;
use tonic::{Code, Status};
use tracing::Span;
use tracing::field::Empty;

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
    trace: Trace,
    pending: Pending,
}

impl Observed {
    /// Begins its span, in the trace that `headers` name if they do.
    pub fn begin(service: Arc<dyn Administered>, endpoint: Endpoint, headers: &HeaderMap) -> Self {
        let span = tracing::debug_span!(
            "request",
            otel.name = endpoint.path,
            otel.kind = "server",
            endpoint = endpoint.name,
            outcome = Empty,
            otel.status_code = Empty,
        );
        let trace = Trace::begin(&span, headers);
        let (trace_id, started) = (trace.id(), Instant::now());
        let endpoint = endpoint.name;
        Self {
            trace,
            pending: Pending { service, endpoint, span, trace_id, started, ended: false },
        }
    }

    /// Runs `work` as the request's own. `error_of` says whether its outcome is a failure.
    pub async fn run<W: Future>(
        self,
        work: W,
        error_of: impl FnOnce(&W::Output) -> Option<ErrorKind>,
    ) -> W::Output {
        let Self { trace, pending } = self;
        let outcome = trace.run(pending.span.clone(), work).await;
        pending.end(error_of(&outcome));
        outcome
    }
}

/// What is told of a request when it ends, however it ends.
struct Pending {
    service: Arc<dyn Administered>,
    endpoint: &'static str,
    span: Span,
    trace_id: TraceId,
    started: Instant,
    ended: bool,
}

impl Pending {
    fn end(mut self, error: Option<ErrorKind>) {
        self.ended = true;
        if error.is_some_and(ErrorKind::is_our_fault) {
            self.span.record("otel.status_code", "ERROR");
        }
        self.tell(error.map_or(OK, ErrorKind::name));
    }

    fn tell(&self, outcome: &'static str) {
        let Self { endpoint, trace_id, .. } = self;
        let took = self.started.elapsed();
        let ms = took.as_secs_f64() * 1e3;
        self.span.record("outcome", outcome);
        if outcome == ErrorKind::Internal.name() {
            tracing::error!(%trace_id, endpoint, outcome, ms, "failed");
        } else {
            tracing::debug!(%trace_id, endpoint, outcome, ms, "answered");
        }
        self.service.answered(endpoint, outcome, took);
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if !self.ended {
            self.tell(CANCELLED);
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
    observed.run(next.run(request), error_of).await
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
