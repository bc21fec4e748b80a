//! What the gateway counts. `docs/metrics.md` lists it all.

use std::time::Duration;

use switchboard_artifact::SignatureError;
use switchboard_decisions::{Counts, Joined};
use switchboard_pii::{Kind, Scrubbed, Span};
use switchboard_routing::{Family, Reason, Route, Trust};
use switchboard_server::observe::{NO_ENDPOINT, outcomes};
use switchboard_telemetry::metrics::{
    Declared, Gauge, Histogram, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec,
    MetricsResult, PROBABILITIES, SECONDS, powers_of_two, start_at_zero,
};
use switchboard_text::language::UNDETERMINED;

use crate::downstream::Lack;
use crate::endpoints;
use crate::ticket::Routed;
use crate::trials::TrialMetrics;
use crate::vouched::UNUSABLE;

/// Outcomes of a change of the policy file.
const FOLLOWED: &str = "followed";
const REFUSED: &str = "refused";

/// Outcomes of a judgement.
const RIGHT: &str = "right";
const WRONG: &str = "wrong";

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
    trust: IntCounterVec,
    escalation_share: Gauge,
    routing_version: IntGaugeVec,
    version_refusals: IntCounterVec,
    registry_up: IntGauge,
    policy_reloads: IntCounterVec,
    policy_refused: IntGauge,
    decisions_recorded: IntCounter,
    decisions_dropped: IntCounterVec,
    decisions_queued: IntGauge,
    feedback: IntCounterVec,
    confidence: HistogramVec,
    labels: IntCounterVec,
    languages: IntCounterVec,
    pii_spans: IntCounterVec,
    pii_tickets: IntCounter,
    downstream_requests: IntCounterVec,
    downstream_seconds: HistogramVec,
    downstream_up: IntGaugeVec,
    breaker_open: IntGaugeVec,
    trials: TrialMetrics,
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
            decisions: declared.counters("routing_decisions_total", "Tickets answered, by whose probabilities the answer holds (route: tfidf, transformer, or fusion of both) and the reason for it.", &["route", "reason"])?,
            degraded: declared.counter("degraded_total", "Tickets answered by another model than the policy wanted.")?,
            needs_review: declared.counter("needs_review_total", "Tickets whose answer a person should look at.")?,
            trust: declared.counters("trust_total", "Tickets answered, by what to do with the answer: automatic, suggested or needs_review.", &["trust"])?,
            escalation_share: declared.measure("escalation_share", "The share of escalations that the transformer's budget allows now, 0.02 to 1.")?,
            routing_version: declared.gauges("routing_version", "The version of the task's routing model that is used; 0 when none fits what serves.", &["task"])?,
            version_refusals: declared.counters("version_refusals_total", "Versions of the registry whose rows or routing models are not used, by reason: unsigned, unknown_key or signature (no trusted key vouches for it), or unusable.", &["reason"])?,
            registry_up: declared.gauge("registry_up", "Whether the registry could be read at the last look: 1 or 0. 1 without one.")?,
            policy_reloads: declared.counters("policy_reloads_total", "Changes of the policy file, by outcome: followed, or refused (the old policy is kept).", &["outcome"])?,
            policy_refused: declared.gauge("policy_refused", "Whether the policy file, as it is now, is refused: 1 or 0.")?,
            decisions_recorded: declared.counter("decisions_recorded_total", "Decisions stored in the decision log.")?,
            decisions_dropped: declared.counters("decisions_dropped_total", "Decisions that were not stored, by reason: full (too many waited) or failed (the store did not take them).", &["reason"])?,
            decisions_queued: declared.gauge("decisions_queued", "Decisions that wait to be stored.")?,
            feedback: declared.counters("feedback_total", "Judgements of answers, by route, language and outcome: right or wrong.", &["route", "language", "outcome"])?,
            confidence: declared.histograms("confidence", "Calibrated probability of the label given, by route.", &PROBABILITIES, &["route"])?,
            labels: declared.counters("labels_total", "Tickets answered, by task and label.", &["task", "label"])?,
            languages: declared.counters("languages_total", "Tickets answered, by language.", &["language"])?,
            pii_spans: declared.counters("pii_spans_total", "Pieces of personal data removed, by type.", &["type"])?,
            pii_tickets: declared.counter("pii_tickets_total", "Texts that personal data was removed from.")?,
            downstream_requests: declared.counters("downstream_requests_total", "Calls to model services, by outcome: ok or what was lacking.", &["service", "outcome"])?,
            downstream_seconds: declared.histograms("downstream_duration_seconds", "Time a model service took to answer, or not to.", &SECONDS, &["service"])?,
            downstream_up: declared.gauges("downstream_up", "Whether a model service answered when last asked: 1 or 0.", &["service"])?,
            breaker_open: declared.gauges("breaker_open", "Whether a model service is being skipped: 1 or 0.", &["service"])?,
            trials: TrialMetrics::new(&declared)?,
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
            self.downstream_seconds.with_label_values(&[family.name()]);
            for outcome in Lack::ALL.iter().map(|lack| lack.name()).chain(["ok"]) {
                self.downstream_requests.with_label_values(&[family.name(), outcome]).inc_by(0);
            }
        }
        for route in Route::ALL {
            self.confidence.with_label_values(&[route.name()]);
            // The languages of tickets are not known beforehand, but for the one of those without letters.
            for outcome in [RIGHT, WRONG] {
                let labels = [route.name(), UNDETERMINED.code, outcome];
                self.feedback.with_label_values(&labels).inc_by(0);
            }
            for reason in Reason::ALL {
                self.decisions.with_label_values(&[route.name(), reason.name()]).inc_by(0);
            }
        }
        start_at_zero(&self.trust, Trust::ALL.iter().map(|trust| trust.name()));
        start_at_zero(
            &self.version_refusals,
            SignatureError::REASONS.into_iter().chain([UNUSABLE]),
        );
        self.registry_up.set(1);
        start_at_zero(&self.policy_reloads, [FOLLOWED, REFUSED]);
        start_at_zero(&self.decisions_dropped, ["full", "failed"]);
        start_at_zero(&self.pii_spans, Kind::ALL.iter().map(|kind| kind.name()));
    }

    /// Whether the registry can be read.
    pub(crate) fn registry_up(&self) -> IntGauge {
        self.registry_up.clone()
    }

    /// What counts versions that are not used.
    pub(crate) fn version_refusals(&self) -> IntCounterVec {
        self.version_refusals.clone()
    }

    /// What is counted of challengers on trial.
    pub(crate) fn trials(&self) -> TrialMetrics {
        self.trials.clone()
    }

    /// Counts a request.
    pub(crate) fn answered(&self, endpoint: &str, outcome: &str, took: Duration) {
        self.requests.with_label_values(&[endpoint, outcome]).inc();
        self.request_seconds.with_label_values(&[endpoint]).observe(took.as_secs_f64());
    }

    /// Counts a ticket that was answered.
    pub(crate) fn routed(&self, routed: &Routed) {
        let (answer, decision) = (&routed.answer, &routed.decision);
        let route = answer.route.name();
        self.decisions.with_label_values(&[route, decision.reason.name()]).inc();
        self.degraded.inc_by(u64::from(decision.reason.is_degraded()));
        self.needs_review.inc_by(u64::from(routed.needs_review()));
        self.trust.with_label_values(&[routed.judgement.trust.name()]).inc();
        self.confidence.with_label_values(&[route]).observe(f64::from(answer.confidence));
        self.labels.with_label_values(&[&routed.task, &answer.label]).inc();
        self.languages.with_label_values(&[routed.language.code]).inc();
    }

    /// Counts a judgement of an answer.
    pub(crate) fn judged(&self, joined: &Joined, right: bool) {
        let outcome = if right { RIGHT } else { WRONG };
        self.feedback.with_label_values(&[&joined.route, &joined.language, outcome]).inc();
    }

    /// Counts a change of the policy file.
    pub(crate) fn policy_changed(&self, followed: bool) {
        self.policy_reloads.with_label_values(&[if followed { FOLLOWED } else { REFUSED }]).inc();
        self.policy_refused.set(i64::from(!followed));
    }

    /// Takes over what the decision log counts itself.
    pub(crate) fn decisions(&self, counts: Counts) {
        let take =
            |counter: &IntCounter, now: u64| counter.inc_by(now.saturating_sub(counter.get()));
        take(&self.decisions_recorded, counts.recorded);
        take(&self.decisions_dropped.with_label_values(&["full"]), counts.dropped_full);
        take(&self.decisions_dropped.with_label_values(&["failed"]), counts.dropped_failed);
        self.decisions_queued.set(i64::try_from(counts.queued).unwrap_or(i64::MAX));
    }

    /// Sets what the routing of tickets goes by now.
    pub(crate) fn steering<'t>(&self, share: f32, routing: impl Iterator<Item = (&'t str, u32)>) {
        self.escalation_share.set(f64::from(share));
        for (task, version) in routing {
            self.routing_version.with_label_values(&[task]).set(i64::from(version));
        }
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
