//! The one public type: every check that both kinds of registry share, in front of the one that is used.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use switchboard_artifact::{Artifact, Manifest};

use crate::folder::Folder;
use crate::history::{self, AliasEvent, EventKind};
use crate::mlflow::Mlflow;
use crate::names::{check_alias, check_model};
use crate::staging::STALE_AFTER;
use crate::store::Store;
use crate::trail::{champions, trail};
use crate::{
    AliasChange, CHALLENGER, CHAMPION, RegistryError, RegistryUrl, Selector, ServerOptions,
    ServerUrl, StagedVersion, VersionState, outline,
};

/// Versioned models in a folder or on an MLflow server. A clone is a handle to the same one, with its connections.
#[derive(Debug, Clone)]
pub struct Registry {
    store: Arc<dyn Store>,
}

impl Registry {
    /// Opens the registry at `url`.
    ///
    /// A folder need not exist yet: until something is published, it is empty. A server is not asked anything; its
    /// credentials and the cache's place come from the environment (see [`ServerOptions::from_environment`]).
    pub fn open(url: &RegistryUrl) -> Result<Self, RegistryError> {
        match url {
            RegistryUrl::File(root) => Ok(Self { store: Arc::new(Folder::open(root)?) }),
            RegistryUrl::Mlflow(server) => {
                Self::open_server(server, ServerOptions::from_environment()?)
            }
        }
    }

    /// Opens the registry of an MLflow server with these options, whatever the environment says.
    pub fn open_server(server: &ServerUrl, options: ServerOptions) -> Result<Self, RegistryError> {
        Ok(Self { store: Arc::new(Mlflow::open(server, options)?) })
    }

    /// The names of the models that have a version, sorted.
    pub fn models(&self) -> Result<Vec<String>, RegistryError> {
        let mut names = self.store.models()?;
        names.sort_unstable();
        Ok(names)
    }

    /// The versions of a model, ascending; none if there is no such model.
    pub fn versions(&self, name: &str) -> Result<Vec<u32>, RegistryError> {
        check_model(name)?;
        let mut versions = self.store.versions(name)?;
        versions.sort_unstable();
        Ok(versions)
    }

    /// The version each alias of a model names.
    pub fn aliases(&self, name: &str) -> Result<BTreeMap<String, u32>, RegistryError> {
        check_model(name)?;
        self.store.aliases(name)
    }

    /// The version `selector` chooses, or nothing if there is no such version or alias.
    pub fn resolve(&self, name: &str, selector: &Selector) -> Result<Option<u32>, RegistryError> {
        check_model(name)?;
        match selector {
            Selector::Alias(alias) => {
                check_alias(alias)?;
                Ok(self.store.aliases(name)?.get(alias).copied())
            }
            Selector::Version(version) => Ok(self.store.has(name, *version)?.then_some(*version)),
        }
    }

    /// The directory of a version that exists; one of a server's is fetched into the cache first.
    pub fn artifact_directory(&self, name: &str, version: u32) -> Result<PathBuf, RegistryError> {
        check_model(name)?;
        self.store.directory(name, version)
    }

    /// Opens a version and verifies every file of it; one of a server's is fetched into the cache first, unless it is
    /// there.
    pub fn load(&self, name: &str, version: u32) -> Result<Artifact, RegistryError> {
        check_model(name)?;
        let artifact = self.store.load(name, version)?;
        outline::check_signature(&artifact).map_err(RegistryError::unusable(name, version))?;
        check_manifest_name(artifact.manifest(), artifact.directory(), name)?;
        Ok(artifact)
    }

    /// What a version says of itself. Its files are neither fetched nor looked at.
    pub fn manifest(&self, name: &str, version: u32) -> Result<Manifest, RegistryError> {
        check_model(name)?;
        self.store.manifest(name, version)
    }

    /// What a version looks like now, to be compared with what it looked like before.
    pub fn state(&self, name: &str, version: u32) -> Result<VersionState, RegistryError> {
        check_model(name)?;
        self.store.state(name, version)
    }

