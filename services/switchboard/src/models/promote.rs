//! `switchboard models promote`: a version takes the champion's place if it is good enough.

use std::fs;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use serde::Serialize;
use switchboard_promotion::{Candidate, Check, Comparison, Contest, Limits, admit};
use switchboard_registry::{AliasChange, CHAMPION, Expected, Registry};

use super::rows::GivenRows;
use super::{Record, alias, now};
use crate::output;
use crate::values::VersionRef;

/// The exit code when the version is not good enough.
const REFUSED: u8 = 3;

/// Verifies a version, compares it with the champion, and makes it the one that serves.
///
/// The two are compared on the rows that neither has learnt and both carry, or on those given with --data. A version that
/// is not good enough is refused: a table on stderr says why, and the exit code is 3.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct PromoteArgs {
    /// The version.
    #[arg(value_name = "NAME/VERSION")]
    version: VersionRef,
    /// The alias to give it; only the champion is compared with anything.
    #[arg(long, default_value = CHAMPION, value_parser = alias)]
    alias: String,
    /// Only compare: no alias is moved.
    #[arg(long)]
    dry_run: bool,
    /// Promote even what is not good enough; say why with --reason.
    #[arg(long, requires = "reason", conflicts_with = "dry_run")]
    force: bool,
    /// The thresholds: the section `promotion` of a YAML file like training/params.yaml.
    #[arg(long, value_name = "FILE")]
    params: Option<PathBuf>,
    #[command(flatten)]
    rows: GivenRows,
    #[command(flatten)]
    record: Record,
}

const EXAMPLES: &str = "\
The exit code is 0 when it is done (or, with --dry-run, would be), 1 on failure, 2 on bad usage, 3 when the version is not good enough.

Examples:
  switchboard models promote category-tfidf/2 --reason 'better on French' --registry file:data/registry
  switchboard models promote category-tfidf/2 --dry-run --registry file:data/registry \\
      --data recent.csv --text-column Document --label-column Topic_group
  switchboard models promote category-tfidf/2 --force --reason 'our own labels' --registry file:data/registry";

/// What was done, or would be.
#[derive(Serialize)]
struct Promotion {
    model: String,
    alias: String,
    from: Option<u32>,
    to: u32,
    promoted: bool,
    forced: bool,
    dry_run: bool,
    passed: bool,
    rows: u64,
    checks: Vec<Check>,
}

/// How a version compares, and what the alias must still name for that to hold.
struct Judged {
    comparison: Comparison,
    from: Option<u32>,
    expected: Expected,
}

pub(super) fn run(registry: &Registry, args: PromoteArgs) -> anyhow::Result<ExitCode> {
    let VersionRef { name, version } = &args.version;
    let Judged { comparison, from, expected } = judge(registry, &args)?;
    let passed = comparison.passed();
    let promoted = (passed || args.force) && !args.dry_run;
    let forced = promoted && !passed;
    if !passed || args.dry_run || std::io::stderr().is_terminal() {
        tell(&comparison, &args, promoted);
    }
    if promoted {
        let change = AliasChange {
            version: *version,
            expected,
            who: args.record.by.clone(),
            why: args.record.reason.clone().unwrap_or_default(),
            at: now(),
            evidence: Some(comparison.evidence(from.filter(|_| args.is_champion()), forced)),
        };
        registry
            .set_alias(name, &args.alias, change)
            .with_context(|| format!("{} of {name} stays as it was", args.alias))?;
    }
    output::summary(&Promotion {
        model: name.clone(),
        alias: args.alias,
        from,
        to: *version,
        promoted,
        forced,
        dry_run: args.dry_run,
        passed,
        rows: comparison.rows,
        checks: comparison.checks,
    })?;
    Ok(if passed || forced { ExitCode::SUCCESS } else { ExitCode::from(REFUSED) })
}

impl PromoteArgs {
    fn is_champion(&self) -> bool {
        self.alias == CHAMPION
    }

    fn limits(&self) -> anyhow::Result<Limits> {
        let Some(path) = &self.params else { return Ok(Limits::default()) };
        let shown = path.display();
        let text = fs::read_to_string(path).with_context(|| format!("read {shown}"))?;
        Limits::from_yaml(&text).with_context(|| format!("read {shown}"))
    }
}

fn judge(registry: &Registry, args: &PromoteArgs) -> anyhow::Result<Judged> {
    let VersionRef { name, version } = &args.version;
    let limits = args.limits()?;
    if !args.is_champion() {
        let artifact = registry.load(name, *version)?;
        let comparison = admit(&Candidate::read(&artifact)?, &limits).integrity();
        let from = registry.aliases(name)?.get(&args.alias).copied();
        return Ok(Judged { comparison, from, expected: Expected::Anything });
    }
    let mut contest = Contest::open(registry, name, *version)
        .with_context(|| format!("{CHAMPION} of {name} stays as it was"))?;
    if let Some(rows) = args.rows.read()? {
        contest.answer(|artifact| rows.answered_by(artifact))?;
    }
    let comparison = contest.compare(&limits);
    Ok(Judged { comparison, from: contest.champion(), expected: contest.expected() })
}

fn tell(comparison: &Comparison, args: &PromoteArgs, promoted: bool) {
    let VersionRef { name, version } = &args.version;
    let outcome = match (comparison.passed(), promoted, args.dry_run) {
        (true, _, true) => "would be promoted",
        (true, ..) => "is promoted",
        (false, true, _) => "is promoted by force",
        (false, _, true) => "would not be promoted",
        (false, ..) => "is not promoted",
    };
    output::table(comparison);
    output::say(format_args!("{name}/{version} {outcome}"));
}
