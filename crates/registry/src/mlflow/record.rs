//! What a run and a version say about a model, within MLflow's limits.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;
use switchboard_artifact::{Artifact, Manifest};

use super::checksum::sha256;
use super::wire::{Metric, Pair};

const MAX_KEY_CHARS: usize = 250;
const MAX_PARAMETER_CHARS: usize = 6_000;
const MAX_TAG_CHARS: usize = 5_000;
const MAX_DESCRIPTION_CHARS: usize = 5_000;
const MAX_PARAMETERS: usize = 500;
const MAX_METRICS: usize = 5_000;

/// The file of an artifact that describes it to people.
const CARD: &str = "model-card.md";

/// The setting that tells how each epoch of a training went.
const EPOCHS: &str = "epochs";

/// When the model was made, in milliseconds since 1970; now, if it does not say.
pub(super) fn made_at(manifest: &Manifest) -> u64 {
    let at = humantime::parse_rfc3339_weak(&manifest.created_at).ok();
    millis(at.unwrap_or_else(SystemTime::now))
}

pub(super) fn now() -> u64 {
    millis(SystemTime::now())
}

fn millis(at: SystemTime) -> u64 {
    at.duration_since(UNIX_EPOCH).map(|since| since.as_millis() as u64).unwrap_or_default()
}

/// The choices of the trainer, nested ones under a dotted name.
pub(super) fn parameters(manifest: &Manifest) -> Vec<Pair> {
    let mut flat = BTreeMap::new();
    for (name, value) in &manifest.settings {
        if !is_epochs(name, value) {
            flatten(&key(name), value, &mut flat);
        }
    }
    let pairs = flat.into_iter().take(MAX_PARAMETERS);
    pairs.map(|(name, value)| Pair::new(name, cut(&value, MAX_PARAMETER_CHARS))).collect()
}

fn flatten(name: &str, value: &Value, flat: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (field, value) in fields {
                flatten(&cut(&format!("{name}.{}", key(field)), MAX_KEY_CHARS), value, flat);
            }
        }
        Value::String(text) => drop(flat.insert(name.to_owned(), text.clone())),
        other => drop(flat.insert(name.to_owned(), other.to_string())),
    }
}

/// What was measured on held-out rows, and how each epoch went.
pub(super) fn metrics(manifest: &Manifest) -> Vec<Metric> {
    let timestamp = made_at(manifest);
    let measured = manifest.metrics.iter().map(|(name, value)| (key(name), *value, 0));
    let mut metrics: Vec<(String, f64, u64)> = measured.collect();
    if let Some(Value::Array(epochs)) = manifest.settings.get(EPOCHS) {
        of_epochs("", epochs, &mut metrics);
    }
    let mut seen = BTreeSet::new();
    metrics.retain(|(name, value, step)| value.is_finite() && seen.insert((name.clone(), *step)));
    metrics.truncate(MAX_METRICS);
    let metric = |(key, value, step)| Metric { key, value, timestamp, step };
    metrics.into_iter().map(metric).collect()
}

fn is_epochs(name: &str, value: &Value) -> bool {
    name == EPOCHS && value.is_array()
}

/// One metric for each number of an epoch, whose step is the epoch. Where several networks were trained, each has a list
/// of its own.
fn of_epochs(prefix: &str, epochs: &[Value], metrics: &mut Vec<(String, f64, u64)>) {
    for (number, epoch) in (1_u64..).zip(epochs) {
        match epoch {
            Value::Object(fields) => {
                let numbers =
                    fields.iter().filter_map(|(name, value)| Some((name, value.as_f64()?)));
                metrics.extend(
                    numbers.map(|(name, value)| {
                        (key(&format!("{prefix}epoch_{name}")), value, number)
                    }),
                );
            }
            Value::Array(of_network) if prefix.is_empty() => {
                of_epochs(&format!("network_{number}_"), of_network, metrics);
            }
            _ => {}
        }
    }
}

/// Who made the model, of what.
pub(super) fn run_tags(manifest: &Manifest) -> Vec<Pair> {
    let mut tags = vec![
        Pair::new("mlflow.user", user()),
        Pair::new("mlflow.source.name", program()),
        Pair::new("mlflow.source.type", "LOCAL"),
        Pair::new("switchboard.code_revision", cut(&manifest.code_revision, MAX_TAG_CHARS)),
        Pair::new("switchboard.data.rows", manifest.data.rows.to_string()),
        Pair::new("switchboard.data.fingerprint", cut(&manifest.data.fingerprint, MAX_TAG_CHARS)),
        Pair::new("switchboard.seed", manifest.seed.to_string()),
    ];
    let is_commit =
        |text: &str| text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_commit(&manifest.code_revision) {
        tags.push(Pair::new("mlflow.source.git.commit", &*manifest.code_revision));
    }
    tags
}

/// Who runs this program, as MLflow's own clients tell it.
pub(super) fn user() -> String {
    let user = ["LOGNAME", "USER"].into_iter().find_map(env::var_os);
    let user = user.and_then(|user| user.into_string().ok()).filter(|user| !user.is_empty());
    cut(&user.unwrap_or_else(|| "unknown".to_owned()), MAX_KEY_CHARS)
}

