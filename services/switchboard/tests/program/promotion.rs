//! `switchboard models promote` and `history`, over models that were really trained: on the bundled tickets, 80 in each of five languages.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use switchboard_artifact::HeldoutRow;
use switchboard_dataset::Columns;
use switchboard_pii::{RawText, Scrubber};

use crate::support::{
    Ran, damage, publish, publish_point, publish_trained, registry_url, switchboard,
};

fn models(folder: &Path, args: &[&str]) -> Ran {
    let registry = registry_url(folder);
    switchboard(&[&["models"], args, &["--registry", &registry]].concat(), "")
}

fn promote(folder: &Path, version: u32, more: &[&str]) -> Ran {
    models(folder, &[&["promote", &format!("category-tfidf/{version}")], more].concat())
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/tickets");
    ["ar", "de", "en", "es", "fr"].map(|code| folder.join(format!("{code}.jsonl"))).to_vec()
}

/// The bundled tickets, as models see them, with their labels.
fn tickets() -> Vec<(String, String)> {
    let [text, label] = ["text", "label"].map(str::to_owned);
    let columns = Columns { text, label, language: None, group: None };
    let rows = switchboard_dataset::read(&files(), &columns).unwrap().rows;
    let scrubber = Scrubber::new();
    let seen = |text: &str| scrubber.scrub(RawText::new(text)).for_models().to_owned();
    rows.into_iter().map(|row| (seen(&row.text), row.label)).collect()
}

/// The flags that compare on the bundled tickets.
fn given() -> Vec<String> {
    let files =
        files().into_iter().flat_map(|file| ["--data".to_owned(), file.display().to_string()]);
    let columns = ["--text-column", "text", "--label-column", "label"];
    files.chain(columns.map(str::to_owned)).collect()
}

/// Publishes a model of all tickets and makes it the champion.
fn champion(folder: &Path) {
    assert_eq!(publish_trained(folder, "tfidf", &tickets(), |_| ()), 1);
    let first = promote(folder, 1, &["--by", "maya", "--reason", "first"]);
    assert_eq!(first.code, Some(0), "{first:?}");
}

/// The same tickets, each with the label of another.
fn shuffled() -> Vec<(String, String)> {
    let tickets = tickets();
    let label = |row: usize| tickets[(row * 171 + 13) % tickets.len()].1.clone();
    tickets.iter().enumerate().map(|(row, (text, _))| (text.clone(), label(row))).collect()
}

fn failed(ran: &Ran) -> Vec<String> {
    let told = ran.json();
    let checks = told["checks"].as_array().unwrap().iter();
    let failed = checks.filter(|check| check["verdict"] == "failed");
    failed.map(|check| check["name"].as_str().unwrap().to_owned()).collect()
}

fn serving(folder: &Path) -> Value {
    models(folder, &["list"]).json()["models"][0]["aliases"]["champion"].clone()
}

#[test]
fn a_real_improvement_and_an_equal_version_are_accepted_and_the_way_back_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let half: Vec<_> = tickets().into_iter().step_by(2).collect();
    publish_trained(folder, "tfidf", &half, |_| ());
    publish_trained(folder, "tfidf", &tickets(), |_| ());
    publish_trained(folder, "tfidf", &tickets(), |_| ());
    for (version, rows) in [(1, 0), (2, 200), (3, 400)] {
        let ran = promote(folder, version, &[]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        let told = ran.json();
        assert_eq!((&told["promoted"], &told["rows"]), (&json!(true), &json!(rows)), "{told}");
        assert_eq!(ran.stderr, "");
    }
    let back = promote(folder, 1, &[]);
    assert_eq!(back.code, Some(3), "{back:?}");
    assert!(failed(&back).contains(&"accuracy".to_owned()), "{back:?}");
    assert_eq!(serving(folder), 3);
}

