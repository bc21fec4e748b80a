//! A model service from its first look at the registry to its drain.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use switchboard_inference::{
    Event, LoadModel, Models, Pool, PoolOptions, WatchOptions, Watcher, watch,
};
use switchboard_proto::v1::FILE_DESCRIPTOR_SET;
use switchboard_proto::v1::classifier_server::ClassifierServer;
use switchboard_registry::CHAMPION;
use switchboard_server::admin::{Administered, Readiness};
use switchboard_server::observe::Endpoint;
use switchboard_server::{Listeners, Service, Stop};
use tonic::service::Routes;

use crate::core::Core;
use crate::grpc::GrpcClassifier;
use crate::metrics::Metrics;
use crate::{ServingOptions, http};

/// How long a look at the registry may go on after the signal to stop. One that fetches a version takes longer, and ends with the process without harm.
const LOOKING: Duration = Duration::from_secs(3);

/// What is counted and traced.
const ENDPOINTS: &[Endpoint] = &[
    Endpoint { path: "/v1/classify", name: "classify" },
    Endpoint { path: "/switchboard.v1.Classifier/Classify", name: "classify" },
];

/// A kind of model: its name, and how to load one.
pub struct Family {
    /// `tfidf` or `transformer`.
    pub name: &'static str,
    /// Makes a classifier of an artifact.
    pub load: Box<LoadModel>,
}

/// Serves `family`'s models on `listeners` until `stop`, then drains.
pub async fn serve(
    family: Family,
    options: &ServingOptions,
    listeners: Listeners,
    stop: Stop,
) -> anyhow::Result<()> {
    let metrics = Arc::new(Metrics::new(family.name).context("declare metrics")?);
    let counted = metrics.clone();
    let size = PoolOptions { workers: options.workers(), queue: options.queue.get() };
    let pool = Pool::start(size, Arc::new(move |computed| counted.computed(computed)));
    let core = Arc::new(Core {
        models: Models::default(),
        pool: pool.context("start workers")?,
        metrics,
        longest: Duration::from_millis(options.longest_ms),
    });
    let watcher = follow(family, options, &core)?;
    let mut grpc = Routes::builder();
    grpc.add_service(ClassifierServer::new(GrpcClassifier(core.clone())));
    let service = Service {
        name: "switchboard.v1.Classifier",
        http: http::router(core.clone()),
        grpc,
        descriptors: FILE_DESCRIPTOR_SET,
        endpoints: ENDPOINTS,
        admin: core,
        admin_pages: Router::new(),
    };
    let addr = listeners.api.local_addr().context("read the address")?;
    tracing::info!(%addr, registry = %options.registry, "listening");
    let served = async { service.run(listeners, stop.clone()).await.map_err(anyhow::Error::new) };
    tokio::try_join!(served, end(watcher, stop.clone()))?;
    tracing::info!("stopped");
    Ok(())
}

/// Stops following the registry when it is time to, while the requests under way are answered.
async fn end(watcher: Watcher, stop: Stop) -> anyhow::Result<()> {
    stop.cancelled().await;
    // It may be in the middle of loading a model, which must not hold up the runtime.
    let ended = tokio::task::spawn_blocking(move || watcher.end(LOOKING)).await;
    if !ended.context("stop following the registry")? {
        tracing::info!("a look at the registry is under way and is given up");
    }
    Ok(())
}

fn follow(family: Family, options: &ServingOptions, core: &Arc<Core>) -> anyhow::Result<Watcher> {
    let what = WatchOptions {
        registry: options.registry.clone(),
        family: family.name.to_owned(),
        tasks: options.tasks.clone(),
        trusted: options.trusted()?,
        poll: options.poll(),
    };
    if let Some(trusted) = &what.trusted {
        let keys: Vec<&str> = trusted.keys().map(|(id, _)| id).collect();
        tracing::info!(?keys, "versions must be signed by a trusted key");
    }
    let observer = core.clone();
    core.metrics.happened(&Event::RegistryBack);
    let tell = move |event: Event<'_>| {
        log(&event);
        observer.metrics.happened(&event);
    };
    watch(what, core.models.clone(), family.load, Box::new(tell)).context("follow the registry")
}

fn log(event: &Event<'_>) {
    match event {
        Event::Loaded { name, version, before } => tracing::info!(
            model.name = name,
            model.version = version,
            before,
            "loaded {name} version {version}"
        ),
        Event::Refused { name, version, refusal } => {
            let why = anyhow::Chain::new(*refusal)
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(": ");
            tracing::error!(
                model.name = name,
                model.version = version,
                why,
                "refused {name} version {version}"
            );
        }
        Event::RegistryAway(error) => {
            let why =
                anyhow::Chain::new(*error).map(ToString::to_string).collect::<Vec<_>>().join(": ");
            tracing::warn!(why, "the registry cannot be read; serving what is loaded");
        }
        Event::RegistryBack => tracing::info!("the registry can be read again"),
    }
}

impl Administered for Core {
    fn metrics(&self) -> String {
        self.metrics.text(&self.models.current(), self.pool.options(), self.pool.waiting())
    }

    fn readiness(&self) -> Readiness {
        // A request that names no version wants the champion.
        let ready = self.models.current().all().any(|(_, aliases)| aliases.contains(&CHAMPION));
        let lacks = if ready {
            vec![]
        } else {
            vec!["no model has a champion: train one, or promote a version".to_owned()]
        };
        Readiness { ready, lacks }
    }

    fn answered(&self, _: &'static str, outcome: &'static str, took: Duration) {
        self.metrics.answered(outcome, took);
    }
}
