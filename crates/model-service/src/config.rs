//! The flags every model service has.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use switchboard_artifact::TrustedKeys;
use switchboard_registry::RegistryUrl;
use switchboard_telemetry::TelemetryOptions;

/// What a model service serves, and how much of it at once.
#[derive(Debug, Clone, clap::Args)]
pub struct ServingOptions {
    /// Where the models are: `file:DIR`, or `http(s)://HOST:PORT` of an MLflow server.
    #[arg(
        long,
        env = "SWITCHBOARD_REGISTRY",
        default_value = "file:data/registry",
        value_name = "URL"
    )]
    pub registry: RegistryUrl,
    /// A file of public keys, one a line, as `switchboard keys generate` makes them: a version that none of them signed is refused. Versions need no
    /// signature when left out.
    #[arg(long, env = "SWITCHBOARD_TRUSTED_KEYS_FILE", value_name = "FILE")]
    pub trusted_keys: Option<PathBuf>,
    /// The tasks to serve; all that the registry has for this kind of model when left out.
    #[arg(long, env = "SWITCHBOARD_TASKS", value_delimiter = ',', value_name = "TASK")]
    pub tasks: Vec<String>,
    /// Worker threads for requests too large to answer at once; as many as there are cores when left out.
    #[arg(long, value_name = "N")]
    pub workers: Option<NonZeroUsize>,
    /// Requests that may wait for a worker; one more is refused at once.
    #[arg(long, default_value = "256", value_name = "N")]
    pub queue: NonZeroUsize,
    /// Milliseconds between two looks at the registry.
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u64).range(10..=3_600_000), value_name = "MS")]
    pub poll_ms: u64,
    /// The longest a request may take, in milliseconds, whatever the caller asks for.
    #[arg(long, default_value_t = 30_000, value_parser = clap::value_parser!(u64).range(1..=600_000), value_name = "MS")]
    pub longest_ms: u64,
    /// Stop when stdin ends, as a supervisor's child does.
    #[arg(long)]
    pub stop_with_stdin: bool,
    /// Logging.
    #[command(flatten)]
    pub telemetry: TelemetryOptions,
}

impl ServingOptions {
    pub(crate) fn poll(&self) -> Duration {
        Duration::from_millis(self.poll_ms)
    }

    pub(crate) fn trusted(&self) -> anyhow::Result<Option<TrustedKeys>> {
        let load = |file: &PathBuf| {
            TrustedKeys::load(file).with_context(|| format!("--trusted-keys {}", file.display()))
        };
        self.trusted_keys.as_ref().map(load).transpose()
    }

    pub(crate) fn workers(&self) -> usize {
        self.workers
            .or_else(|| std::thread::available_parallelism().ok())
            .map_or(1, NonZeroUsize::get)
    }
}
