//! What serves is what the aliases say.

use std::sync::atomic::{AtomicBool, Ordering};

use switchboard_inference::Event;

use crate::common::{Followed, NAME, Version, eventually};

#[test]
fn a_registry_that_is_filled_later_is_served_then() {
    let followed = Followed::new();
    let _watcher = followed.watch(&[]);
    crate::common::some_looks();
    assert!(followed.models.current().is_empty() && followed.all_told().is_empty());
    let version = followed.publish("1");
    crate::common::some_looks();
    assert!(followed.models.current().is_empty(), "nobody promoted it yet");
    followed.promote(version);
    followed.eventually_serves(1);
    assert_eq!(followed.all_told(), ["loaded category-fake 1 after 0"]);
}

#[test]
fn a_promoted_version_is_swapped_in_and_a_rolled_back_one_comes_back() {
    let (followed, _watcher) = Followed::serving();
    followed.promote(followed.publish("2"));
    followed.eventually_serves(2);
    assert_eq!(followed.mark("1"), None, "the old one is let go");
    followed.registry().rollback(NAME, "a test", "worse", "2026-01-01T00:00:00Z").unwrap();
    followed.eventually_serves(1);
    let expected = [
        "loaded category-fake 1 after 0",
        "loaded category-fake 2 after 1",
        "loaded category-fake 1 after 2",
    ];
    assert_eq!(followed.all_told(), expected);
}

#[test]
fn a_challenger_is_chosen_by_alias_and_by_number() {
    let (followed, _watcher) = Followed::serving();
    followed.point(NAME, "challenger", followed.publish("2"));
    eventually(|| followed.mark("challenger") == Some(2.0));
    assert_eq!((followed.mark("champion"), followed.mark("2")), (Some(1.0), Some(2.0)));
    followed.promote(2);
    followed.eventually_serves(2);
    assert_eq!(followed.told("loaded category-fake 2 after 0"), 1, "it was loaded only once");
    let current = followed.models.current();
    let all: Vec<_> = current.all().map(|(served, aliases)| (served.version, aliases)).collect();
    assert_eq!(all, [(2, vec!["challenger", "champion"])]);
}

#[test]
fn every_task_of_the_family_is_served_and_no_other() {
    let followed = Followed::new();
    for (name, family) in [
        ("category-fake", "fake"),
        ("category-routing", "routing"),
        ("mood-fake", "fake"),
        ("mood-other", "other"),
    ] {
        let version = Version { name, family, mark: "1", golden: None };
        followed.point(name, "champion", followed.publish_version(version));
    }
    let _watcher = followed.watch(&[]);
    eventually(|| followed.models.current().all().count() == 2);
    let current = followed.models.current();
    let tasks: Vec<_> = current.all().map(|(served, _)| served.name.as_str()).collect();
    assert_eq!(tasks, ["category-fake", "mood-fake"]);
}

#[test]
fn only_the_tasks_that_were_named_are_served() {
    let followed = Followed::new();
    for name in ["category-fake", "mood-fake"] {
        let version = Version { name, family: "fake", mark: "1", golden: None };
        followed.point(name, "champion", followed.publish_version(version));
    }
    let _watcher = followed.watch(&["mood", "unheard-of"]);
    eventually(|| !followed.models.current().is_empty());
    let current = followed.models.current();
    let tasks: Vec<_> = current.all().map(|(served, _)| served.task.as_str()).collect();
    assert_eq!(tasks, ["mood"]);
    assert_eq!(followed.told("away"), 0, "a task without a model is no trouble");
}

#[test]
fn no_champion_waits_for_a_challenger() {
    let followed = Followed::new();
    followed.promote(followed.publish("1"));
    let gate = followed.root().join("go");
    let mark = format!("{} 2", gate.display());
    followed.point(NAME, "challenger", followed.publish(&mark));
    let mood = Version { name: "mood-fake", family: "fake", mark: "1", golden: None };
    followed.point("mood-fake", "champion", followed.publish_version(mood));
    let _watcher = followed.watch(&[]);
    eventually(|| followed.models.current().all().count() == 2);
    assert_eq!((followed.mark("champion"), followed.mark("challenger")), (Some(1.0), None));
    assert!(followed.models.current().select("mood", "champion").is_ok());
    std::fs::write(gate, "").unwrap();
    eventually(|| followed.mark("challenger") == Some(2.0));
}

#[test]
fn a_look_that_panics_is_told_of_and_the_next_one_goes_on() {
    let followed = Followed::new();
    followed.promote(followed.publish("1"));
    let is_first = AtomicBool::new(true);
    let _watcher = followed.watch_beside(&[], move |event| {
        let panics = matches!(event, Event::Loaded { version: 2, .. });
        assert!(!(panics && is_first.swap(false, Ordering::SeqCst)), "as it was told");
    });
    followed.eventually_serves(1);
    followed.promote(followed.publish("2"));
    followed.eventually_serves(2);
    followed.eventually_tells("back");
    let expected =
        ["loaded category-fake 1 after 0", "away", "loaded category-fake 2 after 1", "back"];
    assert_eq!(followed.all_told(), expected);
}