fn program() -> String {
    let path = env::current_exe().unwrap_or_default();
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// What kind of model a version is, and the checksum of what describes all its files.
pub(super) fn version_tags(manifest: &Manifest, manifest_bytes: &[u8]) -> Vec<Pair> {
    vec![
        Pair::new("switchboard.family", cut(&manifest.family, MAX_TAG_CHARS)),
        Pair::new("switchboard.task", cut(&manifest.task, MAX_TAG_CHARS)),
        Pair::new("switchboard.format_version", manifest.format_version.to_string()),
        Pair::new("switchboard.manifest_sha256", sha256(manifest_bytes)),
    ]
}

/// The version's card, if it has one, or else a paragraph.
pub(super) fn description(artifact: &Artifact) -> String {
    let manifest = artifact.manifest();
    let card = manifest.files.contains_key(CARD).then(|| artifact.read(CARD).ok()).flatten();
    let card = card.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    cut(&card.unwrap_or_else(|| paragraph(manifest)), MAX_DESCRIPTION_CHARS)
}

fn paragraph(manifest: &Manifest) -> String {
    let Manifest { task, family, labels, data, .. } = manifest;
    let measured = |name: &str| {
        manifest.metrics.get(name).map_or("?".to_owned(), |value| format!("{value:.4}"))
    };
    let languages: Vec<&str> = manifest.languages.keys().map(String::as_str).collect();
    let languages =
        if languages.is_empty() { "not recorded".to_owned() } else { languages.join(", ") };
    format!(
        "The {family} model of the task {task}: {} labels, trained on {} rows. On rows it had not seen: accuracy {}, macro F1 {}. Languages: {languages}.",
        labels.len(),
        data.rows,
        measured("accuracy"),
        measured("macro_f1"),
    )
}

/// What the run is called in lists.
pub(super) fn run_name(manifest: &Manifest) -> String {
    cut(&format!("{} {}", manifest.name, manifest.created_at), MAX_KEY_CHARS)
}

/// A name that MLflow takes: letters, digits, and a few signs.
fn key(name: &str) -> String {
    let allowed = |letter: char| {
        if letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.' | ' ') {
            letter
        } else {
            '_'
        }
    };
    let name: String = name.chars().map(allowed).take(MAX_KEY_CHARS).collect();
    // A name is a path to MLflow, and may not be `.` or `..`.
    if name.trim_matches('.').is_empty() { format!("_{name}") } else { name }
}

fn cut(text: &str, most_chars: usize) -> String {
    text.chars().take(most_chars).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn manifest(settings: Value) -> Manifest {
        let settings = serde_json::from_value(settings).unwrap();
        let metrics = [("accuracy".to_owned(), 0.9)].into();
        let created_at = "2026-01-01T00:00:00Z".to_owned();
        Manifest { settings, metrics, created_at, ..Manifest::default() }
    }

    #[test]
    fn nested_settings_have_dotted_names_and_odd_ones_are_spelled_out() {
        let settings = json!({"fit": {"rate": 0.1, "schedule": {"warm": true}}, "c": [1, 2], "labels": {"Café & co": 2}, "..": ""});
        let found = parameters(&manifest(settings));
        let pairs: Vec<_> = found.iter().map(|pair| (&*pair.key, &*pair.value)).collect();
        let expected = [
            ("_..", ""),
            ("c", "[1,2]"),
            ("fit.rate", "0.1"),
            ("fit.schedule.warm", "true"),
            ("labels.Caf_ _ co", "2"),
        ];
        assert_eq!(pairs, expected);
    }

    #[test]
    fn what_is_longer_than_mlflow_keeps_is_cut() {
        let labels: serde_json::Map<_, _> =
            (0..2_000).map(|label| (label.to_string(), json!("é".repeat(7_000)))).collect();
        let found = parameters(&manifest(json!({ "labels": labels })));
        assert_eq!((found.len(), found[0].value.chars().count()), (500, 6_000));
    }

    #[test]
    fn epochs_are_measured_step_by_step() {
        let epoch = |loss: f64| json!({"loss": loss, "accuracy": null});
        let found = metrics(&manifest(json!({"epochs": [epoch(2.0), epoch(1.0)]})));
        let seen: Vec<_> = found.iter().map(|m| (&*m.key, m.value, m.step)).collect();
        assert_eq!(seen, [("accuracy", 0.9, 0), ("epoch_loss", 2.0, 1), ("epoch_loss", 1.0, 2)]);
        assert_eq!(found[0].timestamp, 1_767_225_600_000);
        let found = metrics(&manifest(json!({"epochs": [[epoch(2.0)], [epoch(1.5)]]})));
        let seen: Vec<_> = found.iter().map(|m| (&*m.key, m.value, m.step)).skip(1).collect();
        assert_eq!(seen, [("network_1_epoch_loss", 2.0, 1), ("network_2_epoch_loss", 1.5, 1)]);
        assert!(parameters(&manifest(json!({"epochs": [epoch(2.0)]}))).is_empty());
        assert_eq!(parameters(&manifest(json!({"epochs": 3})))[0], Pair::new("epochs", "3"));
    }
}
