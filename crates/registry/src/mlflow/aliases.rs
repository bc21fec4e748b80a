//! Moving aliases on a server, on the record: each change is a tag of the registered model, set before the alias is.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde_json::{Value, json};

use super::Mlflow;
use super::client::{Twice, random};
use super::wire::{Empty, Pair, RegisteredModel};
use crate::history::parse;
use crate::store::Decide;
use crate::trail::champions;
use crate::{AliasEvent, CHALLENGER, CHAMPION, RegistryError};

/// What the key of a change begins with; behind it are a number that grows, the time, and a random part.
const PREFIX: &str = "switchboard.alias.";

/// The longest value that MLflow's databases keep of such a tag, in characters.
const MAX_VALUE_BYTES: usize = 5_000;

/// The changes that are kept of a model: its tags are part of every answer about it.
const MAX_EVENTS: usize = 500;

/// What MLflow called its two uses of a version before it had aliases, in lower case and as it writes them.
const STAGES: [(&str, &str); 2] = [(CHAMPION, "Production"), (CHALLENGER, "Staging")];

impl Mlflow {
    /// Records the change that `decide` chooses, then makes it. On this machine one such change is made at a time;
    /// between machines, the alias is read and then written.
    pub(super) fn alter_aliases(
        &self,
        name: &str,
        decide: &mut Decide<'_>,
    ) -> Result<(), RegistryError> {
        let _lock = self.cache.lock_aliases(name)?;
        let Some(model) = self.registered(name)? else {
            let (name, registry) = (name.to_owned(), self.server());
            return Err(RegistryError::NoSuchModel { name, registry });
        };
        let (mut aliases, mut history) = (model.aliases(), events(&model));
        let Some(event) = decide(&aliases, &history)? else { return Ok(()) };
        self.record(name, &model, &event)?;
        self.move_stage(name, &aliases, &event)?;
        let body = json!({"name": name, "alias": event.alias, "version": event.to.to_string()});
        self.client.post::<Empty>("registered-models/alias", &body, Twice::Same)?;
        aliases.insert(event.alias.clone(), event.to);
        history.push(event);
        self.cache.remember(name, &aliases, &champions(&aliases, &history));
        Ok(())
    }

    fn record(
        &self,
        name: &str,
        model: &RegisteredModel,
        event: &AliasEvent,
    ) -> Result<(), RegistryError> {
        let keys = keys(model);
        let body = json!({"name": name, "key": next_key(&keys), "value": value(event)});
        self.client.post::<Empty>("registered-models/set-tag", &body, Twice::Same)?;
        for key in keys.iter().rev().skip(MAX_EVENTS - 1) {
            // One that cannot be removed now is removed at the next change.
            let _ = self
                .client
                .delete("registered-models/delete-tag", &json!({"name": name, "key": key}));
        }
        Ok(())
    }

    /// Moves the stage that older clients look at. Servers that have no stages any more refuse, which is as well.
    fn move_stage(
        &self,
        name: &str,
        aliases: &BTreeMap<String, u32>,
        event: &AliasEvent,
    ) -> Result<(), RegistryError> {
        let Some((_, stage)) = STAGES.iter().find(|(alias, _)| *alias == event.alias) else {
            return Ok(());
        };
        // A version has one stage: the champion stays in production when it is the challenger, too.
        if event.alias == CHALLENGER && aliases.get(CHAMPION) == Some(&event.to) {
            return Ok(());
        }
        let body = json!({
            "name": name,
            "version": event.to.to_string(),
            "stage": stage,
            "archive_existing_versions": true,
        });
        match self.client.post::<Value>("model-versions/transition-stage", &body, Twice::Same) {
            Err(error) if error.is_away() => Err(error),
            _ => Ok(()),
        }
    }
}

/// Every change on record, oldest first. A tag that others changed to what is no change is left out.
pub(super) fn events(model: &RegisteredModel) -> Vec<AliasEvent> {
    let mut tags: Vec<&Pair> =
        model.tags.iter().filter(|tag| tag.key.starts_with(PREFIX)).collect();
    tags.sort_unstable_by(|one, other| one.key.cmp(&other.key));
    tags.iter().filter_map(|tag| parse(tag.value.as_bytes()).ok()).collect()
}

/// The keys of the changes, oldest first.
fn keys(model: &RegisteredModel) -> Vec<&str> {
    let mut keys: Vec<&str> = model
        .tags
        .iter()
        .map(|tag| tag.key.as_str())
        .filter(|key| key.starts_with(PREFIX))
        .collect();
    keys.sort_unstable();
    keys
}

/// A key that sorts behind those there are. The number makes the order independent of clocks; the rest keeps two
/// writers from taking the same key.
fn next_key(keys: &[&str]) -> String {
    let number = |key: &&str| key[PREFIX.len()..].split('-').next()?.parse::<u64>().ok();
    let next = keys.iter().filter_map(number).max().unwrap_or_default() + 1;
    // Older servers allow no colon in a key.
    let at = humantime::format_rfc3339_millis(SystemTime::now()).to_string().replace(':', "");
    format!("{PREFIX}{next:010}-{at}-{:08x}", random() as u32)
}

/// The event as JSON that fits: what it was grounded on is left out first, then the texts are cut.
fn value(event: &AliasEvent) -> String {
    let mut event = event.clone();
    let fits = |event: &AliasEvent| json(event).len() <= MAX_VALUE_BYTES;
    if !fits(&event) && event.evidence.is_some() {
        event.evidence = Some(json!({"left_out": "it was too long for this registry"}));
    }
    while !fits(&event) {
        let AliasEvent { who, why, at, .. } = &mut event;
        let longest = [who, why, at].into_iter().max_by_key(|text| text.len());
        if let Some(text) = longest {
            text.truncate(text.floor_char_boundary(text.len() / 2));
        }
    }
    json(&event)
}

fn json(event: &AliasEvent) -> String {
    // An event is made of texts, numbers and JSON, which always can be written.
    serde_json::to_string(event).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EventKind;

    fn event(why: String, evidence: Option<Value>) -> AliasEvent {
        let [alias, who, at] = ["champion", "ci", "2026-01-01T00:00:00Z"].map(str::to_owned);
        AliasEvent { alias, from: Some(1), to: 2, kind: EventKind::Set, who, why, at, evidence }
    }

    #[test]
    fn a_change_that_fits_is_recorded_as_it_is() {
        let short = event("better".to_owned(), Some(json!({"accuracy": 0.9})));
        assert_eq!(parse(value(&short).as_bytes()), Ok(short));
    }

    #[test]
    fn evidence_is_left_out_before_a_reason_is_cut() {
        let long = event("w".repeat(4_000), Some(json!("e".repeat(4_000))));
        let read = parse(value(&long).as_bytes()).unwrap();
        assert_eq!(read.why, long.why);
        assert_eq!(read.evidence.unwrap()["left_out"], "it was too long for this registry");
        // Each of these characters is six in JSON.
        let text = value(&event("\u{1}".repeat(4_000), None));
        assert!(text.len() <= MAX_VALUE_BYTES);
        assert_eq!(parse(text.as_bytes()).unwrap().to, 2);
    }

    #[test]
    fn later_changes_sort_behind_earlier_ones_whatever_the_clock_says() {
        let first = next_key(&[]);
        let second = next_key(&[&first]);
        let late = format!("{PREFIX}0000000002-9999-01-01T000000.000Z-ffffffff");
        assert!(first < second && second < next_key(&[&first, &late]));
        assert!(late < next_key(&[&late, "switchboard.alias.foreign"]));
    }
}
