//! What a model service counts. Names start with the family: `tfidf_requests_total`.

use std::time::Duration;

use prometheus::{
    Encoder, Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts,
    Registry, TextEncoder,
};
use switchboard_inference::{Event, Models};
use switchboard_server::ApiError;

use crate::core::Classified;

/// From 50 µs to 10 s.
const SECONDS: [f64; 17] = [
    0.000_05, 0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0,
    2.0, 5.0, 10.0,
];

/// The metrics of one service.
pub(crate) struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    documents: IntCounter,
    request_seconds: Histogram,
    queue_seconds: Histogram,
    compute_seconds: Histogram,
    queue_length: IntGauge,
    model_info: IntGaugeVec,
    swaps: IntCounterVec,
    refusals: IntCounterVec,
    registry_up: IntGauge,
}

impl Metrics {
    /// Declares every metric of the `family`'s service.
    pub(crate) fn new(family: &str) -> prometheus::Result<Self> {
        let declare = Declare { registry: Registry::new(), family };
        Ok(Self {
            requests: declare.counters(
                "requests_total",
                "Requests to classify, by outcome: ok or an error type.",
                &["outcome"],
            )?,
            documents: declare.counter("documents_total", "Documents classified.")?,
            request_seconds: declare.seconds(
                "request_duration_seconds",
                "Time from a request's arrival to its answer.",
            )?,
            queue_seconds: declare.seconds(
                "queue_wait_seconds",
                "Time a request waited for a worker; 0 when answered at once.",
            )?,
            compute_seconds: declare
                .seconds("compute_duration_seconds", "Time the model took for a request.")?,
            queue_length: declare.gauge("queue_length", "Requests waiting for a worker.")?,
            model_info: declare.gauges(
                "model_info",
                "The loaded versions and their aliases; always 1.",
                &["model", "version", "alias"],
            )?,
            swaps: declare.counters("model_swaps_total", "Versions swapped in.", &["model"])?,
            refusals: declare.counters(
                "model_refusals_total",
                "Versions that may not serve, by reason: artifact, registry, family, load, labels or golden.",
                &["model", "reason"],
            )?,
            registry_up: declare.gauge(
                "registry_up",
                "Whether the registry could be read at the last look: 1 or 0.",
            )?,
            registry: declare.registry,
        })
    }

    /// Counts an answered request.
    pub(crate) fn answered(&self, outcome: Result<&Classified, &ApiError>, took: Duration) {
        self.request_seconds.observe(took.as_secs_f64());
        let name = match outcome {
            Ok(classified) => {
                self.documents.inc_by(classified.outcomes.len() as u64);
                self.queue_seconds.observe(classified.queued.as_secs_f64());
                self.compute_seconds.observe(classified.computed.as_secs_f64());
                "ok"
            }
            Err(error) => error.kind.name(),
        };
        self.requests.with_label_values(&[name]).inc();
    }

    /// Counts what happened to the models.
    pub(crate) fn happened(&self, event: &Event<'_>) {
        match event {
            Event::Loaded { name, .. } => self.swaps.with_label_values(&[*name]).inc(),
            Event::Refused { name, refusal, .. } => {
                self.refusals.with_label_values(&[*name, refusal.reason()]).inc();
            }
            Event::RegistryAway(_) => self.registry_up.set(0),
            Event::RegistryBack => self.registry_up.set(1),
        }
    }

    /// Everything in Prometheus' text format; `models` and `waiting` as they are now.
    pub(crate) fn text(&self, models: &Models, waiting: usize) -> String {
        self.queue_length.set(i64::try_from(waiting).unwrap_or(i64::MAX));
        self.model_info.reset();
        for (served, aliases) in models.current().all() {
            for alias in aliases {
                self.model_info
                    .with_label_values(&[served.name.as_str(), &served.version.to_string(), alias])
                    .set(1);
            }
        }
        let mut text = Vec::new();
        // Writing to memory cannot fail, and what was declared can be encoded.
        let _ = TextEncoder::new().encode(&self.registry.gather(), &mut text);
        String::from_utf8(text).unwrap_or_default()
    }
}

struct Declare<'f> {
    registry: Registry,
    family: &'f str,
}

impl Declare<'_> {
    fn options(&self, name: &str, help: &str) -> Opts {
        Opts::new(name, help).namespace(self.family)
    }

    fn keep<T: prometheus::core::Collector + Clone + 'static>(
        &self,
        metric: T,
    ) -> prometheus::Result<T> {
        self.registry.register(Box::new(metric.clone()))?;
        Ok(metric)
    }

    fn counter(&self, name: &str, help: &str) -> prometheus::Result<IntCounter> {
        self.keep(IntCounter::with_opts(self.options(name, help))?)
    }

    fn counters(
        &self,
        name: &str,
        help: &str,
        labels: &[&str],
    ) -> prometheus::Result<IntCounterVec> {
        self.keep(IntCounterVec::new(self.options(name, help), labels)?)
    }

    fn gauge(&self, name: &str, help: &str) -> prometheus::Result<IntGauge> {
        self.keep(IntGauge::with_opts(self.options(name, help))?)
    }

    fn gauges(&self, name: &str, help: &str, labels: &[&str]) -> prometheus::Result<IntGaugeVec> {
        self.keep(IntGaugeVec::new(self.options(name, help), labels)?)
    }

    fn seconds(&self, name: &str, help: &str) -> prometheus::Result<Histogram> {
        let options =
            HistogramOpts { common_opts: self.options(name, help), buckets: SECONDS.to_vec() };
        self.keep(Histogram::with_opts(options)?)
    }
}
