//! The whole program, from two published versions to a published operating point.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and so do its helpers")]

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use switchboard_artifact::{
    ArtifactWriter, DataFacts, HeldoutRow, Manifest, SigningKey, TrustedKeys,
};
use switchboard_cascade::OperatingPoint;
use switchboard_registry::{AliasChange, CHALLENGER, CHAMPION, Expected, Registry, Selector};
use switchboard_routing::Family;

const LABELS: [&str; 2] = ["Access", "Hardware"];
/// What the rows of a fold are called by their hashes: those of two folds have none in common.
const FOLD: &str = "fold";

/// What a run left.
struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Ran {
    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", self.stderr))
    }
}

fn calibrate(folder: &Path, more: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_calibrate-routing"))
        .args(["--by", "maya", "--registry", &format!("file:{}", folder.display())])
        .args(more)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

fn registry(folder: &Path) -> Registry {
    Registry::open(&format!("file:{}", folder.display()).parse().unwrap()).unwrap()
}

/// Every `every`-th answer is wrong, and less sure than the right ones.
fn heldout(every: usize, fold: &str) -> Vec<HeldoutRow> {
    let row = |row: usize| {
        let truth = row % 2;
        let wrong = row.is_multiple_of(every);
        let confidence = if wrong { 0.6 } else { 0.7 + 0.001 * (row % 250) as f32 };
        let mut probabilities = vec![1.0 - confidence; 2];
        probabilities[if wrong { 1 - truth } else { truth }] = confidence;
        HeldoutRow {
            row_hash: format!("{fold}-{row}"),
            label: LABELS[truth].to_owned(),
            language: Some("en".to_owned()),
            logits: probabilities.iter().map(|p: &f32| p.ln()).collect(),
            probabilities,
            signals: [].into(),
        }
    };
    (0..400).map(row).collect()
}

/// Publishes a model that has nothing but held-out rows, promotes it, and says its version.
fn publish(folder: &Path, family: &str, split: &str, rows: &[HeldoutRow]) -> u32 {
    publish_signed(folder, family, split, rows, None)
}

fn publish_signed(
    folder: &Path,
    family: &str,
    split: &str,
    rows: &[HeldoutRow],
    key: Option<&SigningKey>,
) -> u32 {
    let (registry, name) = (registry(folder), format!("category-{family}"));
    let staged = registry.stage(&name).unwrap();
    let mut writer = ArtifactWriter::create(&staged.path()).unwrap();
    writer.add_heldout(rows).unwrap();
    let manifest = Manifest {
        name: name.clone(),
        task: "category".to_owned(),
        family: family.to_owned(),
        labels: LABELS.map(str::to_owned).to_vec(),
        data: DataFacts { rows: 1, fingerprint: "f".to_owned() },
        created_at: "2026-01-01T00:00:00Z".to_owned(),
        settings: [("split".to_owned(), json!(split))].into(),
        ..Manifest::default()
    };
    writer.seal_signed(manifest, key).unwrap();
    let version = registry.publish(staged).unwrap();
    let (who, why, at) = ("test".to_owned(), String::new(), "2026-01-01T00:00:00Z".to_owned());
    let change =
        AliasChange { version, expected: Expected::Anything, who, why, at, evidence: None };
    registry.set_alias(&name, CHAMPION, change).unwrap();
    version
}

/// A registry with a champion of both families.
fn both() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    publish(folder.path(), "tfidf", "grouped", &heldout(5, FOLD));
    publish(folder.path(), "transformer", "grouped", &heldout(7, FOLD));
    folder
}

fn aliased(folder: &Path, alias: &str) -> Option<u32> {
    registry(folder).resolve("category-routing", &Selector::Alias(alias.to_owned())).unwrap()
}

/// A key, and the files of its private and public half.
fn key(folder: &Path, name: &str) -> (SigningKey, [String; 2]) {
    let key = SigningKey::generate().unwrap();
    let files = [format!("{name}.key"), format!("{name}.pub")].map(|file| folder.join(file));
    key.write_new(&files[0]).unwrap();
    key.public().write_new(&files[1]).unwrap();
    (key, files.map(|file| file.to_str().unwrap().to_owned()))
}

