//! What the server knows, and how it answers each call.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Fates, Request, text};

#[derive(Default)]
pub(super) struct State {
    pub(super) experiments: Vec<String>,
    pub(super) runs: BTreeMap<String, Value>,
    pub(super) models: BTreeMap<String, Model>,
    pub(super) artifacts: BTreeMap<String, Vec<u8>>,
    /// What was asked, as `METHOD call`.
    pub(super) calls: Vec<String>,
    pub(super) fates: Option<Fates>,
    pub(super) answers_ranges: bool,
    pub(super) loses_ends: bool,
    pub(super) fails_for_absent_files: bool,
    pub(super) place: Option<String>,
}

#[derive(Default)]
pub(super) struct Model {
    pub(super) versions: Vec<Value>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) aliases: BTreeMap<String, String>,
}

const ABSENT: (u16, &str) = (404, "RESOURCE_DOES_NOT_EXIST");
const FAILURE: (u16, &str) = (500, "INTERNAL_ERROR");
const EXISTS: (u16, &str) = (400, "RESOURCE_ALREADY_EXISTS");

impl State {
    pub(super) fn file(&mut self, request: &Request, path: &str) -> (u16, String, Vec<u8>) {
        if request.method == "PUT" {
            let mut bytes = request.body.clone();
            if self.loses_ends {
                bytes.pop();
            }
            self.artifacts.insert(path.to_owned(), bytes);
            return (200, String::new(), b"{}".to_vec());
        }
        let Some(bytes) = self.artifacts.get(path) else {
            let (status, code) = if self.fails_for_absent_files { FAILURE } else { ABSENT };
            return (status, String::new(), json!({"error_code": code}).to_string().into_bytes());
        };
        let from = request.headers.get("range").and_then(|range| {
            range.strip_prefix("bytes=")?.strip_suffix('-')?.parse::<usize>().ok()
        });
        match from.filter(|_| self.answers_ranges) {
            Some(from) => {
                let range =
                    format!("Content-Range: bytes {from}-{}/{}\r\n", bytes.len() - 1, bytes.len());
                (206, range, bytes[from..].to_vec())
            }
            None => (200, String::new(), bytes.clone()),
        }
    }

    pub(super) fn list(&self, folder: &str) -> Value {
        let files = self.artifacts.iter().filter_map(|(path, bytes)| {
            let name = path.strip_prefix(folder)?.strip_prefix('/')?;
            Some(json!({"path": name, "is_dir": false, "file_size": bytes.len()}))
        });
        json!({"files": files.collect::<Vec<_>>()})
    }

    pub(super) fn call(&mut self, request: &Request) -> Result<Value, (u16, &'static str)> {
        let call = request.call.strip_prefix("mlflow/").unwrap_or_default();
        match call.split('/').next() {
            Some("registered-models") => self.model_call(call, request),
            Some("model-versions") => self.version_call(call, request),
            _ => self.run_call(call, request),
        }
    }

    fn run_call(&mut self, call: &str, request: &Request) -> Result<Value, (u16, &'static str)> {
        match call {
            "experiments/get-by-name" => {
                let name = request.asked("experiment_name");
                let found = self.experiments.iter().position(|known| *known == name);
                let id = found.ok_or(ABSENT)?.to_string();
                let place = self.place.as_deref().unwrap_or("mlflow-artifacts:");
                let place = format!("{place}/{id}");
                Ok(json!({"experiment": {"experiment_id": id, "artifact_location": place}}))
            }
            "experiments/create" => {
                let name = text(&request.json()["name"]);
                if self.experiments.contains(&name) {
                    return Err(EXISTS);
                }
                self.experiments.push(name);
                Ok(json!({"experiment_id": (self.experiments.len() - 1).to_string()}))
            }
            "runs/create" => {
                let body = request.json();
                let id = format!("{:032x}", self.runs.len() + 1);
                let place =
                    format!("mlflow-artifacts:/{}/{id}/artifacts", text(&body["experiment_id"]));
                self.runs.insert(id.clone(), json!({"status": "RUNNING"}));
                Ok(json!({"run": {"info": {"run_id": id, "artifact_uri": place}}}))
            }
            "runs/update" => {
                let body = request.json();
                let run = self.runs.get_mut(&text(&body["run_id"])).ok_or(ABSENT)?;
                run["status"] = body["status"].clone();
                Ok(json!({}))
            }
            "runs/log-batch" => Ok(json!({})),
            _ => Err((404, "ENDPOINT_NOT_FOUND")),
        }
    }

