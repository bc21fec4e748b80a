//! Traces: spans of `tracing`, linked across processes by W3C trace context and sent to an OpenTelemetry collector.
//!
//! Spans carry names, numbers and words of closed sets, never a ticket's text. Of what a caller sends only `traceparent` is read: its other
//! headers (`tracestate`, `baggage`) are free text and would be stored.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
pub use opentelemetry::trace::TraceId;
use opentelemetry::trace::{SpanContext, TraceContextExt, TraceFlags, TraceState, TracerProvider};
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, IdGenerator, RandomIdGenerator, Sampler,
    SdkTracerProvider,
};
use tracing::{Instrument, Metadata, Span};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::{Layer, Registry};

use crate::{TelemetryError, TelemetryOptions, is_ours};

/// Spans that may wait to be sent; more are dropped, so that a collector that is away costs no memory.
const MAX_WAITING: usize = 4096;
const SEND_PERIOD: Duration = Duration::from_secs(1);
const SEND_TIMEOUT: Duration = Duration::from_secs(3);
const STOP_TIMEOUT: Duration = Duration::from_secs(5);
/// The one header of W3C trace context that is read and written (<https://www.w3.org/TR/trace-context/>).
const TRACEPARENT: &str = "traceparent";

/// An OTLP collector's URL.
#[derive(Clone, PartialEq, Eq)]
pub struct OtlpEndpoint(url::Url);

impl FromStr for OtlpEndpoint {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url: url::Url = text.parse().map_err(|error| format!("{error}"))?;
        match url.scheme() {
            "http" if url.has_host() => Ok(Self(url)),
            "https" => {
                Err("TLS is not supported yet; give http://HOST:PORT of a collector near by".into())
            }
            _ => Err("give http://HOST:PORT".into()),
        }
    }
}

impl fmt::Debug for OtlpEndpoint {
    /// Without what a URL may hold beside host and port.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{:?}", self.0.host_str().unwrap_or_default(), self.0.port())
    }
}

/// Reads a share, 0 to 1.
pub(crate) fn share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("give a number from 0 to 1".to_owned()),
    }
}

/// Spans on their way out of the process.
pub(crate) struct Traces {
    provider: SdkTracerProvider,
    /// Whether anybody gets to see spans.
    sent: bool,
}

impl Traces {
    /// Prepares to send spans. Without an endpoint none are kept, but trace ids exist and are passed on all the same, so that the logs of
    /// one ticket can be put side by side.
    pub(crate) fn start(
        service: &'static str,
        options: &TelemetryOptions,
    ) -> Result<Self, TelemetryError> {
        let resource = Resource::builder().with_service_name(service).build();
        let provider = SdkTracerProvider::builder().with_resource(resource);
        let Some(endpoint) = &options.otlp_endpoint else {
            return Ok(Self { provider: provider.build(), sent: false });
        };
        let exporter = SpanExporter::builder()
            .with_tonic()
            .with_endpoint(endpoint.0.as_str())
            .with_timeout(SEND_TIMEOUT)
            .build()?;
        let bounds = BatchConfigBuilder::default()
            .with_max_queue_size(MAX_WAITING)
            .with_scheduled_delay(SEND_PERIOD)
            .build();
        let sent = BatchSpanProcessor::builder(exporter).with_batch_config(bounds).build();
        let some = Sampler::TraceIdRatioBased(options.trace_sample);
        let sampler = Sampler::ParentBased(Box::new(some));
        let provider = provider.with_sampler(sampler).with_span_processor(sent).build();
        Ok(Self { provider, sent: true })
    }

    /// Keeps the spans of this workspace's crates; log lines stay out of it. `None` when nobody gets to see spans.
    pub(crate) fn layer(&self) -> Option<impl Layer<Registry> + Send + Sync> {
        let wanted = |about: &Metadata<'_>| about.is_span() && is_ours(about.target());
        let layer = tracing_opentelemetry::layer()
            .with_tracer(self.provider.tracer("switchboard"))
            // Nothing here asks OpenTelemetry for the current span; `tracing` knows it.
            .with_context_activation(false)
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_target(false)
            .with_filter(filter_fn(wanted));
        self.sent.then_some(layer)
    }

    pub(crate) async fn stop(self) {
        // It blocks until the spans are sent, and sending them needs the runtime's threads.
        let stopping = move || self.provider.shutdown_with_timeout(STOP_TIMEOUT);
        if let Ok(Err(error)) = tokio::task::spawn_blocking(stopping).await {
            tracing::warn!(%error, "some spans were not sent");
        }
    }
}

tokio::task_local! {
    /// What is passed on while nobody gets to see spans.
    static PASSED_ON: HeaderValue;
}

/// The trace that a request belongs to.
pub struct Trace {
    id: TraceId,
    passed_on: Option<HeaderValue>,
}

