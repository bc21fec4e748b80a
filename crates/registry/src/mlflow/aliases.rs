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

/// What MLflow called the champion and the challenger before it had aliases.
const PRODUCTION: &str = "Production";
const STAGING: &str = "Staging";

/// What MLflow calls the stage of a version that is neither any more.
const NO_STAGE: &str = "Archived";

/// The digits of the number in a key.
const NUMBER_DIGITS: usize = 10;

/// The largest number of so many digits.
const MAX_NUMBER: u64 = 9_999_999_999;

impl Mlflow {
    /// Records the changes that `decide` chooses, and makes each when it is on record. On this machine that is done by one
    /// at a time; between machines, the aliases are read and then written.
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
        let changes = decide(&aliases, &history)?;
        let mut keys = keys(&model);
        for event in &changes {
            self.record(name, &mut keys, event)?;
            let body = json!({"name": name, "alias": event.alias, "version": event.to.to_string()});
            self.client.post::<Empty>("registered-models/alias", &body, Twice::Same)?;
            aliases.insert(event.alias.clone(), event.to);
        }
        // The changes are made: older clients that are not told are no failure of theirs.
        let stages = changes.iter().flat_map(|event| stages(&aliases, event));
        let _ =
            stages.into_iter().try_for_each(|(version, stage)| self.stage(name, version, stage));
        history.extend(changes);
        self.cache.remember(name, &aliases, &champions(&aliases, &history));
        Ok(())
    }

    fn record(
        &self,
        name: &str,
        keys: &mut Vec<String>,
        event: &AliasEvent,
    ) -> Result<(), RegistryError> {
        let key = next_key(keys);
        let body = json!({"name": name, "key": key, "value": value(event)});
        self.client.post::<Empty>("registered-models/set-tag", &body, Twice::Same)?;
        keys.push(key);
        for key in keys.drain(..keys.len().saturating_sub(MAX_EVENTS)) {
            // One that cannot be removed now is removed at the next change.
            let _ = self
                .client
                .delete("registered-models/delete-tag", &json!({"name": name, "key": key}));
        }
        Ok(())
    }

    /// Gives a version the stage that older clients look at. Servers that have no stages any more refuse, which is as well.
    fn stage(&self, name: &str, version: u32, stage: &str) -> Result<(), RegistryError> {
        let body = json!({
            "name": name,
            "version": version.to_string(),
            "stage": stage,
            "archive_existing_versions": stage != NO_STAGE,
        });
        self.client.post::<Value>("model-versions/transition-stage", &body, Twice::Same).map(drop)
    }
}

/// The stages to set after a change, when the aliases are these. A version has one stage: the champion is in production
/// when it is the challenger, too.
fn stages(aliases: &BTreeMap<String, u32>, event: &AliasEvent) -> Vec<(u32, &'static str)> {
    let named = |alias| aliases.get(alias).copied();
    let (champion, challenger) = (named(CHAMPION), named(CHALLENGER));
    let staging = challenger.filter(|_| challenger != champion).map(|version| (version, STAGING));
    match &*event.alias {
        CHAMPION => {
            let production = champion.map(|version| (version, PRODUCTION));
            // It was in production until now.
            let staging = staging.filter(|_| challenger == event.from);
            production.into_iter().chain(staging).collect()
        }
        // Nobody takes the stage of the challenger before, so that it loses it by itself.
        CHALLENGER if staging.is_none() => {
            let before = event.from.filter(|_| event.from != champion);
            before.map(|version| (version, NO_STAGE)).into_iter().collect()
        }
        CHALLENGER => staging.into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Every change on record, oldest first. A tag that others changed to what is no change is left out.
pub(super) fn events(model: &RegisteredModel) -> Vec<AliasEvent> {
    let mut tags: Vec<&Pair> = model.tags.iter().filter(|tag| number(&tag.key).is_some()).collect();
    tags.sort_unstable_by(|one, other| one.key.cmp(&other.key));
    tags.iter().filter_map(|tag| parse(tag.value.as_bytes()).ok()).collect()
}

/// The keys of the changes, oldest first.
fn keys(model: &RegisteredModel) -> Vec<String> {
    let keys = model.tags.iter().map(|tag| &tag.key).filter(|key| number(key).is_some());
    let mut keys: Vec<String> = keys.cloned().collect();
    keys.sort_unstable();
    keys
}

/// The number in the key of a change. What others call so with another number of digits would not sort by it.
fn number(key: &str) -> Option<u64> {
    let digits = key.strip_prefix(PREFIX)?.split('-').next()?;
    let is_number = digits.len() == NUMBER_DIGITS && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}

/// A key that sorts behind those there are. The number makes the order independent of clocks; the rest keeps two
/// writers from taking the same key, and is the order when somebody left no number to take.
fn next_key(keys: &[String]) -> String {
    let newest = keys.iter().filter_map(|key| number(key)).max().unwrap_or_default();
    let next = newest.saturating_add(1).min(MAX_NUMBER);
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
        let second = next_key(std::slice::from_ref(&first));
        let late = format!("{PREFIX}0000000002-9999-01-01T000000.000Z-ffffffff");
        assert!(first < second && second < next_key(&[first, late.clone()]));
        assert!(late < next_key(&[late.clone(), format!("{PREFIX}foreign")]));
    }

    #[test]
    fn a_key_that_others_made_up_neither_ends_the_numbers_nor_counts() {
        let tag = |key: &str| json!({"key": key, "value": json(&event(String::new(), None))});
        let senseless =
            ["18446744073709551615-x", "99999999999-x", "+999999999-x", "", "x", "0000000002"];
        let made_up: Vec<_> = senseless.iter().map(|end| tag(&format!("{PREFIX}{end}"))).collect();
        let model: RegisteredModel =
            serde_json::from_value(json!({"name": "m", "tags": made_up})).unwrap();
        assert_eq!(events(&model).len(), 1, "the last is a number of ten digits");
        assert_eq!(number(&next_key(&keys(&model))), Some(3));
        let last = format!("{PREFIX}{MAX_NUMBER}-1970-01-01T000000.000Z-00000000");
        assert!(last < next_key(std::slice::from_ref(&last)));
    }

    #[test]
    fn stages_follow_the_aliases_as_they_are_after_a_change() {
        let after = |champion: u32, challenger: u32, alias: &str, from: u32| {
            let aliases =
                [(CHAMPION.to_owned(), champion), (CHALLENGER.to_owned(), challenger)].into();
            let (alias, from) = (alias.to_owned(), Some(from));
            stages(&aliases, &AliasEvent { alias, from, ..event(String::new(), None) })
        };
        assert_eq!(after(2, 2, CHAMPION, 1), [(2, PRODUCTION)], "the challenger is promoted");
        assert_eq!(after(1, 2, CHAMPION, 2), [(1, PRODUCTION), (2, STAGING)], "and goes back");
        assert_eq!(after(3, 2, CHAMPION, 1), [(3, PRODUCTION)]);
        assert_eq!(after(1, 3, CHALLENGER, 2), [(3, STAGING)]);
        assert_eq!(after(1, 1, CHALLENGER, 2), [(2, NO_STAGE)]);
        assert_eq!(after(1, 1, CHALLENGER, 1), []);
        assert_eq!(after(1, 1, "canary", 2), []);
    }
}
