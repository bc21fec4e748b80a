//! Follows the registry's aliases.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use crossbeam_channel::{RecvTimeoutError, Sender, bounded};
use switchboard_artifact::TrustedKeys;
use switchboard_registry::{CHALLENGER, CHAMPION, Registry, RegistryError, RegistryUrl, Selector};

use crate::label_set::Incumbent;
use crate::verify::{LoadModel, Refusal, Requirements, verify};
use crate::{ModelSet, Models, Served};

/// The most tasks one service loads unasked; name them with `--tasks` to serve others.
const MAX_TASKS: usize = 64;

/// What to follow.
pub struct WatchOptions {
    /// Where the models are.
    pub registry: RegistryUrl,
    /// `tfidf` or `transformer`: models are named `<task>-<family>`.
    pub family: String,
    /// The tasks to serve; all that the registry has when empty.
    pub tasks: Vec<String>,
    /// The keys of which one must have signed a version; none need have when left out.
    pub trusted: Option<TrustedKeys>,
    /// Time between two looks.
    pub poll: Duration,
}

/// What happened to the models, for logs and metrics.
#[derive(Debug)]
pub enum Event<'e> {
    /// A version was swapped in.
    Loaded {
        /// Registered name.
        name: &'e str,
        /// Version number.
        version: u32,
        /// The version that served before, if any.
        before: Option<u32>,
    },
    /// A version may not serve; what served before keeps serving.
    Refused {
        /// Registered name.
        name: &'e str,
        /// Version number.
        version: u32,
        /// Why.
        refusal: &'e Refusal,
    },
    /// The registry did not answer; what serves keeps serving.
    RegistryAway(&'e RegistryError),
    /// The registry answers again.
    RegistryBack,
}

/// A thread that follows the registry until this is dropped.
pub struct Watcher {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Looks at the registry once, and from then on every [`WatchOptions::poll`] on a thread of its own.
pub fn watch(
    options: WatchOptions,
    models: Models,
    load: Box<LoadModel>,
    tell: Box<dyn Fn(Event<'_>) + Send>,
) -> std::io::Result<Watcher> {
    let (stop, stopped) = bounded::<()>(0);
    let poll = options.poll;
    let mut follower =
        Follower { options, models, load, tell, refused: BTreeMap::new(), away: false };
    let thread = std::thread::Builder::new().name("registry".into()).spawn(move || {
        follower.look();
        while stopped.recv_timeout(poll) == Err(RecvTimeoutError::Timeout) {
            follower.look();
        }
    })?;
    Ok(Watcher { stop: Some(stop), thread: Some(thread) })
}

struct Follower {
    options: WatchOptions,
    models: Models,
    load: Box<LoadModel>,
    tell: Box<dyn Fn(Event<'_>) + Send>,
    /// Versions that were refused, what their folder looked like then, and which version they would have replaced.
    refused: BTreeMap<(String, u32), (FolderState, Option<u32>)>,
    away: bool,
}

impl Follower {
    fn look(&mut self) {
        let (wanted, mut trouble) = self.wanted();
        let before = self.models.current();
        let after = self.assemble(&before, &wanted, &mut trouble);
        self.models.replace(after);
        match &trouble {
            Some(error) if !self.away => (self.tell)(Event::RegistryAway(error)),
            None if self.away => (self.tell)(Event::RegistryBack),
            _ => {}
        }
        self.away = trouble.is_some();
    }

    /// Every alias the registry points somewhere, and the first thing that went wrong. One task's trouble leaves the others alone.
    fn wanted(&self) -> (Vec<Wanted>, Option<RegistryError>) {
        let (registry, tasks) = match self.tasks() {
            Ok(found) => found,
            Err(error) => return (Vec::new(), Some(error)),
        };
        let mut wanted = Vec::new();
        let mut trouble = None;
        for task in tasks {
            for alias in [CHAMPION, CHALLENGER] {
                let name = format!("{task}-{}", self.options.family);
                match registry.resolve(&name, &Selector::Alias(alias.to_owned())) {
                    Ok(Some(version)) => wanted.push(Wanted { task: task.clone(), alias, version }),
                    Ok(None) | Err(RegistryError::NoSuchModel { .. }) => {}
                    Err(error) => trouble = trouble.or(Some(error)),
                }
            }
        }
        (wanted, trouble)
    }

    fn tasks(&self) -> Result<(Registry, Vec<String>), RegistryError> {
        let registry = Registry::open(&self.options.registry)?;
        self.check_presence()?;
        if !self.options.tasks.is_empty() {
            return Ok((registry, self.options.tasks.clone()));
        }
        let suffix = format!("-{}", self.options.family);
        let models = registry.models()?;
        let tasks = models.iter().filter_map(|name| name.strip_suffix(&suffix)).map(str::to_owned);
        Ok((registry, tasks.take(MAX_TASKS).collect()))
    }

    /// A folder that is not there yet is an empty registry; one that models were loaded from, and is gone, is away.
    fn check_presence(&self) -> Result<(), RegistryError> {
        let RegistryUrl::File(root) = &self.options.registry;
        if self.models.current().is_empty() {
            return Ok(());
        }
        let found = std::fs::metadata(root);
        let away = |source| RegistryError::Io { doing: "open", path: root.clone(), source };
        found.map(|_| ()).map_err(away)
    }

    /// The set to serve next: what is wanted where it may serve, else what served before.
    ///
    /// An alias the registry no longer has keeps its last version: a folder that vanished looks the same as one never
    /// filled, and neither is a reason to stop answering.
    fn assemble(
        &mut self,
        before: &ModelSet,
        wanted: &[Wanted],
        trouble: &mut Option<RegistryError>,
    ) -> ModelSet {
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
                self.load((task, *version), serving.as_deref(), replaced.as_deref(), trouble)
            });
            let name = format!("{task}-{}", self.options.family);
            if next.is_none() && self.refused.contains_key(&(name.clone(), *version)) {
                after.refuse(name, *version);
            }
            if let Some(served) = next.or(serving) {
                after.insert(alias, served);
            }
        }
        after
    }

