#![doc = include_str!("../README.md")]

mod config;

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use config::Config;
use serde_json::{Value, json};
use switchboard_distilbert::{Base, FitOptions, Fitted, Progress, TrainingRows, fit};
use switchboard_training::{Bar, HELDOUT_FOLDS, Judged, Rows, Run, Trained};

fn main() -> ExitCode {
    switchboard_telemetry::exit_code("train-transformer", train(&Config::parse()))
}

fn train(config: &Config) -> anyhow::Result<()> {
    let folder = config.base_folder()?;
    let base =
        Base::load(&folder).with_context(|| format!("load the base {}", folder.display()))?;
    let run = Run::start(&config.training, "transformer")?;
    let options = config.fit_options(base.layers());
    let fitted = fit_rows(base, &run.rows, &options).context("fine-tune")?;
    let trained = Trained {
        family: "transformer",
        save: &|writer| Ok(fitted.model.save(writer)?),
        settings: settings(config, &options, &fitted),
        judged: judged(&fitted),
        trained_on: &|fold| fold >= HELDOUT_FOLDS,
        logits: &|text| Ok(fitted.model.predict(text)?.logits),
    };
    run.publish(trained)
}

fn fit_rows(base: Base, rows: &Rows, options: &FitOptions) -> anyhow::Result<Fitted> {
    let texts: Vec<&str> = rows.texts.iter().map(String::as_str).collect();
    let rows = TrainingRows {
        texts: &texts,
        targets: &rows.targets,
        labels: &rows.labels,
        folds: &rows.folds,
    };
    let bar = Bar::new();
    Ok(fit(base, rows, options, &|progress| {
        bar.show(&doing(progress), progress.step, progress.steps);
    })?)
}

fn doing(progress: &Progress) -> String {
    let macro_f1 =
        progress.macro_f1.map_or_else(String::new, |macro_f1| format!(" macro F1 {macro_f1:.3}"));
    format!("epoch {}/{} loss {:.3}{macro_f1}", progress.epoch, progress.epochs, progress.loss)
}

fn judged(fitted: &Fitted) -> Vec<Judged> {
    let judge = |row: &switchboard_distilbert::HeldoutLogits| Judged {
        row: row.row,
        probabilities: fitted.model.calibrate(&row.logits),
        logits: row.logits.clone(),
    };
    fitted.heldout.iter().map(judge).collect()
}

fn settings(config: &Config, options: &FitOptions, fitted: &Fitted) -> BTreeMap<String, Value> {
    let settings = [
        ("base", json!(config.base_name())),
        ("fit", json!(options)),
        ("epochs", json!(fitted.epochs)),
        ("calibration", json!("temperature")),
        ("temperature", json!(fitted.model.temperature())),
        ("max_tokens", json!(fitted.model.max_tokens())),
    ];
    settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
