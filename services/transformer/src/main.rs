#![doc = include_str!("../README.md")]

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
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
    #[command(flatten)]
    serving: ServingOptions,
}

#[tokio::main]
async fn main() -> ExitCode {
    switchboard_telemetry::exit_code("transformer", run(Config::parse()).await)
}

async fn run(config: Config) -> anyhow::Result<()> {
    let telemetry = switchboard_telemetry::init("transformer", &config.serving.telemetry)?;
    let stop = switchboard_server::stopped(config.serving.stop_with_stdin)?;
    let listeners = Listeners::bind(config.listen, config.admin_listen).await?;
    let load =
        Box::new(|artifact: &_| Ok(Arc::new(switchboard_distilbert::load(artifact)?) as Arc<_>));
    let outcome =
        serve(Family { name: "transformer", load }, &config.serving, listeners, stop).await;
    telemetry.stop().await;
    outcome
}
