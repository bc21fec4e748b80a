#![doc = include_str!("../README.md")]

use std::fmt::Display;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

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
pub fn init(options: &TelemetryOptions) -> Result<(), TelemetryError> {
    let filter = EnvFilter::try_new(&options.log)
        .map_err(|source| TelemetryError::Filter { value: options.log.clone(), source })?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let started = match options.log_format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    started.map_err(|_| TelemetryError::Twice)
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
