//! A bad version is refused, once and visibly, and the old one keeps serving.

use std::fs;

use crate::common::{Followed, NAME, Version, eventually, some_looks};

fn assert_refused(version: &Version<'_>, reason: &str) {
    let (followed, _watcher) = Followed::serving();
    let number = followed.publish_version(Version { ..*version });
    followed.promote(number);
    let event = format!("refused category-fake 2: {reason}");
    followed.eventually_tells(&event);
    some_looks();
    assert_eq!(followed.told(&event), 1, "{:?}", followed.all_told());
    assert_eq!((followed.mark("champion"), followed.mark("2")), (Some(1.0), None));
    // The watcher goes on: the next good version is taken.
    followed.promote(followed.publish("3"));
    followed.eventually_serves(3);
}

const GOOD: Version<'_> = Version { name: NAME, family: "fake", mark: "2", golden: None };

#[test]
fn a_version_that_answers_otherwise_than_when_it_was_made() {
    assert_refused(&Version { golden: Some(("golden", 2.5)), ..GOOD }, "golden");
}

#[test]
fn a_version_that_is_further_off_than_its_precision_allows() {
    assert_refused(&Version { mark: "~2", golden: Some(("golden", 2.6)), ..GOOD }, "golden");
    let followed = Followed::new();
    let near = Version { mark: "~2", golden: Some(("golden", 2.4)), ..GOOD };
    followed.promote(followed.publish_version(near));
    let _watcher = followed.watch(&[]);
    followed.eventually_serves(2);
}

#[test]
fn a_version_of_another_family() {
    assert_refused(&Version { family: "other", ..GOOD }, "family");
}

#[test]
fn a_version_that_was_trained_for_another_task_than_its_name_says() {
    let (followed, _watcher) = Followed::serving();
    let other = Version { name: "mood-fake", ..GOOD };
    followed.point("mood-fake", "champion", followed.publish_version(other));
    eventually(|| followed.models.current().all().count() == 2);
    followed.promote(followed.publish_changed(GOOD, |manifest| manifest.task = "mood".to_owned()));
    followed.eventually_tells("refused category-fake 2: task");
    some_looks();
    let expected = [
        "loaded category-fake 1 after 0",
        "loaded mood-fake 1 after 0",
        "refused category-fake 2: task",
    ];
    assert_eq!(followed.all_told(), expected);
    assert_eq!(followed.models.current().select("mood", "champion").unwrap().name, "mood-fake");
}

#[test]
fn a_version_whose_model_has_other_labels_than_its_manifest() {
    assert_refused(&Version { mark: "2+Storage", ..GOOD }, "labels");
}

#[test]
fn a_version_that_cannot_be_built() {
    assert_refused(&Version { mark: "two", ..GOOD }, "load");
}

#[test]
fn a_version_that_panics_when_it_is_built() {
    assert_refused(&Version { mark: "panic", ..GOOD }, "load");
}

#[test]
fn a_version_that_panics_when_it_is_asked() {
    assert_refused(&Version { golden: Some(("panic", 2.0)), ..GOOD }, "load");
}

#[test]
fn a_damaged_version_is_refused_until_its_folder_changes() {
    let (followed, _watcher) = Followed::serving();
    let version = followed.publish("2");
    followed.promote_damaged(version);
    let event = "refused category-fake 2: artifact";
    followed.eventually_tells(event);
    some_looks();
    assert_eq!((followed.told(event), followed.mark("champion")), (1, Some(1.0)));
    // Another file in its folder is a change: it is tried again, and still damaged.
    followed.add_note(version);
    eventually(|| followed.told(event) == 2);
    some_looks();
    assert_eq!((followed.told(event), followed.mark("champion")), (2, Some(1.0)));
    followed.repair(version);
    followed.eventually_serves(2);
    assert_eq!(followed.told(event), 2);
}

#[test]
fn a_damaged_only_version_serves_nothing() {
    let followed = Followed::new();
    followed.promote_damaged(followed.publish("1"));
    let _watcher = followed.watch(&[]);
    followed.eventually_tells("refused category-fake 1: artifact");
    assert!(followed.models.current().is_empty());
}

#[test]
fn where_nothing_serves_the_last_good_champion_does() {
    let followed = Followed::new();
    for mark in ["1", "2", "3"] {
        followed.promote(followed.publish(mark));
    }
    followed.damage(2);
    followed.damage(3);
    let _watcher = followed.watch(&[]);
    followed.eventually_serves(1);
    some_looks();
    let expected = [
        "refused category-fake 3: artifact",
        "refused category-fake 2: artifact",
        "loaded category-fake 1 after 0",
    ];
    assert_eq!(followed.all_told(), expected);
    assert_eq!(followed.models.current().refused().collect::<Vec<_>>(), [(NAME, 3)]);
    followed.repair(3);
    followed.eventually_serves(3);
    assert_eq!(followed.models.current().refused().count(), 0);
}

#[test]
fn no_more_than_three_champions_before_it_are_tried() {
    let followed = Followed::new();
    for mark in ["1", "2", "3", "4", "5", "6"] {
        followed.promote(followed.publish(mark));
    }
    (3..=6).for_each(|version| followed.damage(version));
    let _watcher = followed.watch(&[]);
    followed.eventually_tells("refused category-fake 3: artifact");
    some_looks();
    let tried = [6, 5, 4, 3].map(|version| format!("refused category-fake {version}: artifact"));
    assert_eq!(followed.all_told(), tried);
    assert!(followed.models.current().is_empty());
}

#[test]
fn a_version_that_is_gone_is_no_trouble_of_the_registry() {
    let followed = Followed::new();
    followed.promote(followed.publish("1"));
    fs::remove_dir_all(followed.registry().artifact_directory(NAME, 1).unwrap()).unwrap();
    let _watcher = followed.watch(&["category"]);
    followed.eventually_tells("refused category-fake 1: registry");
    some_looks();
    assert_eq!(followed.all_told(), ["refused category-fake 1: registry"]);
}

#[test]
fn a_version_that_is_damaged_while_it_serves_serves_on_and_that_is_told() {
    let (followed, _watcher) = Followed::serving();
    followed.damage(1);
    let event = "refused category-fake 1: artifact";
    followed.eventually_tells(event);
    some_looks();
    assert_eq!((followed.told(event), followed.mark("champion")), (1, Some(1.0)));
    assert_eq!(followed.models.current().refused().collect::<Vec<_>>(), [(NAME, 1)]);
    followed.repair(1);
    eventually(|| followed.models.current().refused().count() == 0);
    assert_eq!(followed.told("loaded category-fake 1 after 1"), 0, "it is the one that serves");
}

#[test]
fn a_version_whose_folder_changed_and_whose_files_did_not_is_not_loaded_again() {
    let (followed, _watcher) = Followed::serving();
    let served = followed.models.current().select("category", "champion").unwrap();
    followed.add_note(1);
    some_looks();
    let after = followed.models.current().select("category", "champion").unwrap();
    assert!(std::sync::Arc::ptr_eq(&served, &after));
    assert_eq!(followed.all_told(), ["loaded category-fake 1 after 0"]);
}

#[test]
fn a_damaged_challenger_leaves_the_champion_alone() {
    let (followed, _watcher) = Followed::serving();
    followed.promote_damaged(followed.publish("2"));
    followed.eventually_tells("refused category-fake 2: artifact");
    followed.point(NAME, "challenger", 1);
    eventually(|| followed.mark("challenger") == Some(1.0));
    assert_eq!(followed.mark("champion"), Some(1.0));
}
