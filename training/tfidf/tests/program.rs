//! The whole program, from flags to a published version.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and so do its helpers")]

use std::path::Path;
use std::process::Command;

use switchboard_artifact::{SigningKey, TrustedKeys};
use switchboard_registry::{CHALLENGER, CHAMPION, Registry, Selector};
use tempfile::TempDir;

const TICKETS: [(&str, &str); 6] = [
    ("My printer {n} is jammed, call +33 6 39 98 12 3{n}", "Hardware"),
    ("laptop screen broken on floor {n}", "Hardware"),
    ("the docking station {n} does not charge", "Hardware"),
    ("please reset my password {n}", "Access"),
    ("account locked {n} times, write to jane@example.com", "Access"),
    ("cannot log in to the portal {n}", "Access"),
];
const WORDS: [&str; 8] =
    ["again", "today", "urgent", "please", "since", "monday", "morning", "thanks"];

/// What a run left.
struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

fn tickets(folder: &TempDir) -> String {
    let mut csv = "Document,Topic\n".to_owned();
    for (number, word) in WORDS.iter().enumerate() {
        for (text, label) in TICKETS {
            let text = text.replace("{n}", &number.to_string());
            csv.extend(["\"", &text, " ", word, "\",", label, "\n"]);
        }
    }
    let path = folder.path().join("tickets.csv");
    std::fs::write(&path, csv).unwrap();
    path.display().to_string()
}

fn train(folder: &Path, data: &str, more: &[&str]) -> Ran {
    train_with(folder, data, more, &[])
}

