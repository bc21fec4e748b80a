//! `switchboard models history`: how a model's aliases moved, and what was in production at a moment.

use std::io::IsTerminal;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use anyhow::Context;
use clap::Args;
use serde::Serialize;
use switchboard_registry::{AliasEvent, CHAMPION, EventKind, Registry, Selector};

use super::{model_name, resolve_any};
use crate::output;

/// Shows how a model's aliases moved: when, who, why, and what it was grounded on.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct HistoryArgs {
    /// The model.
    #[arg(value_name = "NAME", value_parser = model_name)]
    model: String,
    /// Only what was the champion then: a moment such as 2026-03-01T12:00:00Z, or a date for the end of that day in UTC.
    #[arg(long, value_name = "RFC3339|DATE")]
    at: Option<Moment>,
}

const EXAMPLES: &str = "\
Examples:
  switchboard models history category-tfidf --registry file:data/registry
  switchboard models history category-tfidf --at 2026-03-01 --registry file:data/registry";

/// A moment, and how it was written.
#[derive(Debug, Clone)]
pub(super) struct Moment {
    time: SystemTime,
    written: String,
}

const DAY: Duration = Duration::from_hours(24);

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let time = moment(text).or_else(|| {
            // The first moment after the day is no part of it.
            let midnight = moment(&format!("{text}T00:00:00Z"))?;
            (midnight + DAY).checked_sub(Duration::from_nanos(1))
        });
        let time = time.ok_or("write it as 2026-03-01T12:00:00Z, or as 2026-03-01")?;
        Ok(Self { time, written: text.to_owned() })
    }
}

/// A moment as RFC 3339 writes it, in any offset from UTC.
fn moment(text: &str) -> Option<SystemTime> {
    let time = |text: &str| humantime::parse_rfc3339(text).ok();
    let place = text.len().checked_sub(6).filter(|place| text.is_char_boundary(*place))?;
    let (local, offset) = text.split_at(place);
    let (Some(sign), Some((hours, minutes))) = (offset.chars().next(), offset[1..].split_once(':'))
    else {
        return time(text);
    };
    if !matches!(sign, '+' | '-') {
        return time(text);
    }
    let number = |digits: &str, most: u64| {
        let plain = digits.len() == 2 && digits.bytes().all(|digit| digit.is_ascii_digit());
        digits.parse().ok().filter(|number: &u64| plain && *number <= most)
    };
    let ahead = Duration::from_secs(number(hours, 23)? * 3_600 + number(minutes, 59)? * 60);
    let local = time(&format!("{local}Z"))?;
    if sign == '+' { local.checked_sub(ahead) } else { local.checked_add(ahead) }
}

#[derive(Serialize)]
struct History<'h> {
    model: &'h str,
    history: &'h [AliasEvent],
}

#[derive(Serialize)]
struct Then<'h> {
    model: &'h str,
    at: &'h str,
    champion: Option<u32>,
    /// The change that made it the champion.
    since: Option<&'h AliasEvent>,
}

pub(super) fn run(registry: &Registry, args: &HistoryArgs) -> anyhow::Result<()> {
    let model = &args.model;
    resolve_any(registry, model)?;
    let history = registry.history(model)?;
    let Some(at) = &args.at else {
        if std::io::stderr().is_terminal() {
            output::table(table(&history));
        }
        return output::summary(&History { model, history: &history });
    };
    let now = registry.resolve(model, &Selector::Alias(CHAMPION.to_owned()))?;
    let since = champion_at(&history, now, at.time)?;
    if std::io::stderr().is_terminal() {
        output::table(table(since));
    }
    output::summary(&Then { model, at: &at.written, champion: since.map(|event| event.to), since })
}

/// The change by which the champion of that moment had become it.
fn champion_at(
    history: &[AliasEvent],
    now: Option<u32>,
    at: SystemTime,
) -> anyhow::Result<Option<&AliasEvent>> {
    let mut since = None;
    for event in made(history, now) {
        let when = moment(&event.at).with_context(|| {
            format!(
                "a change to version {} was recorded at {:?}, which is no moment: correct it in the model's history.jsonl",
                event.to, event.at
            )
        })?;
        if when <= at {
            since = Some(event);
        }
    }
    Ok(since)
}