    /// Loads a version aside; `None` when it may not serve, or not yet.
    fn load(
        &mut self,
        (task, version): (&str, u32),
        serving: Option<&Served>,
        replaced: Option<&Served>,
        trouble: &mut Option<RegistryError>,
    ) -> Option<Arc<Served>> {
        let name = format!("{task}-{}", self.options.family);
        let state = (self.state(&name, version), replaced.map(|served| served.version));
        let requirements = Requirements {
            family: &self.options.family,
            trusted: self.options.trusted.as_ref(),
            replaces: replaced.map(|served| Incumbent {
                version: served.version,
                labels: served.classifier.labels(),
            }),
            load: &*self.load,
        };
        if self.refused.get(&(name.clone(), version)) == Some(&state) {
            return None;
        }
        let refusal = match Registry::open(&self.options.registry)
            .and_then(|registry| registry.load(&name, version))
        {
            Ok(artifact) => match verify(&artifact, version, &requirements) {
                Ok(served) => {
                    self.refused.remove(&(name.clone(), version));
                    let before = serving.map(|served| served.version);
                    (self.tell)(Event::Loaded { name: &name, version, before });
                    return Some(Arc::new(served));
                }
                Err(refusal) => refusal,
            },
            Err(RegistryError::UnusableVersion { source, .. }) => Refusal::Artifact(source),
            Err(
                error @ (RegistryError::WrongModel { .. } | RegistryError::NoSuchVersion { .. }),
            ) => Refusal::Registry(error),
            Err(error) => {
                *trouble = trouble.take().or(Some(error));
                return None;
            }
        };
        (self.tell)(Event::Refused { name: &name, version, refusal: &refusal });
        self.refused.insert((name, version), state);
        None
    }

    /// What a version's folder looks like now: a version that was refused is tried again only when this changes.
    fn state(&self, name: &str, version: u32) -> FolderState {
        let registry = Registry::open(&self.options.registry).ok()?;
        let entries = std::fs::read_dir(registry.artifact_directory(name, version).ok()?).ok()?;
        let mut files: Vec<_> = entries
            .filter_map(|entry| {
                let entry = entry.ok()?;
                let facts = entry.metadata().ok()?;
                Some((entry.file_name(), facts.len(), facts.modified().ok()?))
            })
            .collect();
        files.sort();
        Some(files)
    }
}

/// Name, size and time of change of every file; `None` when the folder cannot be read.
type FolderState = Option<Vec<(OsString, u64, SystemTime)>>;

/// An alias and where the registry points it.
struct Wanted {
    task: String,
    alias: &'static str,
    version: u32,
}
