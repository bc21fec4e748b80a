//! Models in a folder. Reading creates nothing and takes no lock.

mod aliases;
mod history;
mod publish;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use switchboard_artifact::{Artifact, Manifest, is_model_name};

use self::history::History;
use crate::files::folder_names;
use crate::names::parse_version;
use crate::staging::Staging;
use crate::store::{Decide, Facts, Store};
use crate::trail::champions;
use crate::{AliasEvent, CHAMPION, RegistryError, VersionState, outline};

pub(crate) use self::aliases::{read as read_aliases, write as write_aliases};

/// A folder of versioned models.
#[derive(Debug)]
pub(crate) struct Folder {
    root: PathBuf,
    staging: Staging,
}

impl Folder {
    /// The registry in `root`, which need not exist yet.
    pub(crate) fn open(root: &Path) -> Result<Self, RegistryError> {
        match fs::metadata(root) {
            Ok(metadata) if !metadata.is_dir() => {
                Err(RegistryError::NotAFolder { path: root.to_owned() })
            }
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(RegistryError::reading("open", root)(error))
            }
            _ => Ok(Self {
                root: root.to_owned(),
                staging: Staging::of(root, root.display().to_string()),
            }),
        }
    }

    fn model_folder(&self, name: &str) -> PathBuf {
        self.root.join("models").join(name)
    }

    fn version_folder(&self, name: &str, version: u32) -> PathBuf {
        self.model_folder(name).join(version.to_string())
    }
}

impl Store for Folder {
    fn models(&self) -> Result<Vec<String>, RegistryError> {
        let mut names = Vec::new();
        for name in folder_names(&self.root.join("models"))? {
            if is_model_name(&name) && !self.versions(&name)?.is_empty() {
                names.push(name);
            }
        }
        Ok(names)
    }

    fn versions(&self, name: &str) -> Result<Vec<u32>, RegistryError> {
        let names = folder_names(&self.model_folder(name))?;
        Ok(names.iter().filter_map(|name| parse_version(name)).collect())
    }

    fn aliases(&self, name: &str) -> Result<BTreeMap<String, u32>, RegistryError> {
        aliases::read(&self.model_folder(name))
    }

    fn has(&self, name: &str, version: u32) -> Result<bool, RegistryError> {
        Ok(self.version_folder(name, version).is_dir())
    }

    fn directory(&self, name: &str, version: u32) -> Result<PathBuf, RegistryError> {
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
            let registry = self.root.display().to_string();
            return Err(RegistryError::NoSuchModel { name, registry });
        }
        let place = path.display().to_string();
        Err(RegistryError::NoSuchVersion { name, version, place })
    }

    fn load(&self, name: &str, version: u32) -> Result<Artifact, RegistryError> {
        Artifact::open(&self.directory(name, version)?)
            .map_err(RegistryError::unusable(name, version))
    }

    fn manifest(&self, name: &str, version: u32) -> Result<Manifest, RegistryError> {
        Manifest::read(&self.directory(name, version)?)
            .map_err(RegistryError::unusable(name, version))
    }

    fn outlined(&self, name: &str, version: u32) -> Result<(PathBuf, Manifest), RegistryError> {
        let (place, manifest) = (self.directory(name, version)?, self.manifest(name, version)?);
        outline::check(&manifest, &place, |file| outline::size_in(&place, file))
            .map_err(RegistryError::unusable(name, version))?;
        Ok((place, manifest))
    }

    fn state(&self, name: &str, version: u32) -> Result<VersionState, RegistryError> {
        let files = self.directory(name, version).ok().and_then(|directory| {
            let entries = fs::read_dir(directory).ok()?;
            let mut files: Vec<_> = entries
                .filter_map(|entry| {
                    let entry = entry.ok()?;
                    let facts = entry.metadata().ok()?;
                    Some((entry.file_name(), facts.len(), facts.modified().ok()?))
                })
                .collect();
            files.sort();
            Some(files)
        });
        Ok(VersionState(Facts::Files(files)))
    }

    fn history(&self, name: &str) -> Result<Vec<AliasEvent>, RegistryError> {
        Ok(History::read(&self.model_folder(name))?.events)
    }

    fn staging(&self) -> &Staging {
        &self.staging
    }

    fn prepare(&self, _: &str) -> Result<(), RegistryError> {
        Ok(())
    }

    fn publish(&self, artifact: &Artifact) -> Result<u32, RegistryError> {
        publish::publish(self, artifact)
    }

    fn alter(&self, name: &str, decide: &mut Decide<'_>) -> Result<(), RegistryError> {
        aliases::alter(&self.model_folder(name), decide)
    }

    fn presence(&self) -> Result<(), RegistryError> {
        fs::metadata(&self.root).map(|_| ()).map_err(|source| RegistryError::Io {
            doing: "open",
            path: self.root.clone(),
            source,
        })
    }

    fn last_known_models(&self) -> Result<Vec<String>, RegistryError> {
        self.models()
    }

    fn last_known_aliases(&self, name: &str) -> Result<BTreeMap<String, u32>, RegistryError> {
        self.aliases(name)
    }

    fn last_known_champions(&self, name: &str) -> Result<Vec<u32>, RegistryError> {
        let aliases = self.aliases(name)?;
        if !aliases.contains_key(CHAMPION) {
            return Ok(Vec::new());
        }
        Ok(champions(&aliases, &self.history(name)?))
    }
}

fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
