#![doc = include_str!("../README.md")]

use std::fmt::Display;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use tracing::{Level, Subscriber};
use tracing_subscriber::filter::{ParseError, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{EnvFilter, Layer};

/// How a process logs.
#[derive(Debug, Clone, clap::Args)]
pub struct TelemetryOptions {
    /// What to log: off, error, warn, info, debug or trace, or a list of module=level.
    #[arg(long, env = "SWITCHBOARD_LOG", default_value = "info", value_name = "LEVEL")]
    pub log: String,
    /// The shape of a log line.
    #[arg(long, env = "SWITCHBOARD_LOG_FORMAT", default_value = "text", value_name = "FORMAT")]
    pub log_format: LogFormat,
}

/// The shape of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// A line for people.
    Text,
    /// A JSON object for programs.
    Json,
}

/// Why logging could not start.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// `--log` makes no sense.
    #[error("--log {value:?} is not a level or a list of module=level")]
    Filter {
        /// What was given.
        value: String,
        /// What is wrong with it.
        #[source]
        source: ParseError,
    },
    /// Something in this process logs already.
    #[error("logging was started twice")]
    Twice,
}

/// Starts logging to stderr. Call it once, first thing in `main`.
///
/// Whatever `--log` says, libraries log no more than `info`: below that, HTTP libraries write down the frames they read, and those hold
/// tickets as they came.
pub fn init(options: &TelemetryOptions) -> Result<(), TelemetryError> {
    let ansi = std::io::stderr().is_terminal();
    tracing::subscriber::set_global_default(subscriber(options, std::io::stderr, ansi)?)
        .map_err(|_| TelemetryError::Twice)
}

fn subscriber<W>(
    options: &TelemetryOptions,
    writer: W,
    ansi: bool,
) -> Result<impl Subscriber + Send + Sync, TelemetryError>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(&options.log)
        .map_err(|source| TelemetryError::Filter { value: options.log.clone(), source })?;
    let lines = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(ansi);
    let lines = match options.log_format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    let discreet = filter_fn(|about| *about.level() <= Level::INFO || is_ours(about.target()));
    Ok(tracing_subscriber::registry().with(filter).with(discreet).with(lines))
}

/// Whether a log target is a program or a crate of this workspace.
fn is_ours(target: &str) -> bool {
    let krate = target.split("::").next().unwrap_or(target);
    matches!(krate, "agent" | "tfidf" | "transformer") || krate.starts_with("switchboard")
}

/// The exit code of a program that ended with `outcome`; an error is told on stderr, one line with all its causes.
pub fn exit_code<E: Display>(program: &str, outcome: Result<(), E>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // With nobody to tell, the code has to do.
            let _ = writeln!(std::io::stderr(), "{program}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("no test panics while it writes").write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn libraries_log_no_frames_however_much_is_asked_for() {
        for log in ["trace", "h2=trace,h2::codec=trace,hyper=debug,agent=trace"] {
            let lines = Lines::default();
            let writer = lines.clone();
            let options = TelemetryOptions { log: log.to_owned(), log_format: LogFormat::Text };
            let subscriber = subscriber(&options, move || writer.clone(), false).unwrap();
            tracing::subscriber::with_default(subscriber, || {
                tracing::trace!(target: "h2::codec::framed_read", "frame jane@example.com");
                tracing::debug!(target: "hyper::proto", "read jane@example.com");
                tracing::trace!(target: "agent::gateway", "ours");
            });
            let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
            assert!(text.contains("ours") && !text.contains("jane"), "{text}");
        }
    }
}
