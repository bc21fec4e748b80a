//! What was fetched from a server, kept on this machine.
//!
//! `CACHE/SERVER/NAME/` has a folder for each version, `origin-VERSION.json` with where it came from, whose time of
//! change is that of its last use, and `aliases.json` and `champions.json` as the server last told them. A version counts
//! when it has both a folder and an origin.

mod kept;

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::Serialize;
use switchboard_artifact::{Artifact, ArtifactError};

use self::kept::{FETCHING, Held};
use super::checksum::sha256;
use super::wire::Origin;
use crate::files::{self, LOCK_PATIENCE, folder_names};
use crate::folder::{read_aliases, write_aliases};
use crate::{CHAMPION, RegistryError, ServerUrl};

/// How long one process waits while another fetches a version of the same model.
const FETCH_PATIENCE: Duration = Duration::from_mins(15);

const MAX_ORIGIN_BYTES: u64 = 64 * 1024;
const MAX_CHAMPIONS_BYTES: u64 = 1024 * 1024;

/// The part of the cache that belongs to one server.
pub(super) struct Cache {
    root: PathBuf,
    held: Held,
}

impl Cache {
    pub(super) fn of(folder: &Path, server: &ServerUrl) -> Self {
        let name = sha256(server.to_string().as_bytes());
        Self { root: folder.join(&name[..16]), held: Held::default() }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The models whose aliases were ever told.
    pub(super) fn models(&self) -> Result<Vec<String>, RegistryError> {
        let names = folder_names(&self.root)?.into_iter();
        Ok(names.filter(|name| self.model(name).join("aliases.json").is_file()).collect())
    }

    pub(super) fn aliases(&self, name: &str) -> Result<BTreeMap<String, u32>, RegistryError> {
        read_aliases(&self.model(name))
    }

    /// The champions and last the present one, as the server last told; only that one when no more is known.
    pub(super) fn champions(&self, name: &str) -> Result<Vec<u32>, RegistryError> {
        let Some(now) = self.aliases(name)?.get(CHAMPION).copied() else { return Ok(Vec::new()) };
        let champions = self.noted_champions(name)?;
        // The aliases are written first, and by an older release alone.
        Ok(if champions.last() == Some(&now) { champions } else { vec![now] })
    }

    fn noted_champions(&self, name: &str) -> Result<Vec<u32>, RegistryError> {
        let path = self.champions_file(name);
        let bytes = files::read_bounded(&path, MAX_CHAMPIONS_BYTES)?;
        let champions = bytes.map_or(Ok(Vec::new()), |bytes| serde_json::from_slice(&bytes));
        champions.map_err(|error| RegistryError::DamagedAliases { path, reason: error.to_string() })
    }

    /// Keeps the aliases, and how the champion came to be, for when the server is away. Not being able to is no reason
    /// not to use them.
    pub(super) fn remember(&self, name: &str, aliases: &BTreeMap<String, u32>, champions: &[u32]) {
        let is_known = self.aliases(name).is_ok_and(|known| known == *aliases)
            && self.noted_champions(name).is_ok_and(|known| known == champions);
        if is_known {
            return;
        }
        let model = self.model(name);
        let _ = files::create_folder(&model)
            .and_then(|()| files::lock(&model.join(".aliases.lock"), Duration::ZERO))
            .and_then(|_lock| {
                write_aliases(&model, aliases)?;
                write_json(&self.champions_file(name), champions)
            });
    }

    /// Held while this machine changes the aliases of a model.
    pub(super) fn lock_aliases(&self, name: &str) -> Result<File, RegistryError> {
        self.lock(name, ".lock", LOCK_PATIENCE)
    }

    /// Held while this machine fetches a version of a model, or removes one.
    pub(super) fn lock_versions(&self, name: &str) -> Result<File, RegistryError> {
        self.lock(name, ".versions.lock", FETCH_PATIENCE)
    }

    fn lock(&self, name: &str, file: &str, patience: Duration) -> Result<File, RegistryError> {
        let model = self.model(name);
        files::create_folder(&model)?;
        files::lock(&model.join(file), patience)
    }

    /// Opens and verifies a version that is here; nothing when it is not.
    pub(super) fn open(&self, name: &str, version: u32) -> Option<Result<Artifact, ArtifactError>> {
        let is_here = self.hold(name, version);
        self.origin(name, version).filter(|_| is_here)?;
        self.used(name, version);
        Some(Artifact::open(&self.version(name, version)))
    }

    /// As `open`, if it came from there and is whole.
    pub(super) fn open_from(&self, name: &str, version: u32, origin: &Origin) -> Option<Artifact> {
        self.directory_from(name, version, origin)?;
        self.open(name, version)?.ok()
    }

    /// Where a version is, if it is here and came from there.
    pub(super) fn directory_from(
        &self,
        name: &str,
        version: u32,
        origin: &Origin,
    ) -> Option<PathBuf> {
        let is_it = self.origin(name, version).as_ref() == Some(origin);
        is_it.then(|| self.version(name, version))
    }

    /// Where a version came from that is here.
    pub(super) fn origin(&self, name: &str, version: u32) -> Option<Origin> {
        let bytes = files::read_bounded(&self.origin_file(name, version), MAX_ORIGIN_BYTES);
        let origin = serde_json::from_slice(&bytes.ok()??).ok();
        origin.filter(|_| self.version(name, version).is_dir())
    }

    /// Whether a version that is here is of this run, whatever was said of it since.
    pub(super) fn is_of_run(&self, name: &str, version: u32, origin: &Origin) -> bool {
        self.origin(name, version).is_some_and(|known| known.is_of_run(origin))
    }

    /// Notes what a server says now of a version that is here. Not being able to is no reason not to use it.
    pub(super) fn confirm(&self, name: &str, version: u32, origin: &Origin) {
        let _ = self
            .lock(name, ".versions.lock", Duration::ZERO)
            .and_then(|_lock| write_json(&self.origin_file(name, version), origin));
    }

    /// The folder that a version is fetched into. What is there from a fetch that was interrupted stays, unless it was of
    /// another origin. The caller holds the lock.
    pub(super) fn fetching(
        &self,
        name: &str,
        version: u32,
        origin: &Origin,
    ) -> Result<PathBuf, RegistryError> {
        files::create_folder(&self.model(name))?;
        let folder = self.model(name).join(format!("{FETCHING}{version}"));
        let note = folder.with_extension("json");
        let known = files::read_bounded(&note, MAX_ORIGIN_BYTES)?;
        let known = known.and_then(|bytes| serde_json::from_slice::<Origin>(&bytes).ok());
        if !known.is_some_and(|known| known.is_of_run(origin)) {
            remove(&folder)?;
            write_json(&note, origin)?;
        }
        used_now(&note);
        files::create_folder(&folder)?;
        // What cannot be removed is no reason not to fetch.
        let _ = self.sweep_fetches(name);
        Ok(folder)
    }

    /// Makes a fetched and verified version the one that is here, and removes those that were not used for longest. The
    /// caller holds the lock.
    pub(super) fn settle(
        &self,
        name: &str,
        version: u32,
        origin: &Origin,
        fetched: &Path,
    ) -> Result<PathBuf, RegistryError> {
        self.forget(name, version)?;
        let place = self.version(name, version);
        fs::rename(fetched, &place).map_err(RegistryError::writing("keep", &place))?;
        write_json(&self.origin_file(name, version), origin)?;
        // Whatever cannot be removed is tried again at the next fetch.
        let _ = fs::remove_file(fetched.with_extension("json"));
        let _ = self.prune(name);
        Ok(place)
    }

    /// Removes a version. The caller holds the lock.
    fn forget(&self, name: &str, version: u32) -> Result<(), RegistryError> {
        let origin = self.origin_file(name, version);
        match fs::remove_file(&origin) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(RegistryError::writing("remove", &origin)(error));
            }
            _ => {}
        }
        // Moved first, so that nobody sees a version of which a part is gone.
        let (place, aside) = (self.version(name, version), self.model(name).join(".removed"));
        remove(&aside)?;
        if place.is_dir() {
            fs::rename(&place, &aside).map_err(RegistryError::writing("remove", &place))?;
        }
        remove(&aside)
    }

    /// Notes that a version was used now.
    fn used(&self, name: &str, version: u32) {
        used_now(&self.origin_file(name, version));
    }

    fn model(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    pub(super) fn version(&self, name: &str, version: u32) -> PathBuf {
        self.model(name).join(version.to_string())
    }

    fn champions_file(&self, name: &str) -> PathBuf {
        self.model(name).join("champions.json")
    }

    fn origin_file(&self, name: &str, version: u32) -> PathBuf {
        self.model(name).join(format!("origin-{version}.json"))
    }
}

