#![doc = include_str!("../README.md")]

mod card;
mod config;
mod publish;
mod versions;

use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;
use clap::Parser;
use config::Config;
use serde_json::json;
use switchboard_cascade::{FitOptions, Report, fit};
use switchboard_registry::Registry;
use switchboard_training::{Gate, Publisher, leave_with_stdin};
use versions::Versions;

fn main() -> ExitCode {
    switchboard_telemetry::exit_code("calibrate-routing", calibrate(&Config::parse()))
}

fn calibrate(config: &Config) -> anyhow::Result<()> {
    let started = Instant::now();
    if config.stop_with_stdin {
        leave_with_stdin()?;
    }
    let key = config.signing.key()?;
    let registry = Registry::open(&config.registry).context("open the registry")?;
    let trusted = config.trusted(key.as_ref())?;
    let versions = Versions::choose(&registry, config, trusted.as_ref())?;
    let options = FitOptions { targets: config.targets(), seed: config.seed };
    let transformer = versions.transformer.as_ref().map(versions::Chosen::side);
    let fitted = fit(&versions.linear.side(), transformer.as_ref(), options);
    let (point, report) = fitted.map_err(|error| versions.explained(error))?;
    let name = format!("{}-routing", config.task);
    let fitted = (&point, &report);
    let published = publish::publish(&registry, (&name, config), &versions, fitted, key.as_ref())?;
    let version = published.version;
    let gate = Gate::default();
    let publisher =
        Publisher { by: &config.by, why: "calibrated", promote: config.promote, gate: &gate };
    let placed = publisher.point_alias(&registry, &name, version)?;
    let seconds = started.elapsed().as_secs_f64();
    tell(&name, version, &report);
    let summary = json!({
        "model": {"name": name, "version": version, "family": "routing", "alias": placed.alias},
        "task": config.task,
        "fits": report.fits,
        "targets": report.targets,
        "rows": report.rows,
        "thresholds": point.thresholds(),
        "fusion": report.fusion,
        "point": report.point,
        "accuracy": report.accuracy,
        "automatic": report.automatic,
        "gate": report.gate,
        "weights_sha256": published.weights_sha256,
        "signed_by": key.map(|key| key.public().id()),
        "registry": config.registry.to_string(),
        "seconds": seconds,
    });
    writeln!(std::io::stdout(), "{summary:#}").context("print the summary")
}

/// One line for people, on stderr.
fn tell(name: &str, version: u32, report: &Report) {
    let percent = |share: f64| 100.0 * share;
    let automatic = report.automatic.mesh;
    let right = automatic
        .accuracy
        .map_or(String::new(), |accuracy| format!(" ({:.1} % of it right)", percent(accuracy)));
    // Nobody to tell is no reason to fail.
    let _ = writeln!(
        std::io::stderr(),
        "{name}: version {version} published; on {} rows that nothing was fitted to: accuracy {:.3} with {:.0} % of them asked of the transformer (linear {:.3}{}), {:.0} % automatic{right}",
        report.rows,
        report.accuracy.mesh,
        percent(report.point.transformer_share),
        report.accuracy.linear,
        report
            .accuracy
            .transformer
            .map_or(String::new(), |alone| format!(", transformer {alone:.3}")),
        percent(automatic.share),
    );
}
