//! `/status.json`: what an operator asks first, made of the gateway's facts and of what it counted lately.

use std::collections::BTreeMap;

use serde::Serialize;
use switchboard_routing::{LanguageRecord, Reason, Route};
use switchboard_server::admin::{Administered, Readiness};

use crate::gateway::{Gateway, Model};
use crate::status::canaries::{CanaryReport, canaries};
use crate::status::counts::Counts;
use crate::status::recent::Minute;

/// When more than one request in so many failed in the last minute, the mesh is degraded.
const FAILURE_IN: u64 = 100;

/// The whole report. It holds counts, versions and sentences of our own: no text, label or id of a ticket.
#[derive(Serialize)]
pub(super) struct Report {
    /// `answering`; `degraded`: answering, but something fails; `not_answering`: no model can answer.
    state: &'static str,
    /// Whether any model can answer, as `/readyz` says.
    ready: bool,
    /// What lacks, a sentence each: what `/readyz` says, services being skipped, and requests that failed.
    lacks: Vec<String>,
    /// The version of the agent.
    version: &'static str,
    /// When the agent started, RFC 3339 in UTC.
    started_at: String,
    uptime_seconds: u64,
    /// Tickets under way.
    in_flight: usize,
    /// Tickets that may be under way; one more is refused.
    in_flight_limit: usize,
    /// The configured model services, the linear model's first.
    services: Vec<ServiceReport>,
    /// Challengers on trial, in the policy's order.
    canaries: Vec<CanaryReport>,
    /// The last sixty seconds.
    last_minute: CountsReport,
    /// The last minutes since the start, at most fifteen, oldest first; the last one is under way.
    per_minute: Vec<MinuteReport>,
}

/// A model service.
#[derive(Serialize)]
struct ServiceReport {
    /// `tfidf` or `transformer`.
    family: &'static str,
    /// Whether it answered when last asked, a second ago or less.
    up: bool,
    /// Whether it failed so often lately that tickets skip it.
    breaker_open: bool,
    /// The versions that answer, by task; the last known ones while it is not up.
    models: Vec<ModelReport>,
}

/// The version that answers a task.
#[derive(Serialize)]
struct ModelReport {
    task: String,
    name: String,
    version: u32,
    /// How it did on rows it was not trained on, by language (ISO 639-1).
    heldout: BTreeMap<String, LanguageReport>,
}

/// How a version did in one language.
#[derive(Serialize)]
struct LanguageReport {
    rows: u64,
    /// The share labelled rightly, 0 to 1.
    accuracy: f64,
}

/// What happened in one minute.
#[derive(Serialize)]
struct MinuteReport {
    /// How many seconds ago the minute began.
    began_seconds_ago: u64,
    #[serde(flatten)]
    counts: CountsReport,
}

/// What happened in a stretch of time.
#[derive(Serialize)]
struct CountsReport {
    /// Tickets answered.
    tickets: u64,
    /// The same by whose probabilities the answer holds, and by the reason for it.
    routes: BTreeMap<&'static str, BTreeMap<&'static str, u64>>,
    /// Tickets answered by another model than the policy wanted.
    degraded: u64,
    /// Tickets whose answer a person should look at.
    needs_review: u64,
    /// Pieces of personal data removed from the tickets answered.
    pii_spans: u64,
    /// Requests of every kind that the mesh should have answered and did not: overloaded, unavailable, out of time, internal.
    failed: u64,
    /// Requests refused for what they hold or ask.
    refused: u64,
    /// Requests whose caller left before the answer.
    cancelled: u64,
    /// How long tickets took that the mesh answered, or should have; `null` when there were none.
    latency_ms: Option<LatencyReport>,
}

/// Quantiles, in milliseconds; read off a histogram that ends at ten seconds.
#[derive(Serialize)]
struct LatencyReport {
    p50: f64,
    p95: f64,
    p99: f64,
}

/// The report as of now.
pub(super) fn report(gateway: &Gateway) -> Report {
    let now = gateway.status.now();
    let Readiness { ready, mut lacks } = gateway.readiness();
    let services: Vec<ServiceReport> = gateway.models().map(service).collect();
    lacks.extend(services.iter().filter_map(skipped));
    lacks.extend(failures(&now.last_minute));
    // A mesh that was given no transformer says so, but that is a choice and no fault.
    let chosen = usize::from(gateway.transformer.is_none());
    let state = match (ready, lacks.len() > chosen) {
        (false, _) => "not_answering",
        (true, true) => "degraded",
        (true, false) => "answering",
    };
    Report {
        state,
        ready,
        lacks,
        version: env!("CARGO_PKG_VERSION"),
        started_at: humantime::format_rfc3339_seconds(now.started_at).to_string(),
        uptime_seconds: now.second,
        in_flight: gateway.max_in_flight - gateway.in_flight.available_permits(),
        in_flight_limit: gateway.max_in_flight,
        services,
        canaries: canaries(gateway),
        last_minute: counts(&now.last_minute),
        per_minute: now.minutes.iter().map(minute).collect(),
    }
}

fn service(model: &Model) -> ServiceReport {
    let facts = model.facts.load();
    let models = facts.champions.iter().map(|(task, champion)| ModelReport {
        task: task.clone(),
        name: champion.name.clone(),
        version: champion.version,
        heldout: champion.record.languages.iter().filter_map(language).collect(),
    });
    ServiceReport {
        family: model.downstream.family.name(),
        up: facts.reachable,
        breaker_open: model.downstream.is_skipped(),
        models: models.collect(),
    }
}

/// Nothing is told of a language that no held-out row had.
fn language((code, record): (&String, &LanguageRecord)) -> Option<(String, LanguageReport)> {
    let report = LanguageReport { rows: record.rows, accuracy: record.accuracy };
    report.accuracy.is_finite().then(|| (code.clone(), report))
}

/// A service that is away is told of already.
fn skipped(service: &ServiceReport) -> Option<String> {
    let told = service.up && service.breaker_open;
    told.then(|| format!("the {} service failed lately and is being skipped", service.family))
}

fn failures(last_minute: &Counts) -> Option<String> {
    let Counts { ok, failed, .. } = *last_minute;
    let all = ok + failed;
    let told = failed * FAILURE_IN > all;
    told.then(|| format!("{failed} of {all} requests of the last minute failed"))
}

fn minute(minute: &Minute) -> MinuteReport {
    MinuteReport { began_seconds_ago: minute.began_seconds_ago, counts: counts(&minute.counts) }
}

fn counts(counts: &Counts) -> CountsReport {
    let by_reason = |route: Route| {
        let decided = |reason: Reason| (reason.name(), counts.decided(route, reason));
        (route.name(), Reason::ALL.into_iter().map(decided).collect())
    };
    CountsReport {
        tickets: counts.tickets(),
        routes: Route::ALL.into_iter().map(by_reason).collect(),
        degraded: counts.degraded,
        needs_review: counts.needs_review,
        pii_spans: counts.pii_spans,
        failed: counts.failed,
        refused: counts.refused,
        cancelled: counts.cancelled,
        latency_ms: latency(counts),
    }
}

fn latency(counts: &Counts) -> Option<LatencyReport> {
    let milliseconds = |q| counts.latency.quantile(q).map(|seconds| seconds * 1e3);
    Some(LatencyReport {
        p50: milliseconds(0.5)?,
        p95: milliseconds(0.95)?,
        p99: milliseconds(0.99)?,
    })
}
