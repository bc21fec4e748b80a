//! What the gateway counts.

use std::time::Duration;

use prometheus::core::Collector;
use prometheus::{
    Encoder, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGaugeVec, Opts,
    Registry, TextEncoder,
};
use switchboard_pii::{Scrubbed, Span};
use switchboard_routing::Family;
use switchboard_server::ApiError;

use crate::downstream::Lack;
use crate::ticket::Routed;

/// From 50 µs to 10 s.
const SECONDS: [f64; 17] = [
    0.000_05, 0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0,
    2.0, 5.0, 10.0,
];
const CONFIDENCES: [f64; 10] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0];

/// The metrics of the gateway.
pub(crate) struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    request_seconds: HistogramVec,
    decisions: IntCounterVec,
    degraded: IntCounter,
    needs_review: IntCounter,
    confidence: Histogram,
    pii_spans: IntCounterVec,
    languages: IntCounterVec,
    downstream_requests: IntCounterVec,
    downstream_seconds: HistogramVec,
    downstream_up: IntGaugeVec,
    breaker_open: IntGaugeVec,
}

impl Metrics {
    /// Declares every metric.
    pub(crate) fn new() -> prometheus::Result<Self> {
        let declare = Declare(Registry::new());
        Ok(Self {
            requests: declare.counters(
                "agent_requests_total",
                "Requests, by endpoint and outcome: ok or an error type.",
                &["endpoint", "outcome"],
            )?,
            request_seconds: declare.seconds(
                "agent_request_duration_seconds",
                "Time from a request's arrival to its answer.",
                &["endpoint"],
            )?,
            decisions: declare.counters(
                "agent_routing_decisions_total",
                "Tickets answered, by the model that answered and the reason for it.",
                &["route", "reason"],
            )?,
            degraded: declare.counter(
                "agent_degraded_total",
                "Tickets answered by another model than the policy wanted.",
            )?,
            needs_review: declare.counter(
                "agent_needs_review_total",
                "Tickets answered below the review threshold.",
            )?,
            confidence: declare.keep(Histogram::with_opts(
                HistogramOpts::new(
                    "agent_confidence",
                    "Calibrated probability of the label given.",
                )
                .buckets(CONFIDENCES.to_vec()),
            )?)?,
            pii_spans: declare.counters(
                "agent_pii_spans_total",
                "Pieces of personal data removed, by type.",
                &["type"],
            )?,
            languages: declare.counters(
                "agent_languages_total",
                "Tickets answered, by language.",
                &["language"],
            )?,
            downstream_requests: declare.counters(
                "agent_downstream_requests_total",
                "Calls to model services, by outcome: ok or what was lacking.",
                &["service", "outcome"],
            )?,
            downstream_seconds: declare.seconds(
                "agent_downstream_duration_seconds",
                "Time a model service took to answer, or not to.",
                &["service"],
            )?,
            downstream_up: declare.gauges(
                "agent_downstream_up",
                "Whether a model service answered when last asked: 1 or 0.",
            )?,
            breaker_open: declare.gauges(
                "agent_breaker_open",
                "Whether a model service is being skipped: 1 or 0.",
            )?,
            registry: declare.0,
        })
    }

    /// Counts a ticket.
    pub(crate) fn answered(
        &self,
        endpoint: &str,
        outcome: Result<&Routed, &ApiError>,
        took: Duration,
    ) {
        self.request(endpoint, outcome.err(), took);
        let Ok(routed) = outcome else { return };
        let (answer, decision) = (&routed.answer, &routed.decision);
        self.decisions.with_label_values(&[answer.family.name(), decision.reason.name()]).inc();
        self.degraded.inc_by(u64::from(decision.degraded));
        self.needs_review.inc_by(u64::from(routed.needs_review));
        self.confidence.observe(f64::from(answer.confidence));
        self.languages.with_label_values(&[routed.language.code]).inc();
        self.removed(&routed.pii);
    }

    /// Counts a text that was only scrubbed.
    pub(crate) fn scrubbed(
        &self,
        endpoint: &str,
        outcome: Result<&Scrubbed, &ApiError>,
        took: Duration,
    ) {
        self.request(endpoint, outcome.err(), took);
        self.removed(outcome.map_or(&[], Scrubbed::spans));
    }

    fn request(&self, endpoint: &str, error: Option<&ApiError>, took: Duration) {
        let outcome = error.map_or("ok", |error| error.kind.name());
        self.requests.with_label_values(&[endpoint, outcome]).inc();
        self.request_seconds.with_label_values(&[endpoint]).observe(took.as_secs_f64());
    }

    fn removed(&self, spans: &[Span]) {
        for span in spans {
            self.pii_spans.with_label_values(&[span.kind.name()]).inc();
        }
    }

    /// Counts a call to a model service.
    pub(crate) fn asked(&self, family: Family, lack: Option<Lack>, took: Duration) {
        let outcome = lack.map_or("ok", Lack::name);
        self.downstream_requests.with_label_values(&[family.name(), outcome]).inc();
        self.downstream_seconds.with_label_values(&[family.name()]).observe(took.as_secs_f64());
    }

    /// Everything in Prometheus' text format; each model service with whether it is up and whether it is skipped.
    pub(crate) fn text(&self, services: impl Iterator<Item = (Family, bool, bool)>) -> String {
        for (family, up, skipped) in services {
            self.downstream_up.with_label_values(&[family.name()]).set(i64::from(up));
            self.breaker_open.with_label_values(&[family.name()]).set(i64::from(skipped));
        }
        let mut text = Vec::new();
        // Writing to memory cannot fail, and what was declared can be encoded.
        let _ = TextEncoder::new().encode(&self.registry.gather(), &mut text);
        String::from_utf8(text).unwrap_or_default()
    }
}

struct Declare(Registry);

impl Declare {
    fn keep<T: Collector + Clone + 'static>(&self, metric: T) -> prometheus::Result<T> {
        self.0.register(Box::new(metric.clone()))?;
        Ok(metric)
    }

    fn counter(&self, name: &str, help: &str) -> prometheus::Result<IntCounter> {
        self.keep(IntCounter::new(name, help)?)
    }

    fn counters(
        &self,
        name: &str,
        help: &str,
        labels: &[&str],
    ) -> prometheus::Result<IntCounterVec> {
        self.keep(IntCounterVec::new(Opts::new(name, help), labels)?)
    }

    fn gauges(&self, name: &str, help: &str) -> prometheus::Result<IntGaugeVec> {
        self.keep(IntGaugeVec::new(Opts::new(name, help), &["service"])?)
    }

    fn seconds(&self, name: &str, help: &str, labels: &[&str]) -> prometheus::Result<HistogramVec> {
        self.keep(HistogramVec::new(
            HistogramOpts::new(name, help).buckets(SECONDS.to_vec()),
            labels,
        )?)
    }
}
