//! The gateway's program.

use agent::Config;
use clap::Parser;
use switchboard_server::Listeners;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config = Config::parse();
    switchboard_telemetry::init(&config.telemetry)?;
    let stop = switchboard_server::stopped(config.stop_with_stdin)?;
    let listeners = Listeners::bind(config.listen, config.admin_listen).await?;
    agent::serve(config, listeners, stop).await
}
