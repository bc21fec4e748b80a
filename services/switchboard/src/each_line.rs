//! A line in, a line out, in the same order.

use std::process::ExitCode;

use anyhow::Context;
use serde::Serialize;

use crate::lines;
use crate::output::{self, say};
use crate::reply::LineError;

/// Answers every line of stdin on stdout. A line that cannot be answered is answered in its place with its error, and the exit code tells.
pub(crate) fn run<A: Serialize>(
    answer: impl Fn(&str) -> Result<A, LineError>,
) -> anyhow::Result<ExitCode> {
    let mut lines = lines::of_stdin();
    let mut output = output::Lines::new();
    let (mut done, mut failed) = (0_u64, 0_u64);
    while let Some(line) = lines.next_line().context("read stdin")? {
        done += 1;
        match line.and_then(|line| answer(&line)) {
            Ok(answer) => output.push(&answer)?,
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