    /// Every change of a model's aliases, oldest first.
    ///
    /// A change is recorded before it is made. If its writer was killed in between, the next change of that alias
    /// starts from the same version again.
    pub fn history(&self, name: &str) -> Result<Vec<AliasEvent>, RegistryError> {
        check_model(name)?;
        self.store.history(name)
    }

    /// The versions the champion went through and would go back along, oldest first; the last one is the champion.
    pub fn champions(&self, name: &str) -> Result<Vec<u32>, RegistryError> {
        check_model(name)?;
        let aliases = self.store.aliases(name)?;
        if !aliases.contains_key(CHAMPION) {
            return Ok(Vec::new());
        }
        Ok(champions(&aliases, &self.store.history(name)?))
    }

    /// The champion before this one, which a rollback would go to; nothing if there was none.
    pub fn previous(&self, name: &str) -> Result<Option<u32>, RegistryError> {
        let champions = self.champions(name)?;
        Ok(champions.iter().rev().nth(1).copied())
    }

    /// Fails when the registry is not there now: for a folder, when it does not exist. A server tells by its answers.
    pub fn presence(&self) -> Result<(), RegistryError> {
        self.store.presence()
    }

    /// As [`models`](Self::models), as far as it is known without asking a server.
    pub fn last_known_models(&self) -> Result<Vec<String>, RegistryError> {
        let mut names = self.store.last_known_models()?;
        names.sort_unstable();
        Ok(names)
    }

    /// As [`aliases`](Self::aliases), as they were when a server last told; for a folder, as they are.
    pub fn last_known_aliases(&self, name: &str) -> Result<BTreeMap<String, u32>, RegistryError> {
        check_model(name)?;
        self.store.last_known_aliases(name)
    }

    /// As [`champions`](Self::champions), as they were when a server last told; for a folder, as they are.
    pub fn last_known_champions(&self, name: &str) -> Result<Vec<u32>, RegistryError> {
        check_model(name)?;
        self.store.last_known_champions(name)
    }

    /// Prepares an empty directory for a new version of model `name`, creating a folder's registry if need be, and
    /// asking a server whether it takes one.
    ///
    /// What publishers killed more than an hour ago left behind is removed on the way.
    pub fn stage(&self, name: &str) -> Result<StagedVersion, RegistryError> {
        check_model(name)?;
        self.store.prepare(name)?;
        let staging = self.store.staging();
        // Remains that cannot be removed, perhaps another user's, are no reason to refuse new work.
        let _ = staging.sweep(STALE_AFTER);
        staging.stage(name)
    }

    /// Removes what killed publishers left behind, if it is at least `older_than` old, and says how many there were.
    /// What a living publisher is writing stays, however old.
    pub fn sweep_staging(&self, older_than: Duration) -> Result<usize, RegistryError> {
        self.store.staging().sweep(older_than)
    }

    /// Verifies a staged version and publishes it under the next free number, which is returned.
    ///
    /// Any number of publishers may do so at once. On an error nothing is published and the staged version is removed.
    pub fn publish(&self, staged: StagedVersion) -> Result<u32, RegistryError> {
        let name = staged.name();
        let staging = self.store.staging();
        if staged.root != staging.root() {
            let (path, registry) = (staged.path(), staging.root().to_owned());
            return Err(RegistryError::StagedElsewhere { path, registry });
        }
        let artifact = Artifact::open(&staged.path())
            .and_then(|artifact| outline::check_signature(&artifact).map(|()| artifact))
            .map_err(|source| RegistryError::Unpublishable { name: name.to_owned(), source })?;
        check_manifest_name(artifact.manifest(), artifact.directory(), name)?;
        self.store.publish(&artifact)
    }

