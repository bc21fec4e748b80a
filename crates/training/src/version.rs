//! What is published of a fitted model.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use anyhow::Context;
use serde_json::{Value, json};
use switchboard_artifact::{
    ArtifactWriter, DataFacts, GoldenExample, HeldoutRow, LanguageFacts, Manifest, NEW_LABELS,
    SigningKey,
};
use switchboard_evaluate::{Outcome, REFERENCE_FILE, Report, Spread, evaluate};
use switchboard_routing::Signals;
use switchboard_text::{for_each_word, identify};

use crate::card::{CARD_FILE, Card};
use crate::{Rows, TrainingOptions, measured, reports};

/// Rows of the first two of ten folds are published as `heldout`, the same in every trainer, so that models can be compared and combined on rows
/// neither has seen.
pub const HELDOUT_FOLDS: u8 = 2;

/// The setting that holds one hash of the model's own files: equal hashes mean equal models, whenever and wherever they were made.
pub const WEIGHTS_SHA256: &str = "weights_sha256";

const GOLDEN_PER_LABEL: usize = 2;
const MIN_GOLDEN_WORDS: usize = 3;
/// A word of a golden example occurs in at least this many rows, so it is nobody's own.
const MIN_GOLDEN_ROWS: usize = 5;
/// A language identified in fewer rows than these is noise of the identification.
const MIN_IDENTIFIED_ROWS: u64 = 20;
const MIN_IDENTIFIED_SHARE: f64 = 0.01;

/// A row judged by a model that had not seen it.
#[derive(Debug, Clone)]
pub struct Judged {
    /// Its index.
    pub row: usize,
    /// Raw score a label.
    pub logits: Vec<f32>,
    /// Calibrated probability a label.
    pub probabilities: Vec<f32>,
}

/// A fitted model and what is known of it.
pub struct Trained<'t> {
    /// `tfidf` or `transformer`.
    pub family: &'static str,
    /// Writes the model's files.
    pub save: &'t dyn Fn(&mut ArtifactWriter) -> anyhow::Result<()>,
    /// Choices to record.
    pub settings: BTreeMap<String, Value>,
    /// The rows it was judged on.
    pub judged: Vec<Judged>,
    /// Whether the rows of a fold were trained on.
    pub trained_on: &'t dyn Fn(u8) -> bool,
    /// The logits of the model that will serve, for one text.
    pub logits: &'t dyn Fn(&str) -> anyhow::Result<Vec<f32>>,
}

/// Measures the model on the rows it was judged on.
pub(crate) fn judge(rows: &Rows, trained: &Trained<'_>) -> Report {
    let outcome = |judged: &Judged| Outcome {
        truth: rows.labels[rows.targets[judged.row]].clone(),
        probabilities: judged.probabilities.clone(),
        language: rows.languages[judged.row].clone(),
    };
    let outcomes: Vec<Outcome> = trained.judged.iter().map(outcome).collect();
    evaluate(&rows.labels, &outcomes)
}

/// Who made the version, of what code, and when.
pub(crate) struct Origin<'o> {
    pub(crate) options: &'o TrainingOptions,
    /// What makes the version again.
    pub(crate) command: String,
    pub(crate) key: Option<&'o SigningKey>,
    pub(crate) code_revision: &'o str,
    pub(crate) created_at: String,
}

/// Writes the version into `directory`.
pub(crate) fn write(
    directory: &Path,
    origin: Origin<'_>,
    rows: &Rows,
    trained: Trained<'_>,
    report: &Report,
) -> anyhow::Result<Manifest> {
    let mut writer = ArtifactWriter::create(directory)?;
    (trained.save)(&mut writer).context("save the model")?;
    let weights = writer.files_sha256();
    writer
        .add_file("report.json", &serde_json::to_vec_pretty(report).context("write the report")?)?;
    if !origin.options.no_reports {
        let title = format!("{}-{} on rows it had not seen", origin.options.task, trained.family);
        reports::add(&mut writer, &title, (rows, &trained.judged), report)?;
    }
    let reference = reference(rows, &trained.judged);
    writer.add_file(
        REFERENCE_FILE,
        &serde_json::to_vec_pretty(&reference).context("write the reference")?,
    )?;
    writer.add_heldout(&heldout(rows, &trained.judged))?;
    if origin.options.out_of_fold {
        writer.add_out_of_fold(&answers(rows, trained.judged.iter()))?;
    }
    writer.add_golden(&golden(rows, &trained)?)?;
    measured::add(&mut writer, rows, &trained)?;
    let manifest = Manifest {
        name: format!("{}-{}", origin.options.task, trained.family),
        task: origin.options.task.clone(),
        family: trained.family.to_owned(),
        labels: rows.labels.clone(),
        languages: languages(origin.options, rows, &trained, report),
        metrics: metrics(report),
        seed: origin.options.seed,
        data: DataFacts { rows: rows.len() as u64, fingerprint: rows.fingerprint.clone() },
        code_revision: origin.code_revision.to_owned(),
        created_at: origin.created_at,
        settings: settings(origin.options, rows, weights, trained.settings),
        ..Manifest::default()
    };
    let (skipped, command) = (rows.skipped, origin.command.as_str());
    let card = Card { manifest: &manifest, report, skipped, command };
    writer.add_file(CARD_FILE, &card.to_bytes())?;
    Ok(writer.seal_signed(manifest, origin.key)?)
}

