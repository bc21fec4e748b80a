//! Models on an MLflow server, with a cache on this machine.
//!
//! A version's files are artifacts of a run; the version is made last, so nothing half done is ever visible as one.

mod access;
mod aliases;
mod cache;
mod checksum;
mod client;
mod failure;
mod fetch;
mod limits;
mod publish;
mod record;
mod there;
mod transfer;
mod versions;
mod wire;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use switchboard_artifact::{Artifact, Manifest};

use self::cache::Cache;
use self::client::Client;
use crate::staging::Staging;
use crate::store::{Decide, Facts, Store};
use crate::trail::champions;
use crate::{AliasEvent, RegistryError, ServerUrl, VersionState};

pub use self::access::{Access, ServerOptions};
pub use self::limits::Limits;

/// The registry of an MLflow server.
pub(crate) struct Mlflow {
    client: Client,
    cache: Cache,
    staging: Staging,
}

impl Mlflow {
    /// A handle to the server; nothing is asked of it yet.
    pub(crate) fn open(server: &ServerUrl, options: ServerOptions) -> Result<Self, RegistryError> {
        let cache = Cache::of(&options.cache, server);
        let staging = Staging::of(cache.root(), server.to_string());
        let client = Client::new(server.clone(), options)?;
        Ok(Self { client, cache, staging })
    }

    fn server(&self) -> String {
        self.client.server().to_string()
    }
}

impl fmt::Debug for Mlflow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Mlflow({})", self.client.server())
    }
}

impl Store for Mlflow {
    fn models(&self) -> Result<Vec<String>, RegistryError> {
        self.registered_names()
    }

    fn versions(&self, name: &str) -> Result<Vec<u32>, RegistryError> {
        self.version_numbers(name)
    }

    fn aliases(&self, name: &str) -> Result<BTreeMap<String, u32>, RegistryError> {
        let model = self.registered(name)?.unwrap_or_default();
        let aliases = model.aliases();
        self.cache.remember(name, &aliases, &champions(&aliases, &aliases::events(&model)));
        Ok(aliases)
    }

    fn has(&self, name: &str, version: u32) -> Result<bool, RegistryError> {
        Ok(self.version(name, version)?.is_some())
    }

    fn directory(&self, name: &str, version: u32) -> Result<PathBuf, RegistryError> {
        Ok(self.fetched(name, version)?.directory().to_owned())
    }

    fn load(&self, name: &str, version: u32) -> Result<Artifact, RegistryError> {
        self.fetched(name, version)
    }

    fn manifest(&self, name: &str, version: u32) -> Result<Manifest, RegistryError> {
        self.fetched_manifest(name, version)
    }

    fn outlined(&self, name: &str, version: u32) -> Result<(PathBuf, Manifest), RegistryError> {
        self.listed(name, version)
    }

    fn state(&self, name: &str, version: u32) -> Result<VersionState, RegistryError> {
        let found = self.version(name, version)?;
        Ok(VersionState(Facts::Server(found.map(|version| version.state()))))
    }

    fn history(&self, name: &str) -> Result<Vec<AliasEvent>, RegistryError> {
        let model = self.registered(name)?;
        Ok(model.map(|model| aliases::events(&model)).unwrap_or_default())
    }

    fn staging(&self) -> &Staging {
        &self.staging
    }

    fn prepare(&self, name: &str) -> Result<(), RegistryError> {
        self.experiment(name).map(drop)
    }

    fn publish(&self, artifact: &Artifact) -> Result<u32, RegistryError> {
        self.publish_artifact(artifact)
    }

    fn alter(&self, name: &str, decide: &mut Decide<'_>) -> Result<(), RegistryError> {
        self.alter_aliases(name, decide)
    }

    fn presence(&self) -> Result<(), RegistryError> {
        Ok(())
    }

    fn last_known_models(&self) -> Result<Vec<String>, RegistryError> {
        self.cache.models()
    }

    fn last_known_aliases(&self, name: &str) -> Result<BTreeMap<String, u32>, RegistryError> {
        self.cache.aliases(name)
    }

    fn last_known_champions(&self, name: &str) -> Result<Vec<u32>, RegistryError> {
        self.cache.champions(name)
    }
}
