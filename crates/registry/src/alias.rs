//! Moving aliases: `aliases.json`, changed under a lock and recorded first.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::files::{self, LOCK_PATIENCE};
use crate::history::{self, AliasEvent, EventKind, History};
use crate::names::{check_alias, check_model, is_alias};
use crate::trail::trail;
use crate::{CHAMPION, Registry, RegistryError};

const FILE: &str = "aliases.json";
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// A change of an alias, and the record of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AliasChange {
    /// The version it is to name.
    pub version: u32,
    /// What it must name now for the change to be made.
    pub expected: Expected,
    /// Who asks for it.
    pub who: String,
    /// Why they do.
    pub why: String,
    /// When, as RFC 3339.
    pub at: String,
    /// What it is grounded on, for example what a comparison measured; a small JSON value.
    pub evidence: Option<Value>,
}

/// What an alias must name for a change to be made, so that two people cannot undo each other's work unseen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Expected {
    /// Anything or nothing.
    #[default]
    Anything,
    /// Nothing: it is not set.
    Unset,
    /// This version.
    Version(u32),
}

impl Registry {
    /// Makes `alias` name a version that exists and verifies, and returns the version it named before.
    ///
    /// If it already names that version nothing is changed or recorded.
    pub fn set_alias(
        &self,
        name: &str,
        alias: &str,
        change: AliasChange,
    ) -> Result<Option<u32>, RegistryError> {
        check_model(name)?;
        check_alias(alias)?;
        history::check_lengths(&change.who, &change.why, &change.at)?;
        history::check_evidence(change.evidence.as_ref())?;
        // Before the lock: versions do not change, and reading a large one takes a while.
        self.load(name, change.version)?;
        let model = self.model_folder(name);
        let _lock = files::lock(&model.join(".lock"), LOCK_PATIENCE)?;
        let aliases = read(&model)?;
        let from = aliases.get(alias).copied();
        change.expected.check(name, alias, from)?;
        if from != Some(change.version) {
            let AliasChange { version: to, who, why, at, evidence, .. } = change;
            let event = AliasEvent {
                alias: alias.to_owned(),
                from,
                to,
                kind: EventKind::Set,
                who,
                why,
                at,
                evidence,
            };
            apply(&model, aliases, &History::read(&model)?, &event)?;
        }
        Ok(from)
    }

    /// Makes the champion the version it was before, and returns the versions it was and is.
    ///
    /// Going back twice goes back two steps. A version that no longer exists or verifies is an error, and nothing
    /// changes.
    pub fn rollback(
        &self,
        name: &str,
        who: &str,
        why: &str,
        at: &str,
    ) -> Result<(u32, u32), RegistryError> {
        check_model(name)?;
        history::check_lengths(who, why, at)?;
        if self.versions(name)?.is_empty() {
            return Err(RegistryError::NoSuchModel {
                name: name.to_owned(),
                registry: self.root().to_owned(),
            });
        }
        let model = self.model_folder(name);
        let _lock = files::lock(&model.join(".lock"), LOCK_PATIENCE)?;
        let aliases = read(&model)?;
        let history = History::read(&model)?;
        let nothing = |reason| RegistryError::NothingToRollBack { name: name.to_owned(), reason };
        let from = aliases.get(CHAMPION).copied().ok_or_else(|| nothing("it has no champion"))?;
        let steps = trail(&history.events, CHAMPION, Some(from));
        let [.., to, _] = steps[..] else {
            return Err(nothing("there was no champion before this one"));
        };
        self.load(name, to)?;
        let [alias, who, why, at] = [CHAMPION, who, why, at].map(str::to_owned);
        let event = AliasEvent {
            alias,
            from: Some(from),
            to,
            kind: EventKind::Rollback,
            who,
            why,
            at,
            evidence: None,
        };
        apply(&model, aliases, &history, &event)?;
        Ok((from, to))
    }
}

impl Expected {
    fn check(self, name: &str, alias: &str, found: Option<u32>) -> Result<(), RegistryError> {
        let expected = self.version();
        if self == Self::Anything || expected == found {
            return Ok(());
        }
        let (name, alias) = (name.to_owned(), alias.to_owned());
        Err(RegistryError::Conflict { name, alias, expected, found })
    }

    fn version(self) -> Option<u32> {
        match self {
            Self::Version(version) => Some(version),
            Self::Anything | Self::Unset => None,
        }
    }
}

/// The aliases in a model's folder; none if none was ever set.
pub(crate) fn read(model: &Path) -> Result<BTreeMap<String, u32>, RegistryError> {
    let path = model.join(FILE);
    let Some(bytes) = files::read_bounded(&path, MAX_FILE_BYTES)? else {
        return Ok(BTreeMap::new());
    };
    let damaged = |reason| RegistryError::DamagedAliases { path: path.clone(), reason };
    let aliases: BTreeMap<String, u32> =
        serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
    for (alias, version) in &aliases {
        if !is_alias(alias) || *version == 0 {
            return Err(damaged(format!(
                "`{}`: {version} is not an alias and its version",
                alias.escape_debug()
            )));
        }
    }
    Ok(aliases)
}

/// Records the change, then makes it: a crash in between leaves a record of what was wanted, never a change without
/// a record.
fn apply(
    model: &Path,
    mut aliases: BTreeMap<String, u32>,
    history: &History,
    event: &AliasEvent,
) -> Result<(), RegistryError> {
    aliases.insert(event.alias.clone(), event.to);
    let path = model.join(FILE);
    let mut bytes = serde_json::to_vec_pretty(&aliases)
        .map_err(|error| RegistryError::writing("write", &path)(error.into()))?;
    bytes.push(b'\n');
    history.append(model, event)?;
    files::replace(&path, &bytes)
}
