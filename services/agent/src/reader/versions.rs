//! What was made of versions: of each once, while it looks the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use switchboard_artifact::Artifact;
use switchboard_registry::{RegistryError, VersionState};

use crate::vouched::{Lack, Vouched};

/// What was made of versions, by name and number.
pub(super) struct Versions<T> {
    make: fn(&Artifact) -> anyhow::Result<T>,
    read: BTreeMap<(String, u32), Read<T>>,
}

struct Read<T> {
    /// What the version looked like; nothing while the registry could not say.
    seen: Option<VersionState>,
    /// The last that could be made of it; nothing of one that was refused from the beginning.
    made: Option<Arc<T>>,
}

impl<T> Versions<T> {
    pub(super) fn new(make: fn(&Artifact) -> anyhow::Result<T>) -> Self {
        Self { make, read: BTreeMap::new() }
    }

    /// Reads a version, unless that was done, with whatever result, and it looks as it did. Whether something new was made of it; on an error nothing
    /// changes, and the next look tries again.
    pub(super) fn look(
        &mut self,
        vouched: &Vouched,
        (name, version): (&str, u32),
        seen: Option<VersionState>,
    ) -> Result<bool, RegistryError> {
        let key = (name.to_owned(), version);
        if let Some(read) = self.read.get(&key)
            && (seen.is_none() || read.seen == seen)
        {
            return Ok(false);
        }
        let made = match vouched.read((name, version), self.make) {
            Ok(made) => Some(Arc::new(made)),
            Err(Lack::Refused) => None,
            Err(Lack::Away(error)) => return Err(error),
        };
        let is_new = made.is_some();
        let made = made.or_else(|| self.get(name, version));
        self.read.insert(key, Read { seen, made });
        Ok(is_new)
    }

    /// What was made of a version.
    pub(super) fn get(&self, name: &str, version: u32) -> Option<Arc<T>> {
        self.read.get(&(name.to_owned(), version))?.made.clone()
    }

    /// What was made of every version.
    pub(super) fn all(&self) -> BTreeMap<(String, u32), Arc<T>> {
        let made = self.read.iter();
        made.filter_map(|(key, read)| Some((key.clone(), read.made.clone()?))).collect()
    }

    /// Forgets all other versions.
    pub(super) fn keep(&mut self, is_wanted: impl Fn(&str, u32) -> bool) {
        self.read.retain(|(name, version), _| is_wanted(name, *version));
    }
}
