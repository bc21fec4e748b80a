//! The gateway from its first look at the model services to its drain.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use switchboard_pii::Scrubber;
use switchboard_proto::v1::FILE_DESCRIPTOR_SET;
use switchboard_proto::v1::agent_server::AgentServer;
use switchboard_routing::{Family, Policy};
use switchboard_server::admin::{Administered, Readiness};
use switchboard_server::{Listeners, Service, Stop};
use tokio::sync::Semaphore;
use tonic::service::Routes;

use crate::downstream::Downstream;
use crate::facts::{Follower, SharedFacts, SharedThresholds};
use crate::gateway::{Gateway, Model};
use crate::grpc::GrpcAgent;
use crate::http::{self, Api};
use crate::metrics::{DownstreamState, Metrics};
use crate::operator::OperatorToken;
use crate::status::{self, Status};
use crate::{Config, endpoints};

/// Serves the gateway on `listeners` until `stop`, then drains.
pub async fn serve(config: Config, listeners: Listeners, stop: Stop) -> anyhow::Result<()> {
    let linear = model(Family::Tfidf, config.tfidf_url.clone(), config.tfidf_timeout_ms);
    let transformer = config
        .transformer_url
        .clone()
        .map(|url| model(Family::Transformer, url, config.transformer_timeout_ms));
    let gateway = Arc::new(Gateway {
        scrubber: scrubber(&config)?,
        linear,
        transformer,
        policy: policy(&config)?,
        thresholds: SharedThresholds::default(),
        tasks: config.tasks.clone(),
        max_text_bytes: config.max_text_bytes,
        in_flight: Semaphore::new(config.max_in_flight.get()),
        max_in_flight: config.max_in_flight.get(),
        metrics: Metrics::new().context("declare metrics")?,
        status: Status::begin(),
    });
    let services = gateway.models().map(|model| (model.downstream.clone(), model.facts.clone()));
    let follower = Follower {
        services: services.collect(),
        thresholds: gateway.thresholds.clone(),
        registry: config.registry.clone(),
        policy: gateway.policy.clone(),
    };
    tokio::spawn(follower.follow(stop.clone()));
    let longest = Duration::from_millis(config.longest_ms);
    let operator = operator_token(&config)?;
    let api = Api { gateway: gateway.clone(), operator, longest, stop: stop.clone() };
    let mut grpc = Routes::builder();
    grpc.add_service(AgentServer::new(GrpcAgent(api.clone())));
    let service = Service {
        name: "switchboard.v1.Agent",
        http: http::router(api),
        grpc,
        descriptors: FILE_DESCRIPTOR_SET,
        endpoints: endpoints::UNARY,
        admin_pages: status::pages(gateway.clone()),
        admin: gateway,
    };
    let addr = listeners.api.local_addr().context("read the address")?;
    tracing::info!(%addr, "listening");
    service.run(listeners, stop).await?;
    tracing::info!("stopped");
    Ok(())
}

fn model(family: Family, url: tonic::transport::Endpoint, timeout_ms: u64) -> Model {
    let downstream = Downstream::new(family, url, Duration::from_millis(timeout_ms));
    Model { downstream: Arc::new(downstream), facts: SharedFacts::default() }
}

fn policy(config: &Config) -> anyhow::Result<Policy> {
    let Some(path) = &config.policy else { return Ok(Policy::default()) };
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("read --policy {}", path.display()))?;
    Policy::parse(&text).with_context(|| format!("--policy {}", path.display()))
}

fn scrubber(config: &Config) -> anyhow::Result<Scrubber> {
    let Some(path) = &config.pii_policy else { return Ok(Scrubber::new()) };
    let policy = switchboard_pii::Policy::load(path)
        .with_context(|| format!("--pii-policy {}", path.display()))?;
    Ok(Scrubber::with_policy(policy))
}

fn operator_token(config: &Config) -> anyhow::Result<Option<Arc<OperatorToken>>> {
    let Some(path) = &config.operator_token_file else { return Ok(None) };
    let token = OperatorToken::load(path)
        .with_context(|| format!("--operator-token-file {}", path.display()))?;
    Ok(Some(Arc::new(token)))
}

impl Administered for Gateway {
    fn metrics(&self) -> String {
        let services = self.models().map(|model| DownstreamState {
            family: model.downstream.family,
            up: model.facts.load().reachable,
            skipped: model.downstream.is_skipped(),
        });
        let free = self.in_flight.available_permits();
        self.metrics.text(services, self.max_in_flight - free, self.max_in_flight)
    }

    fn answered(&self, endpoint: &'static str, outcome: &'static str, took: Duration) {
        self.metrics.answered(endpoint, outcome, took);
        self.status.answered(endpoint, outcome, took);
    }

    /// Ready when any model can answer; what else is missing is told all the same.
    fn readiness(&self) -> Readiness {
        let mut ready = false;
        let mut lacks = Vec::new();
        for model in self.models() {
            let facts = model.facts.load();
            let name = model.downstream.family.name();
            if !facts.reachable {
                lacks.push(format!(
                    "the {name} service does not answer: start it, or check its URL"
                ));
            } else if facts.champions.is_empty() {
                lacks.push(format!(
                    "the {name} service has no champion: train a model, or promote a version"
                ));
            } else {
                ready = true;
            }
        }
        if self.transformer.is_none() {
            lacks.push("no transformer service is configured (--transformer-url)".to_owned());
        }
        Readiness { ready, lacks }
    }
}