/// The changes of the champion that were made: one that a crash kept from being made is followed by a change from the version before it.
fn made(history: &[AliasEvent], now: Option<u32>) -> Vec<&AliasEvent> {
    let mut made: Vec<&AliasEvent> = Vec::new();
    let drop_unmade = |made: &mut Vec<&AliasEvent>, then: Option<u32>| {
        if made.last().map(|event| event.to) != then {
            made.pop();
        }
    };
    for event in history.iter().filter(|event| event.alias == CHAMPION) {
        drop_unmade(&mut made, event.from);
        made.push(event);
    }
    drop_unmade(&mut made, now);
    made
}

/// The changes for a person, a line each.
fn table<'h>(history: impl IntoIterator<Item = &'h AliasEvent>) -> String {
    let mut lines = String::new();
    for event in history {
        let AliasEvent { alias, from, to, kind, who, why, at, evidence } = event;
        let from = from.map_or("none".to_owned(), |from| from.to_string());
        let is = |key: &str| evidence.as_ref().is_some_and(|evidence| evidence[key] == true);
        let how = match kind {
            EventKind::Rollback => "rollback",
            EventKind::Set if is("forced") => "by force",
            EventKind::Set if is("passed") => "checked",
            EventKind::Set => "set",
        };
        let line = format!("{at}  {alias:<10}  {from:>4} -> {to:<4}  {how:<8}  {who}  {why}");
        lines.extend([line.trim_end(), "\n"]);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(from: Option<u32>, to: u32, at: &str) -> AliasEvent {
        let [alias, who, why, at] = [CHAMPION, "maya", "", at].map(str::to_owned);
        AliasEvent { alias, from, to, kind: EventKind::Set, who, why, at, evidence: None }
    }

    fn champion(history: &[AliasEvent], now: u32, at: &str) -> Option<u32> {
        let at: Moment = at.parse().unwrap();
        champion_at(history, Some(now), at.time).unwrap().map(|event| event.to)
    }

    #[test]
    fn the_champion_of_a_day_is_that_of_its_end() {
        let mut history = vec![
            event(None, 1, "2026-03-01T10:00:00Z"),
            event(Some(1), 2, "2026-03-01T23:59:59Z"),
            event(Some(2), 1, "2026-03-02T00:00:00Z"),
        ];
        history.insert(1, AliasEvent { alias: "challenger".to_owned(), ..history[1].clone() });
        for (at, expected) in [
            ("2026-02-28", None),
            ("2026-03-01T09:59:59Z", None),
            ("2026-03-01T10:00:00Z", Some(1)),
            ("2026-03-01T11:30:00+01:30", Some(1)),
            ("2026-03-01T11:29:59+01:30", None),
            ("2026-03-01", Some(2)),
            ("2026-03-01T18:59:59-05:00", Some(2)),
            ("2026-03-02", Some(1)),
            ("2030-01-01", Some(1)),
        ] {
            assert_eq!(champion(&history, 1, at), expected, "{at}");
        }
    }

    #[test]
    fn changes_that_a_crash_kept_from_being_made_do_not_count() {
        let history = [
            event(None, 1, "2026-03-01T00:00:00Z"),
            event(Some(1), 2, "2026-03-02T00:00:00Z"),
            event(Some(1), 3, "2026-03-03T00:00:00Z"),
            event(Some(3), 4, "2026-03-04T00:00:00Z"),
        ];
        assert_eq!(champion(&history, 3, "2026-03-02"), Some(1));
        assert_eq!(champion(&history, 3, "2026-03-05"), Some(3));
        assert_eq!(champion(&history, 4, "2026-03-05"), Some(4));
    }

    #[test]
    fn what_is_no_moment_is_refused_and_a_recorded_one_named() {
        for text in [
            "",
            "yesterday",
            "2026-13-01",
            "2026-03-01T10:00:00",
            "2026-03-01T10:00:00+1:00",
            "é-01-01",
        ] {
            assert!(text.parse::<Moment>().is_err(), "{text}");
        }
        let at: Moment = "2026-03-01".parse().unwrap();
        let said =
            champion_at(&[event(None, 1, "noon")], Some(1), at.time).unwrap_err().to_string();
        assert!(said.contains("\"noon\"") && said.contains("history.jsonl"), "{said}");
    }
}
