//! Bringing a version to this machine.

use std::path::{Path, PathBuf};
use std::{fs, io};

use switchboard_artifact::{
    Artifact, MANIFEST_FILE, MAX_MANIFEST_BYTES, MAX_SIGNATURE_BYTES, Manifest, SIGNATURE_FILE,
};
use tempfile::TempDir;

use super::Mlflow;
use super::cache::remove;
use super::checksum::is_whole;
use super::there::There;
use super::wire::{Listing, ModelVersion};
use crate::{RegistryError, ServerUrl, outline};

impl Mlflow {
    /// A version, verified, from the cache when it is there and from the server otherwise.
    pub(super) fn fetched(&self, name: &str, version: u32) -> Result<Artifact, RegistryError> {
        let found = match self.version(name, version) {
            Ok(Some(found)) => found,
            Ok(None) => return Err(self.no_such_version(name, version)),
            Err(error) => return self.kept(name, version, error),
        };
        let origin = found.origin();
        if let Some(artifact) = self.cache.open_from(name, version, &origin) {
            return Ok(artifact);
        }
        if self.cache.is_of_run(name, version, &origin)
            && let Some(artifact) = self.confirmed(name, version, &found)?
        {
            return Ok(artifact);
        }
        let _lock = self.cache.lock_versions(name)?;
        // Another process may have fetched it while this one waited.
        if let Some(artifact) = self.cache.open_from(name, version, &origin) {
            return Ok(artifact);
        }
        let there = self.there(name, version, &found)?;
        let folder = self.cache.fetching(name, version, &origin)?;
        self.fetch(&there, &folder)?;
        let place = self.cache.settle(name, version, &origin, &folder)?;
        let settled = self.cache.open(name, version).unwrap_or_else(|| Artifact::open(&place));
        settled.map_err(RegistryError::unusable(name, version))
    }

    /// What is here of a version when the server cannot be asked for it: it is away, it lets nobody in, or something else
    /// answers in its place.
    fn kept(
        &self,
        name: &str,
        version: u32,
        error: RegistryError,
    ) -> Result<Artifact, RegistryError> {
        if !is_out_of_reach(&error) {
            return Err(error);
        }
        match self.cache.open(name, version) {
            Some(artifact) => artifact.map_err(RegistryError::unusable(name, version)),
            None => Err(error),
        }
    }

    /// A version that is here of the same run, and of which the server says something else than when it was fetched: it
    /// is still the same when its manifest and its signature are. Otherwise, nothing.
    fn confirmed(
        &self,
        name: &str,
        version: u32,
        found: &ModelVersion,
    ) -> Result<Option<Artifact>, RegistryError> {
        match self.is_as_there(name, version, found) {
            Ok(true) => {
                self.cache.confirm(name, version, &found.origin());
                Ok(self.cache.open(name, version).and_then(Result::ok))
            }
            Ok(false) => Ok(None),
            Err(error) => self.kept(name, version, error).map(Some),
        }
    }

    fn is_as_there(
        &self,
        name: &str,
        version: u32,
        found: &ModelVersion,
    ) -> Result<bool, RegistryError> {
        let there = self.there(name, version, found)?;
        let fresh = temporary_folder()?;
        self.fetch_manifest(&there, fresh.path())?;
        self.fetch_signature(&there, fresh.path())?;
        let here = self.cache.version(name, version);
        let bytes = |folder: &Path, file| fs::read(folder.join(file)).ok();
        let is_same = |file| bytes(&here, file) == bytes(fresh.path(), file);
        Ok(is_same(MANIFEST_FILE) && is_same(SIGNATURE_FILE))
    }

    /// Fetches what is not yet in `folder`, and verifies everything.
    fn fetch(&self, there: &There<'_>, folder: &Path) -> Result<(), RegistryError> {
        let manifest = self.fetch_manifest(there, folder)?;
        there.check(&manifest)?;
        self.fetch_signature(there, folder)?;
        for (file, facts) in &manifest.files {
            let target = folder.join(file);
            if !is_whole(&target, &facts.sha256) {
                let download = self.client.download(&there.path(file), facts.size_bytes, &target);
                download.map_err(there.gone_is_missing(file))?;
            }
        }
        Artifact::open(folder).map(drop).or_else(|error| {
            // Whatever is wrong with it, here or there: the next fetch begins anew.
            remove(folder)?;
            Err(there.unusable()(error))
        })
    }

