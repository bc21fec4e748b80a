//! What MLflow's REST API (2.0) says: the fields that are used here, and no others.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::names::{is_alias, parse_version};

/// A key with a value: a tag or a parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pair {
    pub(super) key: String,
    #[serde(default)]
    pub(super) value: String,
}

impl Pair {
    pub(super) fn new(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { key: key.into(), value: value.into() }
    }
}

/// A measurement of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Metric {
    pub(super) key: String,
    pub(super) value: f64,
    /// Milliseconds since 1970.
    pub(super) timestamp: u64,
    pub(super) step: u64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Empty {}

#[derive(Debug, Deserialize)]
pub(super) struct OneModel {
    pub(super) registered_model: RegisteredModel,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ModelPage {
    pub(super) registered_models: Vec<RegisteredModel>,
    pub(super) next_page_token: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RegisteredModel {
    pub(super) name: String,
    pub(super) latest_versions: Vec<ModelVersion>,
    pub(super) tags: Vec<Pair>,
    aliases: Vec<Alias>,
}

impl RegisteredModel {
    /// The version each alias names. What others call an alias and could not be one here is left out.
    pub(super) fn aliases(&self) -> BTreeMap<String, u32> {
        let known = |alias: &Alias| Some((alias.alias.clone(), parse_version(&alias.version)?));
        self.aliases.iter().filter(|alias| is_alias(&alias.alias)).filter_map(known).collect()
    }
}

#[derive(Debug, Deserialize)]
struct Alias {
    alias: String,
    version: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct OneVersion {
    pub(super) model_version: ModelVersion,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct VersionPage {
    pub(super) model_versions: Vec<ModelVersion>,
    pub(super) next_page_token: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ModelVersion {
    pub(super) version: String,
    pub(super) source: String,
    pub(super) run_id: String,
    status: String,
    last_updated_timestamp: Value,
}

impl ModelVersion {
    /// Its number, if it has been made in full. Old servers have no such status.
    pub(super) fn number(&self) -> Option<u32> {
        let is_ready = self.status.is_empty() || self.status == "READY";
        parse_version(&self.version).filter(|_| is_ready)
    }

    /// What changes when it does.
    pub(super) fn state(&self) -> String {
        format!("{} {} {}", self.run_id, self.last_updated_timestamp, self.status)
    }

    pub(super) fn origin(&self) -> Origin {
        let (run_id, source) = (self.run_id.clone(), self.source.clone());
        Origin { run_id, source, state: self.state() }
    }
}

/// Where a version came from: another one of equal number, on a server made anew, has another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Origin {
    pub(super) run_id: String,
    pub(super) source: String,
    /// What the server said of it then; older releases did not note that.
    #[serde(default)]
    pub(super) state: String,
}

impl Origin {
    /// Whether both are of one run, whatever was said of the version since.
    pub(super) fn is_of_run(&self, other: &Self) -> bool {
        (&self.run_id, &self.source) == (&other.run_id, &other.source)
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct OneExperiment {
    pub(super) experiment: Experiment,
}

#[derive(Debug, Deserialize)]
pub(super) struct Experiment {
    pub(super) experiment_id: String,
    #[serde(default)]
    pub(super) artifact_location: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct OneRun {
    pub(super) run: Run,
}

#[derive(Debug, Deserialize)]
pub(super) struct Run {
    pub(super) info: RunInfo,
}

#[derive(Debug, Deserialize)]
pub(super) struct RunInfo {
    pub(super) run_id: String,
    pub(super) artifact_uri: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Listing {
    files: Vec<ListedFile>,
}

impl Listing {
    /// The length of each file in the folder, by name.
    pub(super) fn sizes(self) -> BTreeMap<String, u64> {
        let files = self.files.into_iter().filter(|file| !file.is_dir);
        // Some servers list names, others paths.
        let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        files.map(|file| (name(&file.path), file.file_size)).collect()
    }
}

#[derive(Debug, Deserialize)]
struct ListedFile {
    path: String,
    #[serde(default)]
    is_dir: bool,
    #[serde(default)]
    file_size: u64,
}
