#![doc = include_str!("../README.md")]

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, ValueEnum};
use serde_json::{Value, json};
use switchboard_classify::Options;
use switchboard_tfidf_svm::{FeatureSet, FitOptions, Fitted, MODEL_FILE, TrainingRows, fit};
use switchboard_training::{
    Bar, ClassWeight, EXIT_CODES, Judged, Rows, Run, Trained, TrainingOptions, class_weights,
    positive,
};

/// Trains a TF-IDF + linear SVM ticket classifier and publishes it.
#[derive(Debug, Parser)]
#[command(name = "train-tfidf", version, after_help = EXIT_CODES)]
struct Config {
    #[command(flatten)]
    training: TrainingOptions,
    /// The n-grams to use; decided out of fold when left out.
    #[arg(long)]
    features: Option<Features>,
    /// The SVM's C; decided out of fold when left out.
    #[arg(long, value_parser = positive)]
    c: Option<f64>,
    /// Decide on all rows and among seven values of C, rather than among three on at most 4,000 rows.
    #[arg(long, conflicts_with = "c")]
    tune: bool,
    /// Keep at most this many n-grams, those with the largest weights: a smaller model, fitted twice.
    #[arg(long, value_name = "N")]
    max_features: Option<NonZeroUsize>,
    /// Multiply C for the rows of a label: LABEL=WEIGHT, or `balanced` for more weight to rare labels; may be given more than once.
    #[arg(long, value_name = "WEIGHT")]
    class_weight: Vec<ClassWeight>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Features {
    Words,
    WordsAndCharacters,
}

fn main() -> ExitCode {
    switchboard_telemetry::exit_code("train-tfidf", train(&Config::parse()))
}

fn train(config: &Config) -> anyhow::Result<ExitCode> {
    let run = Run::start(&config.training, "tfidf")?;
    let options = config.fit_options(&run.rows)?;
    let fitted = fit_rows(&run.rows, &options).context("fit")?;
    let trained = Trained {
        family: "tfidf",
        save: &|writer| Ok(writer.add_file(MODEL_FILE, &fitted.model.to_bytes())?),
        settings: settings(&options, &fitted),
        judged: judged(&fitted),
        // The model that serves is fitted on every row; each was judged by one fitted on other folds.
        trained_on: &|_| true,
        logits: &|text| Ok(fitted.model.predict(text, Options::default()).logits),
    };
    run.publish(trained)
}

fn fit_rows(rows: &Rows, options: &FitOptions) -> anyhow::Result<Fitted> {
    let texts: Vec<&str> = rows.texts.iter().map(String::as_str).collect();
    let rows = TrainingRows {
        texts: &texts,
        targets: &rows.targets,
        labels: &rows.labels,
        folds: &rows.folds,
    };
    let bar = Bar::new();
    Ok(fit(rows, options, &|progress| bar.show(progress.stage, progress.done, progress.total))?)
}

fn judged(fitted: &Fitted) -> Vec<Judged> {
    let rows = fitted.out_of_fold_logits.rows().into_iter().enumerate();
    rows.map(|(row, logits)| {
        let logits = logits.to_vec();
        Judged { row, probabilities: fitted.model.calibrate(&logits), logits }
    })
    .collect()
}

fn settings(options: &FitOptions, fitted: &Fitted) -> BTreeMap<String, Value> {
    let settings = [
        ("features", json!(fitted.features)),
        ("c", json!(fitted.c)),
        ("trials", json!(fitted.trials)),
        ("naive_bayes_share", json!(fitted.naive_bayes_share)),
        ("share_trials", json!(fitted.share_trials)),
        ("class_weights", json!(options.label_weights)),
        ("calibration", json!(fitted.model.calibration())),
        ("calibration_trials", json!(fitted.calibration_trials)),
        ("n_features", json!(fitted.model.features())),
    ];
    settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

impl Config {
    fn fit_options(&self, rows: &Rows) -> anyhow::Result<FitOptions> {
        let features = self.features.map(|features| match features {
            Features::Words => FeatureSet::Words,
            Features::WordsAndCharacters => FeatureSet::WordsAndCharacters,
        });
        Ok(FitOptions {
            seed: self.training.seed,
            features,
            c: self.c,
            tune: self.tune,
            max_features: self.max_features.map(NonZeroUsize::get),
            label_weights: class_weights(&self.class_weight, &rows.labels, &rows.targets)?,
            ..FitOptions::default()
        })
    }
}
