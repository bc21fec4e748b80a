//! The files of one version, as its server lists them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use switchboard_artifact::{ArtifactError, Manifest};

use crate::{RegistryError, outline};

/// What a server lists of a version.
pub(super) struct There<'v> {
    pub(super) name: &'v str,
    pub(super) version: u32,
    /// The path of its folder among the artifacts.
    pub(super) source: String,
    pub(super) sizes: BTreeMap<String, u64>,
}

impl There<'_> {
    pub(super) fn path(&self, file: &str) -> String {
        format!("{}/{file}", self.source)
    }

    /// Where its files are, as MLflow writes it.
    pub(super) fn place(&self) -> PathBuf {
        PathBuf::from(format!("mlflow-artifacts:/{}", self.source))
    }

    /// Checks the names and lengths of its files.
    pub(super) fn check(&self, manifest: &Manifest) -> Result<(), RegistryError> {
        outline::check(manifest, &self.place(), |file| self.sizes.get(file).copied())
            .map_err(self.unusable())
    }

    pub(super) fn unusable(&self) -> impl FnOnce(ArtifactError) -> RegistryError {
        RegistryError::unusable(self.name, self.version)
    }

    /// That a listed file is gone is about the version, and not about the server.
    pub(super) fn gone_is_missing(
        &self,
        file: &str,
    ) -> impl FnOnce(RegistryError) -> RegistryError {
        move |error| match &error {
            RegistryError::Refused { code, .. }
                if matches!(&**code, "RESOURCE_DOES_NOT_EXIST" | "HTTP 404") =>
            {
                self.unusable()(ArtifactError::Missing { file: self.place().join(file) })
            }
            _ => error,
        }
    }
}
