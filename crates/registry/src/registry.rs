//! The read side: what is published, and loading it. Reading creates nothing and takes no lock.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use switchboard_artifact::{Artifact, is_model_name};

use crate::history::{AliasEvent, History};
use crate::names::{check_alias, check_model, parse_version};
use crate::{RegistryError, RegistryUrl, Selector, alias};

/// Versioned models in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registry {
    root: PathBuf,
}

impl Registry {
    /// Opens the registry at `url`. Its folder need not exist yet: until something is published, it is empty.
    pub fn open(url: &RegistryUrl) -> Result<Self, RegistryError> {
        let RegistryUrl::File(root) = url;
        match fs::metadata(root) {
            Ok(metadata) if !metadata.is_dir() => {
                Err(RegistryError::NotAFolder { path: root.clone() })
            }
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(RegistryError::reading("open", root)(error))
            }
            _ => Ok(Self { root: root.clone() }),
        }
    }

    /// The names of the models that have a version, sorted.
    pub fn models(&self) -> Result<Vec<String>, RegistryError> {
        let mut names = Vec::new();
        for name in folder_names(&self.root.join("models"))? {
            if is_model_name(&name) && !self.versions(&name)?.is_empty() {
                names.push(name);
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    /// The versions of a model, ascending; none if there is no such model.
    pub fn versions(&self, name: &str) -> Result<Vec<u32>, RegistryError> {
        check_model(name)?;
        let names = folder_names(&self.model_folder(name))?;
        let mut versions: Vec<u32> = names.iter().filter_map(|name| parse_version(name)).collect();
        versions.sort_unstable();
        Ok(versions)
    }

    /// The version each alias of a model names.
    pub fn aliases(&self, name: &str) -> Result<BTreeMap<String, u32>, RegistryError> {
        check_model(name)?;
        alias::read(&self.model_folder(name))
    }

    /// The version `selector` chooses, or nothing if there is no such version or alias.
    pub fn resolve(&self, name: &str, selector: &Selector) -> Result<Option<u32>, RegistryError> {
        check_model(name)?;
        match selector {
            Selector::Alias(alias) => {
                check_alias(alias)?;
                Ok(self.aliases(name)?.get(alias).copied())
            }
            Selector::Version(version) => {
                Ok(self.version_folder(name, *version).is_dir().then_some(*version))
            }
        }
    }

    /// The directory of a version that exists.
    pub fn artifact_directory(&self, name: &str, version: u32) -> Result<PathBuf, RegistryError> {
        check_model(name)?;
        let path = self.version_folder(name, version);
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => return Ok(path),
            Err(error) if !is_absence(&error) => {
                return Err(RegistryError::reading("open", &path)(error));
            }
            _ => {}
        }
        let name = name.to_owned();
        if self.versions(&name)?.is_empty() {
            return Err(RegistryError::NoSuchModel { name, registry: self.root.clone() });
        }
        Err(RegistryError::NoSuchVersion { name, version, path })
    }

    /// Opens a version and verifies every file of it.
    pub fn load(&self, name: &str, version: u32) -> Result<Artifact, RegistryError> {
        let path = self.artifact_directory(name, version)?;
        let artifact = Artifact::open(&path).map_err(|source| RegistryError::UnusableVersion {
            name: name.to_owned(),
            version,
            source,
        })?;
        check_manifest_name(&artifact, name)?;
        Ok(artifact)
    }

    /// Every change of a model's aliases, oldest first.
    ///
    /// A change is recorded before it is made. If its writer was killed in between, the next change of that alias
    /// starts from the same version again.
    pub fn history(&self, name: &str) -> Result<Vec<AliasEvent>, RegistryError> {
        check_model(name)?;
        Ok(History::read(&self.model_folder(name))?.events)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn model_folder(&self, name: &str) -> PathBuf {
        self.root.join("models").join(name)
    }

    pub(crate) fn version_folder(&self, name: &str, version: u32) -> PathBuf {
        self.model_folder(name).join(version.to_string())
    }
}

/// A version must be of the model it is filed under.
pub(crate) fn check_manifest_name(
    artifact: &Artifact,
    expected: &str,
) -> Result<(), RegistryError> {
    let found = &artifact.manifest().name;
    if found == expected {
        return Ok(());
    }
    let path = artifact.directory().to_owned();
    Err(RegistryError::WrongModel { path, expected: expected.to_owned(), found: found.clone() })
}

/// The folders directly in `folder`; none if it does not exist.
pub(crate) fn folder_names(folder: &Path) -> Result<Vec<String>, RegistryError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(RegistryError::reading("list", folder)(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(RegistryError::reading("list", folder))?;
        // Follows links: a model's folder may live on another disk.
        if let Ok(name) = entry.file_name().into_string()
            && entry.path().is_dir()
        {
            names.push(name);
        }
    }
    Ok(names)
}

fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
