//! `switchboard policy`: what a routing policy says, before it serves.

mod diff;
mod explain;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand};
use serde::Serialize;
use switchboard_routing::Policy;

use crate::output;

/// Checks a routing policy, says what it would do with a ticket, and how two differ.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct PolicyArgs {
    #[command(subcommand)]
    command: PolicyCommand,
}

const EXAMPLES: &str = "\
A running agent follows its --policy file whenever it changes, and keeps the old policy when the new one has an error.

Examples:
  switchboard policy check night.toml
  echo '{\"text\": \"the printer on floor 3 is jammed\"}' | switchboard policy explain night.toml
  echo '{\"text\": \"imprimante bloquée\", \"confidence\": 0.4}' | switchboard policy explain night.toml
  switchboard policy diff day.toml night.toml
  switchboard replay --policy night.toml --decisions sqlite:data/decisions.db";

#[derive(Debug, Subcommand)]
enum PolicyCommand {
    /// Reads a policy and shows every setting, also those left to their defaults; an error names the line and the fix.
    Check {
        /// The policy (TOML).
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Says what a policy would do with tickets: `{"text"}` lines on stdin, with the ticket's `id` to see which canaries it is in, and the linear model's answer if you like (`confidence`, `margin`, `entropy`, `out_of_vocabulary`, `gate`).
    Explain(explain::ExplainArgs),
    /// Shows the settings and rules in which two policies differ.
    Diff {
        /// The policy that serves (TOML).
        #[arg(value_name = "OLD")]
        old: PathBuf,
        /// The one that may come (TOML).
        #[arg(value_name = "NEW")]
        new: PathBuf,
    },
}

#[derive(Serialize)]
struct Checked {
    version: String,
    policy: Policy,
}

#[derive(Serialize)]
struct Compared {
    old: Identity,
    new: Identity,
    differences: Vec<diff::Difference>,
}

/// What replies call a policy.
#[derive(Serialize)]
struct Identity {
    name: String,
    version: String,
}

impl Identity {
    fn of(policy: &Policy) -> Self {
        Self { name: policy.name.to_string(), version: policy.version.clone() }
    }
}

pub(crate) fn run(args: &PolicyArgs) -> anyhow::Result<ExitCode> {
    match &args.command {
        PolicyCommand::Check { file } => {
            let policy = load(file)?;
            output::summary(&Checked { version: policy.version.clone(), policy })?;
        }
        PolicyCommand::Explain(args) => return explain::run(args),
        PolicyCommand::Diff { old, new } => {
            let (old, new) = (load(old)?, load(new)?);
            let differences = diff::between(&old, &new)?;
            output::summary(&Compared {
                old: Identity::of(&old),
                new: Identity::of(&new),
                differences,
            })?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads a policy.
pub(crate) fn load(file: &Path) -> anyhow::Result<Policy> {
    let text = std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
    Policy::parse(&text).with_context(|| file.display().to_string())
}
