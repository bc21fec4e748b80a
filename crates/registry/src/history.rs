//! The record of every alias change: `history.jsonl`, one event a line.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::names::is_alias;
use crate::{RegistryError, files};

const FILE: &str = "history.jsonl";

/// Many years of changes; what is larger is not a history.
const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;

const MAX_TEXT_BYTES: usize = 4_096;
const MAX_EVIDENCE_BYTES: usize = 16 * 1024;

/// One change of an alias.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AliasEvent {
    /// The alias that was changed.
    pub alias: String,
    /// The version it named before, if any.
    pub from: Option<u32>,
    /// The version it names since.
    pub to: u32,
    /// How the new version was chosen.
    pub kind: EventKind,
    /// Who changed it.
    pub who: String,
    /// Why they did.
    pub why: String,
    /// When, as RFC 3339.
    pub at: String,
    /// What it was grounded on, for example what a comparison measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Value>,
}

/// How the version of an alias was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EventKind {
    /// It was given.
    Set,
    /// It was the version before.
    Rollback,
}

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

    /// Appends an event to the file this was read from, and waits until it is on the disk. The caller holds the lock.
    pub(crate) fn append(&self, model: &Path, event: &AliasEvent) -> Result<(), RegistryError> {
        let path = model.join(FILE);
        let mut line = if self.unterminated { vec![b'\n'] } else { Vec::new() };
        serde_json::to_writer(&mut line, event)
            .map_err(|error| write_error(&path, error.into()))?;
        line.push(b'\n');
        let is_new = !path.exists();
        let write = || {
            let mut file = OpenOptions::new().append(true).create(true).open(&path)?;
            file.set_len(self.end)?;
            file.write_all(&line)?;
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

/// Checks that what a caller wants recorded is of a sensible length.
pub(crate) fn check_lengths(who: &str, why: &str, at: &str) -> Result<(), RegistryError> {
    for (field, text) in [("who", who), ("why", why), ("at", at)] {
        if text.len() > MAX_TEXT_BYTES {
            return Err(RegistryError::TooLong { field, limit_bytes: MAX_TEXT_BYTES });
        }
    }
    Ok(())
}

/// Checks that evidence is no more than a few figures.
pub(crate) fn check_evidence(evidence: Option<&Value>) -> Result<(), RegistryError> {
    let bytes = evidence.map_or(0, |evidence| evidence.to_string().len());
    if bytes > MAX_EVIDENCE_BYTES {
        return Err(RegistryError::TooLong { field: "evidence", limit_bytes: MAX_EVIDENCE_BYTES });
    }
    Ok(())
}

fn parse(line: &[u8]) -> Result<AliasEvent, String> {
    let event: AliasEvent = serde_json::from_slice(line).map_err(|error| error.to_string())?;
    if !is_alias(&event.alias) {
        return Err("its alias is not an alias".to_owned());
    }
    if event.to == 0 || event.from == Some(0) {
        return Err("versions count from 1".to_owned());
    }
    Ok(event)
}

fn write_error(path: &Path, error: io::Error) -> RegistryError {
    RegistryError::writing("write", path)(error)
}