#[test]
fn nobody_vouches_for_rows_that_nobody_vouched_for() {
    let folder = both();
    let folder = folder.path();
    let (_, [own, _]) = key(folder, "own");
    let (other, [_, others]) = key(folder, "other");
    let unsigned = calibrate(folder, &["--signing-key", &own]);
    assert_eq!(unsigned.code, Some(1), "{}", unsigned.stderr);
    for part in ["category-tfidf version 1", "--trusted-keys", "is unsigned"] {
        assert!(unsigned.stderr.contains(part), "{part}: {}", unsigned.stderr);
    }
    for (family, every) in [("tfidf", 5), ("transformer", 7)] {
        publish_signed(folder, family, "grouped", &heldout(every, FOLD), Some(&other));
    }
    assert_eq!(calibrate(folder, &["--signing-key", &own]).code, Some(1));
    assert_eq!(aliased(folder, CHALLENGER), None);
    for flags in
        [&["--signing-key", &own, "--trusted-keys", &others][..], &["--trusted-keys", &others]]
    {
        let fitted = calibrate(folder, flags);
        assert_eq!(fitted.code, Some(0), "{}", fitted.stderr);
    }
}

#[test]
fn an_operating_point_has_a_card_and_one_hash_and_is_signed_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (key, [file, _]) = key(folder, "release");
    for (family, every) in [("tfidf", 5), ("transformer", 7)] {
        publish_signed(folder, family, "grouped", &heldout(every, FOLD), Some(&key));
    }
    let signed = calibrate(folder, &["--signing-key", &file, "--seed", "3"]);
    assert_eq!(signed.code, Some(0), "{}", signed.stderr);
    let summary = signed.json();
    let artifact = registry(folder).load("category-routing", 1).unwrap();
    let id = artifact.verify_signature(&TrustedKeys::from_iter([key.public()])).unwrap();
    assert_eq!(summary["signed_by"], id);
    assert_eq!(summary["weights_sha256"], artifact.manifest().settings["weights_sha256"]);
    let card = String::from_utf8(artifact.read("model-card.md").unwrap()).unwrap();
    for part in
        ["# category-routing\n", "| transformer | category-transformer 1 |", " --seed 3\n```"]
    {
        assert!(card.contains(part), "{part}: {card}");
    }
    assert!(!card.contains("release.key"), "{card}");
    let again = calibrate(folder, &["--seed", "3"]).json();
    assert_eq!(again["weights_sha256"], summary["weights_sha256"]);
    assert_eq!(again["signed_by"], json!(null));
}

#[test]
fn publishes_what_fits_the_champions_as_challenger_or_with_promote_as_champion() {
    let folder = both();
    let folder = folder.path();
    let first = calibrate(folder, &["--target-accuracy", "0.95"]);
    assert_eq!(first.code, Some(0), "{}", first.stderr);
    assert_eq!(first.stderr.lines().count(), 1, "{}", first.stderr);
    let summary = first.json();
    assert_eq!(
        summary["model"],
        json!({"name": "category-routing", "version": 1, "family": "routing", "alias": "challenger"})
    );
    assert_eq!(
        summary["fits"]["transformer"],
        json!({"name": "category-transformer", "version": 1})
    );
    assert_eq!((&summary["rows"], &summary["accuracy"]["linear"]), (&json!(400), &json!(0.8)));
    assert_eq!(calibrate(folder, &["--promote"]).code, Some(0));
    assert_eq!([CHALLENGER, CHAMPION].map(|alias| aliased(folder, alias)), [Some(1), Some(2)]);
    assert_eq!(registry(folder).history("category-routing").unwrap()[0].who, "maya");
}

