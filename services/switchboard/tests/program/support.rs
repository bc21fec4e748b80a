//! What the tests of the whole program share.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use switchboard_artifact::{ArtifactWriter, DataFacts, GoldenExample, HeldoutRow, Manifest};
use switchboard_classify::Options;
use switchboard_dataset::row_hash;
use switchboard_registry::{AliasChange, CHAMPION, Expected, Registry, RegistryUrl};
use switchboard_tfidf_svm::{FeatureSet, FitOptions, Fitted, MODEL_FILE, TrainingRows, fit};

/// What a run of the program left.
#[derive(Debug)]
pub(crate) struct Ran {
    /// Its exit code.
    pub(crate) code: Option<i32>,
    /// What it wrote to stdout.
    pub(crate) stdout: String,
    /// What it wrote to stderr.
    pub(crate) stderr: String,
}

impl Ran {
    /// The one JSON object on stdout.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The JSON objects on stdout, one a line.
    pub(crate) fn json_lines(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// Runs the program to its end.
pub(crate) fn switchboard(args: &[&str], stdin: &str) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_switchboard"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let input = stdin.to_owned();
    // A program that ends early does not read it all.
    let writer = std::thread::spawn(move || drop(pipe.write_all(input.as_bytes())));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// Texts and whether they are about access (or else hardware).
pub(crate) const TICKETS: [(&str, &str); 12] = [
    ("my printer is jammed", "Hardware"),
    ("the printer prints blank pages", "Hardware"),
    ("screen flickers on my laptop", "Hardware"),
    ("laptop screen is broken", "Hardware"),
    ("printer out of toner", "Hardware"),
    ("the laptop does not start", "Hardware"),
    ("please reset my password", "Access"),
    ("I forgot my password", "Access"),
    ("account locked after password change", "Access"),
    ("cannot log in to my account", "Access"),
    ("password expired and account locked", "Access"),
    ("new account for a colleague", "Access"),
];

/// A file of those tickets, with `rows` of the test's own behind them.
pub(crate) fn tickets_csv(header: &str, more_of_each: &str, rows: &str) -> String {
    let mut csv = format!("{header}\n");
    for (text, label) in TICKETS {
        csv.push_str(&[text, ",", label, more_of_each, "\n"].concat());
    }
    csv + rows
}

/// The flag value for the registry in `folder`.
pub(crate) fn registry_url(folder: &Path) -> String {
    format!("file:{}", folder.display())
}

/// Publishes a tiny model, and says which version it became.
pub(crate) fn publish(folder: &Path, family: &str) -> u32 {
    let tickets = TICKETS.map(|(text, label)| (text.to_owned(), label.to_owned()));
    publish_trained(folder, family, &tickets, |_| ())
}

/// Trains a model on these texts and labels and publishes it, with what it answered out of fold for each, once `change` has been at that.
pub(crate) fn publish_trained(
    folder: &Path,
    family: &str,
    tickets: &[(String, String)],
    change: impl Fn(&mut HeldoutRow),
) -> u32 {
    let texts: Vec<&str> = tickets.iter().map(|(text, _)| text.as_str()).collect();
    let labels: BTreeSet<String> = tickets.iter().map(|(_, label)| label.clone()).collect();
    let labels: Vec<String> = labels.into_iter().collect();
    let targets: Vec<usize> = tickets
        .iter()
        .map(|(_, label)| labels.iter().position(|known| known == label).unwrap())
        .collect();
    let folds: Vec<u8> = (0..tickets.len()).map(|row| (row % 10) as u8).collect();
    let options = FitOptions {
        features: Some(FeatureSet::Words),
        c: Some(1.0),
        min_rows: 1,
        ..FitOptions::default()
    };
    let rows = TrainingRows { texts: &texts, targets: &targets, labels: &labels, folds: &folds };
    let fitted = fit(rows, &options, &|_| ()).unwrap();
    let name = format!("category-{family}");
    let registry = registry(folder);
    let staged = registry.stage(&name).unwrap();
    let mut writer = ArtifactWriter::create(&staged.path()).unwrap();
    writer.add_file(MODEL_FILE, &fitted.model.to_bytes()).unwrap();
    let mut heldout = heldout(&fitted, tickets);
    heldout.iter_mut().for_each(change);
    writer.add_heldout(&heldout).unwrap();
    let logits = fitted.model.predict("my password", Options::default()).logits;
    writer.add_golden(&[GoldenExample { text: "my password".to_owned(), logits }]).unwrap();
    writer.seal(manifest(&name, family, &labels)).unwrap();
    registry.publish(staged).unwrap()
}

fn heldout(fitted: &Fitted, tickets: &[(String, String)]) -> Vec<HeldoutRow> {
    let answers = fitted.out_of_fold_logits.rows().into_iter().zip(tickets);
    answers
        .map(|(logits, (text, label))| HeldoutRow {
            row_hash: row_hash(text, label),
            label: label.clone(),
            language: None,
            probabilities: fitted.model.calibrate(&logits.to_vec()),
            logits: logits.to_vec(),
            signals: [].into(),
        })
        .collect()
}

/// Makes a version of `category-tfidf` the champion.
pub(crate) fn promote(folder: &Path, version: u32) {
    promote_model(folder, "category-tfidf", version);
}

/// Makes a version of any model the champion.
pub(crate) fn promote_model(folder: &Path, name: &str, version: u32) {
    let change = AliasChange {
        version,
        expected: Expected::Anything,
        who: "test".to_owned(),
        why: String::new(),
        at: "2026-01-01T00:00:00Z".to_owned(),
        evidence: None,
    };
    registry(folder).set_alias(name, CHAMPION, change).unwrap();
}

/// Publishes an operating point that says which versions it fits and what was asked for, and makes it the champion.
pub(crate) fn publish_point(folder: &Path, linear: u32, transformer: u32) {
    let registry = registry(folder);
    let staged = registry.stage("category-routing").unwrap();
    let mut writer = ArtifactWriter::create(&staged.path()).unwrap();
    writer.add_file("routing.json", b"{}").unwrap();
    let fits = serde_json::json!({
        "linear": {"name": "category-tfidf", "version": linear},
        "transformer": {"name": "category-transformer", "version": transformer},
    });
    let targets = serde_json::json!({"accuracy": 0.95, "transformer_share": null});
    let manifest = manifest("category-routing", "routing", &["Access".to_owned()]);
    let settings = [("fits".to_owned(), fits), ("targets".to_owned(), targets)].into();
    writer.seal(Manifest { settings, ..manifest }).unwrap();
    let version = registry.publish(staged).unwrap();
    promote_model(folder, "category-routing", version);
}

/// Spoils the model's file of a version of `category-tfidf`.
pub(crate) fn damage(folder: &Path, version: u32) {
    let path = folder.join(format!("models/category-tfidf/{version}")).join(MODEL_FILE);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[30] ^= 1;
    std::fs::write(&path, bytes).unwrap();
}

fn registry(folder: &Path) -> Registry {
    Registry::open(&RegistryUrl::File(folder.to_owned())).unwrap()
}

fn manifest(name: &str, family: &str, labels: &[String]) -> Manifest {
    Manifest {
        name: name.to_owned(),
        task: "category".to_owned(),
        family: family.to_owned(),
        labels: labels.to_vec(),
        data: DataFacts { rows: TICKETS.len() as u64, fingerprint: "0".repeat(64) },
        code_revision: "test".to_owned(),
        created_at: "2026-01-01T00:00:00Z".to_owned(),
        ..Manifest::default()
    }
}