/// The trainer's choices, what came of them, and how the rows it was judged on were held out.
fn settings(
    options: &TrainingOptions,
    rows: &Rows,
    weights: String,
    chosen: BTreeMap<String, Value>,
) -> BTreeMap<String, Value> {
    let mut settings = chosen;
    settings.insert(WEIGHTS_SHA256.to_owned(), json!(weights));
    if options.new_labels {
        settings.insert(NEW_LABELS.to_owned(), json!(true));
    }
    settings.insert("split".to_owned(), json!(rows.split));
    settings.insert("near_duplicates".to_owned(), json!(rows.near_duplicates));
    settings
}

/// How the answers and the texts are spread, measured as a service measures what it answers.
fn reference(rows: &Rows, judged: &[Judged]) -> Spread {
    let mut spread = Spread::default();
    for judged in judged {
        let text = &rows.texts[judged.row];
        let probabilities = judged.probabilities.iter().copied().enumerate();
        let top = probabilities.reduce(|a, b| if b.1 > a.1 { b } else { a });
        let Some((label, confidence)) = top else { continue };
        spread.add(&rows.labels[label], confidence, text.chars().count());
        spread.add_language(identify(text).code);
    }
    spread
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

fn languages(
    options: &TrainingOptions,
    rows: &Rows,
    trained: &Trained<'_>,
    report: &Report,
) -> BTreeMap<String, LanguageFacts> {
    let mut known: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for (language, fold) in rows.languages.iter().zip(&rows.folds) {
        if let Some(code) = language {
            let (all, training) = known.entry(code.clone()).or_default();
            *all += 1;
            *training += u64::from((trained.trained_on)(*fold));
        }
    }
    let told = options.language_column.is_some();
    let enough = |all: u64| {
        all >= MIN_IDENTIFIED_ROWS && all as f64 >= MIN_IDENTIFIED_SHARE * rows.len() as f64
    };
    let facts = known.into_iter().filter(|(_, (all, _))| told || enough(*all)).map(
        |(code, (_, training_rows))| {
            let judged = report.per_language.get(&code);
            let facts = LanguageFacts {
                training_rows,
                heldout_rows: judged.map_or(0, |judged| judged.n),
                heldout_accuracy: judged.map(|judged| judged.accuracy),
            };
            (code, facts)
        },
    );
    facts.collect()
}

fn heldout(rows: &Rows, judged: &[Judged]) -> Vec<HeldoutRow> {
    answers(rows, judged.iter().filter(|judged| rows.folds[judged.row] < HELDOUT_FOLDS))
}

/// What is published of judged rows: no text.
fn answers<'j>(rows: &Rows, judged: impl Iterator<Item = &'j Judged>) -> Vec<HeldoutRow> {
    let answer = |judged: &Judged| HeldoutRow {
        row_hash: rows.hashes[judged.row].clone(),
        label: rows.labels[rows.targets[judged.row]].clone(),
        language: rows.languages[judged.row].clone(),
        logits: judged.logits.clone(),
        probabilities: judged.probabilities.clone(),
        signals: signals(&rows.texts[judged.row]),
    };
    judged.map(answer).collect()
}

/// What serving knows of this text before a model answers, without what is no number.
fn signals(text: &str) -> BTreeMap<String, f32> {
    let language = identify(text);
    Signals::of(text, (language.code, language.confidence), 0.0).numbers()
}

/// A few texts a label, made of words that several rows share: no row can be read out of them.
fn golden(rows: &Rows, trained: &Trained<'_>) -> anyhow::Result<Vec<GoldenExample>> {
    let shared = rows.shared_words(MIN_GOLDEN_ROWS);
    let mut missing = vec![GOLDEN_PER_LABEL; rows.labels.len()];
    let mut examples = Vec::new();
    for (row, label) in rows.targets.iter().enumerate() {
        if missing[*label] == 0 {
            continue;
        }
        let words = kept(&rows.texts[row], &shared);
        if words.len() >= MIN_GOLDEN_WORDS {
            missing[*label] -= 1;
            let text = words.join(" ");
            let logits = (trained.logits)(&text).context("answer a golden example")?;
            examples.push(GoldenExample { text, logits });
        }
    }
    Ok(examples)
}

