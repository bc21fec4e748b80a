//! What a model service counts. Names start with the family: `tfidf_requests_total`. `docs/metrics.md` lists them all.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use switchboard_classify::Prediction;
use switchboard_inference::{Computed, Event, ModelSet, PoolOptions, Refusal, Served};
use switchboard_server::observe::outcomes;
use switchboard_telemetry::metrics::{
    Declared, GaugeVec, Histogram, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec,
    MetricsResult, PROBABILITIES, SECONDS, powers_of_two, start_at_zero,
};

use crate::core::Classified;
use crate::drift::Drift;

const SHARES: [f64; 11] = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0];

/// The metrics of one service.
pub(crate) struct Metrics {
    declared: Declared,
    requests: IntCounterVec,
    request_seconds: Histogram,
    documents: IntCounter,
    truncated: IntCounter,
    queue_seconds: Histogram,
    compute_seconds: Histogram,
    queue_length: IntGauge,
    queue_limit: IntGauge,
    workers: IntGauge,
    batch_documents: Histogram,
    batch_tokens: Histogram,
    out_of_vocabulary: Histogram,
    predictions: IntCounterVec,
    confidence: HistogramVec,
    model_info: IntGaugeVec,
    heldout_accuracy: GaugeVec,
    heldout_ece: GaugeVec,
    swaps: IntCounterVec,
    refusals: IntCounterVec,
    refused: IntGaugeVec,
    registry_up: IntGauge,
    drift_psi: GaugeVec,
    drift_documents: IntGaugeVec,
    drift: Drift,
    /// Held while gauges are set anew, so that two readers at once both see all of them.
    telling: Mutex<()>,
}

impl Metrics {
    /// Declares every metric of the `family`'s service.
    #[rustfmt::skip]
    pub(crate) fn new(family: &str) -> MetricsResult<Self> {
        let declared = Declared::new(family)?;
        let of_version = &["model", "version"];
        let metrics = Self {
            requests: declared.counters("requests_total", "Requests to classify, by outcome: ok, cancelled (the caller left) or an error type.", &["outcome"])?,
            request_seconds: declared.histogram("request_duration_seconds", "Time from a request's arrival to its answer.", &SECONDS)?,
            documents: declared.counter("documents_total", "Documents classified.")?,
            truncated: declared.counter("truncated_documents_total", "Documents longer than the model reads.")?,
            queue_seconds: declared.histogram("queue_wait_seconds", "Time in which none of a request's documents was being computed; 0 when answered at once.", &SECONDS)?,
            compute_seconds: declared.histogram("compute_duration_seconds", "Time the model took for what it computed together.", &SECONDS)?,
            queue_length: declared.gauge("queue_length", "Requests waiting for a worker.")?,
            queue_limit: declared.gauge("queue_limit", "Requests that may wait; one more is refused.")?,
            workers: declared.gauge("workers", "Worker threads.")?,
            batch_documents: declared.histogram("batch_documents", "Documents computed together, perhaps of several requests.", &powers_of_two(1, 256))?,
            batch_tokens: declared.histogram("batch_tokens", "Tokens that the model read of documents computed together.", &powers_of_two(8, 65_536))?,
            out_of_vocabulary: declared.histogram("out_of_vocabulary_ratio", "Share of a document's tokens that the model has never seen.", &SHARES)?,
            predictions: declared.counters("predictions_total", "Documents, by model and the label given.", &["model", "label"])?,
            confidence: declared.histograms("confidence", "Calibrated probability of the label given, by model.", &PROBABILITIES, &["model"])?,
            model_info: declared.gauges("model_info", "The loaded versions, their aliases, and what they compute in (f32 or int8); always 1.", &["model", "version", "alias", "precision"])?,
            heldout_accuracy: declared.measures("model_heldout_accuracy", "Accuracy of a version on held-out rows, measured when it was trained.", of_version)?,
            heldout_ece: declared.measures("model_heldout_ece", "Expected calibration error of a version on held-out rows, measured when it was trained.", of_version)?,
            swaps: declared.counters("model_swaps_total", "Versions swapped in, by model.", &["model"])?,
            refusals: declared.counters("model_refusals_total", "Versions that may not serve, by model and reason: artifact, truncated, format, registry, unsigned, unknown_key, signature, family, task, label_set, load, labels or golden.", &["model", "reason"])?,
            refused: declared.gauges("model_refused", "1 while an alias points at a version that may not serve; absent otherwise.", of_version)?,
            registry_up: declared.gauge("registry_up", "Whether the registry could be read at the last look: 1 or 0.")?,
            drift_psi: declared.measures("drift_psi", "Population stability index of the latest documents against the reference stored with the version, by feature: label, language, confidence or length.", &["model", "version", "feature"])?,
            drift_documents: declared.gauges("drift_documents", "Documents that drift_psi is computed from; below 500 it is mostly chance.", of_version)?,
            drift: Drift::default(),
            telling: Mutex::default(),
            declared,
        };
        start_at_zero(&metrics.requests, outcomes());
        Ok(metrics)
    }

