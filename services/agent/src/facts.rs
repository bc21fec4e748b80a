//! What the model services serve now, learnt by asking them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use switchboard_cascade::Point;
use switchboard_proto::v1::Model;
use switchboard_registry::CHAMPION;
use switchboard_routing::{Family, LanguageRecord, Record, Thresholds};
use switchboard_server::Stop;

use crate::downstream::Downstream;
use crate::heldout::{HeldOutRows, read};
use crate::moment::{Calibrated, SharedCalibrated};
use crate::routing_models::RoutingModels;
use crate::vouched::Vouched;

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
    pub(crate) name: String,
    pub(crate) version: u32,
    /// The labels it chooses from.
    pub(crate) labels: Arc<[String]>,
    /// How it did on held-out rows.
    pub(crate) record: Arc<Record>,
    /// The rows themselves; `None` while the registry could not be read.
    heldout: Option<Arc<HeldOutRows>>,
}

/// The current facts of one model service, shared.
pub(crate) type SharedFacts = Arc<ArcSwap<Facts>>;

/// What is followed, and where what is learnt is put.
pub(crate) struct Follower {
    pub(crate) services: Vec<(Arc<Downstream>, SharedFacts)>,
    pub(crate) calibrated: SharedCalibrated,
    pub(crate) registry: Option<Vouched>,
}

impl Follower {
    /// Asks every service, and the registry for routing models, every second until `stop`.
    pub(crate) async fn follow(self, stop: Stop) {
        let mut routing = self.registry.clone().map(RoutingModels::of);
        let mut ticks = tokio::time::interval(PERIOD);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                () = stop.cancelled() => return,
            }
            let looks =
                self.services.iter().map(|(downstream, facts)| self.look(downstream, facts));
            let mut changed = futures_util::future::join_all(looks).await.contains(&true);
            if let Some(routing) = &mut routing {
                changed |= routing.look(self.tasks()).await;
            }
            if changed {
                self.calibrate(routing.as_ref());
            }
        }
    }

    /// Learns what one service serves; whether a champion, or what is known of it, changed.
    async fn look(&self, downstream: &Downstream, facts: &SharedFacts) -> bool {
        let before = facts.load_full();
        let (reachable, champions) = match downstream.models().await {
            Ok(models) => (true, self.champions(models, &before).await),
            Err(_) => (false, before.champions.clone()),
        };
        if reachable && !before.reachable {
            downstream.is_back();
        }
        if before.reachable != reachable {
            tracing::info!(service = downstream.family.name(), reachable, "model service");
        }
        let known = |champions: &BTreeMap<String, Champion>| -> Vec<(String, u32, bool)> {
            champions.values().map(|c| (c.name.clone(), c.version, c.heldout.is_some())).collect()
        };
        let changed = known(&before.champions) != known(&champions);
        facts.store(Arc::new(Facts { reachable, champions }));
        changed
    }

    async fn champions(&self, models: Vec<Model>, before: &Facts) -> BTreeMap<String, Champion> {
        let mut champions = BTreeMap::new();
        let is_champion = |model: &Model| model.aliases.iter().any(|alias| alias == CHAMPION);
        for model in models.into_iter().filter(is_champion) {
            let same =
                |known: &&Champion| known.name == model.name && known.version == model.version;
            let known = before.champions.get(&model.task).filter(same);
            let heldout = match (known.and_then(|known| known.heldout.clone()), &self.registry) {
                (Some(heldout), _) => Some(heldout),
                (None, Some(registry)) => {
                    read(registry.clone(), model.name.clone(), model.version).await
                }
                (None, None) => None,
            };
            let champion = Champion {
                record: Arc::new(record(&model)),
                labels: model.labels.into(),
                name: model.name,
                version: model.version,
                heldout,
            };
            champions.insert(model.task, champion);
        }
        champions
    }

    /// Every task that a service serves.
    fn tasks(&self) -> Vec<String> {
        let tasks: BTreeSet<String> = self
            .services
            .iter()
            .flat_map(|(_, facts)| facts.load().champions.keys().cloned().collect::<Vec<_>>())
            .collect();
        tasks.into_iter().collect()
    }

    /// Works out what is known of each task: from the routing model that fits what serves, or else from held-out rows.
    fn calibrate(&self, routing: Option<&RoutingModels>) {
        let mut all = BTreeMap::new();
        for task in self.tasks() {
            let serving = self.serving(&task);
            let versions = serving
                .iter()
                .map(|(family, champion)| (*family, (champion.name.as_str(), champion.version)));
            let (point, misfit) = match routing.and_then(|routing| routing.of_task(&task)) {
                Some((version, model)) => match model.misfit(&versions.collect()) {
                    None => (Some(Point::new(version, model.point.clone())), None),
                    Some(misfit) => (None, Some(format!("{task}-routing {version} {misfit}"))),
                },
                None => (None, None),
            };
            if let Some(misfit) = &misfit {
                tracing::warn!(task, misfit, "a routing model is not used");
            }
            let thresholds = match &point {
                Some(point) => point.model.thresholds().clone(),
                None => read_off(&serving),
            };
            tracing::info!(
                task,
                routing = point.as_ref().map(|point| point.version),
                escalate_below = thresholds.escalate_below,
                by_language = ?thresholds.escalate_below_by_language,
                gate_below = thresholds.gate_below,
                review = ?thresholds.review,
                "thresholds"
            );
            all.insert(task, Arc::new(Calibrated { thresholds, point, misfit }));
        }
        self.calibrated.store(Arc::new(all));
    }

    fn serving(&self, task: &str) -> BTreeMap<Family, Champion> {
        let of = |(downstream, facts): &(Arc<Downstream>, SharedFacts)| {
            Some((downstream.family, facts.load().champions.get(task)?.clone()))
        };
        self.services.iter().filter_map(of).collect()
    }
}

/// The thresholds that the held-out rows of the versions that serve give.
fn read_off(serving: &BTreeMap<Family, Champion>) -> Thresholds {
    let rows_of = |family| {
        let rows = serving.get(&family).and_then(|champion| champion.heldout.as_ref());
        rows.map_or(&[][..], |rows| rows.as_slice())
    };
    Thresholds::from_heldout(rows_of(Family::Tfidf), rows_of(Family::Transformer))
}

fn record(model: &Model) -> Record {
    let languages = model.languages.iter().map(|language| {
        let record = LanguageRecord {
            training_rows: language.training_rows,
            rows: language.heldout_rows,
            accuracy: language.heldout_accuracy.unwrap_or(f64::NAN),
        };
        (language.code.clone(), record)
    });
    Record { languages: languages.collect() }
}
