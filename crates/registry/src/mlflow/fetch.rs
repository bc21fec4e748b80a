//! Bringing a version to this machine.

use std::fs;
use std::path::Path;

use switchboard_artifact::{Artifact, MANIFEST_FILE, MAX_MANIFEST_BYTES, Manifest, SIGNATURE_FILE};

use super::Mlflow;
use super::cache::remove;
use super::checksum::is_whole;
use super::wire::ModelVersion;
use crate::{RegistryError, ServerUrl};

/// A signature is a few lines.
const MAX_SIGNATURE_BYTES: u64 = 64 * 1024;

impl Mlflow {
    /// A version, verified, from the cache when it is there and from the server otherwise.
    pub(super) fn fetched(&self, name: &str, version: u32) -> Result<Artifact, RegistryError> {
        let found = match self.version(name, version) {
            Ok(Some(found)) => found,
            Ok(None) => return Err(self.no_such_version(name, version)),
            Err(error) if error.is_away() => return self.kept(name, version, error),
            Err(error) => return Err(error),
        };
        let origin = found.origin();
        if let Some(artifact) = self.cache.open_from(name, version, &origin) {
            return Ok(artifact);
        }
        let _lock = self.cache.lock_versions(name)?;
        // Another process may have fetched it while this one waited.
        if let Some(artifact) = self.cache.open_from(name, version, &origin) {
            return Ok(artifact);
        }
        let folder = self.cache.fetching(name, version, &origin)?;
        self.fetch(name, version, &found, &folder)?;
        let place = self.cache.settle(name, version, &origin, &folder)?;
        Artifact::open(&place).map_err(RegistryError::unusable(name, version))
    }

    /// What is here of a version while the server is away.
    fn kept(
        &self,
        name: &str,
        version: u32,
        away: RegistryError,
    ) -> Result<Artifact, RegistryError> {
        match self.cache.open(name, version) {
            Some(artifact) => artifact.map_err(RegistryError::unusable(name, version)),
            None => Err(away),
        }
    }

    /// Fetches what is not yet in `folder`, and verifies everything.
    fn fetch(
        &self,
        name: &str,
        version: u32,
        found: &ModelVersion,
        folder: &Path,
    ) -> Result<(), RegistryError> {
        let source = self.source(name, version, found)?;
        let manifest = self.fetch_manifest(name, version, &source, folder)?;
        for (file, facts) in &manifest.files {
            let target = folder.join(file);
            if !is_whole(&target, &facts.sha256) {
                self.client.download(&format!("{source}/{file}"), facts.size_bytes, &target)?;
            }
        }
        self.fetch_signature(&source, folder)?;
        match Artifact::open(folder) {
            Ok(_) => Ok(()),
            Err(error) => {
                // Whatever is wrong with it, here or there: the next fetch begins anew.
                remove(folder)?;
                Err(RegistryError::unusable(name, version)(error))
            }
        }
    }

    /// What signs the manifest, when the version has it.
    fn fetch_signature(&self, source: &str, folder: &Path) -> Result<(), RegistryError> {
        let path = folder.join(SIGNATURE_FILE);
        match self.client.read(&format!("{source}/{SIGNATURE_FILE}"), MAX_SIGNATURE_BYTES) {
            Ok(bytes) => fs::write(&path, bytes).map_err(RegistryError::writing("write", &path)),
            Err(RegistryError::Refused { code, .. }) if is_absence(&code) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn fetch_manifest(
        &self,
        name: &str,
        version: u32,
        source: &str,
        folder: &Path,
    ) -> Result<Manifest, RegistryError> {
        let path = folder.join(MANIFEST_FILE);
        let read = self.client.read(&format!("{source}/{MANIFEST_FILE}"), MAX_MANIFEST_BYTES);
        let bytes = match read {
            Err(RegistryError::Refused { code, .. }) if is_absence(&code) => {
                let reason = "there is no manifest.json among its files";
                return Err(self.foreign(name, version, reason));
            }
            read => read?,
        };
        fs::write(&path, bytes).map_err(RegistryError::writing("write", &path))?;
        Manifest::read(folder).map_err(RegistryError::unusable(name, version))
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
            Err(error) if error.is_away() => {
                return Ok(self.kept(name, version, error)?.manifest().clone());
            }
            Err(error) => return Err(error),
        };
        if let Some(here) = self.cache.directory_from(name, version, &found.origin())
            && let Ok(manifest) = Manifest::read(&here)
        {
            return Ok(manifest);
        }
        let source = self.source(name, version, &found)?;
        let folder = tempfile::tempdir()
            .map_err(RegistryError::writing("create a folder in", &std::env::temp_dir()))?;
        self.fetch_manifest(name, version, &source, folder.path())
    }

    fn foreign(&self, name: &str, version: u32, reason: &str) -> RegistryError {
        let (server, name, reason) = (self.server(), name.to_owned(), reason.to_owned());
        RegistryError::ForeignVersion { server, name, version, reason }
    }
}

fn is_absence(code: &str) -> bool {
    matches!(code, "RESOURCE_DOES_NOT_EXIST" | "HTTP 404")
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