    /// Makes `alias` name a version that exists and verifies, and returns the version it named before.
    ///
    /// If it already names that version nothing is changed or recorded.
    pub fn set_alias(
        &self,
        name: &str,
        alias: &str,
        change: AliasChange,
    ) -> Result<Option<u32>, RegistryError> {
        check_model(name)?;
        check_alias(alias)?;
        history::check_lengths(&change.who, &change.why, &change.at)?;
        history::check_evidence(change.evidence.as_ref())?;
        // Before any lock: versions do not change, and reading or fetching a large one takes a while.
        self.load(name, change.version)?;
        let AliasChange { version: to, expected, who, why, at, evidence } = change;
        let (mut from, alias) = (None, alias.to_owned());
        let event =
            AliasEvent { alias, from: None, to, kind: EventKind::Set, who, why, at, evidence };
        self.store.alter(name, &mut |aliases, _| {
            from = aliases.get(&event.alias).copied();
            expected.check(name, &event.alias, from)?;
            let changes = from != Some(to);
            Ok(changes.then(|| AliasEvent { from, ..event.clone() }).into_iter().collect())
        })?;
        Ok(from)
    }

    /// Makes the champion the version it was before, and returns the versions it was and is.
    ///
    /// A challenger that is the version gone back from goes back as well, and that is on record: on trial, it would go on
    /// getting tickets.
    ///
    /// Going back twice goes back two steps. A version that no longer exists, or whose files are not all there at their
    /// full length, is an error, and nothing changes. What is in the files is not looked at, so that going back takes
    /// no longer for a large model: services verify a version before they serve it.
    pub fn rollback(
        &self,
        name: &str,
        who: &str,
        why: &str,
        at: &str,
    ) -> Result<(u32, u32), RegistryError> {
        check_model(name)?;
        history::check_lengths(who, why, at)?;
        self.check_has_versions(name)?;
        let mut step = (0, 0);
        self.store.alter(name, &mut |aliases, events| {
            step = self.step_back(name, aliases, events)?;
            let event = |alias, kind, why| {
                let [alias, who, why, at] = [alias, who, why, at].map(str::to_owned);
                let (from, to) = (Some(step.0), step.1);
                AliasEvent { alias, from, to, kind, who, why, at, evidence: None }
            };
            let is_on_trial = aliases.get(CHALLENGER) == Some(&step.0);
            let because = format!("version {} was rolled back: {why}", step.0);
            // Before the champion: whoever repeats a rollback that was cut off in between does not go back twice.
            let challenger = is_on_trial
                .then(|| event(CHALLENGER, EventKind::Set, because.trim_end_matches(": ")));
            let champion = event(CHAMPION, EventKind::Rollback, why);
            Ok(challenger.into_iter().chain([champion]).collect())
        })?;
        Ok(step)
    }

    /// The champion, and the version before it, which is whole by all that can be told without reading it.
    fn step_back(
        &self,
        name: &str,
        aliases: &BTreeMap<String, u32>,
        events: &[AliasEvent],
    ) -> Result<(u32, u32), RegistryError> {
        let nothing = |reason| RegistryError::NothingToRollBack { name: name.to_owned(), reason };
        let from = aliases.get(CHAMPION).copied().ok_or_else(|| nothing("it has no champion"))?;
        let steps = trail(events, CHAMPION, Some(from));
        let [.., to, _] = steps[..] else {
            return Err(nothing("there was no champion before this one"));
        };
        let (place, manifest) = self.store.outlined(name, to)?;
        check_manifest_name(&manifest, &place, name)?;
        Ok((from, to))
    }

    fn check_has_versions(&self, name: &str) -> Result<(), RegistryError> {
        if !self.store.versions(name)?.is_empty() {
            return Ok(());
        }
        let registry = self.store.staging().registry().to_owned();
        Err(RegistryError::NoSuchModel { name: name.to_owned(), registry })
    }
}

/// A version must be of the model it is filed under.
fn check_manifest_name(
    manifest: &Manifest,
    place: &Path,
    expected: &str,
) -> Result<(), RegistryError> {
    let found = &manifest.name;
    if found == expected {
        return Ok(());
    }
    let path = place.to_owned();
    Err(RegistryError::WrongModel { path, expected: expected.to_owned(), found: found.clone() })
}
