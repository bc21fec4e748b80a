//! One look at the registry after another, and what is known of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use switchboard_registry::{CHAMPION, Registry, RegistryError, VersionState};
use switchboard_telemetry::metrics::IntGauge;
use tokio::sync::watch;

use super::versions::Versions;
use super::{Known, Wanted};
use crate::heldout::{self, HeldOutRows};
use crate::routing_models::RoutingModel;
use crate::vouched::Vouched;

/// What was read so far.
pub(super) struct Library {
    vouched: Vouched,
    rows: Versions<HeldOutRows>,
    models: Versions<RoutingModel>,
    /// By task, the version of its routing model that is used.
    used: BTreeMap<String, u32>,
    /// The first thing that went wrong in this look.
    trouble: Option<RegistryError>,
    /// What is told of the look before it.
    told: Option<String>,
    up: IntGauge,
    tell: watch::Sender<Arc<Known>>,
}

impl Library {
    pub(super) fn new(vouched: Vouched, up: IntGauge, tell: watch::Sender<Arc<Known>>) -> Self {
        up.set(1);
        Self {
            vouched,
            rows: Versions::new(heldout::read),
            models: Versions::new(RoutingModel::read),
            used: BTreeMap::new(),
            trouble: None,
            told: None,
            up,
            tell,
        }
    }

    /// Reads what is wanted and new, and tells of each as soon as it is known.
    pub(super) fn look(&mut self, wanted: &Wanted) {
        self.trouble = None;
        if *wanted != Wanted::default() {
            match self.opened() {
                Ok(registry) => self.read(&registry, wanted),
                Err(error) => self.note(error),
            }
        }
        let trouble = self.trouble.take().map(|error| format!("{:#}", anyhow::Error::new(error)));
        self.conclude(trouble);
    }

    /// Tells of a look that ended in a panic.
    pub(super) fn broke_off(&mut self) {
        self.conclude(Some("the look at it broke off: stderr says where".to_owned()));
    }

    /// Tells when the registry can be read no more, and when it can be again.
    fn conclude(&mut self, trouble: Option<String>) {
        self.up.set(i64::from(trouble.is_none()));
        match (&self.told, &trouble) {
            (None, Some(why)) => {
                tracing::warn!(why, "the registry cannot be read; what was read before is used");
            }
            (Some(_), None) => tracing::info!("the registry can be read again"),
            _ => {}
        }
        if self.told != trouble {
            self.told = trouble;
            self.publish(false);
        }
    }

    /// Keeps the first trouble of a look.
    fn note(&mut self, error: RegistryError) {
        self.trouble.get_or_insert(error);
    }

    /// Whether the registry turned out to be away in this look. Asking a server that is takes a while; once a look is enough.
    fn is_away(&self) -> bool {
        self.trouble.as_ref().is_some_and(RegistryError::is_away)
    }

    /// The registry, which is there: a folder that vanished looks like one without a champion otherwise.
    fn opened(&self) -> Result<Registry, RegistryError> {
        let registry = self.vouched.registry()?;
        registry.presence()?;
        Ok(registry.clone())
    }

    fn read(&mut self, registry: &Registry, wanted: &Wanted) {
        for task in &wanted.tasks {
            self.read_routing(registry, task);
        }
        self.used.retain(|task, _| wanted.tasks.contains(task));
        self.models.keep(|name, _| wanted.tasks.iter().any(|task| routing_name(task) == name));
        for (name, version) in &wanted.versions {
            let seen = self.seen(registry, (name, *version));
            match self.rows.look(&self.vouched, (name, *version), seen) {
                Ok(true) => self.publish(true),
                Ok(false) => {}
                Err(error) => self.note(error),
            }
        }
        self.rows.keep(|name, version| wanted.versions.contains(&(name.to_owned(), version)));
    }

    /// Follows the champion of a task's routing model. While it may not be used, or cannot be read, the one before is.
    fn read_routing(&mut self, registry: &Registry, task: &str) {
        let name = routing_name(task);
        let Some(aliases) = self.aliases(registry, task, &name) else { return };
        match aliases.get(CHAMPION) {
            Some(version) => self.use_routing(registry, task, (&name, *version)),
            None if self.used.remove(task).is_some() => self.publish(true),
            None => {}
        }
    }

    /// The aliases of a task's routing model; nothing when they cannot be told. Of a registry that is away the last known ones count where none is used yet.
    fn aliases(
        &mut self,
        registry: &Registry,
        task: &str,
        name: &str,
    ) -> Option<BTreeMap<String, u32>> {
        if !self.is_away() {
            match registry.aliases(name) {
                Ok(aliases) => return Some(aliases),
                Err(error) => self.note(error),
            }
        }
        let is_start = self.is_away() && !self.used.contains_key(task);
        is_start.then(|| registry.last_known_aliases(name).ok()).flatten()
    }

    fn use_routing(&mut self, registry: &Registry, task: &str, (name, version): (&str, u32)) {
        let seen = self.seen(registry, (name, version));
        let is_new =
            self.models.look(&self.vouched, (name, version), seen).unwrap_or_else(|error| {
                self.note(error);
                false
            });
        let before = self.used.get(task).copied();
        let is_another = before != Some(version) && self.models.get(name, version).is_some();
        if is_new || is_another {
            tracing::info!(
                model.name = name,
                model.version = version,
                before,
                "loaded {name} version {version}"
            );
            self.used.insert(task.to_owned(), version);
            self.publish(true);
        }
        let used = self.used.get(task).copied();
        self.models.keep(|of, number| of != name || number == version || Some(number) == used);
    }

    /// What a version looks like now; nothing when the registry cannot say.
    fn seen(&mut self, registry: &Registry, (name, version): (&str, u32)) -> Option<VersionState> {
        if self.is_away() {
            return None;
        }
        let seen = registry.state(name, version);
        seen.map_err(|error| self.note(error)).ok()
    }

    /// Shows everything that is known now; it is news unless only the trouble is another.
    fn publish(&self, is_news: bool) {
        let usable = |(task, version): (&String, &u32)| {
            let model = self.models.get(&routing_name(task), *version)?;
            Some((task.clone(), (*version, model)))
        };
        let now = Known {
            rows: self.rows.all(),
            routing: self.used.iter().filter_map(usable).collect(),
            trouble: self.told.clone(),
        };
        self.tell.send_if_modified(|known| {
            *known = Arc::new(now);
            is_news
        });
    }
}

fn routing_name(task: &str) -> String {
    format!("{task}-routing")
}
