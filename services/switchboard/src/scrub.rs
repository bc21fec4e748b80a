//! `switchboard scrub`: texts in, texts without personal data out. Nothing leaves this process.

use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use serde::Serialize;
use switchboard_pii::{RawText, Scrubber};

use crate::lines;
use crate::output::{self, say};
use crate::reply::{LineError, Span};
use crate::ticket::Fields;

/// Removes personal data: `{"text"}` lines on stdin, `{"text", "entities"}` lines in the same order on stdout.
///
/// Needs no mesh, and nothing leaves this computer. Other fields of a line are ignored. A line that cannot be read is
/// answered in its place with `{"error": {"type", "message", "request_id"}}`, and the exit code is then 1.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ScrubArgs {}

const EXAMPLES: &str = "\
Offsets count Unicode code points of the line's text.

Examples:
  echo '{\"text\": \"write to maya@example.com\"}' | switchboard scrub
  switchboard scrub < tickets.jsonl | jq -r .text";

#[derive(Debug, Serialize)]
struct Clean {
    text: String,
    entities: Vec<Span>,
}

pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let scrubber = Scrubber::new();
    let mut lines = lines::of_stdin();
    let mut output = output::Lines::new();
    let (mut done, mut failed) = (0_u64, 0_u64);
    while let Some(line) = lines.next_line().context("read stdin")? {
        done += 1;
        match line.and_then(|line| clean(&scrubber, &line)) {
            Ok(clean) => output.push(&clean)?,
            Err(error) => {
                failed += 1;
                output.push(&error)?;
            }
        }
        if lines.may_wait() {
            output.flush()?;
        }
    }
    output.flush()?;
    if failed == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    say(format_args!("{failed} of {done} lines failed: see their errors on stdout"));
    Ok(ExitCode::FAILURE)
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
