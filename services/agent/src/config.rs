//! The flags.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Parser;
use clap::builder::RangedU64ValueParser;
use switchboard_decisions::DecisionLogUrl;
use switchboard_registry::RegistryUrl;
use switchboard_telemetry::TelemetryOptions;
use tonic::transport::Endpoint;

/// Takes tickets over HTTP and gRPC, removes personal data, routes them to a model.
#[derive(Debug, Clone, Parser)]
#[command(name = "agent", version)]
pub struct Config {
    /// Address of the API (gRPC and HTTP).
    #[arg(long, env = "AGENT_LISTEN", default_value = "127.0.0.1:8000", value_name = "ADDR")]
    pub listen: SocketAddr,
    /// Address of the admin port (/status, /metrics, /livez, /readyz, /log).
    #[arg(long, env = "AGENT_ADMIN_LISTEN", default_value = "127.0.0.1:9000", value_name = "ADDR")]
    pub admin_listen: SocketAddr,
    /// Where the linear model is served.
    #[arg(
        long,
        env = "AGENT_TFIDF_URL",
        default_value = "http://127.0.0.1:8001",
        value_name = "URL"
    )]
    pub tfidf_url: Endpoint,
    /// Where the transformer is served; the mesh works without it, degraded, when left out.
    #[arg(long, env = "AGENT_TRANSFORMER_URL", value_name = "URL")]
    pub transformer_url: Option<Endpoint>,
    /// Where the models' held-out rows are, to read thresholds off: `file:DIR`, or `http(s)://HOST:PORT` of an MLflow server. Default thresholds serve when it is left out, or away since the start.
    #[arg(long, env = "SWITCHBOARD_REGISTRY", value_name = "URL")]
    pub registry: Option<RegistryUrl>,
    /// A file of public keys, one a line: held-out rows and routing models of versions that none of them signed are not used. Versions need no signature when left out.
    #[arg(long, env = "SWITCHBOARD_TRUSTED_KEYS_FILE", value_name = "FILE")]
    pub trusted_keys: Option<PathBuf>,
    /// A routing policy (TOML), followed whenever the file changes; every setting has a default.
    #[arg(long, env = "AGENT_POLICY", value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// What is done with each kind of personal data (TOML); everything found is replaced by its placeholder when left out.
    #[arg(long, env = "AGENT_PII_POLICY", value_name = "FILE")]
    pub pii_policy: Option<PathBuf>,
    /// A file with the bearer token of the operator's endpoints (/deanonymize); they do not exist when left out.
    #[arg(long, env = "AGENT_OPERATOR_TOKEN_FILE", value_name = "FILE")]
    pub operator_token_file: Option<PathBuf>,
    /// Where decisions are kept, with the text as models see it, for replay and feedback: `sqlite:FILE` or `postgres://…`; nowhere when left out.
    #[arg(long, env = "AGENT_DECISIONS", value_name = "URL")]
    pub decisions: Option<DecisionLogUrl>,
    /// Older decisions are deleted.
    #[arg(long, env = "AGENT_DECISIONS_MAX_AGE_DAYS", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=3_650), value_name = "DAYS")]
    pub decisions_max_age_days: u32,
    /// What decisions may take, in megabytes; the oldest are deleted first.
    #[arg(long, env = "AGENT_DECISIONS_MAX_MB", default_value_t = 1_024, value_parser = clap::value_parser!(u32).range(1..=1_048_576), value_name = "MB")]
    pub decisions_max_mb: u32,
    /// The tasks to route; all that the model services serve when left out.
    #[arg(long, env = "SWITCHBOARD_TASKS", value_delimiter = ',', value_name = "TASK")]
    pub tasks: Vec<String>,
    /// The longest text taken, in bytes of UTF-8.
    #[arg(long, default_value_t = 65_536, value_parser = RangedU64ValueParser::<usize>::new().range(1..=1_048_576), value_name = "BYTES")]
    pub max_text_bytes: usize,
    /// Tickets under way at once; one more is refused at once.
    #[arg(long, default_value = "1024", value_name = "N")]
    pub max_in_flight: NonZeroUsize,
    /// The longest a ticket may take, in milliseconds, whatever the caller asks for.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=600_000), value_name = "MS")]
    pub longest_ms: u64,
    /// The longest to wait for the linear model, in milliseconds.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..=600_000), value_name = "MS")]
    pub tfidf_timeout_ms: u64,
    /// The longest to wait for the transformer, in milliseconds.
    #[arg(long, default_value_t = 4_000, value_parser = clap::value_parser!(u64).range(1..=600_000), value_name = "MS")]
    pub transformer_timeout_ms: u64,
    /// Stop when stdin ends, as a supervisor's child does.
    #[arg(long)]
    pub stop_with_stdin: bool,
    /// Logging.
    #[command(flatten)]
    pub telemetry: TelemetryOptions,
}
