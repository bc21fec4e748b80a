//! One look at the registry after another: what is wanted, and what serves next.

mod load;

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;

use switchboard_registry::{CHALLENGER, CHAMPION, Registry, RegistryError};

use self::load::{Candidate, Known};
use crate::refused::Refused;
use crate::verify::LoadModel;
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
    /// Versions that were loaded, and what they looked like.
    known: Known,
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

/// A look at the registry ended in a panic.
#[derive(Debug, thiserror::Error)]
#[error("the look at it broke off: stderr says where")]
struct BrokenOff;

impl Follower {
    pub(crate) fn new(
        options: WatchOptions,
        registry: Option<Registry>,
        models: Models,
        load: Box<LoadModel>,
        tell: Box<dyn Fn(Event<'_>) + Send>,
    ) -> Self {
        Self {
            options,
            registry,
            models,
            load,
            tell,
            refused: Refused::default(),
            known: Known::default(),
            trouble: None,
            away: false,
        }
    }

    /// Looks once, swaps in what is new, and tells what happened.
    pub(crate) fn look(&mut self) {
        match self.opened() {
            Ok(registry) => self.follow(&registry),
            Err(error) => self.note(error),
        }
        let trouble = self.trouble.take();
        self.tell_of(trouble.as_ref().map(|error| error as &(dyn Error + 'static)));
    }

    /// Tells of a look that ended in a panic: whatever it did not come to see, it did not see.
    pub(crate) fn broke_off(&mut self) {
        self.trouble = None;
        self.tell_of(Some(&BrokenOff));
    }

    fn tell_of(&mut self, trouble: Option<&(dyn Error + 'static)>) {
        let was_away = std::mem::replace(&mut self.away, trouble.is_some());
        match trouble {
            Some(error) if !was_away => (self.tell)(Event::RegistryAway(error)),
            None if was_away => (self.tell)(Event::RegistryBack),
            _ => {}
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

    fn opened(&mut self) -> Result<Registry, RegistryError> {
        if let Some(registry) = &self.registry {
            return Ok(registry.clone());
        }
        let registry = Registry::open(&self.options.registry)?;
        self.registry = Some(registry.clone());
        Ok(registry)
    }

    /// Brings every alias where the registry points it, one after the other: none waits for what another needs fetched.
    ///
    /// An alias the registry no longer has keeps its last version: a folder that vanished looks the same as one never
    /// filled, and neither is a reason to stop answering.
    fn follow(&mut self, registry: &Registry) {
        let before = self.models.current();
        let mut wanted = self.wanted(registry, &before);
        wanted.sort_by_key(|want| self.effort(&before, want));
        let mut set = ModelSet::clone(&before);
        set.keep_refusals(|name, version| {
            wanted.iter().any(|want| want.version == version && self.name(&want.task) == name)
        });
        self.models.replace(set.clone());
        for want in &wanted {
            self.settle(registry, &before, (&mut set, want));
            self.models.replace(set.clone());
        }
    }

    /// Less for what is done sooner: a version in memory, then champions, and of those the ones that served here before, which are mostly still on this
    /// machine. So a rollback waits for no version that is new.
    fn effort(&self, before: &ModelSet, want: &Wanted) -> (bool, bool, bool) {
        let Wanted { task, alias, version } = want;
        let is_in_memory = before.select(task, &version.to_string()).is_ok();
        let was_here = self.known.has(&self.name(task), *version);
        (!is_in_memory, *alias != CHAMPION, !was_here)
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
            let told = if self.is_away() { None } else { self.told(registry, &name) };
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

    /// Points an alias of `set` at what is wanted if it may serve, else at what it pointed at before.
    fn settle(
        &mut self,
        registry: &Registry,
        before: &ModelSet,
        (set, want): (&mut ModelSet, &Wanted),
    ) {
        let Wanted { task, alias, version } = want;
        let (name, number) = (self.name(task), version.to_string());
        let serving = set.aliased(task, alias);
        let loaded = set.select(task, &number).or_else(|_| before.select(task, &number)).ok();
        let candidate =
            Candidate { task, name: &name, version: *version, loaded, serving: serving.as_deref() };
        // A challenger is to replace the champion, too.
        let replaced = set.aliased(task, CHAMPION).or_else(|| serving.clone());
        let next = self.next(registry, candidate, replaced.as_deref());
        let is_refused = next.is_none() && self.refused.holds(&name, *version);
        set.note_refusal(&name, *version, is_refused);
        let next = next.or(serving).or_else(|| {
            let may_go_back = is_refused && *alias == CHAMPION;
            may_go_back.then(|| self.earlier(registry, (task, *version))).flatten()
        });
        if let Some(served) = next {
            set.point(alias, served);
        }
    }

    /// The version that is wanted; `None` when it may not serve, or not yet.
    fn next(
        &mut self,
        registry: &Registry,
        candidate: Candidate<'_>,
        replaced: Option<&Served>,
    ) -> Option<Arc<Served>> {
        let seen = self.seen(registry, candidate.name, candidate.version);
        if let Some(loaded) = &candidate.loaded
            && self.known.looks_as_before(candidate.name, candidate.version, &seen)
        {
            return Some(loaded.clone());
        }
        let replaced = self.replaced(registry, candidate.name, replaced);
        self.load(registry, candidate, (seen, replaced.as_ref()))
    }
}
