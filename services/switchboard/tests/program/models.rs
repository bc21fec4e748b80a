//! `switchboard models`, as a whole program.

use std::path::Path;

use crate::support::{Ran, damage, publish, publish_point, registry_url, switchboard};
use serde_json::json;

/// Thresholds for models of a dozen rows, as the value of --params.
fn for_few_rows(folder: &Path) -> String {
    let path = folder.join("params.yaml");
    std::fs::write(&path, "promotion:\n  min_rows: 12\n").unwrap();
    path.display().to_string()
}

fn models(folder: &Path, args: &[&str]) -> Ran {
    let registry = registry_url(folder);
    switchboard(&[&["models"], args, &["--registry", &registry]].concat(), "")
}

#[test]
fn versions_are_promoted_and_rolled_back() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert_eq!(models(folder, &["list"]).json()["models"], json!([]));
    publish(folder, "tfidf");
    publish(folder, "tfidf");

    let promoted =
        models(folder, &["promote", "category-tfidf/1", "--reason", "first", "--by", "maya"]);
    let told = promoted.json();
    assert_eq!(
        (&told["model"], &told["alias"], &told["from"], &told["to"], &told["promoted"]),
        (&json!("category-tfidf"), &json!("champion"), &json!(null), &json!(1), &json!(true))
    );
    assert_eq!(promoted.code, Some(0));
    let params = for_few_rows(folder);
    let promoted = models(folder, &["promote", "category-tfidf/2", "--params", &params]);
    assert_eq!((&promoted.json()["from"], &promoted.json()["to"]), (&json!(1), &json!(2)));
    let rolled_back = models(folder, &["rollback", "category-tfidf", "--reason", "worse"]);
    assert_eq!(
        rolled_back.json(),
        json!({"model": "category-tfidf", "alias": "champion", "from": 2, "to": 1})
    );
    let challenger = models(folder, &["promote", "category-tfidf/2", "--alias", "challenger"]);
    assert_eq!(challenger.json()["alias"], "challenger");

    let listed = models(folder, &["list"]).json();
    let expected = json!([{"name": "category-tfidf", "versions": [1, 2], "aliases": {"challenger": 2, "champion": 1}}]);
    assert_eq!(listed["models"], expected);
    let shown = models(folder, &["show", "category-tfidf"]).json();
    assert_eq!(shown["version"], 1);
    assert_eq!(shown["manifest"]["labels"], json!(["Access", "Hardware"]));
    assert_eq!(shown["history"].as_array().unwrap().len(), 4);
    assert_eq!(
        (&shown["history"][0]["who"], &shown["history"][0]["why"]),
        (&json!("maya"), &json!("first"))
    );
    let challenger = models(folder, &["show", "category-tfidf@challenger"]).json();
    assert_eq!(challenger["version"], 2);
}

#[test]
fn an_operating_point_is_a_model_like_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    publish_point(folder, 1, 1);
    publish_point(folder, 2, 1);
    let listed = models(folder, &["list"]).json();
    assert_eq!(listed["models"][0]["aliases"], json!({"champion": 2}));
    let shown = models(folder, &["show", "category-routing"]).json();
    assert_eq!(shown["manifest"]["family"], "routing");
    assert_eq!(shown["manifest"]["settings"]["fits"]["linear"]["version"], 2);
    assert_eq!(models(folder, &["rollback", "category-routing"]).json()["to"], 1);
    assert_eq!(models(folder, &["promote", "category-routing/2"]).json()["from"], 1);
}

