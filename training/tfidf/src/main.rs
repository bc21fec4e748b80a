#![doc = include_str!("../README.md")]

mod config;
mod progress;
mod rows;
mod version;

use anyhow::Context;
use clap::Parser;
use config::Config;
use std::io::Write;
use std::time::Instant;
use switchboard_evaluate::Report;
use switchboard_registry::Registry;
use switchboard_tfidf_svm::fit;

fn main() -> anyhow::Result<()> {
    let config = Config::parse();
    if config.stop_with_stdin {
        leave_with_stdin().context("watch stdin")?;
    }
    let started = Instant::now();
    let registry = Registry::open(&config.registry).context("open the registry")?;
    // Staged first: a registry that cannot be written to should say so before the training, not after.
    let staged = registry.stage(&config.model_name()).context("prepare a version")?;
    let rows = rows::load(&config)?;
    let bar = progress::Bar::new();
    let options = config.fit_options();
    let fitted =
        rows.fit(|rows| fit(rows, &options, &|progress| bar.show(progress))).context("fit")?;
    bar.finish();
    let report = version::judge(&rows, &fitted);
    let manifest = version::write(&staged.path(), &config, &rows, &fitted, &report)
        .context("write the version")?;
    let version = registry.publish(staged).context("publish")?;
    let alias = version::point_alias(&registry, &config, version)?;
    let seconds = started.elapsed().as_secs_f64();
    tell(&config, version, &report, seconds);
    let summary = serde_json::json!({
        "model": {"name": config.model_name(), "version": version, "family": "tfidf", "alias": alias},
        "task": config.task,
        "labels": manifest.labels,
        "data": {"rows": rows.len(), "skipped": rows.skipped, "fingerprint": manifest.data.fingerprint},
        "out_of_fold": report,
        "settings": manifest.settings,
        "registry": config.registry.to_string(),
        "seconds": seconds,
    });
    writeln!(std::io::stdout(), "{summary:#}").context("print the summary")
}

/// One line for people, on stderr.
fn tell(config: &Config, version: u32, report: &Report, seconds: f64) {
    let (name, n) = (config.model_name(), report.n);
    let [accuracy, macro_f1] = [report.accuracy, report.macro_f1].map(Option::unwrap_or_default);
    // Nobody to tell is no reason to fail.
    let _ = writeln!(
        std::io::stderr(),
        "train-tfidf: published {name} version {version} in {seconds:.1} s: accuracy {accuracy:.3}, macro F1 {macro_f1:.3}, each of {n} rows judged by a model that had not seen its fold"
    );
}

/// Ends this program when stdin ends: whoever started it is gone.
fn leave_with_stdin() -> std::io::Result<()> {
    std::thread::Builder::new()
        .name("stdin".into())
        .spawn(|| {
            let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
            // Nothing is visible in the registry before it is complete, so leaving here leaves nothing half-done.
            std::process::exit(130);
        })
        .map(|_| ())
}
