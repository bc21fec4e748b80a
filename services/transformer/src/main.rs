#![doc = include_str!("../README.md")]

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, ValueEnum};
use switchboard_distilbert::{LongTexts, Precision, Serving};
use switchboard_model_service::{Family, ServingOptions, serve};
use switchboard_server::Listeners;

/// Serves DistilBERT models over gRPC and HTTP.
#[derive(Debug, Parser)]
#[command(name = "transformer", version)]
struct Config {
    /// Address of the API (gRPC and HTTP).
    #[arg(long, env = "TRANSFORMER_LISTEN", default_value = "127.0.0.1:8002", value_name = "ADDR")]
    listen: SocketAddr,
    /// Address of the admin port (/metrics, /livez, /readyz, /log).
    #[arg(
        long,
        env = "TRANSFORMER_ADMIN_LISTEN",
        default_value = "127.0.0.1:9002",
        value_name = "ADDR"
    )]
    admin_listen: SocketAddr,
    /// What the network computes in: int8 is about twice as fast, and its logits a little off.
    #[arg(long, env = "TRANSFORMER_PRECISION", value_enum, default_value_t = PrecisionChoice::F32)]
    precision: PrecisionChoice,
    /// Read a ticket longer than the model reads at once in up to this many overlapping windows, whose logits are averaged; with 1 its beginning is read, and the
    /// reply says `truncated`.
    #[arg(long, env = "TRANSFORMER_WINDOWS", default_value = "1", value_parser = clap::value_parser!(u8).range(1..=64), value_name = "N")]
    windows: u8,
    #[command(flatten)]
    serving: ServingOptions,
}

/// What the network computes in, on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum PrecisionChoice {
    /// 32 bits, as trained.
    F32,
    /// 8 bits in the linear layers.
    Int8,
}

impl Config {
    fn how(&self) -> Serving {
        Serving {
            precision: match self.precision {
                PrecisionChoice::F32 => Precision::F32,
                PrecisionChoice::Int8 => Precision::Int8,
            },
            long_texts: match NonZeroUsize::new(usize::from(self.windows)) {
                Some(windows) if windows.get() > 1 => LongTexts::Windows(windows),
                _ => LongTexts::Truncate,
            },
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    switchboard_telemetry::exit_code("transformer", run(Config::parse()).await)
}

async fn run(config: Config) -> anyhow::Result<()> {
    let telemetry = switchboard_telemetry::init("transformer", &config.serving.telemetry)?;
    let stop = switchboard_server::stopped(config.serving.stop_with_stdin)?;
    let listeners = Listeners::bind(config.listen, config.admin_listen).await?;
    let how = config.how();
    let load = Box::new(move |artifact: &_| {
        Ok(Arc::new(switchboard_distilbert::load(artifact, how)?) as Arc<_>)
    });
    let outcome =
        serve(Family { name: "transformer", load }, &config.serving, listeners, stop).await;
    telemetry.stop().await;
    outcome
}
