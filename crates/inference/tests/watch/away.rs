//! A registry that vanishes, and comes back.

use std::fs;

use crate::common::{Followed, NAME, eventually, some_looks};

#[test]
fn what_serves_keeps_serving_and_the_absence_is_told_once() {
    for tasks in [&[][..], &["category"]] {
        let followed = Followed::new();
        followed.promote(followed.publish("1"));
        let _watcher = followed.watch(tasks);
        followed.eventually_serves(1);
        followed.take_away();
        followed.eventually_tells("away");
        some_looks();
        assert_eq!(followed.mark("champion"), Some(1.0));
        followed.bring_back();
        followed.eventually_tells("back");
        some_looks();
        let expected = ["loaded category-fake 1 after 0", "away", "back"];
        assert_eq!(followed.all_told(), expected, "{tasks:?}");
        assert_eq!(followed.mark("champion"), Some(1.0));
        followed.promote(followed.publish("2"));
        followed.eventually_serves(2);
    }
}

#[test]
fn a_version_promoted_in_the_meantime_is_taken_when_it_is_back() {
    let (followed, _watcher) = Followed::serving();
    let version = followed.publish("2");
    followed.take_away();
    followed.eventually_tells("away");
    followed.bring_back();
    followed.promote(version);
    followed.eventually_serves(2);
}

#[test]
fn damaged_aliases_are_trouble_and_change_nothing() {
    let (followed, _watcher) = Followed::serving();
    let aliases = followed.root().join("models").join(NAME).join("aliases.json");
    let whole = fs::read(&aliases).unwrap();
    fs::write(&aliases, "{\"champ").unwrap();
    followed.eventually_tells("away");
    assert_eq!(followed.mark("champion"), Some(1.0));
    fs::write(&aliases, whole).unwrap();
    followed.eventually_tells("back");
    assert_eq!(followed.mark("champion"), Some(1.0));
}

#[test]
fn a_file_where_the_registry_was_is_trouble() {
    let (followed, _watcher) = Followed::serving();
    followed.take_away();
    fs::write(followed.root(), "not a folder").unwrap();
    followed.eventually_tells("away");
    assert_eq!(followed.mark("champion"), Some(1.0));
    fs::remove_file(followed.root()).unwrap();
    followed.bring_back();
    eventually(|| followed.told("back") > 0);
}

#[test]
fn a_model_that_is_deleted_while_it_serves_keeps_serving() {
    let (followed, _watcher) = Followed::serving();
    fs::remove_dir_all(followed.root().join("models").join(NAME)).unwrap();
    some_looks();
    assert_eq!(followed.mark("champion"), Some(1.0));
}
