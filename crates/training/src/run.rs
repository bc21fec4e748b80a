//! A training program, from its first check of the registry to its summary.

use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;
use serde_json::json;
use switchboard_artifact::SigningKey;
use switchboard_evaluate::Report;
use switchboard_registry::{Registry, StagedVersion};

use crate::publishing::{CODE_REVISION, Publisher, leave_with_stdin, now};
use crate::version::{Origin, Trained, WEIGHTS_SHA256, judge, write};
use crate::{Gate, Rows, TrainingOptions, reproducing};

/// The exit code of a program whose version was not good enough to be promoted.
const REFUSED: u8 = 3;

/// A training run under way.
pub struct Run<'o> {
    options: &'o TrainingOptions,
    name: String,
    registry: Registry,
    staged: StagedVersion,
    key: Option<SigningKey>,
    gate: Gate,
    /// The rows to learn from.
    pub rows: Rows,
    started: Instant,
}

impl<'o> Run<'o> {
    /// Checks that `<task>-<family>` can be published, then reads the data.
    pub fn start(options: &'o TrainingOptions, family: &str) -> anyhow::Result<Self> {
        let started = Instant::now();
        if options.stop_with_stdin {
            leave_with_stdin()?;
        }
        let key = options.signing.key()?;
        let name = format!("{}-{family}", options.task);
        let gate = options.gate.gate()?;
        let registry = Registry::open(&options.registry).context("open the registry")?;
        // Staged first: a registry that cannot be written to should say so before the training, not after.
        let staged = registry.stage(&name).context("prepare a version")?;
        let rows = Rows::load(options)?;
        Ok(Self { options, name, registry, staged, key, gate, rows, started })
    }

    /// Publishes what was trained, points the alias to it, and prints the summary: JSON on stdout, one line on stderr. The exit code is 3 when it was to be the
    /// champion and is not good enough.
    pub fn publish(self, trained: Trained<'_>) -> anyhow::Result<ExitCode> {
        let Self { options, name, registry, staged, key, gate, rows, started } = self;
        let report = judge(&rows, &trained);
        let family = trained.family;
        let origin = Origin {
            options,
            command: reproducing(),
            key: key.as_ref(),
            code_revision: CODE_REVISION,
            created_at: now(),
        };
        let manifest =
            write(&staged.path(), origin, &rows, trained, &report).context("write the version")?;
        let version = registry.publish(staged).context("publish")?;
        let seconds = started.elapsed().as_secs_f64();
        tell(&name, version, &report, seconds);
        let why = options.gate.reason.as_deref().unwrap_or("trained");
        let publisher = Publisher { by: &options.by, why, promote: options.promote, gate: &gate };
        let placed = publisher.point_alias(&registry, &name, version)?;
        let summary = json!({
            "model": {"name": name, "version": version, "family": family, "alias": placed.alias},
            "promoted": placed.promoted(),
            "forced": placed.forced(),
            "checks": placed.comparison.as_ref().map(|comparison| &comparison.checks),
            "task": options.task,
            "labels": manifest.labels,
            "data": {
                "rows": rows.len(),
                "skipped": rows.skipped,
                "fingerprint": manifest.data.fingerprint,
                "split": rows.split,
                "near_duplicates": rows.near_duplicates,
            },
            "held_out": report,
            "settings": manifest.settings,
            "weights_sha256": manifest.settings.get(WEIGHTS_SHA256),
            "signed_by": key.map(|key| key.public().id()),
            "registry": options.registry.to_string(),
            "seconds": seconds,
        });
        writeln!(std::io::stdout(), "{summary:#}").context("print the summary")?;
        Ok(if placed.refused() { ExitCode::from(REFUSED) } else { ExitCode::SUCCESS })
    }
}

/// One line for people, on stderr.
fn tell(name: &str, version: u32, report: &Report, seconds: f64) {
    let [accuracy, macro_f1] = [report.accuracy, report.macro_f1].map(Option::unwrap_or_default);
    // Nobody to tell is no reason to fail.
    let _ = writeln!(
        std::io::stderr(),
        "{name}: version {version} published in {seconds:.0} s; on {} rows it had not seen: accuracy {accuracy:.3}, macro F1 {macro_f1:.3}",
        report.n
    );
}
