//! Which versions stay in the cache, and which go.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs::{self, File, TryLockError};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use super::{Cache, remove};
use crate::RegistryError;
use crate::files::folder_names;
use crate::names::parse_version;

/// The versions of one model that are kept beside those that are named, the last used ones.
const KEPT_VERSIONS: usize = 3;

/// A fetch that was interrupted and not gone on with for so long is not expected to be.
const ABANDONED_AFTER: Duration = Duration::from_hours(1);

/// What the folder of a fetch begins with; behind it is the version.
pub(super) const FETCHING: &str = ".fetching-";

/// Shared locks on the versions this handle opened last. While somebody holds one, nobody removes the version: it may be
/// being read.
#[derive(Default)]
pub(super) struct Held(Mutex<BTreeMap<String, VecDeque<(u32, File)>>>);

impl Held {
    fn hold(&self, name: &str, version: u32, lock: File) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_model = held.entry(name.to_owned()).or_default();
        of_model.retain(|(other, _)| *other != version);
        of_model.push_front((version, lock));
        of_model.truncate(KEPT_VERSIONS);
    }
}

impl Cache {
    /// Keeps a version from being removed while this handle lives and opens few others; says whether it is here.
    pub(super) fn hold(&self, name: &str, version: u32) -> bool {
        let Ok(folder) = File::open(self.version(name, version)) else { return false };
        match folder.try_lock_shared() {
            Err(TryLockError::WouldBlock) => return false,
            // Where there are no locks, versions go by when they were used.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        self.held.hold(name, version, folder);
        true
    }

    /// Removes what was not used for longest. What an alias names stays, and so does the champion before, which a rollback
    /// goes to. The caller holds the lock.
    pub(super) fn prune(&self, name: &str) -> Result<(), RegistryError> {
        let named = self.named(name)?;
        let mut used: Vec<(SystemTime, u32)> = Vec::new();
        for version in self.here(name)?.into_iter().filter(|version| !named.contains(version)) {
            let facts = fs::metadata(self.origin_file(name, version));
            let at = facts.and_then(|facts| facts.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
            used.push((at, version));
        }
        used.sort_unstable_by(|one, other| other.cmp(one));
        for (_, version) in used.into_iter().skip(KEPT_VERSIONS) {
            self.forget_unless_held(name, version)?;
        }
        Ok(())
    }

    fn named(&self, name: &str) -> Result<BTreeSet<u32>, RegistryError> {
        let before = self.champions(name)?.into_iter().rev().nth(1);
        Ok(self.aliases(name)?.into_values().chain(before).collect())
    }

    fn here(&self, name: &str) -> Result<Vec<u32>, RegistryError> {
        let folders = folder_names(&self.model(name))?;
        Ok(folders.iter().filter_map(|folder| parse_version(folder)).collect())
    }

    fn forget_unless_held(&self, name: &str, version: u32) -> Result<(), RegistryError> {
        // Kept until the version is gone, so that nobody begins to read it meanwhile.
        let folder = File::open(self.version(name, version));
        match folder.as_ref().map(File::try_lock) {
            Ok(Err(TryLockError::WouldBlock)) => Ok(()),
            _ => self.forget(name, version),
        }
    }

    /// Removes what fetches left behind that nobody goes on with. The caller holds the lock.
    pub(super) fn sweep_fetches(&self, name: &str) -> Result<(), RegistryError> {
        let folders = folder_names(&self.model(name))?;
        for folder in folders.iter().filter(|folder| folder.starts_with(FETCHING)) {
            let folder = self.model(name).join(folder);
            let note = folder.with_extension("json");
            let at = fs::metadata(&note).and_then(|facts| facts.modified());
            let age = at.map(|at| SystemTime::now().duration_since(at).unwrap_or_default());
            if age.is_ok_and(|age| age < ABANDONED_AFTER) {
                continue;
            }
            remove(&folder)?;
            let _ = fs::remove_file(&note);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::tests::{NAME, cache, here, origin, settle};
    use super::*;
    use crate::{CHAMPION, ServerUrl};

    fn last_used(file: &Path, hours_ago: u64) {
        let at = SystemTime::now() - Duration::from_hours(hours_ago);
        File::options().append(true).open(file).unwrap().set_modified(at).unwrap();
    }

    #[test]
    fn the_last_three_used_stay_however_lately_the_others_were() {
        let (_folder, cache) = cache();
        (1..=3).for_each(|version| settle(&cache, version));
        for (version, hours_ago) in [(1, 0), (2, 9), (3, 8)] {
            last_used(&cache.origin_file(NAME, version), hours_ago);
        }
        settle(&cache, 4);
        assert_eq!(here(&cache), [1, 3, 4]);
        (5..=9).for_each(|version| settle(&cache, version));
        assert_eq!(here(&cache), [7, 8, 9]);
    }

    #[test]
    fn what_is_named_stays_and_so_does_the_champion_before() {
        let (_folder, cache) = cache();
        let aliases = [(CHAMPION.to_owned(), 2), ("canary".to_owned(), 3)];
        cache.remember(NAME, &aliases.into(), &[9, 1, 2]);
        (1..=9).for_each(|version| settle(&cache, version));
        assert_eq!(here(&cache), [1, 2, 3, 7, 8, 9]);
    }

    #[test]
    fn what_somebody_may_be_reading_stays() {
        let (folder, cache) = cache();
        let reader = Cache::of(folder.path(), &ServerUrl::read("http://host").unwrap());
        (1..=3).for_each(|version| settle(&cache, version));
        assert!(reader.hold(NAME, 1));
        (4..=6).for_each(|version| settle(&cache, version));
        assert_eq!(here(&cache), [1, 4, 5, 6]);
        drop(reader);
        settle(&cache, 7);
        assert_eq!(here(&cache), [5, 6, 7]);
    }

    #[test]
    fn a_fetch_that_nobody_goes_on_with_is_removed() {
        let (_folder, cache) = cache();
        let abandoned = cache.fetching(NAME, 1, &origin(1)).unwrap();
        let note = abandoned.with_extension("json");
        cache.fetching(NAME, 2, &origin(2)).unwrap();
        assert!(abandoned.is_dir() && note.is_file(), "it may be gone on with");
        last_used(&note, 2);
        cache.fetching(NAME, 2, &origin(2)).unwrap();
        assert!(!abandoned.exists() && !note.exists());
        let again = cache.fetching(NAME, 2, &origin(2)).unwrap();
        last_used(&again.with_extension("json"), 2);
        assert!(cache.fetching(NAME, 2, &origin(2)).unwrap().is_dir());
    }
}