/// Removes a folder with all that is in it, if it is there.
pub(super) fn remove(folder: &Path) -> Result<(), RegistryError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(RegistryError::writing("remove", folder)(error))
        }
        _ => Ok(()),
    }
}

/// Gives a file the present time. A cache that may only be read is never pruned either.
fn used_now(file: &Path) {
    let _ = OpenOptions::new()
        .append(true)
        .open(file)
        .and_then(|file| file.set_modified(SystemTime::now()));
}

fn write_json(path: &Path, value: &(impl Serialize + ?Sized)) -> Result<(), RegistryError> {
    let bytes = serde_json::to_vec_pretty(value)
        .map_err(|error| RegistryError::writing("write", path)(error.into()))?;
    files::replace(path, &bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) const NAME: &str = "category-tfidf";

    pub(super) fn origin(version: u32) -> Origin {
        let [source, state] = ["mlflow-artifacts:/1/x", "READY"].map(str::to_owned);
        Origin { run_id: format!("run-{version}"), source, state }
    }

    pub(super) fn settle(cache: &Cache, version: u32) {
        let folder = cache.fetching(NAME, version, &origin(version)).unwrap();
        cache.settle(NAME, version, &origin(version), &folder).unwrap();
    }

    pub(super) fn here(cache: &Cache) -> Vec<u32> {
        (1..=9).filter(|version| cache.origin(NAME, *version).is_some()).collect()
    }

    pub(super) fn cache() -> (tempfile::TempDir, Cache) {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::of(folder.path(), &ServerUrl::read("http://host").unwrap());
        (folder, cache)
    }

    #[test]
    fn an_interrupted_fetch_is_gone_on_with_only_for_the_same_origin() {
        let (_folder, cache) = cache();
        let folder = cache.fetching(NAME, 1, &origin(1)).unwrap();
        fs::write(folder.join("model.bin"), "half").unwrap();
        assert!(cache.fetching(NAME, 1, &origin(1)).unwrap().join("model.bin").is_file());
        assert!(!cache.fetching(NAME, 1, &origin(2)).unwrap().join("model.bin").exists());
        assert!(here(&cache).is_empty());
    }

    #[test]
    fn servers_do_not_share_versions() {
        let folder = tempfile::tempdir().unwrap();
        let of = |url| Cache::of(folder.path(), &ServerUrl::read(url).unwrap());
        settle(&of("http://one"), 1);
        assert!(here(&of("http://other")).is_empty());
        assert_eq!(here(&of("http://one/")), [1]);
    }
}
