//! What a place that holds models can do: a folder, or an MLflow server.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::time::SystemTime;

use switchboard_artifact::{Artifact, Manifest};

use crate::staging::Staging;
use crate::{AliasEvent, RegistryError};

/// Where models are kept. Names and lengths were checked by [`Registry`](crate::Registry), which is the one caller.
pub(crate) trait Store: fmt::Debug + Send + Sync {
    /// The names of the models that have a version.
    fn models(&self) -> Result<Vec<String>, RegistryError>;

    /// The versions of a model; none if there is no such model.
    fn versions(&self, name: &str) -> Result<Vec<u32>, RegistryError>;

    /// The version each alias of a model names.
    fn aliases(&self, name: &str) -> Result<BTreeMap<String, u32>, RegistryError>;

    /// Whether there is such a version.
    fn has(&self, name: &str, version: u32) -> Result<bool, RegistryError>;

    /// The directory of a version on this machine.
    fn directory(&self, name: &str, version: u32) -> Result<PathBuf, RegistryError>;

    /// A version whose files are on this machine and verified.
    fn load(&self, name: &str, version: u32) -> Result<Artifact, RegistryError>;

    /// What a version says of itself.
    fn manifest(&self, name: &str, version: u32) -> Result<Manifest, RegistryError>;

    /// Where a version is and what it says of itself, when its files are there and as long as it says. They are not read.
    fn outlined(&self, name: &str, version: u32) -> Result<(PathBuf, Manifest), RegistryError>;

    /// What tells whether a version changed.
    fn state(&self, name: &str, version: u32) -> Result<VersionState, RegistryError>;

    /// Every change of a model's aliases, oldest first.
    fn history(&self, name: &str) -> Result<Vec<AliasEvent>, RegistryError>;

    /// Where versions are written before they are published.
    fn staging(&self) -> &Staging;

    /// Fails when a version of this model could not be published now.
    fn prepare(&self, name: &str) -> Result<(), RegistryError>;

    /// Makes a verified artifact, which stands in the staging folder, visible under the next free number.
    fn publish(&self, artifact: &Artifact) -> Result<u32, RegistryError>;

    /// Shows `decide` the aliases and their history, and records and makes the changes it answers with, one by one.
    fn alter(&self, name: &str, decide: &mut Decide<'_>) -> Result<(), RegistryError>;

    /// Fails when the registry is not there now.
    fn presence(&self) -> Result<(), RegistryError>;

    /// As `models`, as far as it is known without asking a server.
    fn last_known_models(&self) -> Result<Vec<String>, RegistryError>;

    /// As `aliases`, as far as they are known without asking a server.
    fn last_known_aliases(&self, name: &str) -> Result<BTreeMap<String, u32>, RegistryError>;

    /// The champions and last the present one, as far as they are known without asking a server.
    fn last_known_champions(&self, name: &str) -> Result<Vec<u32>, RegistryError>;
}

/// Chooses changes, each of another alias, in the light of the aliases as they are and of how they came there.
pub(crate) type Decide<'d> =
    dyn FnMut(&BTreeMap<String, u32>, &[AliasEvent]) -> Result<Vec<AliasEvent>, RegistryError> + 'd;

/// What a version looked like at one moment: two are equal while nothing about the version changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionState(pub(crate) Facts);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Facts {
    /// Name, size and time of change of every file; nothing when the folder cannot be read.
    Files(Option<Vec<(OsString, u64, SystemTime)>>),
    /// What a server says of it; nothing when it has no such version.
    Server(Option<String>),
}