    /// Counts a request.
    pub(crate) fn answered(&self, outcome: &str, took: Duration) {
        self.requests.with_label_values(&[outcome]).inc();
        self.request_seconds.observe(took.as_secs_f64());
    }

    /// Counts what was computed together.
    pub(crate) fn computed(&self, computed: Computed) {
        self.batch_documents.observe(computed.documents as f64);
        self.batch_tokens.observe(computed.tokens as f64);
        self.compute_seconds.observe(computed.took.as_secs_f64());
    }

    /// Counts what was said to a request.
    pub(crate) fn classified(&self, classified: &Classified) {
        let Classified { served, documents, outcomes, queued, .. } = classified;
        self.documents.inc_by(outcomes.len() as u64);
        self.queue_seconds.observe(queued.as_secs_f64());
        for (document, outcome) in documents.iter().zip(outcomes) {
            if let Ok(prediction) = outcome {
                self.predicted(served, document, prediction);
            }
        }
    }

    fn predicted(&self, served: &Served, document: &str, prediction: &Prediction) {
        let (top, confidence) = prediction.top();
        let Some(label) = served.classifier.labels().get(top) else { return };
        self.predictions.with_label_values(&[&served.name, label]).inc();
        self.confidence.with_label_values(&[&served.name]).observe(f64::from(confidence));
        self.out_of_vocabulary.observe(f64::from(prediction.out_of_vocabulary));
        self.truncated.inc_by(u64::from(prediction.truncated()));
        if served.reference.is_some() {
            self.drift.add(served, document, prediction);
        }
    }

    /// Counts what happened to the models.
    pub(crate) fn happened(&self, event: &Event<'_>) {
        match event {
            Event::Loaded { name, .. } => {
                self.exists(name);
                self.swaps.with_label_values(&[*name]).inc();
            }
            Event::Refused { name, refusal, .. } => {
                self.exists(name);
                self.refusals.with_label_values(&[*name, refusal.reason()]).inc();
            }
            Event::RegistryAway(_) => self.registry_up.set(0),
            Event::RegistryBack => self.registry_up.set(1),
        }
    }

    /// Makes the counters of a model begin at 0.
    fn exists(&self, name: &str) {
        for reason in Refusal::REASONS {
            self.refusals.with_label_values(&[name, reason]).inc_by(0);
        }
        self.swaps.with_label_values(&[name]).inc_by(0);
    }

    /// Everything in Prometheus' text format; models and queue as they are now.
    pub(crate) fn text(&self, models: &ModelSet, pool: PoolOptions, waiting: usize) -> String {
        let _telling = self.telling.lock().unwrap_or_else(PoisonError::into_inner);
        self.queue_length.set(gauge(waiting));
        self.queue_limit.set(gauge(pool.queue));
        self.workers.set(gauge(pool.workers));
        self.tell_models(models);
        self.tell_drift(models);
        self.declared.text()
    }

    fn tell_models(&self, models: &ModelSet) {
        self.model_info.reset();
        self.heldout_accuracy.reset();
        self.heldout_ece.reset();
        self.refused.reset();
        for (served, aliases) in models.all() {
            let (name, version) = (served.name.as_str(), served.version.to_string());
            for alias in aliases {
                let precision = served.classifier.precision();
                let labels = [name, version.as_str(), alias, precision];
                self.model_info.with_label_values(&labels).set(1);
            }
            for (metric, gauge) in
                [("accuracy", &self.heldout_accuracy), ("ece", &self.heldout_ece)]
            {
                if let Some(value) = served.metrics.get(metric) {
                    gauge.with_label_values(&[name, version.as_str()]).set(*value);
                }
            }
        }
        for (name, version) in models.refused() {
            self.refused.with_label_values(&[name, version.to_string().as_str()]).set(1);
        }
    }

    fn tell_drift(&self, models: &ModelSet) {
        self.drift_psi.reset();
        self.drift_documents.reset();
        for measured in self.drift.measure(models) {
            let (name, version) = (measured.model.as_str(), measured.version.to_string());
            let documents = i64::try_from(measured.documents).unwrap_or(i64::MAX);
            self.drift_documents.with_label_values(&[name, version.as_str()]).set(documents);
            for (feature, psi) in measured.stability {
                let labels = [name, version.as_str(), feature.name()];
                self.drift_psi.with_label_values(&labels).set(psi);
            }
        }
    }
}

fn gauge(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
