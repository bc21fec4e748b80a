//! The record of alias changes: what one change is.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::RegistryError;
use crate::names::is_alias;

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

/// The event that `json` is, or why it is none.
pub(crate) fn parse(json: &[u8]) -> Result<AliasEvent, String> {
    let event: AliasEvent = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    if !is_alias(&event.alias) {
        return Err("its alias is not an alias".to_owned());
    }
    if event.to == 0 || event.from == Some(0) {
        return Err("versions count from 1".to_owned());
    }
    Ok(event)
}
