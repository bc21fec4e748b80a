//! The whole program, around a tiny random base.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and so do its helpers")]

mod hub;

use std::path::Path;
use std::process::Command;

use switchboard_artifact::Artifact;
use switchboard_distilbert::Serving;
use switchboard_registry::{CHAMPION, Registry, Selector};

const OPENINGS: [&str; 6] = ["please", "the", "my", "not a", "please order the", "my my"];
const SUBJECTS: [(&str, &str); 6] = [
    ("printer", "Hardware"),
    ("laptop screen", "Hardware"),
    ("screen", "Hardware"),
    ("password reset", "Access"),
    ("reset password", "Access"),
    ("invoice password", "Access"),
];

/// What a run left.
struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Ran {
    /// What it says of the version it published.
    fn summary(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap()
    }
}

fn base() -> String {
    format!("{}/../../testdata/distilbert/distilbert", env!("CARGO_MANIFEST_DIR"))
}

fn tickets(folder: &Path) -> String {
    let mut csv = "text,label,language\n".to_owned();
    for opening in OPENINGS {
        for (subject, label) in SUBJECTS {
            for ending in ["", " please", " my screen name is jane@example.com"] {
                csv.extend([opening, " ", subject, ending, ",", label, ",en\n"]);
            }
        }
    }
    let path = folder.join("tickets.csv");
    std::fs::write(&path, csv).unwrap();
    path.display().to_string()
}

fn train(folder: &Path, more: &[&str]) -> Ran {
    train_in(folder, more, &[])
}

fn train_in(folder: &Path, more: &[&str], environment: &[(&str, &str)]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_train-transformer"))
        .args([
            "--data",
            &tickets(folder),
            "--language-column",
            "language",
            "--threads",
            "1",
            "--registry",
        ])
        .arg(format!("file:{}", folder.join("registry").display()))
        .args(more)
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

fn champion(folder: &Path) -> Artifact {
    let address = format!("file:{}", folder.join("registry").display());
    let registry = Registry::open(&address.parse().unwrap()).unwrap();
    let name = "category-transformer";
    let version = registry.resolve(name, &Selector::Alias(CHAMPION.into())).unwrap().unwrap();
    registry.load(name, version).unwrap()
}

#[test]
fn publishes_a_version_judged_on_rows_it_was_not_trained_on() {
    let folder = tempfile::tempdir().unwrap();
    let ran = train(folder.path(), &["--base", &base(), "--promote", "--refit=false"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let summary = ran.summary();
    let artifact = champion(folder.path());
    let english = &artifact.manifest().languages["en"];
    let heldout = artifact.heldout().unwrap();
    assert_eq!(summary["held_out"]["n"], heldout.len());
    assert_eq!(english.heldout_rows, heldout.len() as u64);
    assert_eq!(english.training_rows + english.heldout_rows, 108);
    assert_eq!(artifact.golden().unwrap().len(), 4);
    let model = switchboard_distilbert::load(&artifact, Serving::default()).unwrap();
    for example in artifact.golden().unwrap() {
        let answer = model.predict(&example.text).unwrap();
        for (now, then) in answer.logits.iter().zip(&example.logits) {
            assert!((now - then).abs() < 1e-4);
        }
    }
}

#[test]
fn a_version_of_few_rows_has_learnt_from_all_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let ran = train(folder.path(), &["--base", &base(), "--epochs", "1", "--promote"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(champion(folder.path()).manifest().languages["en"].training_rows, 108);
}

#[test]
fn a_vocabulary_that_repeats_a_token_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("base");
    std::fs::create_dir(&broken).unwrap();
    for name in ["config.json", "model.safetensors"] {
        std::fs::copy(Path::new(&base()).join(name), broken.join(name)).unwrap();
    }
    let vocabulary = std::fs::read_to_string(Path::new(&base()).join("vocab.txt")).unwrap();
    std::fs::write(broken.join("vocab.txt"), vocabulary.replacen("laptop", "screen", 1)).unwrap();
    let ran = train(folder.path(), &["--base", broken.to_str().unwrap()]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("hold the same token"), "{}", ran.stderr);
}

#[test]
fn a_trimmed_base_publishes_a_model_of_the_tokens_that_rows_use() {
    let folder = tempfile::tempdir().unwrap();
    let ran = train(folder.path(), &["--base", &base(), "--trim-vocabulary", "--promote"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    // No row says "an" or "to".
    let vocabulary = serde_json::json!({ "base": 97, "kept": 95 });
    assert_eq!(ran.summary()["settings"]["vocabulary"], vocabulary);
    let config = champion(folder.path()).read("config.json").unwrap();
    let config: serde_json::Value = serde_json::from_slice(&config).unwrap();
    assert_eq!(config["vocab_size"], 95);
}

#[test]
fn bad_input_is_one_sentence_that_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let cases = [
        (vec!["--base", "/nowhere"], 1, "/nowhere"),
        (vec!["--epochs", "0"], 2, "--epochs"),
        (vec!["--learning-rate", "7"], 1, "learning_rate is 7"),
    ];
    for (more, code, sentence) in cases {
        let mut arguments = vec![];
        let given = base();
        if !more.contains(&"--base") {
            arguments.extend(["--base", &given]);
        }
        arguments.extend(more);
        let ran = train(folder.path(), &arguments);
        assert_eq!(ran.code, Some(code), "{}", ran.stderr);
        assert!(
            ran.stderr.contains(sentence) && !ran.stderr.contains("panicked"),
            "{}",
            ran.stderr
        );
        assert!(ran.stdout.is_empty());
    }
}

#[test]
fn publishes_out_of_fold_answers_to_every_row_and_a_model_that_has_seen_them_all() {
    let folder = tempfile::tempdir().unwrap();
    let flags = ["--epochs", "1", "--out-of-fold", "--refit", "--resume"];
    let checkpoints = folder.path().join("checkpoints").display().to_string();
    let ran = train(
        folder.path(),
        &[&flags[..], &[&checkpoints, "--base", &base(), "--promote"]].concat(),
    );
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let summary: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let registry = Registry::open(
        &format!("file:{}", folder.path().join("registry").display()).parse().unwrap(),
    )
    .unwrap();
    let artifact = registry.load("category-transformer", 1).unwrap();
    let (all, heldout) = (artifact.out_of_fold().unwrap(), artifact.heldout().unwrap());
    assert_eq!(summary["data"]["rows"], all.len());
    assert!(heldout.len() * 3 < all.len() && heldout.iter().all(|row| all.contains(row)));
    assert_eq!(artifact.manifest().languages["en"].training_rows, all.len() as u64);
    // Nothing is left to go on from.
    assert_eq!(std::fs::read_dir(checkpoints).unwrap().count(), 0);
}
