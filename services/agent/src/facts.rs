//! What the model services serve now, learnt by asking them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use switchboard_proto::v1::Model;
use switchboard_registry::{CHAMPION, RegistryUrl};
use switchboard_routing::{Family, LanguageRecord, Policy, Record, Thresholds};
use switchboard_server::Stop;

use crate::downstream::Downstream;
use crate::heldout::{HeldOutRows, read};

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
    /// How it did on held-out rows.
    pub(crate) record: Record,
    /// The rows themselves; `None` while the registry could not be read.
    heldout: Option<Arc<HeldOutRows>>,
}

/// The current facts of one model service, shared.
pub(crate) type SharedFacts = Arc<ArcSwap<Facts>>;

/// The thresholds of each task, shared.
pub(crate) type SharedThresholds = Arc<ArcSwap<BTreeMap<String, Thresholds>>>;

/// What is followed, and where what is learnt is put.
pub(crate) struct Follower {
    pub(crate) services: Vec<(Arc<Downstream>, SharedFacts)>,
    pub(crate) thresholds: SharedThresholds,
    pub(crate) registry: Option<RegistryUrl>,
    pub(crate) policy: Policy,
}

impl Follower {
    /// Asks every service every second until `stop`.
    pub(crate) async fn follow(self, stop: Stop) {
        let mut ticks = tokio::time::interval(PERIOD);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                () = stop.cancelled() => return,
            }
            let looks =
                self.services.iter().map(|(downstream, facts)| self.look(downstream, facts));
            let changed = futures_util::future::join_all(looks).await;
            if changed.contains(&true) {
                self.derive_thresholds();
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
                record: record(&model),
                name: model.name,
                version: model.version,
                heldout,
            };
            champions.insert(model.task, champion);
        }
        champions
    }

    fn derive_thresholds(&self) {
        let mut heldout: BTreeMap<String, BTreeMap<Family, Arc<HeldOutRows>>> = BTreeMap::new();
        for (downstream, facts) in &self.services {
            for (task, champion) in &facts.load().champions {
                if let Some(rows) = &champion.heldout {
                    heldout
                        .entry(task.clone())
                        .or_default()
                        .insert(downstream.family, rows.clone());
                }
            }
        }
        let of = |rows: &BTreeMap<Family, Arc<HeldOutRows>>| {
            let rows_of = |family| rows.get(&family).map_or(&[][..], |rows| rows.as_slice());
            let measured =
                Thresholds::from_heldout(rows_of(Family::Tfidf), rows_of(Family::Transformer));
            self.policy.thresholds(measured)
        };
        let thresholds: BTreeMap<String, Thresholds> =
            heldout.iter().map(|(task, rows)| (task.clone(), of(rows))).collect();
        for (task, thresholds) in &thresholds {
            tracing::info!(task, ?thresholds, "read thresholds off held-out rows");
        }
        self.thresholds.store(Arc::new(thresholds));
    }
}

fn record(model: &Model) -> Record {
    let languages = model.languages.iter().filter_map(|language| {
        let record =
            LanguageRecord { rows: language.heldout_rows, accuracy: language.heldout_accuracy? };
        Some((language.code.clone(), record))
    });
    Record { languages: languages.collect() }
}
