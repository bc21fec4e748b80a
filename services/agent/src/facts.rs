//! What the model services serve now, learnt by asking them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use switchboard_cascade::Point;
use switchboard_proto::v1::Model;
use switchboard_registry::{CHALLENGER, CHAMPION};
use switchboard_routing::{Family, LanguageRecord, Record, Thresholds};
use switchboard_server::Stop;

use crate::downstream::Downstream;
use crate::moment::{Calibrated, KnownTask, SharedCalibrated};
use crate::reader::{Known, Reader, Wanted};

const PERIOD: Duration = Duration::from_secs(1);

/// What one model service serves.
#[derive(Debug, Default, Clone)]
pub(crate) struct Facts {
    /// Whether it answered when last asked.
    pub(crate) reachable: bool,
    /// Its champions by task; kept while it cannot be reached.
    pub(crate) champions: Versions,
    /// Its challengers by task, where they are other versions than the champions; kept likewise.
    pub(crate) challengers: Versions,
}

/// Versions by task.
type Versions = BTreeMap<String, Served>;

/// A version that is served for a task.
#[derive(Debug, Clone)]
pub(crate) struct Served {
    pub(crate) name: String,
    pub(crate) version: u32,
    /// The labels it chooses from.
    pub(crate) labels: Arc<[String]>,
    /// How it did on held-out rows.
    pub(crate) record: Arc<Record>,
}

/// The current facts of one model service, shared.
pub(crate) type SharedFacts = Arc<ArcSwap<Facts>>;

/// What is followed, and where what is learnt is put.
pub(crate) struct Follower {
    pub(crate) services: Vec<(Arc<Downstream>, SharedFacts)>,
    pub(crate) calibrated: SharedCalibrated,
    pub(crate) registry: Option<Reader>,
}

impl Follower {
    /// Asks every service every second until `stop`, and follows what becomes known of the registry.
    pub(crate) async fn follow(mut self, stop: Stop) {
        let mut ticks = tokio::time::interval(PERIOD);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let changed = tokio::select! {
                _ = ticks.tick() => self.look_at_services().await,
                () = news(self.registry.as_mut()) => true,
                () = stop.cancelled() => return,
            };
            let wanted = self.wanted();
            let known = self.registry.as_mut().map(|reader| {
                reader.want(wanted);
                reader.known()
            });
            if changed {
                self.calibrate(&known.map(|known| known.borrow().clone()).unwrap_or_default());
            }
        }
    }

    /// Learns what every service serves; whether anything changed.
    async fn look_at_services(&self) -> bool {
        let looks = self.services.iter().map(|(downstream, facts)| look(downstream, facts));
        futures_util::future::join_all(looks).await.contains(&true)
    }

    /// What is to be known of the registry.
    fn wanted(&self) -> Wanted {
        let mut versions = BTreeSet::new();
        for (_, facts) in &self.services {
            versions.extend(facts.load().versions());
        }
        Wanted { tasks: self.tasks(), versions }
    }

    /// Every task that a service serves.
    fn tasks(&self) -> BTreeSet<String> {
        self.services
            .iter()
            .flat_map(|(_, facts)| facts.load().champions.keys().cloned().collect::<Vec<_>>())
            .collect()
    }

    /// Works out what is known of each task: from the routing model that fits what serves, or else from held-out rows.
    fn calibrate(&self, known: &Known) {
        let mut all = BTreeMap::new();
        for task in self.tasks() {
            let serving = self.serving(&task, |facts| &facts.champions);
            let served = calibrated(&task, &serving, known);
            tell(&task, &served);
            // As if the challenger were the champion: a routing model fitted to others is not used for it.
            let on_trial = |(family, challenger): (Family, Served)| {
                let version = challenger.version;
                let mut serving = serving.clone();
                serving.insert(family, challenger);
                (family, (version, Arc::new(calibrated(&task, &serving, known))))
            };
            let challengers = self.serving(&task, |facts| &facts.challengers);
            let on_trial = challengers.into_iter().map(on_trial).collect();
            all.insert(task, KnownTask { served: Arc::new(served), on_trial });
        }
        self.calibrated.store(Arc::new(all));
    }

    /// The versions of a task in each service that has one.
    fn serving(&self, task: &str, of: impl Fn(&Facts) -> &Versions) -> BTreeMap<Family, Served> {
        let of = |(downstream, facts): &(Arc<Downstream>, SharedFacts)| {
            Some((downstream.family, of(&facts.load()).get(task)?.clone()))
        };
        self.services.iter().filter_map(of).collect()
    }
}

