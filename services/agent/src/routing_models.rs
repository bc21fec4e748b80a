//! The routing models of the registry: `<task>-routing`, read where the alias `champion` points.

use std::collections::BTreeMap;
use std::sync::Arc;

use switchboard_cascade::OperatingPoint;
use switchboard_registry::{CHAMPION, Selector};
use switchboard_routing::Family;

use crate::vouched::{Lack, Vouched};

/// What is known of the routing models.
pub(crate) struct RoutingModels {
    registry: Vouched,
    /// By task, the version that was looked at last, and what it holds; nothing when it was refused.
    known: BTreeMap<String, (u32, Option<Arc<RoutingModel>>)>,
}

/// A routing model.
pub(crate) struct RoutingModel {
    pub(crate) point: OperatingPoint,
}

impl RoutingModels {
    pub(crate) fn of(registry: Vouched) -> Self {
        Self { registry, known: BTreeMap::new() }
    }

    /// Looks where the champions of `tasks` point, and reads what is new; whether anything is. A version that is refused is not looked at again.
    pub(crate) async fn look(&mut self, tasks: Vec<String>) -> bool {
        let (registry, known) = (self.registry.clone(), self.versions());
        let look = move || look_for(&registry, &tasks, &known);
        let Ok(found) = tokio::task::spawn_blocking(look).await else { return false };
        let changed = !found.is_empty();
        for (task, found) in found {
            match found {
                Some((version, model)) => self.known.insert(task, (version, model.map(Arc::new))),
                None => self.known.remove(&task),
            };
        }
        changed
    }

    /// The version that the champion of a task is, and what it holds.
    pub(crate) fn of_task(&self, task: &str) -> Option<(u32, &RoutingModel)> {
        let (version, model) = self.known.get(task)?;
        Some((*version, model.as_deref()?))
    }

    fn versions(&self) -> BTreeMap<String, u32> {
        self.known.iter().map(|(task, (version, _))| (task.clone(), *version)).collect()
    }
}

impl RoutingModel {
    /// Why it does not fit what serves (a name and version a family); `None` when it does.
    pub(crate) fn misfit(&self, serving: &BTreeMap<Family, (&str, u32)>) -> Option<String> {
        let fits = self.point.fits();
        let other =
            serving.iter().find(|(family, (name, version))| !fits.is(**family, name, *version))?;
        let (family, (name, version)) = other;
        let fitted = match fits.of(*family) {
            Some(fitted) => format!("fits {} {}", fitted.name, fitted.version),
            None => format!("was fitted without a {}", family.name()),
        };
        Some(format!("{fitted}, and {name} {version} serves: run calibrate-routing"))
    }
}

/// What a task's champion turned out to be: gone, or a version with what it holds (nothing when it is refused).
type Found = Option<(u32, Option<RoutingModel>)>;

/// What changed. A registry that cannot be read changes nothing.
fn look_for(
    vouched: &Vouched,
    tasks: &[String],
    known: &BTreeMap<String, u32>,
) -> BTreeMap<String, Found> {
    let mut found = BTreeMap::new();
    let Ok(registry) = vouched.registry() else { return found };
    for task in tasks {
        let name = format!("{task}-routing");
        let champion = match registry.resolve(&name, &Selector::Alias(CHAMPION.to_owned())) {
            Ok(champion) => champion,
            // Asking a server that is away takes a while; once a look is enough.
            Err(error) if error.is_away() => break,
            Err(_) => continue,
        };
        if champion == known.get(task).copied() {
            continue;
        }
        let read = |version| (version, load(vouched, &name, version));
        found.insert(task.clone(), champion.map(read));
    }
    found
}

fn load(registry: &Vouched, name: &str, version: u32) -> Option<RoutingModel> {
    let loaded = match registry.load(name, version) {
        Ok(artifact) => OperatingPoint::load(&artifact).map_err(anyhow::Error::new),
        Err(Lack::Away(error)) => Err(error.into()),
        // Told where it was refused.
        Err(Lack::Refused) => return None,
    };
    match loaded {
        Ok(point) => {
            tracing::info!(model.name = name, model.version = version, "loaded {name} {version}");
            Some(RoutingModel { point })
        }
        Err(error) => {
            let error = format!("{error:#}");
            tracing::error!(
                model.name = name,
                model.version = version,
                error,
                "refused {name} {version}"
            );
            None
        }
    }
}