#[test]
fn a_version_holds_the_point_a_report_and_pictures_of_it() {
    let folder = both();
    assert_eq!(calibrate(folder.path(), &["--transformer-share", "0.3"]).code, Some(0));
    let artifact = registry(folder.path()).load("category-routing", 1).unwrap();
    let point = OperatingPoint::load(&artifact).unwrap();
    assert!(point.fits().is(Family::Tfidf, "category-tfidf", 1));
    assert_eq!(
        (point.labels(), point.targets().transformer_share),
        (&LABELS.map(str::to_owned)[..], Some(0.3))
    );
    let json = |file: &str| serde_json::from_slice::<Value>(&artifact.read(file).unwrap()).unwrap();
    assert_eq!(json("report.json")["rows"], 400);
    assert_eq!(json("frontier.json")["points"].as_array().unwrap().len(), 21);
    assert!(json("risk-coverage.json")["mesh"]["aurc"].is_number());
    for picture in ["frontier.svg", "risk-coverage.svg"] {
        assert!(artifact.read(picture).unwrap().starts_with(b"<svg"), "{picture}");
    }
    let manifest = artifact.manifest();
    assert_eq!((manifest.family.as_str(), manifest.data.rows), ("routing", 400));
    assert_eq!(manifest.settings["targets"]["transformer_share"], 0.3);
    assert!(manifest.metrics["accuracy"] >= 0.8);
}

#[test]
fn the_same_versions_and_seed_give_the_same_point() {
    let folder = both();
    for _ in 0..2 {
        assert_eq!(calibrate(folder.path(), &[]).code, Some(0));
    }
    let sha = |version| {
        let artifact = registry(folder.path()).load("category-routing", version).unwrap();
        artifact.manifest().files["routing.json"].sha256.clone()
    };
    assert_eq!(sha(1), sha(2));
}

#[test]
fn other_versions_than_the_champions_can_be_named() {
    let folder = both();
    publish(folder.path(), "tfidf", "grouped", &heldout(9, FOLD));
    let ran = calibrate(folder.path(), &["--linear", "category-tfidf/1"]);
    assert_eq!(ran.json()["fits"]["linear"]["version"], 1);
    let ran = calibrate(folder.path(), &["--transformer", "category-tfidf"]);
    assert!(
        ran.stderr.contains("is of family tfidf and task category, not of family transformer"),
        "{}",
        ran.stderr
    );
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
}

#[test]
fn without_a_transformer_the_linear_model_is_fitted_alone() {
    let folder = tempfile::tempdir().unwrap();
    publish(folder.path(), "tfidf", "grouped", &heldout(5, FOLD));
    let ran = calibrate(folder.path(), &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        ran.stderr
            .contains("the linear model is fitted alone: category-transformer has no champion"),
        "{}",
        ran.stderr
    );
    assert_eq!(ran.json()["fits"]["transformer"], Value::Null);
    let ran = calibrate(folder.path(), &["--transformer", "category-transformer@challenger"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("train-transformer --task category"), "{}", ran.stderr);
}

#[test]
fn what_lacks_is_said_with_the_command_that_makes_it() {
    let folder = tempfile::tempdir().unwrap();
    let ran = calibrate(folder.path(), &[]);
    let expected = format!(
        "calibrate-routing: category-tfidf has no champion in file:{0}: train one with `train-tfidf --task category --data FILE --registry file:{0} --promote`\n",
        folder.path().display()
    );
    assert_eq!((ran.code, ran.stderr), (Some(1), expected));
    publish(folder.path(), "tfidf", "grouped", &heldout(5, FOLD));
    let ran = calibrate(folder.path(), &["--linear", "category-tfidf@challenger"]);
    assert!(ran.stderr.contains("switchboard models promote category-tfidf/1"), "{}", ran.stderr);
    assert_eq!(calibrate(folder.path(), &["--target-accuracy", "95"]).code, Some(2));
}

#[test]
fn rows_held_out_differently_are_explained() {
    let folder = both();
    publish(folder.path(), "transformer", "random", &heldout(7, "other"));
    let ran = calibrate(folder.path(), &[]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.stderr.contains(
            "--split grouped and random): retrain both with the same --split: only 0 held-out rows"
        ),
        "{}",
        ran.stderr
    );
    assert_eq!(registry(folder.path()).versions("category-routing").unwrap(), [0u32; 0]);
}
