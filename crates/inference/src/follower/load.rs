//! Loading one version aside, and what is to be known of those before it.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use switchboard_artifact::Manifest;
use switchboard_registry::{Registry, RegistryError};

use super::Follower;
use crate::label_set::Incumbent;
use crate::refused::Seen;
use crate::verify::{Refusal, Requirements, verify};
use crate::{Event, Served};

/// Champions before the present one that are tried where nothing serves. Each may have to be fetched first.
const MAX_EARLIER: usize = 3;

/// A version that is to serve.
pub(super) struct Candidate<'c> {
    pub(super) task: &'c str,
    pub(super) name: &'c str,
    pub(super) version: u32,
    /// What is in memory under its name and number.
    pub(super) loaded: Option<Arc<Served>>,
    /// What serves in its place.
    pub(super) serving: Option<&'c Served>,
}

/// The version that another one would replace.
pub(super) struct Replaced {
    version: u32,
    labels: Vec<String>,
}

/// What the versions that were loaded looked like, by name and number, and what they said of themselves, checksums included.
#[derive(Default)]
pub(super) struct Known(BTreeMap<(String, u32), (Seen, Manifest)>);

/// Why a version was not loaded.
enum Unloaded {
    Refused(Refusal),
    Trouble(RegistryError),
}

/// What a version turned out to be.
enum Opened {
    /// What is in memory already.
    Same,
    Other(Box<(Served, Manifest)>),
}

impl Known {
    pub(super) fn has(&self, name: &str, version: u32) -> bool {
        self.0.contains_key(&(name.to_owned(), version))
    }

    /// Whether nothing says that another version has this number now, as on a server that was made anew.
    pub(super) fn looks_as_before(&self, name: &str, version: u32, seen: &Seen) -> bool {
        let known = self.0.get(&(name.to_owned(), version));
        *seen == Seen::Unknown || known.is_some_and(|(before, _)| before == seen)
    }
}

impl Follower {
    /// What a version looks like now.
    pub(super) fn seen(&mut self, registry: &Registry, name: &str, version: u32) -> Seen {
        if self.is_away() {
            return Seen::Unknown;
        }
        registry.state(name, version).map(Seen::As).unwrap_or_else(|error| {
            self.note(error);
            Seen::Unknown
        })
    }

    /// Loads a version; `None` when it may not serve, or not yet. One that was refused is tried again only when there is a reason.
    pub(super) fn load(
        &mut self,
        registry: &Registry,
        candidate: Candidate<'_>,
        (seen, replaced): (Seen, Option<&Replaced>),
    ) -> Option<Arc<Served>> {
        let Candidate { name, version, .. } = candidate;
        let replaced_version = replaced.map(|replaced| replaced.version);
        if !self.refused.may_try((name, version), &seen, replaced_version) {
            return None;
        }
        match self.opened_aside(registry, &candidate, replaced) {
            Ok(opened) => self.take(opened, candidate, seen),
            Err(Unloaded::Refused(refusal)) => {
                self.refused.note((name, version), seen, &refusal, replaced_version);
                (self.tell)(Event::Refused { name, version, refusal: &refusal });
                None
            }
            Err(Unloaded::Trouble(error)) => {
                self.note(error);
                None
            }
        }
    }

    fn take(
        &mut self,
        opened: Opened,
        candidate: Candidate<'_>,
        seen: Seen,
    ) -> Option<Arc<Served>> {
        let Candidate { name, version, loaded, serving, .. } = candidate;
        let key = (name.to_owned(), version);
        self.refused.forget(name, version);
        match opened {
            Opened::Same => {
                self.known.0.entry(key).and_modify(|(before, _)| *before = seen);
                loaded
            }
            Opened::Other(other) => {
                let (served, manifest) = *other;
                self.known.0.insert(key, (seen, manifest));
                let before = serving.map(|served| served.version);
                (self.tell)(Event::Loaded { name, version, before });
                Some(Arc::new(served))
            }
        }
    }

