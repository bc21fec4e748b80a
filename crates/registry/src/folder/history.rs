//! The record of every alias change: `history.jsonl`, one event a line.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use crate::history::parse;
use crate::{AliasEvent, RegistryError, files};

const FILE: &str = "history.jsonl";

/// Many years of changes; what is larger is not a history.
const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;

/// The events of one model, and how much of the file they fill.
#[derive(Debug, Default)]
pub(crate) struct History {
    pub(crate) events: Vec<AliasEvent>,
    /// Where the next line goes: what is behind was torn by a crash.
    end: u64,
    /// Whether the last event lacks the end of its line.
    unterminated: bool,
}

impl History {
    /// Reads the history in a model's folder. A last line torn by a crash is left out, because its change was never
    /// made; other damage is an error.
    pub(crate) fn read(model: &Path) -> Result<Self, RegistryError> {
        let path = model.join(FILE);
        let bytes = files::read_bounded(&path, MAX_FILE_BYTES)?.unwrap_or_default();
        let mut history = Self::default();
        for (index, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let is_whole = line.ends_with(b"\n");
            match parse(line) {
                Ok(event) => history.events.push(event),
                Err(_) if !is_whole => break,
                Err(reason) => {
                    return Err(RegistryError::DamagedHistory { path, line: index + 1, reason });
                }
            }
            history.end += line.len() as u64;
            history.unterminated = !is_whole;
        }
        Ok(history)
    }

    /// Appends events to the file this was read from, and waits until they are on the disk. The caller holds the lock.
    pub(crate) fn append(&self, model: &Path, events: &[AliasEvent]) -> Result<(), RegistryError> {
        let path = model.join(FILE);
        let mut lines = if self.unterminated { vec![b'\n'] } else { Vec::new() };
        for event in events {
            serde_json::to_writer(&mut lines, event)
                .map_err(|error| write_error(&path, error.into()))?;
            lines.push(b'\n');
        }
        let is_new = !path.exists();
        let write = || {
            let mut file = OpenOptions::new().append(true).create(true).open(&path)?;
            file.set_len(self.end)?;
            file.write_all(&lines)?;
            file.sync_all()
        };
        write().map_err(|error| write_error(&path, error))?;
        if is_new { files::sync_folder(model) } else { Ok(()) }
    }

    /// The highest version an alias ever named, or 0.
    pub(crate) fn newest_version(&self) -> u32 {
        self.events.iter().map(|event| event.to).max().unwrap_or_default()
    }
}

fn write_error(path: &Path, error: io::Error) -> RegistryError {
    RegistryError::writing("write", path)(error)
}
