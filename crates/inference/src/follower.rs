//! One look at the registry after another: what is wanted, what may serve, and what serves next.

use std::collections::BTreeMap;
use std::sync::Arc;

use switchboard_artifact::Manifest;
use switchboard_registry::{CHALLENGER, CHAMPION, Registry, RegistryError};

use crate::label_set::Incumbent;
use crate::refused::{Refused, Seen};
use crate::verify::{LoadModel, Refusal, Requirements, verify};
use crate::{Event, ModelSet, Models, Served, WatchOptions};

/// The most tasks one service loads unasked; name them with `--tasks` to serve others.
const MAX_TASKS: usize = 64;

/// Follows one registry.
pub(crate) struct Follower {
    options: WatchOptions,
    /// Kept between looks, with its connections; nothing while the registry cannot be opened.
    registry: Option<Registry>,
    models: Models,
    load: Box<LoadModel>,
    tell: Box<dyn Fn(Event<'_>) + Send>,
    /// Versions that were refused, and when they are to be tried again.
    refused: Refused,
    /// The first thing that went wrong in this look.
    trouble: Option<RegistryError>,
    away: bool,
}

/// An alias and where the registry points it.
struct Wanted {
    task: String,
    alias: &'static str,
    version: u32,
}

/// The version that another one would replace.
struct Replaced {
    version: u32,
    labels: Vec<String>,
}

impl Follower {
    pub(crate) fn new(
        options: WatchOptions,
        registry: Option<Registry>,
        models: Models,
        load: Box<LoadModel>,
        tell: Box<dyn Fn(Event<'_>) + Send>,
    ) -> Self {
        let refused = Refused::default();
        Self { options, registry, models, load, tell, refused, trouble: None, away: false }
    }

    /// Looks once, swaps in what is new, and tells what happened.
    pub(crate) fn look(&mut self) {
        match self.opened() {
            Ok(registry) => self.follow(&registry),
            Err(error) => self.note(error),
        }
        let trouble = self.trouble.take();
        match &trouble {
            Some(error) if !self.away => (self.tell)(Event::RegistryAway(error)),
            None if self.away => (self.tell)(Event::RegistryBack),
            _ => {}
        }
        self.away = trouble.is_some();
    }

    /// Keeps the first trouble of a look.
    fn note(&mut self, error: RegistryError) {
        self.trouble.get_or_insert(error);
    }

    fn opened(&mut self) -> Result<Registry, RegistryError> {
        if let Some(registry) = &self.registry {
            return Ok(registry.clone());
        }
        let registry = Registry::open(&self.options.registry)?;
        self.registry = Some(registry.clone());
        Ok(registry)
    }

    fn follow(&mut self, registry: &Registry) {
        let before = self.models.current();
        let wanted = self.wanted(registry, &before);
        let after = self.assemble(registry, &before, &wanted);
        self.models.replace(after);
    }

    /// Every alias the registry points somewhere. One task's trouble leaves the others alone; of a registry that is away,
    /// what was last known is wanted where nothing serves yet.
    fn wanted(&mut self, registry: &Registry, before: &ModelSet) -> Vec<Wanted> {
        let tasks = match self.tasks(registry, before) {
            Ok(tasks) => tasks,
            Err(error) => {
                let tasks =
                    if error.is_away() { self.last_known_tasks(registry) } else { Vec::new() };
                self.note(error);
                tasks
            }
        };
        let mut wanted = Vec::new();
        for task in tasks {
            let name = self.name(&task);
            // Asking a server that is away takes a while; once a look is enough.
            let is_away = self.trouble.as_ref().is_some_and(RegistryError::is_away);
            let told = if is_away { None } else { self.told(registry, &name) };
            let is_told = told.is_some();
            let aliases =
                told.or_else(|| registry.last_known_aliases(&name).ok()).unwrap_or_default();
            for alias in [CHAMPION, CHALLENGER] {
                let Some(version) = aliases.get(alias).copied() else { continue };
                if is_told || before.aliased(&task, alias).is_none() {
                    wanted.push(Wanted { task: task.clone(), alias, version });
                }
            }
        }
        wanted
    }

    /// The aliases of a model; nothing when the registry cannot tell.
    fn told(&mut self, registry: &Registry, name: &str) -> Option<BTreeMap<String, u32>> {
        match registry.aliases(name) {
            Ok(aliases) => Some(aliases),
            Err(RegistryError::NoSuchModel { .. }) => Some(BTreeMap::new()),
            Err(error) => {
                self.note(error);
                None
            }
        }
    }

    fn tasks(&self, registry: &Registry, before: &ModelSet) -> Result<Vec<String>, RegistryError> {
        // A folder that is not there yet is an empty registry; one that models were loaded from, and is gone, is away.
        if !before.is_empty() {
            registry.presence()?;
        }
        if !self.options.tasks.is_empty() {
            return Ok(self.options.tasks.clone());
        }
        Ok(self.of_family(&registry.models()?))
    }

    fn last_known_tasks(&self, registry: &Registry) -> Vec<String> {
        if !self.options.tasks.is_empty() {
            return self.options.tasks.clone();
        }
        registry.last_known_models().map(|models| self.of_family(&models)).unwrap_or_default()
    }

    fn of_family(&self, models: &[String]) -> Vec<String> {
        let suffix = format!("-{}", self.options.family);
        let tasks = models.iter().filter_map(|name| name.strip_suffix(&suffix)).map(str::to_owned);
        tasks.take(MAX_TASKS).collect()
    }

    fn name(&self, task: &str) -> String {
        format!("{task}-{}", self.options.family)
    }

    /// The set to serve next: what is wanted where it may serve, else what served before.
    ///
    /// An alias the registry no longer has keeps its last version: a folder that vanished looks the same as one never
    /// filled, and neither is a reason to stop answering.
    fn assemble(&mut self, registry: &Registry, before: &ModelSet, wanted: &[Wanted]) -> ModelSet {
        let mut after = ModelSet::default();
        for (served, aliases) in before.all() {
            for alias in aliases {
                if !wanted.iter().any(|want| want.task == served.task && want.alias == alias) {
                    after.insert(alias, served.clone());
                }
            }
        }
        for Wanted { task, alias, version } in wanted {
            let serving = before.aliased(task, alias);
            let number = version.to_string();
            let loaded = before.select(task, &number).or_else(|_| after.select(task, &number)).ok();
            // A challenger is to replace the champion, too. The champion comes first, so `after` has the one that serves from now on.
            let champion = after.aliased(task, CHAMPION).or_else(|| before.aliased(task, CHAMPION));
            let replaced = champion.or_else(|| serving.clone());
            let next = loaded.or_else(|| {
                let previous = self.previous(registry, task, replaced.as_deref());
                self.load(registry, (task, *version), serving.as_deref(), previous.as_ref())
            });
            let name = self.name(task);
            let is_refused = next.is_none() && self.refused.holds(&name, *version);
            if is_refused {
                after.refuse(name, *version);
            }
            let next = next.or(serving).or_else(|| {
                let may_go_back = is_refused && *alias == CHAMPION;
                may_go_back.then(|| self.earlier(registry, task)).flatten()
            });
            if let Some(served) = next {
                after.insert(alias, served);
            }
        }
        after
    }

    /// The last champion before the present one that may serve: an old answer is better than none.
    fn earlier(&mut self, registry: &Registry, task: &str) -> Option<Arc<Served>> {
        let champions = match registry.champions(&self.name(task)) {
            Ok(champions) => champions,
            Err(error) => {
                self.note(error);
                return None;
            }
        };
        let earlier = champions.iter().rev().skip(1);
        earlier.copied().find_map(|version| self.load(registry, (task, version), None, None))
    }

    /// Loads a version aside; `None` when it may not serve, or not yet.
    fn load(
        &mut self,
        registry: &Registry,
        (task, version): (&str, u32),
        serving: Option<&Served>,
        replaced: Option<&Replaced>,
    ) -> Option<Arc<Served>> {
        let name = self.name(task);
        let replaced_version = replaced.map(|replaced| replaced.version);
        let seen = self.unless_refused(registry, (&name, version), replaced_version)?;
        let refusal = match registry.load(&name, version) {
            Ok(artifact) => match verify(&artifact, version, &self.requirements(replaced)) {
                Ok(served) => {
                    self.refused.forget(&name, version);
                    let before = serving.map(|served| served.version);
                    (self.tell)(Event::Loaded { name: &name, version, before });
                    return Some(Arc::new(served));
                }
                Err(refusal) => refusal,
            },
            Err(error) => match refusal(error) {
                Ok(refusal) => refusal,
                Err(error) => {
                    self.note(error);
                    return None;
                }
            },
        };
        (self.tell)(Event::Refused { name: &name, version, refusal: &refusal });
        self.refused.note((&name, version), seen, &refusal, replaced_version);
        None
    }

    fn requirements<'f>(&'f self, replaced: Option<&'f Replaced>) -> Requirements<'f> {
        let incumbent = |replaced: &'f Replaced| Incumbent {
            version: replaced.version,
            labels: &replaced.labels,
        };
        Requirements {
            family: &self.options.family,
            trusted: self.options.trusted.as_ref(),
            replaces: replaced.map(incumbent),
            load: &*self.load,
        }
    }