impl Trace {
    /// Makes `span` part of the trace that `headers` name, or of a new one.
    ///
    /// When nobody gets to see spans, keeping them would cost a tenth of the throughput; then there are ids alone, for logs.
    pub fn begin(span: &Span, headers: &HeaderMap) -> Self {
        let caller = headers
            .contains_key(TRACEPARENT)
            .then(|| TraceContextPropagator::new().extract(&Incoming(headers)));
        if let Some(caller) = &caller {
            // It fails when nobody gets to see spans.
            let _ = span.set_parent(caller.clone());
        }
        let kept = span.context().span().span_context().clone();
        if kept.is_valid() {
            return Self { id: kept.trace_id(), passed_on: None };
        }
        let caller = caller.map(|caller| caller.span().span_context().clone());
        let context = caller.filter(SpanContext::is_valid).unwrap_or_else(fresh);
        let id = context.trace_id();
        let mut onward = HeaderMap::new();
        let context = Context::new().with_remote_span_context(context);
        TraceContextPropagator::new().inject_context(&context, &mut Outgoing(&mut onward));
        Self { id, passed_on: onward.remove(TRACEPARENT) }
    }

    /// Its id, for logs: 32 hexadecimal digits when displayed.
    pub fn id(&self) -> TraceId {
        self.id
    }

    /// Runs `work` inside `span`, and whatever it asks others as part of this trace.
    pub async fn run<W: Future>(self, span: Span, work: W) -> W::Output {
        match self.passed_on {
            None => work.instrument(span).await,
            Some(passed_on) => PASSED_ON.scope(passed_on, work.instrument(span)).await,
        }
    }
}

/// A trace of our own that nobody asked to keep.
fn fresh() -> SpanContext {
    let ids = RandomIdGenerator::default();
    let (trace, span) = (ids.new_trace_id(), ids.new_span_id());
    SpanContext::new(trace, span, TraceFlags::default(), true, TraceState::default())
}

/// Names the current span, or what came from the caller, as the parent of what the receiver of `headers` does.
pub fn pass_trace_on(headers: &mut HeaderMap) {
    if let Ok(passed_on) = PASSED_ON.try_with(Clone::clone) {
        headers.insert(HeaderName::from_static(TRACEPARENT), passed_on);
        return;
    }
    let context = Span::current().context();
    TraceContextPropagator::new().inject_context(&context, &mut Outgoing(headers));
}

struct Incoming<'h>(&'h HeaderMap);

impl Extractor for Incoming<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        if key == TRACEPARENT { self.0.get(key)?.to_str().ok() } else { None }
    }

    fn keys(&self) -> Vec<&str> {
        vec![TRACEPARENT]
    }
}

struct Outgoing<'h>(&'h mut HeaderMap);

impl Injector for Outgoing<'_> {
    fn set(&mut self, key: &str, value: String) {
        if key == TRACEPARENT
            && let Ok(value) = HeaderValue::try_from(value)
        {
            self.0.insert(HeaderName::from_static(TRACEPARENT), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    const CALLER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    /// Begins a trace with `headers`; its id as recorded, and what it passes on.
    fn begun(sent: bool, headers: &HeaderMap) -> (String, HeaderMap) {
        let traces = Traces { provider: SdkTracerProvider::builder().build(), sent };
        let subscriber = tracing_subscriber::registry().with(traces.layer());
        tracing::subscriber::with_default(subscriber, || {
            let span = tracing::debug_span!(target: "agent", "request");
            let trace = Trace::begin(&span, headers);
            let id = trace.id().to_string();
            let work = async {
                let mut onward = HeaderMap::new();
                pass_trace_on(&mut onward);
                onward
            };
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            (id, runtime.block_on(trace.run(span, work)))
        })
    }

    fn headers(all: &[(&'static str, &str)]) -> HeaderMap {
        all.iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn a_callers_trace_goes_on_and_its_free_text_does_not() {
        let caller =
            headers(&[(TRACEPARENT, CALLER), ("tracestate", "who=jane"), ("baggage", "who=jane")]);
        for sent in [true, false] {
            let (id, onward) = begun(sent, &caller);
            assert_eq!(id, "4bf92f3577b34da6a3ce929d0e0e4736");
            let names: Vec<_> = onward.keys().map(HeaderName::as_str).collect();
            assert_eq!(names, [TRACEPARENT]);
            let parent = onward[TRACEPARENT].to_str().unwrap();
            assert!(parent.starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-"), "{parent}");
            // Who keeps a span names it; who keeps none leaves the caller's.
            assert_eq!(parent == CALLER, !sent);
        }
    }

    #[test]
    fn what_is_no_trace_context_begins_a_trace_of_our_own() {
        for sent in [true, false] {
            let wrong = [
                "",
                "jane@example.com",
                "00-0-0-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            ];
            let mut ids: Vec<String> = Vec::new();
            for wrong in wrong {
                let (id, onward) = begun(sent, &headers(&[(TRACEPARENT, wrong)]));
                assert_eq!(id.len(), 32, "{wrong:?}: {id}");
                assert!(onward[TRACEPARENT].to_str().unwrap().contains(&id));
                ids.push(id);
            }
            ids.push(begun(sent, &HeaderMap::new()).0);
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), 5);
        }
    }

    #[test]
    fn endpoints_are_collectors_without_tls() {
        for (text, fine) in [
            ("http://127.0.0.1:4317", true),
            ("http://tempo:4317", true),
            ("https://tempo:4317", false),
            ("tempo:4317", false),
            ("", false),
        ] {
            assert_eq!(text.parse::<OtlpEndpoint>().is_ok(), fine, "{text:?}");
        }
    }

    #[test]
    fn shares_are_from_0_to_1() {
        assert_eq!(share("0.25"), Ok(0.25));
        for wrong in ["-0.1", "1.5", "NaN", "half", ""] {
            assert!(share(wrong).is_err(), "{wrong:?}");
        }
    }
}
