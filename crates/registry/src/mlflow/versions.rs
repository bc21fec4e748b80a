//! What is registered: models and their versions.

use switchboard_artifact::is_model_name;

use super::Mlflow;
use super::wire::{ModelPage, ModelVersion, OneModel, OneVersion, RegisteredModel, VersionPage};
use crate::RegistryError;

/// Models or versions on one page of an answer.
const PAGE: &str = "200";

/// A list that does not end after so many pages is not one.
const MAX_PAGES: usize = 1_000;

impl Mlflow {
    /// The names of the models that have a version. Others' models, if a model could have their name, are among them.
    pub(super) fn registered_names(&self) -> Result<Vec<String>, RegistryError> {
        let mut names = Vec::new();
        self.pages("registered-models/search", &[], |page: ModelPage| {
            let models = page.registered_models.into_iter();
            let ours = models.filter(|model| {
                is_model_name(&model.name)
                    && model.latest_versions.iter().any(|v| v.number().is_some())
            });
            names.extend(ours.map(|model| model.name));
            page.next_page_token
        })?;
        Ok(names)
    }

    /// The numbers of a model's versions; none if there is no such model.
    pub(super) fn version_numbers(&self, name: &str) -> Result<Vec<u32>, RegistryError> {
        // A model's name has no quote in it.
        let found = self.versions_where(&format!("name='{name}'"))?;
        Ok(found.iter().filter_map(ModelVersion::number).collect())
    }

    /// The versions that a filter of MLflow's leaves.
    pub(super) fn versions_where(&self, filter: &str) -> Result<Vec<ModelVersion>, RegistryError> {
        let mut versions = Vec::new();
        self.pages("model-versions/search", &[("filter", filter)], |page: VersionPage| {
            versions.extend(page.model_versions);
            page.next_page_token
        })?;
        Ok(versions)
    }

    /// A model's aliases and tags; nothing if there is no such model.
    pub(super) fn registered(&self, name: &str) -> Result<Option<RegisteredModel>, RegistryError> {
        let found = self.client.find::<OneModel>("registered-models/get", &[("name", name)])?;
        Ok(found.map(|found| found.registered_model))
    }

    /// A version that has been made in full; nothing if there is no such version.
    pub(super) fn version(
        &self,
        name: &str,
        version: u32,
    ) -> Result<Option<ModelVersion>, RegistryError> {
        let number = version.to_string();
        let parameters = [("name", name), ("version", &*number)];
        let found = self.client.find::<OneVersion>("model-versions/get", &parameters)?;
        let found = found.map(|found| found.model_version);
        Ok(found.filter(|found| found.number() == Some(version)))
    }

    /// The error that there is no such version, or not even the model.
    pub(super) fn no_such_version(&self, name: &str, version: u32) -> RegistryError {
        let (registry, model) = (self.server(), name.to_owned());
        match self.version_numbers(name) {
            Ok(versions) if versions.is_empty() => {
                RegistryError::NoSuchModel { name: model, registry }
            }
            Ok(_) => {
                let place = format!("{registry}/#/models/{name}/versions/{version}");
                RegistryError::NoSuchVersion { name: model, version, place }
            }
            Err(error) => error,
        }
    }

    /// Shows every page of a search to `take`, which returns the token of the next.
    fn pages<P: serde::de::DeserializeOwned>(
        &self,
        call: &str,
        parameters: &[(&str, &str)],
        mut take: impl FnMut(P) -> String,
    ) -> Result<(), RegistryError> {
        let mut token = String::new();
        for _ in 0..MAX_PAGES {
            let mut parameters = [parameters, &[("max_results", PAGE)]].concat();
            if !token.is_empty() {
                parameters.push(("page_token", &token));
            }
            let next = take(self.client.get(call, &parameters)?);
            if next.is_empty() {
                return Ok(());
            }
            token = next;
        }
        let (server, call) = (self.server(), call.to_owned());
        let reason = format!("its list does not end after {MAX_PAGES} pages");
        Err(RegistryError::NotMlflow { server, call, reason })
    }
}
