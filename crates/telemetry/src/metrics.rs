//! Metrics: one place that declares them with prefix, help and buckets, and writes them in Prometheus' text format.

use prometheus::core::Collector;
use prometheus::process_collector::ProcessCollector;
use prometheus::{Encoder, HistogramOpts, Opts, Registry, TextEncoder};
pub use prometheus::{
    Gauge, GaugeVec, Histogram, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec,
    Result as MetricsResult,
};

/// Bounds of every histogram of seconds, from 50 µs to 10 s in steps of 1-2-5. All services share them, so that their histograms can be
/// added up, and Prometheus can keep them as native histograms with custom buckets.
pub const SECONDS: [f64; 17] = [
    0.000_05, 0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0,
    2.0, 5.0, 10.0,
];

/// Bounds of every histogram of probabilities.
pub const PROBABILITIES: [f64; 10] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0];

/// Powers of two from `first` to `last`.
pub fn powers_of_two(first: u32, last: u32) -> Vec<f64> {
    std::iter::successors(Some(first), |bound| bound.checked_mul(2))
        .take_while(|bound| *bound <= last)
        .map(f64::from)
        .collect()
}

/// Declares the metrics of one service, and writes them.
pub struct Declared {
    registry: Registry,
    prefix: String,
}

impl Declared {
    /// Nothing yet but the process itself and the program's version; the names of all others begin with `prefix` and `_`.
    pub fn new(prefix: &str) -> MetricsResult<Self> {
        let declared = Self { registry: Registry::new(), prefix: prefix.to_owned() };
        declared.registry.register(Box::new(ProcessCollector::for_self()))?;
        declared
            .gauges("build_info", "The version of the program; always 1.", &["version"])?
            .with_label_values(&[env!("CARGO_PKG_VERSION")])
            .set(1);
        Ok(declared)
    }

    /// A counter.
    pub fn counter(&self, name: &str, help: &str) -> MetricsResult<IntCounter> {
        self.keep(IntCounter::with_opts(self.options(name, help))?)
    }

    /// A counter with labels.
    pub fn counters(
        &self,
        name: &str,
        help: &str,
        labels: &[&str],
    ) -> MetricsResult<IntCounterVec> {
        self.keep(IntCounterVec::new(self.options(name, help), labels)?)
    }

    /// A gauge.
    pub fn gauge(&self, name: &str, help: &str) -> MetricsResult<IntGauge> {
        self.keep(IntGauge::with_opts(self.options(name, help))?)
    }

    /// A gauge with labels.
    pub fn gauges(&self, name: &str, help: &str, labels: &[&str]) -> MetricsResult<IntGaugeVec> {
        self.keep(IntGaugeVec::new(self.options(name, help), labels)?)
    }

    /// A gauge with labels, of numbers with a fraction.
    pub fn measures(&self, name: &str, help: &str, labels: &[&str]) -> MetricsResult<GaugeVec> {
        self.keep(GaugeVec::new(self.options(name, help), labels)?)
    }

    /// A gauge of a number with a fraction.
    pub fn measure(&self, name: &str, help: &str) -> MetricsResult<Gauge> {
        self.keep(Gauge::with_opts(self.options(name, help))?)
    }

    /// A histogram.
    pub fn histogram(&self, name: &str, help: &str, bounds: &[f64]) -> MetricsResult<Histogram> {
        self.keep(Histogram::with_opts(self.bounded(name, help, bounds))?)
    }

    /// A histogram with labels.
    pub fn histograms(
        &self,
        name: &str,
        help: &str,
        bounds: &[f64],
        labels: &[&str],
    ) -> MetricsResult<HistogramVec> {
        self.keep(HistogramVec::new(self.bounded(name, help, bounds), labels)?)
    }

    /// Every metric in Prometheus' text format.
    pub fn text(&self) -> String {
        let mut text = Vec::new();
        // Writing to memory cannot fail, and what was declared can be encoded.
        let _ = TextEncoder::new().encode(&self.registry.gather(), &mut text);
        String::from_utf8(text).unwrap_or_default()
    }

    fn options(&self, name: &str, help: &str) -> Opts {
        Opts::new(name, help).namespace(self.prefix.clone())
    }

    fn bounded(&self, name: &str, help: &str, bounds: &[f64]) -> HistogramOpts {
        HistogramOpts { common_opts: self.options(name, help), buckets: bounds.to_vec() }
    }

    fn keep<T: Collector + Clone + 'static>(&self, metric: T) -> MetricsResult<T> {
        self.registry.register(Box::new(metric.clone()))?;
        Ok(metric)
    }
}

/// Makes the series of a counter with one label exist before it counts anything: from a series that begins at 1 no rate can be read.
pub fn start_at_zero(counters: &IntCounterVec, values: impl IntoIterator<Item = &'static str>) {
    for value in values {
        counters.with_label_values(&[value]).inc_by(0);
    }
}