    /// The version that a new one would replace: the one that serves or, at the start, the champion before.
    fn previous(
        &self,
        registry: &Registry,
        task: &str,
        serving: Option<&Served>,
    ) -> Option<Replaced> {
        if let Some(served) = serving {
            let labels = served.classifier.labels().to_vec();
            return Some(Replaced { version: served.version, labels });
        }
        // A registry that cannot say, or a champion before that cannot be read, is no reason not to begin.
        let name = self.name(task);
        let version = registry.previous(&name).ok().flatten()?;
        let Manifest { labels, .. } = registry.manifest(&name, version).ok()?;
        Some(Replaced { version, labels })
    }

    /// What a version looks like now; nothing when it was refused and there is no reason to try it again.
    fn unless_refused(
        &mut self,
        registry: &Registry,
        (name, version): (&str, u32),
        replaced: Option<u32>,
    ) -> Option<Seen> {
        let seen = registry.state(name, version).map(Seen::As).unwrap_or_else(|error| {
            self.note(error);
            Seen::Unknown
        });
        self.refused.may_try((name, version), &seen, replaced).then_some(seen)
    }
}

/// Why a version may not serve, if this is about the version; otherwise the registry's trouble.
fn refusal(error: RegistryError) -> Result<Refusal, RegistryError> {
    match error {
        RegistryError::UnusableVersion { source, .. } => Ok(Refusal::Artifact(source)),
        error @ (RegistryError::WrongModel { .. }
        | RegistryError::NoSuchVersion { .. }
        | RegistryError::ForeignVersion { .. }) => Ok(Refusal::Registry(error)),
        error => Err(error),
    }
}