    /// Opens a version. One that makes its reader or its model panic is refused like any other, and the other versions are gone on with.
    fn opened_aside(
        &self,
        registry: &Registry,
        candidate: &Candidate<'_>,
        replaced: Option<&Replaced>,
    ) -> Result<Opened, Unloaded> {
        let opened = AssertUnwindSafe(|| self.open(registry, candidate, replaced));
        let panicked = || Err(Unloaded::Refused(Refusal::Load("it panicked".into())));
        catch_unwind(opened).unwrap_or_else(|_| panicked())
    }

    fn open(
        &self,
        registry: &Registry,
        candidate: &Candidate<'_>,
        replaced: Option<&Replaced>,
    ) -> Result<Opened, Unloaded> {
        let Candidate { task, name, version, loaded, .. } = candidate;
        let loading = registry.load(name, *version);
        let artifact = loading.map_err(|error| unloaded(registry, error))?;
        let known = self.known.0.get(&((*name).to_owned(), *version));
        if loaded.is_some() && known.is_some_and(|(_, manifest)| manifest == artifact.manifest()) {
            return Ok(Opened::Same);
        }
        let requirements = self.requirements(task, replaced);
        let served = verify(&artifact, *version, &requirements).map_err(Unloaded::Refused)?;
        Ok(Opened::Other(Box::new((served, artifact.manifest().clone()))))
    }

    fn requirements<'f>(
        &'f self,
        task: &'f str,
        replaced: Option<&'f Replaced>,
    ) -> Requirements<'f> {
        let incumbent = |replaced: &'f Replaced| Incumbent {
            version: replaced.version,
            labels: &replaced.labels,
        };
        Requirements {
            family: &self.options.family,
            task,
            trusted: self.options.trusted.as_ref(),
            replaces: replaced.map(incumbent),
            load: &*self.load,
        }
    }

    /// The last champion before the present one that may serve: an old answer is better than none.
    pub(super) fn earlier(
        &mut self,
        registry: &Registry,
        (task, present): (&str, u32),
    ) -> Option<Arc<Served>> {
        let name = self.name(task);
        let champions = self.champions(registry, &name).unwrap_or_else(|error| {
            self.note(error);
            Vec::new()
        });
        let mut earlier: Vec<u32> = Vec::new();
        for version in champions.into_iter().rev() {
            if version != present && !earlier.contains(&version) {
                earlier.push(version);
            }
        }
        earlier.into_iter().take(MAX_EARLIER).find_map(|version| {
            let seen = self.seen(registry, &name, version);
            let candidate = Candidate { task, name: &name, version, loaded: None, serving: None };
            self.load(registry, candidate, (seen, None))
        })
    }

    /// The version that a new one would replace: the one that serves or, at the start, the champion before.
    pub(super) fn replaced(
        &self,
        registry: &Registry,
        name: &str,
        serving: Option<&Served>,
    ) -> Option<Replaced> {
        if let Some(served) = serving {
            let labels = served.classifier.labels().to_vec();
            return Some(Replaced { version: served.version, labels });
        }
        // A registry that cannot say, or a champion before that cannot be read, is no reason not to begin.
        let champions = self.champions(registry, name).ok()?;
        let version = champions.iter().rev().nth(1).copied()?;
        let Manifest { labels, .. } = registry.manifest(name, version).ok()?;
        Some(Replaced { version, labels })
    }

    /// The versions the champion went through, the present one last; as last known of a registry that is away.
    fn champions(&self, registry: &Registry, name: &str) -> Result<Vec<u32>, RegistryError> {
        if self.is_away() {
            return registry.last_known_champions(name);
        }
        match registry.champions(name) {
            Err(error) if error.is_away() => registry.last_known_champions(name),
            told => told,
        }
    }
}

/// Whether a version may not serve, or the registry cannot be read. One that vanished while it was read says nothing of its versions.
fn unloaded(registry: &Registry, error: RegistryError) -> Unloaded {
    if !error.is_about_version() {
        return Unloaded::Trouble(error);
    }
    match (registry.presence(), error) {
        (Err(absence), _) => Unloaded::Trouble(absence),
        (Ok(()), RegistryError::UnusableVersion { source, .. }) => {
            Unloaded::Refused(Refusal::Artifact(source))
        }
        (Ok(()), error) => Unloaded::Refused(Refusal::Registry(error)),
    }
}
