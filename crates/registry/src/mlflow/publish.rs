//! Publishing: a run with the files, and last of all the version that points to it.

use std::fs;
use std::thread;

use serde_json::{Value, json};
use switchboard_artifact::{Artifact, MANIFEST_FILE, Manifest, SIGNATURE_FILE};

use super::Mlflow;
use super::client::Twice;
use super::fetch::artifact_path;
use super::record;
use super::wire::{Experiment, Listing, ModelVersion, OneExperiment, OneRun, OneVersion, RunInfo};
use crate::RegistryError;
use crate::outline::size_in;

const PARAMETERS_PER_BATCH: usize = 100;
const METRICS_PER_BATCH: usize = 1_000;

/// Where a run keeps the model among its artifacts.
const FOLDER: &str = "model";

impl Mlflow {
    /// Publishes a verified artifact, and returns the number the server gave it.
    pub(super) fn publish_artifact(&self, artifact: &Artifact) -> Result<u32, RegistryError> {
        let run = self.begin_run(artifact.manifest())?;
        let published = self.publish_run(artifact, &run);
        if published.is_err() {
            // If even this fails, the run stays as one that never ended.
            let _ = self.end_run(&run, "FAILED");
        }
        published
    }

    fn publish_run(&self, artifact: &Artifact, run: &RunInfo) -> Result<u32, RegistryError> {
        let manifest = artifact.manifest();
        self.describe_run(manifest, run)?;
        let folder = self.artifact_folder(&manifest.name, &run.artifact_uri)?;
        self.upload(artifact, &folder)?;
        self.end_run(run, "FINISHED")?;
        self.register(&manifest.name)?;
        self.create_version(artifact, run)
    }

    /// The experiment of a model's runs, which is made if need be. The server must serve its artifacts.
    pub(super) fn experiment(&self, model: &str) -> Result<Experiment, RegistryError> {
        let name = format!("switchboard/{model}");
        let find = || {
            let parameters = [("experiment_name", &*name)];
            self.client.find::<OneExperiment>("experiments/get-by-name", &parameters)
        };
        if find()?.is_none() {
            let body = json!({ "name": name });
            let made = self.client.post::<Value>("experiments/create", &body, Twice::Same);
            exists_is_fine(made)?;
        }
        let Some(OneExperiment { experiment }) = find()? else {
            return Err(self.not_mlflow("experiments/create", "what it made is not there"));
        };
        self.artifact_folder(model, &experiment.artifact_location)?;
        Ok(experiment)
    }

    /// The path of a model's folder behind an address of the server's.
    fn artifact_folder(&self, model: &str, uri: &str) -> Result<String, RegistryError> {
        let path = artifact_path(self.client.server(), uri);
        let path = path.ok_or_else(|| RegistryError::NoArtifacts {
            server: self.server(),
            model: model.to_owned(),
            place: uri.escape_debug().to_string(),
        })?;
        Ok(format!("{path}/{FOLDER}"))
    }

    fn begin_run(&self, manifest: &Manifest) -> Result<RunInfo, RegistryError> {
        let experiment = self.experiment(&manifest.name)?;
        let body = json!({
            "experiment_id": experiment.experiment_id,
            "user_id": record::user(),
            "run_name": record::run_name(manifest),
            "start_time": record::made_at(manifest),
            "tags": record::run_tags(manifest),
        });
        let made: OneRun = self.client.post("runs/create", &body, Twice::Differs)?;
        Ok(made.run.info)
    }

    fn end_run(&self, run: &RunInfo, status: &str) -> Result<(), RegistryError> {
        let body = json!({"run_id": run.run_id, "status": status, "end_time": record::now()});
        self.client.post::<Value>("runs/update", &body, Twice::Same).map(drop)
    }

    fn describe_run(&self, manifest: &Manifest, run: &RunInfo) -> Result<(), RegistryError> {
        let run_id = &run.run_id;
        let log =
            |body: Value| self.client.post::<Value>("runs/log-batch", &body, Twice::Same).map(drop);
        for batch in record::parameters(manifest).chunks(PARAMETERS_PER_BATCH) {
            log(json!({"run_id": run_id, "params": batch}))?;
        }
        for batch in record::metrics(manifest).chunks(METRICS_PER_BATCH) {
            log(json!({"run_id": run_id, "metrics": batch}))?;
        }
        Ok(())
    }

    /// Uploads every file, its signature where it has one, and the manifest last; then asks the server how long each is there.
    fn upload(&self, artifact: &Artifact, folder: &str) -> Result<(), RegistryError> {
        let here = artifact.directory();
        let signature = here.join(SIGNATURE_FILE).is_file();
        let beside = [SIGNATURE_FILE, MANIFEST_FILE].into_iter().skip(usize::from(!signature));
        let names = artifact.manifest().files.keys().map(String::as_str).chain(beside);
        for name in names.clone() {
            self.client.upload(&format!("{folder}/{name}"), &here.join(name))?;
        }
        let arrived = self.client.list::<Listing>(folder)?.sizes();
        for name in names {
            if arrived.get(name).copied() != size_in(here, name) {
                let call = format!("upload of {folder}/{name}");
                return Err(self.not_mlflow(&call, "what arrived is not of the same length"));
            }
        }
        Ok(())
    }

    fn register(&self, name: &str) -> Result<(), RegistryError> {
        let body = json!({
            "name": name,
            "tags": [{"key": "switchboard", "value": env!("CARGO_PKG_VERSION")}],
        });
        exists_is_fine(self.client.post::<Value>("registered-models/create", &body, Twice::Same))
    }

    /// Makes the version. When it is not known whether that succeeded, the server is asked before it is tried again.
    fn create_version(&self, artifact: &Artifact, run: &RunInfo) -> Result<u32, RegistryError> {
        let manifest = artifact.manifest();
        let path = artifact.directory().join(MANIFEST_FILE);
        let bytes = fs::read(&path).map_err(RegistryError::reading("read", &path))?;
        let body = json!({
            "name": manifest.name,
            "source": format!("{}/{FOLDER}", run.artifact_uri.trim_end_matches('/')),
            "run_id": run.run_id,
            "tags": record::version_tags(manifest, &bytes),
            "description": record::description(artifact),
        });
        let mut attempts = 0;
        loop {
            attempts += 1;
            let made: Result<OneVersion, _> =
                self.client.post("model-versions/create", &body, Twice::Differs);
            let error = match made {
                Ok(made) => return self.number_of(&made.model_version),
                Err(error) => error,
            };
            if !error.is_away() || attempts >= self.client.attempts() {
                return Err(error);
            }
            let of_run = self.versions_where(&format!("run_id='{}'", run.run_id))?;
            if let Some(version) = of_run.first() {
                return self.number_of(version);
            }
            thread::sleep(self.client.pause(attempts));
        }
    }

    fn number_of(&self, version: &ModelVersion) -> Result<u32, RegistryError> {
        version.number().ok_or_else(|| {
            self.not_mlflow("model-versions/create", "the version it made is not ready")
        })
    }

    fn not_mlflow(&self, call: &str, reason: &str) -> RegistryError {
        let (server, call, reason) = (self.server(), call.to_owned(), reason.to_owned());
        RegistryError::NotMlflow { server, call, reason }
    }
}

/// Whatever was to be made is there, by this call or an earlier one.
fn exists_is_fine(made: Result<Value, RegistryError>) -> Result<(), RegistryError> {
    match made {
        Err(RegistryError::Refused { code, .. }) if code == "RESOURCE_ALREADY_EXISTS" => Ok(()),
        made => made.map(drop),
    }
}
