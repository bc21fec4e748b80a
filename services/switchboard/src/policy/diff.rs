//! In what two policies differ, setting by setting.

use std::collections::BTreeSet;

use anyhow::Context;
use serde::Serialize;
use serde_json::{Map, Value};
use switchboard_routing::Policy;

/// One setting that differs.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Difference {
    /// Where it stands: `tasks.category.escalate_below`, `rules.logs.then`.
    setting: String,
    /// Its old value; `null` when it was not there.
    old: Value,
    /// Its new value; `null` when it is there no more.
    new: Value,
}

/// The settings that differ, defaults included, in the order of their names.
pub(crate) fn between(old: &Policy, new: &Policy) -> anyhow::Result<Vec<Difference>> {
    let mut found = Vec::new();
    compare("", &by_name(old)?, &by_name(new)?, &mut found);
    Ok(found)
}

/// A policy as JSON, its rules by name: a rule that only moved differs in its place alone. Challengers on trial stand by task and family.
fn by_name(policy: &Policy) -> anyhow::Result<Value> {
    let mut value = serde_json::to_value(policy).context("write the policy")?;
    let mut rules = Map::new();
    for (place, rule) in policy.rules.iter().enumerate() {
        let mut rule = serde_json::to_value(rule).context("write a rule")?;
        let name = rule["name"].take();
        if let (Value::String(name), Value::Object(mut fields)) = (name, rule) {
            fields.remove("name");
            fields.insert("place".to_owned(), place.into());
            rules.insert(name, Value::Object(fields));
        }
    }
    value["rules"] = Value::Object(rules);
    value["canary"] = trials_by_name(policy)?;
    Ok(value)
}

/// `canary.TASK.FAMILY.share`, and so on.
fn trials_by_name(policy: &Policy) -> anyhow::Result<Value> {
    let mut trials = Map::new();
    for trial in &policy.trials {
        let mut section = serde_json::to_value(trial).context("write a canary")?;
        if let Value::Object(fields) = &mut section {
            fields.retain(|key, _| key != "task" && key != "family");
        }
        let of_task =
            trials.entry(trial.task.as_str()).or_insert_with(|| Value::Object(Map::new()));
        of_task[trial.family.name()] = section;
    }
    Ok(Value::Object(trials))
}

fn compare(setting: &str, old: &Value, new: &Value, found: &mut Vec<Difference>) {
    // A condition is compared as a whole: its parts have no names.
    let whole = setting.rsplit('.').next() == Some("when");
    if let (Value::Object(before), Value::Object(after), false) = (old, new, whole) {
        let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for name in names {
            let inner = if setting.is_empty() { name.clone() } else { format!("{setting}.{name}") };
            let at = |fields: &Map<String, Value>| fields.get(name).cloned().unwrap_or_default();
            compare(&inner, &at(before), &at(after), found);
        }
    } else if old != new {
        found.push(Difference { setting: setting.to_owned(), old: old.clone(), new: new.clone() });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(text: &str) -> Policy {
        Policy::parse(text).unwrap()
    }

    #[test]
    fn settings_and_rules_that_differ_are_named() {
        let old = parse(
            "escalate_below = 0.7\n[[rules]]\nname = \"logs\"\nwhen = { signal = \"code\", above = 0.3 }\nthen = \"both\"",
        );
        let new = parse(
            "escalate_below = 0.8\n[tasks.category]\nreview_below = 0.4\n[[rules]]\nname = \"logs\"\nwhen = { signal = \"code\", above = 0.4 }\nthen = \"both\"",
        );
        let found = between(&old, &new).unwrap();
        let named: Vec<&str> = found.iter().map(|difference| difference.setting.as_str()).collect();
        assert_eq!(named, ["escalate_below", "rules.logs.when", "tasks.category"]);
        assert_eq!((&found[0].old, &found[0].new), (&json!(0.7f32), &json!(0.8f32)));
        assert_eq!(found[2].old, Value::Null);
        assert_eq!(between(&old, &old).unwrap(), []);
    }

    #[test]
    fn challengers_on_trial_are_named_by_task_and_family() {
        let trial = |share: u32, mode: &str| {
            parse(&format!(
                "[[canary]]\ntask = \"category\"\nfamily = \"tfidf\"\nshare = {share}\nmode = \"{mode}\""
            ))
        };
        let found = between(&trial(5, "shadow"), &trial(10, "answer")).unwrap();
        let named: Vec<&str> = found.iter().map(|difference| difference.setting.as_str()).collect();
        assert_eq!(named, ["canary.category.tfidf.mode", "canary.category.tfidf.share"]);
        assert_eq!((&found[1].old, &found[1].new), (&json!(5.0), &json!(10.0)));
        let found = between(&parse(""), &trial(5, "shadow")).unwrap();
        assert_eq!(found[0].setting, "canary.category");
    }
}