#[test]
fn a_damaged_version_is_not_promoted() {
    let folder = tempfile::tempdir().unwrap();
    publish(folder.path(), "tfidf");
    damage(folder.path(), 1);
    let ran = models(folder.path(), &["promote", "category-tfidf/1"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    assert!(ran.stderr.contains("is damaged"), "{ran:?}");
    let aliases = &models(folder.path(), &["list"]).json()["models"][0]["aliases"];
    assert_eq!(aliases, &json!({}));
}

#[test]
fn what_is_not_there_is_said_beside_what_is() {
    let folder = tempfile::tempdir().unwrap();
    publish(folder.path(), "tfidf");
    for (args, part) in [
        (["show", "intent-tfidf"], "it has: category-tfidf"),
        (["show", "category-tfidf"], "switchboard models promote category-tfidf/1"),
        (["show", "category-tfidf/9"], "has no version 9; it has: 1"),
        (["promote", "category-tfidf/9"], "has no version 9"),
        (["rollback", "category-tfidf"], "it has no champion"),
    ] {
        let ran = models(folder.path(), &args);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{args:?}");
        assert!(ran.stderr.contains(part), "{ran:?}");
    }
}

#[test]
fn a_version_is_copied_into_another_registry_with_every_file_of_its_manifest() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let [trials, target] = folders.each_ref().map(tempfile::TempDir::path);
    publish(trials, "tfidf");
    publish(target, "tfidf");
    let version = trials.join("models/category-tfidf/1");
    let signature =
        json!({"algorithm": "ed25519", "key_id": "00112233445566aa", "signature": "AA=="});
    std::fs::write(version.join("manifest.sig"), signature.to_string()).unwrap();
    // What the manifest does not list may be anything, such as somebody's key.
    let secret = trials.join("release.key");
    std::fs::write(&secret, "secret").unwrap();
    std::os::unix::fs::symlink(&secret, version.join("note")).unwrap();

    let to = registry_url(target);
    let copied = models(trials, &["copy", "category-tfidf/1", "--to", &to]).json();
    let expected = json!({"model": "category-tfidf", "from": 1, "to": 2, "alias": "challenger", "registry": to});
    assert_eq!(copied, expected);
    let listed = models(target, &["list"]).json();
    assert_eq!(listed["models"][0]["aliases"], json!({"challenger": 2}));
    let shown = models(target, &["show", "category-tfidf/2"]).json();
    let why = format!("copied from category-tfidf/1 of {}", registry_url(trials));
    assert_eq!(shown["history"][0]["why"], why);
    assert_eq!(shown["signed_by"], "00112233445566aa");
    for entry in std::fs::read_dir(&version).unwrap() {
        let path = entry.unwrap().path();
        let copy = target.join("models/category-tfidf/2").join(path.file_name().unwrap());
        if path.ends_with("note") {
            assert!(!copy.exists(), "{copy:?}");
            continue;
        }
        assert_eq!(std::fs::read(&path).unwrap(), std::fs::read(copy).unwrap(), "{path:?}");
    }
}

#[test]
fn a_copy_takes_no_champions_place() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let [trials, target] = folders.each_ref().map(tempfile::TempDir::path);
    publish(trials, "tfidf");
    let to = registry_url(target);
    let copy = ["copy", "category-tfidf/1", "--alias", "champion", "--to", &to];
    assert_eq!(models(trials, &copy).json()["alias"], "champion");
    let ran = models(trials, &copy);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
    assert!(ran.stderr.contains("`switchboard models promote`"), "{ran:?}");
    assert_eq!(models(target, &["list"]).json()["models"][0]["versions"], json!([1]));
}

#[test]
fn what_means_nothing_in_another_registry_is_not_copied() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let [trials, target] = folders.each_ref().map(tempfile::TempDir::path);
    publish(trials, "tfidf");
    publish_point(trials, 1, 1);
    damage(trials, 1);
    let to = registry_url(target);
    for (version, part) in [
        ("category-routing/1", "run calibrate-routing on file:"),
        ("category-tfidf/1", "is damaged"),
        ("category-tfidf/7", "has no version 7"),
    ] {
        let ran = models(trials, &["copy", version, "--to", &to]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{version}");
        assert!(ran.stderr.contains(part), "{ran:?}");
    }
    assert_eq!(models(target, &["list"]).json()["models"], json!([]));
}
