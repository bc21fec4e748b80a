//! What is published of a fitted model.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::SystemTime;

use anyhow::Context;
use serde_json::json;
use switchboard_artifact::{
    ArtifactWriter, DataFacts, GoldenExample, HeldoutRow, LanguageFacts, Manifest,
};
use switchboard_classify::Options;
use switchboard_evaluate::{Outcome, Report, evaluate};
use switchboard_registry::{AliasChange, CHALLENGER, CHAMPION, Expected, Registry};
use switchboard_tfidf_svm::{Fitted, MODEL_FILE};

use crate::config::Config;
use crate::rows::Rows;

/// Rows of the first two of ten folds are published as `heldout`, the same in every trainer, so that models can be compared and combined on rows
/// neither has seen.
const HELDOUT_FOLDS: u8 = 2;
const GOLDEN_PER_LABEL: usize = 2;
const MIN_GOLDEN_WORDS: usize = 3;
/// A language identified in fewer rows than these is noise of the identification.
const MIN_IDENTIFIED_ROWS: usize = 20;
const MIN_IDENTIFIED_SHARE: f64 = 0.01;

/// Judges every row by the model that had not seen its fold.
pub(crate) fn judge(rows: &Rows, fitted: &Fitted) -> Report {
    let outcomes: Vec<Outcome> = (0..rows.len())
        .map(|row| Outcome {
            truth: rows.labels[rows.target(row)].clone(),
            probabilities: probabilities(fitted, row),
            language: rows.languages[row].clone(),
        })
        .collect();
    evaluate(&rows.labels, &outcomes)
}

fn logits(fitted: &Fitted, row: usize) -> Vec<f32> {
    fitted.out_of_fold_logits.row(row).to_vec()
}

fn probabilities(fitted: &Fitted, row: usize) -> Vec<f32> {
    fitted.model.calibrate(&logits(fitted, row))
}

/// Writes the version into `directory`.
pub(crate) fn write(
    directory: &Path,
    config: &Config,
    rows: &Rows,
    fitted: &Fitted,
    report: &Report,
) -> anyhow::Result<Manifest> {
    let mut writer = ArtifactWriter::create(directory)?;
    writer.add_file(MODEL_FILE, &fitted.model.to_bytes())?;
    writer
        .add_file("report.json", &serde_json::to_vec_pretty(report).context("write the report")?)?;
    writer.add_heldout(&heldout(rows, fitted))?;
    writer.add_golden(&golden(rows, fitted))?;
    Ok(writer.seal(manifest(config, rows, fitted, report))?)
}

fn manifest(config: &Config, rows: &Rows, fitted: &Fitted, report: &Report) -> Manifest {
    let settings = [
        ("features", json!(fitted.features)),
        ("c", json!(fitted.c)),
        ("trials", json!(fitted.trials)),
        ("calibration", json!("sigmoid")),
        ("n_features", json!(fitted.model.features())),
    ];
    Manifest {
        name: config.model_name(),
        task: config.task.clone(),
        family: "tfidf".to_owned(),
        labels: rows.labels.clone(),
        languages: languages(config, rows, report),
        metrics: metrics(report),
        seed: config.seed,
        data: DataFacts { rows: rows.len() as u64, fingerprint: rows.fingerprint.clone() },
        code_revision: env!("CODE_REVISION").to_owned(),
        created_at: now(),
        settings: settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        ..Manifest::default()
    }
}

fn metrics(report: &Report) -> BTreeMap<String, f64> {
    let all = [
        ("accuracy", report.accuracy),
        ("macro_f1", report.macro_f1),
        ("weighted_f1", report.weighted_f1),
        ("log_loss", report.log_loss),
        ("ece", report.ece),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// Every row was held out once, so a language has as many held-out rows as training rows.
fn languages(config: &Config, rows: &Rows, report: &Report) -> BTreeMap<String, LanguageFacts> {
    let enough = |n: u64| {
        config.language_column.is_some()
            || (n >= MIN_IDENTIFIED_ROWS as u64
                && n as f64 >= MIN_IDENTIFIED_SHARE * rows.len() as f64)
    };
    report
        .per_language
        .iter()
        .filter(|(_, facts)| enough(facts.n))
        .map(|(code, facts)| {
            let facts = LanguageFacts {
                training_rows: facts.n,
                heldout_rows: facts.n,
                heldout_accuracy: Some(facts.accuracy),
            };
            (code.clone(), facts)
        })
        .collect()
}

fn heldout(rows: &Rows, fitted: &Fitted) -> Vec<HeldoutRow> {
    (0..rows.len())
        .filter(|row| rows.fold(*row) < HELDOUT_FOLDS)
        .map(|row| HeldoutRow {
            row_hash: rows.hashes[row].clone(),
            label: rows.labels[rows.target(row)].clone(),
            language: rows.languages[row].clone(),
            logits: logits(fitted, row),
            probabilities: probabilities(fitted, row),
        })
        .collect()
}

/// Texts made of the words a model knows, which several rows share: no row can be read out of them.
fn golden(rows: &Rows, fitted: &Fitted) -> Vec<GoldenExample> {
    let mut missing = vec![GOLDEN_PER_LABEL; rows.labels.len()];
    let mut examples = Vec::new();
    for row in 0..rows.len() {
        let label = rows.target(row);
        if missing[label] == 0 {
            continue;
        }
        let text = fitted.model.known_words(rows.text(row));
        if text.split(' ').count() >= MIN_GOLDEN_WORDS {
            missing[label] -= 1;
            let logits = fitted.model.predict(&text, Options::default()).logits;
            examples.push(GoldenExample { text, logits });
        }
    }
    examples
}

/// Points `champion` or `challenger` to the new version.
pub(crate) fn point_alias(
    registry: &Registry,
    config: &Config,
    version: u32,
) -> anyhow::Result<&'static str> {
    let alias = if config.promote { CHAMPION } else { CHALLENGER };
    let change = AliasChange {
        version,
        expected: Expected::Anything,
        who: config.by.clone(),
        why: "trained".to_owned(),
        at: now(),
    };
    registry
        .set_alias(&config.model_name(), alias, change)
        .with_context(|| format!("point {alias} to version {version}"))?;
    Ok(alias)
}

fn now() -> String {
    humantime::format_rfc3339_seconds(SystemTime::now()).to_string()
}