fn kept(text: &str, shared: &HashSet<String>) -> Vec<String> {
    let mut words = Vec::new();
    for_each_word(text, |word| {
        if shared.contains(word.text) {
            words.push(word.text.to_owned());
        }
    });
    words
}

#[cfg(test)]
mod tests {
    use switchboard_dataset::{NearDuplicates, Split};

    use super::*;
    use crate::{GateOptions, RowPlace, SigningOptions, SplitChoice};

    fn rows() -> Rows {
        let texts = [
            "reset password secretname",
            "reset my password now",
            "printer jam again now",
            "printer broken now please",
        ];
        Rows {
            texts: texts
                .iter()
                .cycle()
                .take(40)
                .map(|text| (*text).to_owned())
                .chain([rare()])
                .collect(),
            targets: [0, 0, 1, 1].into_iter().cycle().take(41).collect(),
            folds: (0..41).map(|row| row % 10).collect(),
            labels: vec!["Access".into(), "Hardware".into()],
            languages: (0..41)
                .map(|row| Some(if row == 40 { "fr" } else { "en" }.to_owned()))
                .collect(),
            places: (1..=41).map(|number| RowPlace { file: "a.csv".into(), number }).collect(),
            split: Split::Grouped,
            near_duplicates: NearDuplicates { groups: 4, rows: 40 },
            hashes: (0..41).map(|row| format!("{row:032}")).collect(),
            fingerprint: "f".into(),
            skipped: 0,
        }
    }

    fn rare() -> String {
        "reset password of zebulon".to_owned()
    }

    fn trained<'t>(rows: &Rows, trained_on: &'t dyn Fn(u8) -> bool) -> Trained<'t> {
        let judge =
            |row: usize| Judged { row, logits: vec![1.0, 0.0], probabilities: vec![0.9, 0.1] };
        Trained {
            family: "tfidf",
            save: &|_| Ok(()),
            settings: BTreeMap::new(),
            judged: (0..rows.len()).map(judge).collect(),
            trained_on,
            logits: &|_| Ok(vec![0.5, -0.5]),
        }
    }

    #[test]
    fn golden_examples_hold_no_word_of_a_single_row() {
        let rows = rows();
        let mut only_rare = trained(&rows, &|_| true);
        only_rare.family = "tfidf";
        for example in golden(&rows, &only_rare).unwrap() {
            assert!(!example.text.contains("zebulon"), "{}", example.text);
        }
        assert_eq!(kept(&rare(), &rows.shared_words(MIN_GOLDEN_ROWS)), ["reset", "password"]);
    }

    #[test]
    fn held_out_rows_are_those_of_the_first_folds_and_carry_no_text() {
        let rows = rows();
        let held_out = heldout(&rows, &trained(&rows, &|_| true).judged);
        assert_eq!(held_out.len(), 9);
        assert!((held_out[0].signals["tokens"] - 3.0).abs() < f32::EPSILON);
        assert!(!serde_json::to_string(&held_out).unwrap().contains("password"));
    }

    #[test]
    fn the_reference_counts_every_judged_row_and_carries_no_text() {
        let rows = rows();
        let reference = reference(&rows, &trained(&rows, &|_| true).judged);
        assert_eq!(reference.documents(), 41);
        assert_eq!(reference.labels, [("Access".to_owned(), 41)].into());
        assert_eq!(reference.languages.values().sum::<u64>(), 41);
        assert!(!serde_json::to_string(&reference).unwrap().contains("password"));
    }

    #[test]
    fn languages_count_what_was_trained_on() {
        let rows = rows();
        let seen = |fold: u8| fold >= HELDOUT_FOLDS;
        let trained = trained(&rows, &seen);
        let report = judge(&rows, &trained);
        let options = TrainingOptions {
            task: "category".into(),
            data: vec![],
            text_column: "text".into(),
            label_column: "label".into(),
            language_column: Some("language".into()),
            group_column: None,
            split: SplitChoice::Grouped,
            registry: "file:x".parse().unwrap(),
            promote: false,
            new_labels: false,
            signing: SigningOptions::default(),
            gate: GateOptions::default(),
            no_reports: false,
            out_of_fold: false,
            seed: 1,
            by: "me".into(),
            stop_with_stdin: false,
        };
        let told = languages(&options, &rows, &trained, &report);
        assert_eq!((told["en"].training_rows, told["en"].heldout_rows), (32, 40));
        assert_eq!(told["fr"].training_rows, 0);
        let identified = TrainingOptions { language_column: None, ..options };
        assert_eq!(
            languages(&identified, &rows, &trained, &report).keys().collect::<Vec<_>>(),
            ["en"]
        );
    }
}