fn train_with(folder: &Path, data: &str, more: &[&str], variables: &[(&str, &str)]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_train-tfidf"))
        .args([
            "--data",
            data,
            "--text-column",
            "Document",
            "--label-column",
            "Topic",
            "--registry",
        ])
        .arg(format!("file:{}", folder.join("registry").display()))
        .args(more)
        .env_remove("SWITCHBOARD_SIGNING_KEY_FILE")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

fn registry(folder: &TempDir) -> Registry {
    Registry::open(&format!("file:{}", folder.path().join("registry").display()).parse().unwrap())
        .unwrap()
}

fn aliased(registry: &Registry, alias: &str) -> Option<u32> {
    registry.resolve("category-tfidf", &Selector::Alias(alias.to_owned())).unwrap()
}

#[test]
fn says_how_rows_were_held_out_and_how_many_are_near_duplicates() {
    let folder = tempfile::tempdir().unwrap();
    let data = tickets(&folder);
    for (flags, split) in [(vec![], "grouped"), (vec!["--split", "random"], "random")] {
        let ran = train(folder.path(), &data, &flags);
        let summary: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        for told in [&summary["data"], &summary["settings"]] {
            assert_eq!(told["split"], split);
            // Only the longest ticket is still 0.75 alike when its last word is another.
            assert_eq!(told["near_duplicates"], serde_json::json!({"groups": 1, "rows": 8}));
        }
    }
}

#[test]
fn publishes_a_challenger_or_with_promote_a_champion() {
    let folder = tempfile::tempdir().unwrap();
    let data = tickets(&folder);
    let first = train(folder.path(), &data, &[]);
    assert_eq!(first.code, Some(0), "{}", first.stderr);
    let summary: serde_json::Value = serde_json::from_str(&first.stdout).unwrap();
    assert_eq!(summary["model"]["alias"], "challenger");
    assert_eq!(summary["data"]["rows"], 48);
    assert_eq!(train(folder.path(), &data, &["--promote"]).code, Some(0));
    let registry = registry(&folder);
    assert_eq!((aliased(&registry, CHALLENGER), aliased(&registry, CHAMPION)), (Some(1), Some(2)));
}

/// The bundled tickets of five languages, 400 in all, with the labels of others when `shuffled`.
fn bundled(folder: &TempDir, name: &str, shuffled: bool) -> String {
    let tickets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/tickets");
    let files = ["ar", "de", "en", "es", "fr"].map(|code| tickets.join(format!("{code}.jsonl")));
    let lines = files.map(|file| std::fs::read_to_string(file).unwrap()).concat();
    let mut rows: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let labels: Vec<_> = rows.iter().map(|row| row["label"].clone()).collect();
    for (number, row) in rows.iter_mut().enumerate() {
        if shuffled {
            row["label"] = labels[(number * 171 + 13) % labels.len()].clone();
        }
    }
    let lines: Vec<String> = rows.iter().map(ToString::to_string).collect();
    let path = folder.path().join(name);
    std::fs::write(&path, lines.join("\n")).unwrap();
    path.display().to_string()
}

/// Trains on bundled tickets, to be promoted by thresholds that fit their number: of the 73 rows that two versions have in common,
/// one is 0.014, and calibration is as rough.
fn train_bundled(folder: &TempDir, data: &str, more: &[&str]) -> Ran {
    let params = folder.path().join("params.yaml");
    std::fs::write(&params, "promotion:\n  min_rows: 50\n  max_accuracy_loss: 0.06\n  max_macro_f1_loss: 0.06\n  max_ece: 0.2\n").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_train-tfidf"))
        .args(["--data", data, "--promote", "--params"])
        .arg(&params)
        .arg("--registry")
        .arg(format!("file:{}", folder.path().join("registry").display()))
        .args(more)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

#[test]
fn a_version_that_is_not_good_enough_stays_the_challenger_unless_it_is_forced() {
    let folder = tempfile::tempdir().unwrap();
    let [real, shuffled] = [("real.jsonl", false), ("shuffled.jsonl", true)]
        .map(|(name, shuffled)| bundled(&folder, name, shuffled));
    for seed in ["1", "2"] {
        let equal = train_bundled(&folder, &real, &["--seed", seed]);
        assert_eq!(equal.code, Some(0), "{}", equal.stderr);
    }
    let refused = train_bundled(&folder, &shuffled, &[]);
    assert_eq!(refused.code, Some(3), "{}", refused.stderr);
    assert!(refused.stderr.contains("version 3 not promoted; it is the challenger"));
    let summary: serde_json::Value = serde_json::from_str(&refused.stdout).unwrap();
    assert_eq!(
        (&summary["model"]["alias"], &summary["promoted"]),
        (&"challenger".into(), &false.into())
    );
    let checks = summary["checks"].as_array().unwrap();
    assert!(checks.iter().any(|check| check["verdict"] == "failed"), "{summary}");
    let registry = registry(&folder);
    assert_eq!((aliased(&registry, CHALLENGER), aliased(&registry, CHAMPION)), (Some(3), Some(2)));

    let forced = train_bundled(&folder, &shuffled, &["--force", "--reason", "a trial"]);
    assert_eq!(forced.code, Some(0), "{}", forced.stderr);
    assert_eq!(aliased(&registry, CHAMPION), Some(4));
    let history = registry.history("category-tfidf").unwrap();
    let last = history.last().unwrap();
    let evidence = last.evidence.as_ref().unwrap();
    assert_eq!((last.why.as_str(), &evidence["forced"]), ("a trial", &true.into()));
}

#[test]
fn a_version_carries_how_fast_it_is_and_that_placeholders_change_no_label() {
    let folder = tempfile::tempdir().unwrap();
    let data = bundled(&folder, "real.jsonl", false);
    assert_eq!(train_bundled(&folder, &data, &[]).code, Some(0));
    let artifact = registry(&folder).load("category-tfidf", 1).unwrap();
    let measured: serde_json::Value =
        serde_json::from_slice(&artifact.read("checks.json").unwrap()).unwrap();
    let heldout = artifact.heldout().unwrap().len();
    assert_eq!(measured["placeholders"], serde_json::json!({"texts": heldout, "changed": 0}));
    assert_eq!(measured["latency"]["texts"], heldout);
    assert!(measured["latency"]["median_ms"].as_f64().unwrap() > 0.0);
    assert!(!measured["latency"]["processor"]["name"].as_str().unwrap().is_empty());
}

/// Trains in a folder of its own with so many threads, and says the hash of the weights, which the summary and the manifest agree on.
fn weights(threads: &str, flags: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let data = tickets(&folder);
    let ran = train_with(folder.path(), &data, flags, &[("RAYON_NUM_THREADS", threads)]);
    let summary: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let artifact = registry(&folder).load("category-tfidf", 1).unwrap();
    let settings = &artifact.manifest().settings;
    assert_eq!(summary["weights_sha256"], settings["weights_sha256"]);
    let card = String::from_utf8(artifact.read("model-card.md").unwrap()).unwrap();
    let hash = summary["weights_sha256"].as_str().unwrap();
    assert!(hash.len() == 64 && card.contains(hash), "{card}");
    hash.to_owned()
}

#[test]
fn the_same_seed_and_rows_give_the_same_weights_in_any_folder_on_any_number_of_threads() {
    let (alone, together) = (weights("1", &[]), weights("2", &[]));
    assert_eq!(alone, together);
    assert_ne!(alone, weights("2", &["--c", "0.01"]));
}

#[test]
fn a_version_is_signed_by_the_key_of_the_flag_or_the_variable() {
    let folder = tempfile::tempdir().unwrap();
    let (data, key) = (tickets(&folder), SigningKey::generate().unwrap());
    let file = folder.path().join("release.key");
    key.write_new(&file).unwrap();
    let file = file.to_str().unwrap();
    let by_flag = train(folder.path(), &data, &["--signing-key", file]);
    let variable = [("SWITCHBOARD_SIGNING_KEY_FILE", file)];
    let by_variable = train_with(folder.path(), &data, &["--new-labels"], &variable);
    let unsigned = train(folder.path(), &data, &[]);
    let trusted = TrustedKeys::from_iter([key.public()]);
    for (version, ran) in [(1, by_flag), (2, by_variable)] {
        let artifact = registry(&folder).load("category-tfidf", version).unwrap();
        assert_eq!(artifact.verify_signature(&trusted).unwrap(), key.public().id());
        let summary: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(summary["signed_by"], key.public().id());
        assert_eq!(artifact.manifest().has_new_labels(), version == 2);
        let card = String::from_utf8(artifact.read("model-card.md").unwrap()).unwrap();
        assert!(!card.contains("release.key"), "{card}");
    }
    assert_eq!(unsigned.code, Some(0), "{}", unsigned.stderr);
    let artifact = registry(&folder).load("category-tfidf", 3).unwrap();
    assert_eq!(artifact.signed_by().unwrap(), None);
}

#[cfg(unix)]
#[test]
fn a_key_that_others_may_read_signs_nothing_and_is_told_before_the_training() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("release.key");
    SigningKey::generate().unwrap().write_new(&file).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let ran = train(folder.path(), "/nowhere.csv", &["--signing-key", file.to_str().unwrap()]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.stderr.contains("--signing-key") && ran.stderr.contains("chmod 600"),
        "{}",
        ran.stderr
    );
}

#[test]
fn the_model_card_says_what_the_version_is_and_how_to_make_it_again() {
    let folder = tempfile::tempdir().unwrap();
    let ran = train(folder.path(), &tickets(&folder), &["--no-reports", "--promote", "--c=1"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let artifact = registry(&folder).load("category-tfidf", 1).unwrap();
    let card = String::from_utf8(artifact.read("model-card.md").unwrap()).unwrap();
    let command = "\ntrain-tfidf --data tickets.csv --text-column Document --label-column Topic --no-reports --c=1\n";
    for part in ["# category-tfidf\n", "| labels | Access, Hardware |", "| rows | 48 |", command] {
        assert!(card.contains(part), "{part}: {card}");
    }
    let fingerprint = &artifact.manifest().data.fingerprint;
    assert!(card.contains(fingerprint.as_str()), "{card}");
    let folder = folder.path().to_str().unwrap();
    assert!(!card.contains(folder) && !card.contains("password"), "{card}");
}

#[test]
fn reports_lie_beside_the_model_unless_they_are_not_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let data = tickets(&folder);
    assert_eq!(train(folder.path(), &data, &[]).code, Some(0));
    assert_eq!(train(folder.path(), &data, &["--no-reports"]).code, Some(0));
    let registry = registry(&folder);
    let [with, without] = [1, 2].map(|version| registry.load("category-tfidf", version).unwrap());
    for name in ["reliability.svg", "classes.svg"] {
        assert!(with.read(name).unwrap().starts_with(b"<svg"), "{name}");
        assert!(without.read(name).is_err(), "{name}");
    }
    let issues: serde_json::Value =
        serde_json::from_slice(&with.read("label-issues.json").unwrap()).unwrap();
    assert_eq!(issues["judged"], 48);
    let settings = &with.manifest().settings;
    assert_eq!(settings["calibration_trials"].as_array().map(Vec::len), Some(4));
}

#[test]
fn a_wrong_label_is_named_by_file_and_row() {
    let folder = tempfile::tempdir().unwrap();
    let data = tickets(&folder);
    let csv = std::fs::read_to_string(&data).unwrap();
    // Row 10 asks for a password to be reset.
    let mut lines: Vec<String> = csv.lines().map(str::to_owned).collect();
    lines[10] = lines[10].replace(",Access", ",Hardware");
    std::fs::write(&data, lines.join("\n")).unwrap();
    let ran = train(folder.path(), &data, &["--split", "random"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let artifact = registry(&folder).load("category-tfidf", 1).unwrap();
    let issues: serde_json::Value =
        serde_json::from_slice(&artifact.read("label-issues.json").unwrap()).unwrap();
    let first = &issues["issues"][0];
    assert_eq!((&first["file"], &first["number"]), (&"tickets.csv".into(), &10.into()), "{issues}");
    assert_eq!((&first["label"], &first["suggested"]), (&"Hardware".into(), &"Access".into()));
}

#[test]
fn tuning_capping_and_weighing_are_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let data = tickets(&folder);
    let flags = [
        "--tune",
        "--max-features",
        "40",
        "--class-weight",
        "balanced",
        "--class-weight",
        "Access=2",
    ];
    let ran = train(folder.path(), &data, &flags);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let artifact = registry(&folder).load("category-tfidf", 1).unwrap();
    let settings = &artifact.manifest().settings;
    assert_eq!(settings["trials"].as_array().map(Vec::len), Some(14));
    assert_eq!(settings["class_weights"], serde_json::json!([2.0, 1.0]));
    assert_eq!(settings["n_features"], 40);
}

#[test]
fn a_version_holds_no_personal_data_of_its_rows() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(train(folder.path(), &tickets(&folder), &[]).code, Some(0));
    let registry = registry(&folder);
    let files =
        std::fs::read_dir(registry.artifact_directory("category-tfidf", 1).unwrap()).unwrap();
    for file in files {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for planted in ["jane@example.com", "39 98 12", "jane"] {
            assert!(
                !bytes.windows(planted.len()).any(|window| window == planted.as_bytes()),
                "{planted}"
            );
        }
    }
}

#[test]
fn bad_input_is_one_sentence_that_says_what_to_do_and_publishes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = tickets(&folder);
    let one_label = folder.path().join("one.csv");
    std::fs::write(&one_label, "Document,Topic\nhello there,A\ngood morning,A\n").unwrap();
    let rare = folder.path().join("rare.csv");
    std::fs::write(&rare, "Document,Topic\nhello there,A\ngood morning,A\nbye now,B\n").unwrap();
    let cases = [
        (data.as_str(), vec!["--text-column", "Text"], 2, "cannot be used multiple times"),
        (data.as_str(), vec!["--c=-1"], 2, "positive number"),
        (data.as_str(), vec!["--tune", "--c", "1"], 2, "cannot be used with"),
        (data.as_str(), vec!["--max-features", "0"], 2, "--max-features"),
        (data.as_str(), vec!["--class-weight", "heavy"], 2, "LABEL=WEIGHT"),
        (data.as_str(), vec!["--class-weight", "Nobody=2"], 1, "\"Nobody\""),
        (data.as_str(), vec!["--promote", "--force"], 2, "--reason"),
        (data.as_str(), vec!["--force", "--reason", "why not"], 2, "--promote"),
        (data.as_str(), vec!["--promote", "--params", "/nowhere.yaml"], 1, "/nowhere.yaml"),
        ("/nowhere.csv", vec![], 1, "/nowhere.csv"),
        (one_label.to_str().unwrap(), vec![], 1, "every row has the same label"),
        (rare.to_str().unwrap(), vec![], 1, "label \"B\" has 1 row(s)"),
    ];
    for (data, more, code, sentence) in cases {
        let ran = train(folder.path(), data, &more);
        assert_eq!(ran.code, Some(code), "{}", ran.stderr);
        assert!(ran.stderr.contains(sentence), "{}", ran.stderr);
        assert!(ran.stdout.is_empty() && !ran.stderr.contains("panicked"), "{}", ran.stderr);
    }
    assert!(registry(&folder).models().unwrap().is_empty());
}

#[test]
fn a_registry_that_cannot_be_written_to_is_told_before_the_training() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("registry"), "a file where a folder should be").unwrap();
    let ran = train(folder.path(), &tickets(&folder), &[]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("is not a folder"), "{}", ran.stderr);
}
