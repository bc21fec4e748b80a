#![doc = include_str!("../README.md")]

mod logs;
pub mod metrics;
mod traces;

use std::fmt::Display;
use std::io::{IsTerminal, Write};
use std::process::{ExitCode, Termination};

pub use logs::{LogFormat, log_filter, set_log_filter};
pub use traces::{OtlpEndpoint, Trace, TraceId, pass_trace_on};
use tracing::subscriber::set_global_default;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::layer::SubscriberExt;

use crate::traces::Traces;

/// What a process tells its operator, and where.
#[derive(Debug, Clone, clap::Args)]
pub struct TelemetryOptions {
    /// What to log: off, error, warn, info, debug or trace, or a list of module=level.
    #[arg(long, env = "SWITCHBOARD_LOG", default_value = "info", value_name = "LEVEL")]
    pub log: String,
    /// The shape of a log line.
    #[arg(long, env = "SWITCHBOARD_LOG_FORMAT", default_value = "text", value_name = "FORMAT")]
    pub log_format: LogFormat,
    /// Where to send traces (OTLP over gRPC), for example `http://127.0.0.1:4317`; nowhere when left out.
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", value_name = "URL")]
    pub otlp_endpoint: Option<OtlpEndpoint>,
    /// The share of the traces beginning here that are sent, 0 to 1; a caller's own decision is kept.
    #[arg(long, env = "SWITCHBOARD_TRACE_SAMPLE", default_value = "1", value_parser = traces::share, value_name = "SHARE")]
    pub trace_sample: f64,
}

/// Why telemetry could not start, or cannot be changed.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter makes no sense.
    #[error(
        "--log {value:?} is not a level (off, error, warn, info, debug, trace) or a list of module=level"
    )]
    Filter {
        /// What was given.
        value: String,
        /// What is wrong with it.
        #[source]
        source: Option<ParseError>,
    },
    /// Something in this process logs already.
    #[error("telemetry was started twice")]
    Twice,
    /// Nothing was started whose filter could be changed.
    #[error("this process does not log")]
    NotStarted,
    /// Spans cannot be exported.
    #[error("prepare to send traces to --otlp-endpoint")]
    Exporter(#[from] opentelemetry_otlp::ExporterBuildError),
}

/// The telemetry of a running process.
#[must_use = "spans that are not sent yet are lost without `stop`"]
pub struct Telemetry(Traces);

/// Starts logging to stderr and tracing. Call it once, first thing in `main`, inside the tokio runtime.
///
/// Whatever the filter says, libraries log no more than `info`: below that, HTTP libraries write down the frames they read, and those hold
/// tickets as they came.
pub fn init(
    service: &'static str,
    options: &TelemetryOptions,
) -> Result<Telemetry, TelemetryError> {
    let traces = Traces::start(service, options)?;
    let filter = logs::adjustable(&options.log)?;
    let ansi = std::io::stderr().is_terminal();
    let lines = logs::layer(options.log_format, std::io::stderr, ansi, filter);
    let registry = tracing_subscriber::registry();
    // A layer that may be absent would, when it is, switch the others off.
    let started = match traces.layer() {
        Some(spans) => set_global_default(registry.with(spans.and_then(lines))),
        None => set_global_default(registry.with(lines)),
    };
    started.map_err(|_| TelemetryError::Twice)?;
    Ok(Telemetry(traces))
}

impl Telemetry {
    /// Sends the spans that wait, for at most five seconds.
    pub async fn stop(self) {
        self.0.stop().await;
    }
}

/// The exit code of a program that ended with `outcome`; an error is told on stderr, one line with all its causes.
pub fn exit_code<T: Termination, E: Display>(program: &str, outcome: Result<T, E>) -> ExitCode {
    match outcome {
        Ok(done) => done.report(),
        Err(error) => {
            // With nobody to tell, the code has to do.
            let _ = writeln!(std::io::stderr(), "{program}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether a log target is a program or a crate of this workspace.
fn is_ours(target: &str) -> bool {
    let krate = target.split("::").next().unwrap_or(target);
    matches!(krate, "agent" | "tfidf" | "transformer") || krate.starts_with("switchboard")
}