impl Facts {
    /// What a service that told of `models` serves. Who challenges nobody, or itself, is no challenger.
    fn of(models: &[Model]) -> Self {
        let champions = under(CHAMPION, models);
        let mut challengers = under(CHALLENGER, models);
        challengers.retain(|task, challenger| {
            champions.get(task).is_some_and(|champion| !champion.is(challenger))
        });
        Self { reachable: true, champions, challengers }
    }

    /// Every version, by name and number.
    fn versions(&self) -> Vec<(String, u32)> {
        let all = self.champions.values().chain(self.challengers.values());
        all.map(|of| (of.name.clone(), of.version)).collect()
    }
}

/// Waits until something else is known of the registry, if there is one.
async fn news(registry: Option<&mut Reader>) {
    match registry {
        Some(reader) => reader.news().await,
        None => std::future::pending().await,
    }
}

/// Learns what one service serves; whether a version changed.
async fn look(downstream: &Downstream, facts: &SharedFacts) -> bool {
    let before = facts.load_full();
    let after = match downstream.models().await {
        Ok(models) => Facts::of(&models),
        Err(_) => Facts { reachable: false, ..Facts::clone(&before) },
    };
    let reachable = after.reachable;
    if reachable && !before.reachable {
        downstream.is_back();
    }
    if before.reachable != reachable {
        tracing::info!(service = downstream.family.name(), reachable, "model service");
    }
    let changed = before.versions() != after.versions();
    facts.store(Arc::new(after));
    changed
}

/// The versions that have this alias.
fn under(alias: &str, models: &[Model]) -> Versions {
    let has_alias = |model: &&Model| model.aliases.iter().any(|of| of == alias);
    let served = |model: &Model| Served {
        record: Arc::new(record(model)),
        labels: model.labels.clone().into(),
        name: model.name.clone(),
        version: model.version,
    };
    models.iter().filter(has_alias).map(|model| (model.task.clone(), served(model))).collect()
}

impl Served {
    fn is(&self, other: &Self) -> bool {
        self.name == other.name && self.version == other.version
    }
}

/// What is known of a task while these versions answer.
fn calibrated(task: &str, serving: &BTreeMap<Family, Served>, known: &Known) -> Calibrated {
    let versions =
        serving.iter().map(|(family, served)| (*family, (served.name.as_str(), served.version)));
    let (point, misfit) = match known.routing.get(task) {
        Some((version, model)) => match model.misfit(&versions.collect()) {
            None => (Some(Point::new(*version, model.point.clone())), None),
            Some(misfit) => (None, Some(format!("{task}-routing {version} {misfit}"))),
        },
        None => (None, None),
    };
    let thresholds = match &point {
        Some(point) => point.model.thresholds().clone(),
        None => read_off(serving, known),
    };
    Calibrated { thresholds, point, misfit }
}

fn tell(task: &str, Calibrated { thresholds, point, misfit }: &Calibrated) {
    if let Some(misfit) = misfit {
        tracing::warn!(task, misfit, "a routing model is not used");
    }
    tracing::info!(
        task,
        routing = point.as_ref().map(|point| point.version),
        escalate_below = thresholds.escalate_below,
        by_language = ?thresholds.escalate_below_by_language,
        gate_below = thresholds.gate_below,
        review = ?thresholds.review,
        "thresholds"
    );
}

/// The thresholds that the held-out rows of the versions that serve give.
fn read_off(serving: &BTreeMap<Family, Served>, known: &Known) -> Thresholds {
    let rows_of = |family| {
        let served = serving.get(&family);
        let rows = served.and_then(|of| known.rows.get(&(of.name.clone(), of.version)));
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
