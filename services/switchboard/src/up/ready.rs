//! Whether the mesh answers.

use std::time::Duration;

use anyhow::Context;
use tokio::time::{Instant, sleep, timeout};
use tonic::transport::Endpoint;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::output::say;
use crate::values::{AgentUrl, seconds};

const INTERVAL: Duration = Duration::from_millis(100);
const ANSWER_WITHIN: Duration = Duration::from_secs(1);
/// How often to say that we still wait.
const NOTICE: Duration = Duration::from_secs(30);

/// Waits until the agent at `url` says it is serving (`grpc.health.v1`).
pub(crate) async fn serving(url: &AgentUrl) -> anyhow::Result<()> {
    let endpoint = Endpoint::from_shared(url.to_string()).context("read the agent's address")?;
    let endpoint = endpoint.connect_timeout(ANSWER_WITHIN);
    let mut client = HealthClient::new(endpoint.connect_lazy());
    let started = Instant::now();
    let mut next_notice = started + NOTICE;
    loop {
        let answer = timeout(ANSWER_WITHIN, client.check(HealthCheckRequest::default())).await;
        let state = match answer {
            Ok(Ok(answer)) if answer.get_ref().status() == ServingStatus::Serving => return Ok(()),
            Ok(Ok(_)) => "it is not ready",
            Ok(Err(_)) | Err(_) => "it does not answer",
        };
        if Instant::now() >= next_notice {
            next_notice += NOTICE;
            let waited = seconds(started.elapsed());
            say(format_args!("waiting for `agent` at {url} since {waited}: {state}"));
        }
        sleep(INTERVAL).await;
    }
}
