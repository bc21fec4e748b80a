//! `switchboard scrub`: texts in, texts without personal data out. Nothing leaves this process.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use serde::Serialize;
use switchboard_pii::{Policy, RawText, Scrubber};

use crate::each_line;
use crate::reply::{LineError, Span};
use crate::ticket::Fields;

/// Removes personal data: `{"text"}` lines on stdin, `{"text", "entities"}` lines in the same order on stdout.
///
/// Needs no mesh, and nothing leaves this computer. Other fields of a line are ignored. A line that cannot be read is
/// answered in its place with `{"error": {"type", "message", "request_id"}}`, and the exit code is then 1.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ScrubArgs {
    /// What is done with each kind of personal data (TOML); everything found is replaced by its placeholder when left out.
    #[arg(long, value_name = "FILE")]
    pii_policy: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Offsets count Unicode code points of the line's text.

Examples:
  echo '{\"text\": \"write to maya@example.com\"}' | switchboard scrub
  switchboard scrub < tickets.jsonl | jq -r .text
  switchboard scrub --pii-policy policy.toml < tickets.jsonl";

#[derive(Debug, Serialize)]
struct Clean {
    text: String,
    entities: Vec<Span>,
}

pub(crate) fn run(args: &ScrubArgs) -> anyhow::Result<ExitCode> {
    let policy = args.pii_policy.as_deref().map(policy).transpose()?.unwrap_or_default();
    let scrubber = Scrubber::with_policy(policy);
    each_line::run(|line| clean(&scrubber, line))
}

pub(crate) fn policy(path: &Path) -> anyhow::Result<Policy> {
    Policy::load(path).with_context(|| format!("--pii-policy {}", path.display()))
}

fn clean(scrubber: &Scrubber, line: &str) -> Result<Clean, LineError> {
    let text = Fields::parse(line)?.text()?;
    let scrubbed = scrubber.scrub(RawText::new(&text));
    let entities = scrubbed.spans().iter().map(|span| Span {
        kind: span.kind.name().to_owned(),
        start: span.start as u32,
        end: span.end as u32,
        score: span.score,
    });
    Ok(Clean { entities: entities.collect(), text: scrubbed.text().to_owned() })
}