    fn model_call(&mut self, call: &str, request: &Request) -> Result<Value, (u16, &'static str)> {
        match call {
            "registered-models/create" => {
                let name = text(&request.json()["name"]);
                if self.models.contains_key(&name) {
                    return Err(EXISTS);
                }
                self.models.insert(name.clone(), Model::default());
                Ok(json!({"registered_model": {"name": name}}))
            }
            "registered-models/get" => {
                let name = request.asked("name");
                let model = self.models.get(&name).ok_or(ABSENT)?;
                Ok(json!({"registered_model": model.registered(&name)}))
            }
            "registered-models/search" => {
                let models =
                    self.models.iter().map(|(name, model)| model.registered(name)).collect();
                Ok(page(request, "registered_models", models))
            }
            "registered-models/set-tag" => {
                let body = request.json();
                let model = self.models.get_mut(&text(&body["name"])).ok_or(ABSENT)?;
                model.tags.insert(text(&body["key"]), text(&body["value"]));
                Ok(json!({}))
            }
            "registered-models/delete-tag" => {
                let body = request.json();
                let model = self.models.get_mut(&text(&body["name"])).ok_or(ABSENT)?;
                model.tags.remove(&text(&body["key"])).map(|_| json!({})).ok_or(ABSENT)
            }
            "registered-models/alias" => {
                let body = request.json();
                let model = self.models.get_mut(&text(&body["name"])).ok_or(ABSENT)?;
                model.aliases.insert(text(&body["alias"]), text(&body["version"]));
                Ok(json!({}))
            }
            _ => Err((404, "ENDPOINT_NOT_FOUND")),
        }
    }

    fn version_call(
        &mut self,
        call: &str,
        request: &Request,
    ) -> Result<Value, (u16, &'static str)> {
        match call {
            "model-versions/create" => {
                let mut version = request.json();
                let model = self.models.get_mut(&text(&version["name"])).ok_or(ABSENT)?;
                version["version"] = (model.versions.len() + 1).to_string().into();
                version["status"] = "READY".into();
                version["last_updated_timestamp"] = 1.into();
                model.versions.push(version.clone());
                Ok(json!({"model_version": version}))
            }
            "model-versions/get" => {
                let number = request.asked("version");
                let model = self.models.get(&request.asked("name")).ok_or(ABSENT)?;
                let is_it = |version: &&Value| {
                    version["version"] == *number && version["status"] != "DELETED"
                };
                let found = model.versions.iter().find(is_it);
                Ok(json!({"model_version": found.ok_or(ABSENT)?}))
            }
            "model-versions/search" => {
                let filter = request.asked("filter");
                let (field, wanted) = filter.split_once('=').expect("a filter");
                let wanted = wanted.trim_matches('\'');
                let all = self.models.values().flat_map(|model| &model.versions);
                let is_it =
                    |version: &&Value| version[field] == *wanted && version["status"] != "DELETED";
                let found = all.filter(is_it).cloned().collect();
                Ok(page(request, "model_versions", found))
            }
            // As a server that has no stages any more.
            _ => Err((404, "ENDPOINT_NOT_FOUND")),
        }
    }
}

impl Model {
    fn registered(&self, name: &str) -> Value {
        let tags: Vec<Value> =
            self.tags.iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
        let aliases: Vec<Value> = self
            .aliases
            .iter()
            .map(|(alias, version)| json!({"alias": alias, "version": version}))
            .collect();
        json!({"name": name, "latest_versions": self.versions.last().map(|last| vec![last]), "tags": tags, "aliases": aliases})
            .as_object()
            .expect("an object")
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }
}

/// A few at once, however many are asked for, so that there are several pages.
fn page(request: &Request, field: &str, all: Vec<Value>) -> Value {
    let from = request.asked("page_token").parse().unwrap_or(0);
    let rest = all.len().saturating_sub(from + 3);
    let some: Vec<Value> = all.into_iter().skip(from).take(3).collect();
    let mut answer = json!({ field: some });
    if rest > 0 {
        answer["next_page_token"] = (from + 3).to_string().into();
    }
    answer
}