#[test]
fn what_was_learnt_from_shuffled_labels_is_refused_with_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    champion(folder);
    publish_trained(folder, "tfidf", &shuffled(), |_| ());
    // Few of its rows have the label that the champion's have, so there is little to compare on.
    let ran = promote(folder, 2, &[]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert_eq!(failed(&ran), ["rows"]);
    assert!(ran.stderr.contains("--data"), "{ran:?}");
    // On rows that are given, it is as good as chance.
    let given = given();
    let given: Vec<&str> = given.iter().map(String::as_str).collect();
    let ran = promote(folder, 2, &given);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    let told = ran.json();
    let facts = [&told["promoted"], &told["from"], &told["to"], &told["rows"]];
    assert_eq!(facts, [&json!(false), &json!(1), &json!(2), &json!(400)]);
    for name in ["accuracy", "accuracy_significance", "macro_f1", "macro_f1_significance"] {
        assert!(failed(&ran).contains(&name.to_owned()), "{told}");
    }
    for part in ["check ", "champion", "FAILED", "category-tfidf/2 is not promoted"] {
        assert!(ran.stderr.contains(part), "{ran:?}");
    }
    assert_eq!(serving(folder), 1);
}

#[test]
fn an_accurate_version_that_is_badly_calibrated_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    champion(folder);
    let too_sure = |row: &mut HeldoutRow| {
        let powers: Vec<f32> = row.probabilities.iter().map(|p| p.powi(12)).collect();
        let sum: f32 = powers.iter().sum();
        row.probabilities = powers.iter().map(|power| power / sum).collect();
    };
    publish_trained(folder, "tfidf", &tickets(), too_sure);
    let ran = promote(folder, 2, &[]);
    assert_eq!((ran.code, failed(&ran)), (Some(3), vec!["ece".to_owned(), "log_loss".to_owned()]));
    assert_eq!(serving(folder), 1);
}

#[test]
fn labels_that_differ_are_named_and_force_is_recorded_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    champion(folder);
    let fewer: Vec<_> = tickets().into_iter().filter(|(_, label)| label != "Storage").collect();
    publish_trained(folder, "tfidf", &fewer, |_| ());
    let ran = promote(folder, 2, &[]);
    assert_eq!(ran.code, Some(3));
    assert!(ran.stderr.contains("labels: the challenger answers no longer \"Storage\""), "{ran:?}");
    let ran = promote(folder, 2, &["--force", "--reason", "no more storage", "--by", "jo"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let told = ran.json();
    assert_eq!((&told["promoted"], &told["forced"]), (&json!(true), &json!(true)));
    let history = models(folder, &["history", "category-tfidf"]).json();
    let [first, second] = [0, 1].map(|change| &history["history"][change]);
    assert_eq!((&first["who"], &first["why"]), (&json!("maya"), &json!("first")));
    assert_eq!(
        (&first["evidence"]["passed"], &first["evidence"]["champion"]),
        (&json!(true), &json!(null))
    );
    assert_eq!(
        (&second["from"], &second["to"], &second["why"]),
        (&json!(1), &json!(2), &json!("no more storage"))
    );
    let evidence = &second["evidence"];
    assert_eq!((&evidence["forced"], &evidence["champion"]), (&json!(true), &json!(1)));
    let labels =
        evidence["checks"].as_array().unwrap().iter().find(|check| check["name"] == "labels");
    assert_eq!(labels.unwrap()["verdict"], "failed");
    // Going back asks nobody.
    let rolled_back =
        models(folder, &["rollback", "category-tfidf", "--reason", "storage is back"]);
    assert_eq!(rolled_back.code, Some(0));
    let history = models(folder, &["history", "category-tfidf"]).json();
    assert_eq!(history["history"][2].get("evidence"), None);
}

#[test]
fn a_dry_run_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    champion(folder);
    publish_trained(folder, "tfidf", &tickets(), |_| ());
    publish_trained(folder, "tfidf", &shuffled(), |_| ());
    let good = promote(folder, 2, &["--dry-run"]);
    assert_eq!(good.code, Some(0), "{good:?}");
    assert_eq!((&good.json()["promoted"], &good.json()["passed"]), (&json!(false), &json!(true)));
    assert!(good.stderr.contains("category-tfidf/2 would be promoted"), "{good:?}");
    let bad = promote(folder, 3, &["--dry-run"]);
    assert_eq!((bad.code, &bad.json()["passed"]), (Some(3), &json!(false)));
    assert_eq!(serving(folder), 1);
    assert_eq!(
        models(folder, &["history", "category-tfidf"]).json()["history"].as_array().unwrap().len(),
        1
    );
}

