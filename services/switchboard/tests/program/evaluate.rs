//! `switchboard evaluate` of a model in a registry, as a whole program.

use std::fs;
use std::path::Path;

use crate::support::{Ran, promote, publish, registry_url, switchboard, tickets_csv};
use serde_json::json;

fn evaluate(folder: &Path, model: &str, more: &[&str]) -> Ran {
    let registry = registry_url(folder);
    let data = folder.join("test.csv").display().to_string();
    let args = ["evaluate", "--registry", &registry, "--model", model, "--data", &data];
    let columns = ["--text-column", "text", "--label-column", "label"];
    switchboard(&[&args[..], &columns, more].concat(), "")
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let rows = ",Access,en\nhelp me with my password,Unheard of,fr\n";
    let csv = tickets_csv("text,label,language", ",en", rows);
    fs::write(folder.path().join("test.csv"), csv).unwrap();
    folder
}

#[test]
fn a_model_is_judged() {
    let folder = folder();
    publish(folder.path(), "tfidf");
    promote(folder.path(), 1);
    let ran = evaluate(folder.path(), "category-tfidf", &["--language-column", "language"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let report = ran.json();
    assert_eq!(report["model"], json!({"name": "category-tfidf", "version": 1, "family": "tfidf"}));
    assert_eq!((&report["task"], &report["n"]), (&json!("category"), &json!(13)));
    assert_eq!(report["data"], json!({"rows": 13, "skipped": 1}));
    assert!((report["accuracy"].as_f64().unwrap() - 12.0 / 13.0).abs() < 1e-12);
    assert_eq!(report["per_language"]["en"]["accuracy"], 1.0);
    assert_eq!(report["per_class"]["Unheard of"]["recall"], 0.0);
    for key in ["macro_f1", "weighted_f1", "log_loss", "ece", "seconds"] {
        assert!(report[key].is_number(), "{key}");
    }
}

#[test]
fn languages_are_recognised_when_no_column_tells() {
    let folder = folder();
    publish(folder.path(), "tfidf");
    let report = evaluate(folder.path(), "category-tfidf/1", &[]).json();
    assert!(report["per_language"]["en"]["n"].as_u64().unwrap() > 6, "{report}");
}

#[test]
fn what_cannot_be_judged_is_one_sentence() {
    let folder = folder();
    publish(folder.path(), "oracle");
    publish(folder.path(), "tfidf");
    for (model, more, part) in [
        ("category-oracle/1", &[][..], "`oracle` is not beside `switchboard`"),
        ("category-tfidf", &[], "has no champion"),
        ("category-tfidf/1", &["--language-column", "tongue"], "column `tongue` is missing"),
        ("category-tfidf/1", &["--data", "/nowhere.csv"], "/nowhere.csv"),
    ] {
        let ran = evaluate(folder.path(), model, more);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
        assert!(ran.stderr.contains(part), "{ran:?}");
        assert_eq!(ran.stderr.trim_end().lines().count(), 1, "{ran:?}");
    }
}
