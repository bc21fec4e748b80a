//! `aliases.json`: which version each alias names, changed under a lock and recorded first.

use std::collections::BTreeMap;
use std::path::Path;

use super::history::History;
use crate::files::{self, LOCK_PATIENCE};
use crate::names::is_alias;
use crate::store::Decide;
use crate::{AliasEvent, RegistryError};

const FILE: &str = "aliases.json";
const MAX_FILE_BYTES: u64 = 1024 * 1024;

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

/// Writes the aliases of a model's folder at once. The caller holds its lock.
pub(crate) fn write(model: &Path, aliases: &BTreeMap<String, u32>) -> Result<(), RegistryError> {
    let path = model.join(FILE);
    let mut bytes = serde_json::to_vec_pretty(aliases)
        .map_err(|error| RegistryError::writing("write", &path)(error.into()))?;
    bytes.push(b'\n');
    files::replace(&path, &bytes)
}

/// Makes the changes that `decide` chooses, while nobody else changes this model's aliases.
pub(super) fn alter(model: &Path, decide: &mut Decide<'_>) -> Result<(), RegistryError> {
    let _lock = files::lock(&model.join(".lock"), LOCK_PATIENCE)?;
    let aliases = read(model)?;
    let history = History::read(model)?;
    match &*decide(&aliases, &history.events)? {
        [] => Ok(()),
        events => apply(model, aliases, &history, events),
    }
}

/// Records the changes, then makes them at once: a crash in between leaves a record of what was wanted, never a change without
/// a record.
fn apply(
    model: &Path,
    mut aliases: BTreeMap<String, u32>,
    history: &History,
    events: &[AliasEvent],
) -> Result<(), RegistryError> {
    aliases.extend(events.iter().map(|event| (event.alias.clone(), event.to)));
    history.append(model, events)?;
    write(model, &aliases)
}
