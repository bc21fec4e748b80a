//! The gateway from its first look at the model services to its drain.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use arc_swap::ArcSwap;
use switchboard_decisions::{DecisionLog, LogOptions, Retention};
use switchboard_pii::Scrubber;
use switchboard_proto::v1::FILE_DESCRIPTOR_SET;
use switchboard_proto::v1::agent_server::AgentServer;
use switchboard_routing::{Family, Policy};
use switchboard_server::admin::{Administered, Readiness};
use switchboard_server::{Listeners, Service, Stop};
use tokio::sync::Semaphore;
use tonic::service::Routes;

use crate::downstream::Downstream;
use crate::facts::{Follower, SharedFacts};
use crate::gateway::{Gateway, Model};
use crate::grpc::GrpcAgent;
use crate::http::{self, Api};
use crate::load::{self, Load};
use crate::metrics::{DownstreamState, Metrics};
use crate::moment::SharedCalibrated;
use crate::operator::OperatorToken;
use crate::policy_file;
use crate::reader::Reader;
use crate::status::{self, Status};
use crate::trials::Trials;
use crate::vouched::{Vouched, trusted_keys};
use crate::{Config, endpoints};

/// How long decisions that wait may take to be stored once the agent stops.
const CLOSING: Duration = Duration::from_secs(5);

/// Serves the gateway on `listeners` until `stop`, then drains.
pub async fn serve(config: Config, listeners: Listeners, stop: Stop) -> anyhow::Result<()> {
    let linear = model(Family::Tfidf, config.tfidf_url.clone(), config.tfidf_timeout_ms);
    let transformer = config
        .transformer_url
        .clone()
        .map(|url| model(Family::Transformer, url, config.transformer_timeout_ms));
    let metrics = Metrics::new().context("declare metrics")?;
    let registry = registry(&config, &metrics)?;
    let gateway = Arc::new(Gateway {
        scrubber: scrubber(&config)?,
        linear,
        transformer,
        policy: Arc::new(ArcSwap::from_pointee(policy(&config)?)),
        calibrated: SharedCalibrated::default(),
        registry: registry.as_ref().map(Reader::known),
        load: Load::default(),
        trials: Arc::new(Trials::new(metrics.trials(), stop.clone())),
        decisions: decisions(&config),
        tasks: config.tasks.clone(),
        max_text_bytes: config.max_text_bytes,
        in_flight: Semaphore::new(config.max_in_flight.get()),
        max_in_flight: config.max_in_flight.get(),
        metrics,
        status: Status::begin(),
    });
    let services = gateway.models().map(|model| (model.downstream.clone(), model.facts.clone()));
    let follower =
        Follower { services: services.collect(), calibrated: gateway.calibrated.clone(), registry };
    gateway.look_at_trials();
    tokio::spawn(follower.follow(stop.clone()));
    tokio::spawn(watch(gateway.clone(), stop.clone()));
    if let Some(path) = config.policy.clone() {
        let (policy, told) = (gateway.policy.clone(), gateway.clone());
        let tell = move |followed| {
            told.metrics.policy_changed(followed);
            told.look_at_trials();
        };
        tokio::spawn(policy_file::follow(path, policy, tell, stop.clone()));
    }
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
        admin: gateway.clone(),
    };
    let addr = listeners.api.local_addr().context("read the address")?;
    tracing::info!(%addr, "listening");
    service.run(listeners, stop).await?;
    gateway.trials.ended().await;
    if let Some(log) = &gateway.decisions {
        log.close(CLOSING).await;
    }
    tracing::info!("stopped");
    Ok(())
}

fn model(family: Family, url: tonic::transport::Endpoint, timeout_ms: u64) -> Model {
    let downstream = Downstream::new(family, url, Duration::from_millis(timeout_ms));
    Model { downstream: Arc::new(downstream), facts: SharedFacts::default() }
}

fn policy(config: &Config) -> anyhow::Result<Policy> {
    config.policy.as_deref().map_or_else(|| Ok(Policy::default()), policy_file::load)
}

fn decisions(config: &Config) -> Option<DecisionLog> {
    let retention = Retention {
        max_age: Duration::from_hours(24 * u64::from(config.decisions_max_age_days)),
        max_bytes: u64::from(config.decisions_max_mb) << 20,
    };
    let options = LogOptions { retention, ..LogOptions::default() };
    config.decisions.clone().map(|url| DecisionLog::open(url, options))
}

/// Looks again and again how busy the transformer is, and which challengers are there.
async fn watch(gateway: Arc<Gateway>, stop: Stop) {
    let mut ticks = tokio::time::interval(load::PERIOD);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut last = ticks.tick().await;
    loop {
        let now = tokio::select! {
            now = ticks.tick() => now,
            () = stop.cancelled() => return,
        };
        let budget = gateway.policy.load().budget();
        gateway.load.look(&budget, now.saturating_duration_since(last));
        last = now;
        gateway.look_at_trials();
    }
}

fn scrubber(config: &Config) -> anyhow::Result<Scrubber> {
    let Some(path) = &config.pii_policy else { return Ok(Scrubber::new()) };
    let policy = switchboard_pii::Policy::load(path)
        .with_context(|| format!("--pii-policy {}", path.display()))?;
    Ok(Scrubber::with_policy(policy))
}

fn registry(config: &Config, metrics: &Metrics) -> anyhow::Result<Option<Reader>> {
    let trusted = trusted_keys(config.trusted_keys.as_deref())?;
    let Some(url) = config.registry.clone() else { return Ok(None) };
    let vouched = Vouched::new(url, trusted, metrics.version_refusals());
    let reader = Reader::start(vouched, metrics.registry_up());
    reader.map(Some).context("start to read the registry")
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
        if let Some(log) = &self.decisions {
            self.metrics.decisions(log.counts());
        }
        let calibrated = self.calibrated.load();
        let routing = calibrated.iter().map(|(task, known)| {
            (task.as_str(), known.served.point.as_ref().map_or(0, |point| point.version))
        });
        self.trials.tell();
        self.metrics.steering(self.load.share().0, routing);
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
        lacks.extend(
            self.calibrated.load().values().filter_map(|known| known.served.misfit.clone()),
        );
        if let Some(why) = self.registry.as_ref().and_then(|known| known.borrow().trouble.clone()) {
            lacks.push(format!(
                "the registry cannot be read, and what was read of it before is used: {why}"
            ));
        }
        Readiness { ready, lacks }
    }
}
