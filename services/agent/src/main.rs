//! The gateway's program.

use std::process::ExitCode;

use agent::Config;
use clap::Parser;
use switchboard_server::Listeners;

#[tokio::main]
async fn main() -> ExitCode {
    switchboard_telemetry::exit_code("agent", run(Config::parse()).await)
}

async fn run(config: Config) -> anyhow::Result<()> {
    let telemetry = switchboard_telemetry::init("agent", &config.telemetry)?;
    let stop = switchboard_server::stopped(config.stop_with_stdin)?;
    let listeners = Listeners::bind(config.listen, config.admin_listen).await?;
    let outcome = agent::serve(config, listeners, stop).await;
    telemetry.stop().await;
    outcome
}
