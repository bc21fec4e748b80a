//! What goes to stdout and stderr, and the exit code.

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Context;
use serde::Serialize;

/// Nobody reads our stdout any more, as behind `| head`: a reason to stop, not to complain.
#[derive(Debug, thiserror::Error)]
#[error("stdout was closed")]
pub(crate) struct Closed;

/// Says something to the operator, on stderr.
pub(crate) fn say(message: impl Display) {
    // With stderr closed there is nobody to tell.
    let _ = writeln!(io::stderr().lock(), "switchboard: {message}");
}

/// Shows a table to the operator, on stderr.
pub(crate) fn table(table: impl Display) {
    // With stderr closed there is nobody to tell.
    let _ = write!(io::stderr().lock(), "{table}");
}

/// Writes a command's one JSON object to stdout.
pub(crate) fn summary(value: &impl Serialize) -> anyhow::Result<()> {
    let mut lines = Lines::new();
    lines.push(value)?;
    lines.flush()
}

/// The exit code of a command, after saying what went wrong, if anything did.
pub(crate) fn exit_code(outcome: anyhow::Result<ExitCode>) -> ExitCode {
    match outcome {
        Ok(code) => code,
        Err(error) if error.is::<Closed>() => ExitCode::SUCCESS,
        Err(error) => {
            say(format_args!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// JSON lines on their way to stdout, written whole lines at a time.
pub(crate) struct Lines {
    buffer: Vec<u8>,
}

const FLUSH_BYTES: usize = 64 * 1024;

impl Lines {
    pub(crate) fn new() -> Self {
        Self { buffer: Vec::new() }
    }

    /// Adds a line. It is written when there is enough to write; to be sure, flush.
    pub(crate) fn push(&mut self, value: &impl Serialize) -> anyhow::Result<()> {
        serde_json::to_writer(&mut self.buffer, value).context("write JSON")?;
        self.buffer.push(b'\n');
        if self.buffer.len() >= FLUSH_BYTES { self.flush() } else { Ok(()) }
    }

    /// Whether everything added is written.
    pub(crate) fn is_flushed(&self) -> bool {
        self.buffer.is_empty()
    }

    /// Writes what was added.
    pub(crate) fn flush(&mut self) -> anyhow::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let mut stdout = io::stdout().lock();
        let outcome = stdout.write_all(&self.buffer).and_then(|()| stdout.flush());
        self.buffer.clear();
        match outcome {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(Closed.into()),
            outcome => outcome.context("write to stdout"),
        }
    }
}