    /// What signs the manifest, when the version has it.
    fn fetch_signature(&self, there: &There<'_>, folder: &Path) -> Result<(), RegistryError> {
        if there.sizes.contains_key(SIGNATURE_FILE) {
            return self.fetch_small(there, SIGNATURE_FILE, MAX_SIGNATURE_BYTES, folder);
        }
        let path = folder.join(SIGNATURE_FILE);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(RegistryError::writing("remove", &path)(error))
            }
            _ => Ok(()),
        }
    }

    fn fetch_manifest(&self, there: &There<'_>, folder: &Path) -> Result<Manifest, RegistryError> {
        self.fetch_small(there, MANIFEST_FILE, MAX_MANIFEST_BYTES, folder)?;
        Manifest::read(folder).map_err(there.unusable())
    }

    fn fetch_small(
        &self,
        there: &There<'_>,
        file: &str,
        limit_bytes: u64,
        folder: &Path,
    ) -> Result<(), RegistryError> {
        let check = |size_bytes| {
            outline::check_limit(&there.place(), file, size_bytes, limit_bytes)
                .map_err(there.unusable())
        };
        check(there.sizes.get(file).copied())?;
        let read = self.client.read(&there.path(file), limit_bytes);
        let bytes = read.map_err(there.gone_is_missing(file))?;
        check(Some(bytes.len() as u64))?;
        let path = folder.join(file);
        fs::write(&path, bytes).map_err(RegistryError::writing("write", &path))
    }

    /// What the server lists of a version. Whether a file is there is not asked by asking for it: some of the stores
    /// behind MLflow answer that as if the server itself had failed.
    fn there<'v>(
        &self,
        name: &'v str,
        version: u32,
        found: &ModelVersion,
    ) -> Result<There<'v>, RegistryError> {
        let source = self.source(name, version, found)?;
        let sizes = self.client.list::<Listing>(&source)?.sizes();
        if !sizes.contains_key(MANIFEST_FILE) {
            return Err(self.foreign(name, version, "there is no manifest.json among its files"));
        }
        Ok(There { name, version, source, sizes })
    }

    /// The path of a version's files among the artifacts of the server.
    fn source(
        &self,
        name: &str,
        version: u32,
        found: &ModelVersion,
    ) -> Result<String, RegistryError> {
        artifact_path(self.client.server(), &found.source).ok_or_else(|| {
            self.foreign(name, version, "its files are not among the artifacts this server serves")
        })
    }

    /// What a version says of itself, without its files.
    pub(super) fn fetched_manifest(
        &self,
        name: &str,
        version: u32,
    ) -> Result<Manifest, RegistryError> {
        let found = match self.version(name, version) {
            Ok(Some(found)) => found,
            Ok(None) => return Err(self.no_such_version(name, version)),
            Err(error) => return Ok(self.kept(name, version, error)?.manifest().clone()),
        };
        if let Some(here) = self.cache.directory_from(name, version, &found.origin())
            && let Ok(manifest) = Manifest::read(&here)
        {
            return Ok(manifest);
        }
        self.read_manifest(&self.there(name, version, &found)?)
    }

    /// Where a version is and what it says of itself, when the server lists every file it should have.
    pub(super) fn listed(
        &self,
        name: &str,
        version: u32,
    ) -> Result<(PathBuf, Manifest), RegistryError> {
        let Some(found) = self.version(name, version)? else {
            return Err(self.no_such_version(name, version));
        };
        let there = self.there(name, version, &found)?;
        let manifest = self.read_manifest(&there)?;
        there.check(&manifest)?;
        Ok((there.place(), manifest))
    }

    fn read_manifest(&self, there: &There<'_>) -> Result<Manifest, RegistryError> {
        self.fetch_manifest(there, temporary_folder()?.path())
    }

    fn foreign(&self, name: &str, version: u32, reason: &str) -> RegistryError {
        let (server, name, reason) = (self.server(), name.to_owned(), reason.to_owned());
        RegistryError::ForeignVersion { server, name, version, reason }
    }
}

fn temporary_folder() -> Result<TempDir, RegistryError> {
    let within = std::env::temp_dir();
    tempfile::tempdir().map_err(RegistryError::writing("create a folder in", &within))
}

fn is_out_of_reach(error: &RegistryError) -> bool {
    error.is_away()
        || matches!(error, RegistryError::AccessDenied { .. } | RegistryError::NotMlflow { .. })
}

/// The path behind an `mlflow-artifacts:` address, if it is of this server.
pub(super) fn artifact_path(server: &ServerUrl, uri: &str) -> Option<String> {
    let rest = uri.strip_prefix("mlflow-artifacts:")?;
    let path = match rest.strip_prefix("//") {
        Some(rest) => {
            let (authority, path) = rest.split_once('/')?;
            (authority.is_empty() || server.is_at(authority)).then_some(path)?
        }
        None => rest,
    };
    let path = path.trim_matches('/');
    let is_plain = !path.split('/').any(|part| matches!(part, "" | "." | ".."));
    is_plain.then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn artifacts_are_asked_of_the_server_they_belong_to() {
        let server = ServerUrl::read("http://host:5000").unwrap();
        let path = |uri| artifact_path(&server, uri);
        let expected = Some("1/ab/artifacts/model".to_owned());
        assert_eq!(path("mlflow-artifacts:/1/ab/artifacts/model"), expected);
        assert_eq!(path("mlflow-artifacts:///1/ab/artifacts/model"), expected);
        assert_eq!(path("mlflow-artifacts://host:5000/1/ab/artifacts/model"), expected);
        for other in [
            "mlflow-artifacts://elsewhere/1/ab",
            "mlflow-artifacts:/1/../2",
            "mlflow-artifacts:/",
            "s3://bucket/1/ab",
            "/var/lib/mlruns/1/ab",
            "",
        ] {
            assert_eq!(path(other), None, "{other}");
        }
    }
}