#[test]
fn thresholds_come_from_a_file_and_a_name_nobody_knows_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    champion(folder);
    publish_trained(folder, "tfidf", &tickets(), |_| ());
    let params = folder.join("params.yaml");
    let path = params.display().to_string();
    for (text, code, part) in [
        ("promotion:\n  min_rows: 401\n", 3, "401 are needed"),
        ("train:\n  epochs: 3\npromotion:\n  min_rows: 400\n", 0, ""),
        ("promotion:\n  minrows: 1\n", 1, "minrows"),
        ("promotion:\n  max_ece: 7\n", 1, "`promotion.max_ece` is 7"),
    ] {
        std::fs::write(&params, text).unwrap();
        let ran = promote(folder, 2, &["--params", &path, "--dry-run"]);
        assert_eq!(ran.code, Some(code), "{ran:?}");
        assert!(ran.stderr.contains(part), "{ran:?}");
    }
}

#[test]
fn other_aliases_and_operating_points_need_no_more_than_to_be_whole() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    champion(folder);
    publish_trained(folder, "tfidf", &shuffled(), |_| ());
    let ran = promote(folder, 2, &["--alias", "canary"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let told = ran.json();
    assert_eq!((&told["alias"], &told["from"]), (&json!("canary"), &json!(null)));
    assert_eq!(told["checks"].as_array().unwrap().len(), 1, "{told}");
    publish_point(folder, 1, 1);
    let ran = models(folder, &["promote", "category-routing/1"]);
    assert_eq!((ran.code, failed(&ran).len()), (Some(0), 0), "{ran:?}");
}

#[test]
fn a_damaged_champion_is_followed_only_by_force() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    publish(folder, "tfidf");
    publish(folder, "tfidf");
    assert_eq!(promote(folder, 1, &[]).code, Some(0));
    damage(folder, 1);
    let ran = promote(folder, 2, &[]);
    assert_eq!((ran.code, failed(&ran)), (Some(3), vec!["champion".to_owned()]), "{ran:?}");
    assert!(ran.stderr.contains("is damaged"), "{ran:?}");
    assert_eq!(promote(folder, 2, &["--force", "--reason", "1 is damaged"]).code, Some(0));
    assert_eq!(serving(folder), 2);
}

#[test]
fn the_history_tells_what_was_in_production_on_a_day() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    champion(folder);
    let at = |when: &str| models(folder, &["history", "category-tfidf", "--at", when]);
    let today = at("2999-12-31").json();
    assert_eq!((&today["at"], &today["champion"]), (&json!("2999-12-31"), &json!(1)));
    assert_eq!(
        (&today["since"]["who"], &today["since"]["evidence"]["passed"]),
        (&json!("maya"), &json!(true))
    );
    let moment = today["since"]["at"].as_str().unwrap().to_owned();
    assert_eq!(at(&moment).json()["champion"], 1);
    let before = at("2020-01-01").json();
    assert_eq!((&before["champion"], &before["since"]), (&json!(null), &json!(null)));
    let unknown = models(folder, &["history", "intent-tfidf"]);
    assert_eq!(unknown.code, Some(1));
    assert!(unknown.stderr.contains("it has: category-tfidf"), "{unknown:?}");
}
