//! What the gateway counts. `docs/metrics.md` lists it all.

use std::time::Duration;

use switchboard_pii::{Kind, Scrubbed, Span};
use switchboard_routing::{Family, Reason};
use switchboard_server::observe::{NO_ENDPOINT, outcomes};
use switchboard_telemetry::metrics::{
    Declared, Histogram, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec,
    MetricsResult, PROBABILITIES, SECONDS, powers_of_two, start_at_zero,
};

use crate::downstream::Lack;
use crate::endpoints;
use crate::ticket::Routed;

/// The metrics of the gateway.
pub(crate) struct Metrics {
    declared: Declared,
    requests: IntCounterVec,
    request_seconds: HistogramVec,
    scrub_seconds: Histogram,
    text_bytes: Histogram,
    in_flight: IntGauge,
    in_flight_limit: IntGauge,
    decisions: IntCounterVec,
    degraded: IntCounter,
    needs_review: IntCounter,
    confidence: HistogramVec,
    labels: IntCounterVec,
    languages: IntCounterVec,
    pii_spans: IntCounterVec,
    pii_tickets: IntCounter,
    downstream_requests: IntCounterVec,
    downstream_seconds: HistogramVec,
    downstream_up: IntGaugeVec,
    breaker_open: IntGaugeVec,
}

/// A model service, as gauges tell of it.
pub(crate) struct DownstreamState {
    pub(crate) family: Family,
    pub(crate) up: bool,
    pub(crate) skipped: bool,
}

impl Metrics {
    /// Declares every metric.
    #[rustfmt::skip]
    pub(crate) fn new() -> MetricsResult<Self> {
        let declared = Declared::new("agent")?;
        let metrics = Self {
            requests: declared.counters("requests_total", "Requests and tickets of streams, by endpoint (none: refused before it reached one) and outcome: ok, cancelled (the caller left) or an error type.", &["endpoint", "outcome"])?,
            request_seconds: declared.histograms("request_duration_seconds", "Time from a request's arrival to its answer, by endpoint.", &SECONDS, &["endpoint"])?,
            scrub_seconds: declared.histogram("scrub_duration_seconds", "Time to take personal data out of one text.", &SECONDS)?,
            text_bytes: declared.histogram("text_bytes", "Length of texts, in bytes of UTF-8.", &powers_of_two(64, 65_536))?,
            in_flight: declared.gauge("in_flight", "Tickets under way.")?,
            in_flight_limit: declared.gauge("in_flight_limit", "Tickets that may be under way; one more is refused.")?,
            decisions: declared.counters("routing_decisions_total", "Tickets answered, by the model that answered (route) and the reason for it.", &["route", "reason"])?,
            degraded: declared.counter("degraded_total", "Tickets answered by another model than the policy wanted.")?,
            needs_review: declared.counter("needs_review_total", "Tickets answered below the review threshold.")?,
            confidence: declared.histograms("confidence", "Calibrated probability of the label given, by the model that answered.", &PROBABILITIES, &["route"])?,
            labels: declared.counters("labels_total", "Tickets answered, by task and label.", &["task", "label"])?,
            languages: declared.counters("languages_total", "Tickets answered, by language.", &["language"])?,
            pii_spans: declared.counters("pii_spans_total", "Pieces of personal data removed, by type.", &["type"])?,
            pii_tickets: declared.counter("pii_tickets_total", "Texts that personal data was removed from.")?,
            downstream_requests: declared.counters("downstream_requests_total", "Calls to model services, by outcome: ok or what was lacking.", &["service", "outcome"])?,
            downstream_seconds: declared.histograms("downstream_duration_seconds", "Time a model service took to answer, or not to.", &SECONDS, &["service"])?,
            downstream_up: declared.gauges("downstream_up", "Whether a model service answered when last asked: 1 or 0.", &["service"])?,
            breaker_open: declared.gauges("breaker_open", "Whether a model service is being skipped: 1 or 0.", &["service"])?,
            declared,
        };
        metrics.begin();
        Ok(metrics)
    }

    /// Makes the series of closed sets exist before anything is counted.
    fn begin(&self) {
        for endpoint in endpoints::NAMES.into_iter().chain([NO_ENDPOINT]) {
            for outcome in outcomes() {
                self.requests.with_label_values(&[endpoint, outcome]).inc_by(0);
            }
            // Asking for a histogram's series makes it.
            self.request_seconds.with_label_values(&[endpoint]);
        }
        for family in Family::ALL {
            self.confidence.with_label_values(&[family.name()]);
            self.downstream_seconds.with_label_values(&[family.name()]);
            for reason in Reason::ALL {
                self.decisions.with_label_values(&[family.name(), reason.name()]).inc_by(0);
            }
            for outcome in Lack::ALL.iter().map(|lack| lack.name()).chain(["ok"]) {
                self.downstream_requests.with_label_values(&[family.name(), outcome]).inc_by(0);
            }
        }
        start_at_zero(&self.pii_spans, Kind::ALL.iter().map(|kind| kind.name()));
    }

    /// Counts a request.
    pub(crate) fn answered(&self, endpoint: &str, outcome: &str, took: Duration) {
        self.requests.with_label_values(&[endpoint, outcome]).inc();
        self.request_seconds.with_label_values(&[endpoint]).observe(took.as_secs_f64());
    }

    /// Counts a ticket that was answered.
    pub(crate) fn routed(&self, routed: &Routed) {
        let (answer, decision) = (&routed.answer, &routed.decision);
        let route = answer.family.name();
        self.decisions.with_label_values(&[route, decision.reason.name()]).inc();
        self.degraded.inc_by(u64::from(decision.degraded));
        self.needs_review.inc_by(u64::from(routed.needs_review));
        self.confidence.with_label_values(&[route]).observe(f64::from(answer.confidence));
        self.labels.with_label_values(&[&routed.task, &answer.label]).inc();
        self.languages.with_label_values(&[routed.language.code]).inc();
    }

    /// Counts a text that was scrubbed.
    pub(crate) fn scrubbed(&self, text: &str, scrubbed: &Scrubbed, took: Duration) {
        self.text_bytes.observe(text.len() as f64);
        self.scrub_seconds.observe(took.as_secs_f64());
        self.pii_tickets.inc_by(u64::from(!scrubbed.spans().is_empty()));
        for Span { kind, .. } in scrubbed.spans() {
            self.pii_spans.with_label_values(&[kind.name()]).inc();
        }
    }

    /// Counts a call to a model service.
    pub(crate) fn asked(&self, family: Family, lack: Option<Lack>, took: Duration) {
        let outcome = lack.map_or("ok", Lack::name);
        self.downstream_requests.with_label_values(&[family.name(), outcome]).inc();
        self.downstream_seconds.with_label_values(&[family.name()]).observe(took.as_secs_f64());
    }

    /// Everything in Prometheus' text format; model services and tickets under way as they are now.
    pub(crate) fn text(
        &self,
        services: impl Iterator<Item = DownstreamState>,
        in_flight: usize,
        limit: usize,
    ) -> String {
        for DownstreamState { family, up, skipped } in services {
            self.downstream_up.with_label_values(&[family.name()]).set(i64::from(up));
            self.breaker_open.with_label_values(&[family.name()]).set(i64::from(skipped));
        }
        self.in_flight.set(i64::try_from(in_flight).unwrap_or(i64::MAX));
        self.in_flight_limit.set(i64::try_from(limit).unwrap_or(i64::MAX));
        self.declared.text()
    }
}
