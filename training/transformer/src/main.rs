#![doc = include_str!("../README.md")]

mod base;
mod config;
mod hub;
mod watched;

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use config::Config;
use serde_json::{Value, json};
use switchboard_distilbert::{
    Base, Checkpoints, Epoch, FitOptions, Fitted, Happened, Progress, TrainingRows, end, fit,
};
use switchboard_training::{Bar, Judged, Rows, Run, Trained};

fn main() -> ExitCode {
    switchboard_telemetry::exit_code("train-transformer", train(&Config::parse()))
}

fn train(config: &Config) -> anyhow::Result<ExitCode> {
    let found = config.base()?;
    let base = Base::load(&found.folder)
        .with_context(|| format!("load the base {}", found.folder.display()))?;
    let run = Run::start(&config.training, "transformer")?;
    let whole = base.vocabulary();
    let options = config.fit_options(&run.rows)?;
    let base = if config.trim_vocabulary { trimmed(base, &run.rows, &options)? } else { base };
    let tokens = [whole, base.vocabulary()];
    let fitted = fit_rows(base, &run.rows, &options, config.checkpoints()).context("fine-tune")?;
    let reference = fitted.reference();
    let trained = Trained {
        family: "transformer",
        save: &|writer| Ok(fitted.save(writer)?),
        settings: settings(&found.name, tokens, &options, &fitted),
        judged: judged(&fitted),
        trained_on: &|fold| options.refit || fold >= options.held_out_folds,
        // Answered by rust-bert's network: a service that loads this version holds ours against it.
        logits: &|text| Ok(reference(text)?),
    };
    let code = run.publish(trained)?;
    // The run has ended; given again, the command begins another.
    config.resume.as_deref().map_or(Ok(()), end)?;
    Ok(code)
}

/// Without the tokens that no row to train on uses. Rows held out have no say, or they would be easier than what is to come; with `--refit` and `--out-of-fold` every
/// row is trained on by one network or another.
fn trimmed(base: Base, rows: &Rows, options: &FitOptions) -> anyhow::Result<Base> {
    let all = options.refit || options.out_of_fold;
    let texts = rows.texts.iter().zip(&rows.folds);
    let texts = texts.filter(|(_, fold)| all || **fold >= options.held_out_folds);
    let texts: Vec<&str> = texts.map(|(text, _)| text.as_str()).collect();
    base.trimmed(&texts).context("trim the vocabulary")
}

fn fit_rows(
    base: Base,
    rows: &Rows,
    options: &FitOptions,
    checkpoints: Option<Checkpoints<'_>>,
) -> anyhow::Result<Fitted> {
    let texts: Vec<&str> = rows.texts.iter().map(String::as_str).collect();
    let rows = TrainingRows {
        texts: &texts,
        targets: &rows.targets,
        labels: &rows.labels,
        folds: &rows.folds,
    };
    let bar = Bar::new();
    Ok(fit(base, rows, options, checkpoints, &|happened| match happened {
        Happened::Step(progress) => bar.show(&doing(progress), progress.step, progress.steps),
        Happened::Epoch(network, number, epoch) => bar.say(&done(network, number, epoch)),
        Happened::Resumed(step) => bar.say(&format!("going on after step {step}")),
        Happened::NotKept(error) => {
            let why: Vec<String> = anyhow::Chain::new(error).map(ToString::to_string).collect();
            bar.say(&format!("training goes on, but no checkpoint: {}", why.join(": ")));
        }
    })?)
}

fn done(network: usize, number: usize, epoch: &Epoch) -> String {
    let judged = match (epoch.accuracy, epoch.macro_f1) {
        (Some(accuracy), Some(macro_f1)) => {
            format!(", on held-out rows accuracy {accuracy:.4}, macro F1 {macro_f1:.4}")
        }
        _ => String::new(),
    };
    let Epoch { seconds, loss, .. } = epoch;
    format!("network {network}, epoch {number}: {seconds:.0} s, loss {loss:.3}{judged}")
}

fn doing(progress: &Progress) -> String {
    let Progress { network, networks, epoch, epochs, loss, .. } = progress;
    let of = if *networks > 1 { format!("network {network}/{networks} ") } else { String::new() };
    format!("{of}epoch {epoch}/{epochs} loss {loss:.3}")
}

fn judged(fitted: &Fitted) -> Vec<Judged> {
    let judge = |row: &switchboard_distilbert::HeldoutLogits| Judged {
        row: row.row,
        probabilities: fitted.model.calibrate(&row.logits),
        logits: row.logits.clone(),
    };
    fitted.heldout.iter().map(judge).collect()
}

fn settings(
    base: &str,
    [whole, kept]: [usize; 2],
    options: &FitOptions,
    fitted: &Fitted,
) -> BTreeMap<String, Value> {
    let settings = [
        ("base", json!(base)),
        ("vocabulary", json!({ "base": whole, "kept": kept })),
        ("fit", json!(options)),
        ("epochs", json!(fitted.epochs)),
        ("calibration", json!("temperature")),
        ("temperature", json!(fitted.model.temperature())),
        ("max_tokens", json!(fitted.model.max_tokens())),
    ];
    settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
