#![doc = include_str!("../README.md")]

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, ValueEnum};
use serde_json::{Value, json};
use switchboard_classify::Options;
use switchboard_tfidf_svm::{FeatureSet, FitOptions, Fitted, MODEL_FILE, TrainingRows, fit};
use switchboard_training::{Bar, Judged, Rows, Run, Trained, TrainingOptions};

/// Trains a TF-IDF + linear SVM ticket classifier and publishes it.
#[derive(Debug, Parser)]
#[command(name = "train-tfidf", version)]
struct Config {
    #[command(flatten)]
    training: TrainingOptions,
    /// The n-grams to use; decided out of fold on a sample when left out.
    #[arg(long)]
    features: Option<Features>,
    /// The SVM's C; decided out of fold on a sample when left out.
    #[arg(long, value_parser = positive)]
    c: Option<f64>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Features {
    Words,
    WordsAndCharacters,
}

fn main() -> ExitCode {
    switchboard_telemetry::exit_code("train-tfidf", train(&Config::parse()))
}

fn train(config: &Config) -> anyhow::Result<()> {
    let run = Run::start(&config.training, "tfidf")?;
    let fitted = fit_rows(&run.rows, &config.fit_options()).context("fit")?;
    let trained = Trained {
        family: "tfidf",
        save: &|writer| Ok(writer.add_file(MODEL_FILE, &fitted.model.to_bytes())?),
        settings: settings(&fitted),
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

fn settings(fitted: &Fitted) -> BTreeMap<String, Value> {
    let settings = [
        ("features", json!(fitted.features)),
        ("c", json!(fitted.c)),
        ("trials", json!(fitted.trials)),
        ("calibration", json!("sigmoid")),
        ("n_features", json!(fitted.model.features())),
    ];
    settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

impl Config {
    fn fit_options(&self) -> FitOptions {
        let features = self.features.map(|features| match features {
            Features::Words => FeatureSet::Words,
            Features::WordsAndCharacters => FeatureSet::WordsAndCharacters,
        });
        FitOptions { seed: self.training.seed, features, c: self.c, ..FitOptions::default() }
    }
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() && number > 0.0 => Ok(number),
        _ => Err("give a positive number".to_owned()),
    }
}
