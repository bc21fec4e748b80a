//! What the model services serve now, learnt by asking them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use switchboard_proto::v1::Model;
use switchboard_registry::{CHAMPION, Registry, RegistryUrl};
use switchboard_routing::{Judged, LanguageRecord, Record, Thresholds};
use switchboard_server::Stop;

use crate::downstream::Downstream;

const PERIOD: Duration = Duration::from_secs(1);

/// What one model service serves.
#[derive(Debug, Default, Clone)]
pub(crate) struct Facts {
    /// Whether it answered when last asked.
    pub(crate) reachable: bool,
    /// Its champions by task; kept while it cannot be reached.
    pub(crate) champions: BTreeMap<String, Champion>,
}

/// The version that answers a task.
#[derive(Debug, Clone)]
pub(crate) struct Champion {
    name: String,
    version: u32,
    /// How it did on held-out rows.
    pub(crate) record: Record,
    heldout: Heldout,
}

/// The thresholds read off a version's held-out rows.
#[derive(Debug, Clone, Copy)]
enum Heldout {
    /// The registry could not be read yet.
    Unread,
    /// Read; `None` when there are too few rows.
    Read(Option<Thresholds>),
}

impl Champion {
    pub(crate) fn thresholds(&self) -> Option<Thresholds> {
        match self.heldout {
            Heldout::Unread => None,
            Heldout::Read(thresholds) => thresholds,
        }
    }
}

/// The current facts of one model service, shared.
pub(crate) type SharedFacts = Arc<ArcSwap<Facts>>;

/// Asks `downstream` every second until `stop`.
pub(crate) async fn follow(
    downstream: Arc<Downstream>,
    facts: SharedFacts,
    registry: Option<RegistryUrl>,
    stop: Stop,
) {
    let mut ticks = tokio::time::interval(PERIOD);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = stop.cancelled() => return,
        }
        let before = facts.load_full();
        let after = look(&downstream, &before, registry.as_ref()).await;
        if before.reachable != after.reachable {
            tracing::info!(
                service = downstream.family.name(),
                reachable = after.reachable,
                "model service"
            );
        }
        facts.store(Arc::new(after));
    }
}

async fn look(downstream: &Downstream, before: &Facts, registry: Option<&RegistryUrl>) -> Facts {
    let Ok(models) = downstream.models().await else {
        return Facts { reachable: false, champions: before.champions.clone() };
    };
    let mut champions = BTreeMap::new();
    for model in
        models.into_iter().filter(|model| model.aliases.iter().any(|alias| alias == CHAMPION))
    {
        let known = before
            .champions
            .get(&model.task)
            .filter(|known| known.name == model.name && known.version == model.version);
        let heldout = match (known.map(|known| known.heldout), registry) {
            (Some(read @ Heldout::Read(_)), _) => read,
            (_, Some(registry)) => {
                read_thresholds(registry.clone(), model.name.clone(), model.version).await
            }
            (_, None) => Heldout::Unread,
        };
        let champion =
            Champion { record: record(&model), name: model.name, version: model.version, heldout };
        champions.insert(model.task, champion);
    }
    Facts { reachable: true, champions }
}

fn record(model: &Model) -> Record {
    let languages = model.languages.iter().filter_map(|language| {
        let record =
            LanguageRecord { rows: language.heldout_rows, accuracy: language.heldout_accuracy? };
        Some((language.code.clone(), record))
    });
    Record { languages: languages.collect() }
}

async fn read_thresholds(registry: RegistryUrl, name: String, version: u32) -> Heldout {
    let read = move || -> Option<Heldout> {
        let artifact = Registry::open(&registry).ok()?.load(&name, version).ok()?;
        let rows = artifact.heldout().ok()?;
        let labels = &artifact.manifest().labels;
        let judged: Vec<Judged> =
            rows.iter().filter_map(|row| judge(&row.probabilities, labels, &row.label)).collect();
        let thresholds = Thresholds::from_heldout(&judged);
        tracing::info!(
            model.name = name,
            model.version = version,
            ?thresholds,
            "read thresholds off {} held-out rows",
            judged.len()
        );
        Some(Heldout::Read(thresholds))
    };
    tokio::task::spawn_blocking(read).await.ok().flatten().unwrap_or(Heldout::Unread)
}

fn judge(probabilities: &[f32], labels: &[String], truth: &str) -> Option<Judged> {
    let (top, confidence) =
        probabilities.iter().copied().enumerate().reduce(|a, b| if b.1 > a.1 { b } else { a })?;
    Some(Judged { confidence, right: labels.get(top).is_some_and(|label| label == truth) })
}
