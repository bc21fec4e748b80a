//! `switchboard deanonymize`: texts with encrypted values in, texts as they were out. Nothing leaves this process.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use clap::Args;
use serde::Serialize;
use switchboard_pii::Encryption;

use crate::each_line;
use crate::reply::LineError;
use crate::scrub::policy;
use crate::ticket::Fields;

/// Decrypts what `scrub` encrypted: `{"text"}` lines on stdin, `{"text", "entities", "unreadable"}` lines in the same order on stdout.
///
/// Needs no mesh, and nothing leaves this computer. The key is the one that `encrypt` names under `[keys]` of the policy. What was encrypted with
/// another key, or changed since, stays as it stands and is counted by `unreadable`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DeanonymizeArgs {
    /// The policy (TOML) whose key the values were encrypted with.
    #[arg(long, value_name = "FILE")]
    pii_policy: PathBuf,
}

const EXAMPLES: &str = "\
Offsets count Unicode code points of the text that comes out.

Examples:
  switchboard scrub --pii-policy policy.toml < tickets.jsonl > scrubbed.jsonl
  switchboard deanonymize --pii-policy policy.toml < scrubbed.jsonl | jq -r .text";

#[derive(Serialize)]
struct Clear {
    text: String,
    entities: Vec<Place>,
    unreadable: usize,
}

#[derive(Serialize)]
struct Place {
    #[serde(rename = "type")]
    kind: String,
    start: usize,
    end: usize,
}

pub(crate) fn run(args: &DeanonymizeArgs) -> anyhow::Result<ExitCode> {
    let policy = policy(&args.pii_policy)?;
    let encryption = policy.encryption().ok_or_else(|| {
        anyhow!("add encrypt = \"FILE\" under [keys]: the file of the key that the values were encrypted with")
    });
    let encryption =
        encryption.with_context(|| format!("--pii-policy {}", args.pii_policy.display()))?;
    each_line::run(|line| clear(encryption, line))
}

fn clear(encryption: &Encryption, line: &str) -> Result<Clear, LineError> {
    let clear = encryption.deanonymize(&Fields::parse(line)?.text()?);
    let place = |(kind, start, end)| Place { kind, start, end };
    let entities = clear.places.into_iter().map(place).collect();
    Ok(Clear { text: clear.text, entities, unreadable: clear.unreadable })
}
