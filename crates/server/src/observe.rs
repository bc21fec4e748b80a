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
use crate::arrival::Arrival;

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

/// A request under way; dropped before its end, or broken off on its way in, it counts as cancelled.
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
        let (endpoint, arrival) = (endpoint.name, Arrival::default());
        Self {
            trace,
            pending: Pending { service, endpoint, arrival, span, trace_id, started, ended: false },
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
    arrival: Arrival,
    span: Span,
    trace_id: TraceId,
    started: Instant,
    ended: bool,
}

impl Pending {
    fn end(mut self, error: Option<ErrorKind>) {
        // Nobody waits for what was made of the part that came; dropping this tells so.
        if self.arrival.broke_off(error) {
            return;
        }
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
        return count_refusal(&*observer.service, request, next).await;
    };
    let observed = Observed::begin(observer.service, *endpoint, request.headers());
    let request = observed.pending.arrival.watch(request);
    observed.run(next.run(request), error_of).await
}

async fn count_refusal(service: &dyn Administered, request: Request, next: Next) -> Response {
    let (arrival, started) = (Arrival::default(), Instant::now());
    let response = next.run(arrival.watch(request)).await;
    if let Some(kind) = error_of(&response) {
        let outcome = if arrival.broke_off(Some(kind)) { CANCELLED } else { kind.name() };
        service.answered(NO_ENDPOINT, outcome, started.elapsed());
    }
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
