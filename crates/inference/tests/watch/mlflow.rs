//! Following an MLflow server, one in memory. The cache comes from the environment, so these tests run in a process that
//! has one of its own.

use std::env;
use std::process::Command;

use serde_json::json;
use switchboard_inference::Models;

use crate::common::{FILE, Followed, NAME, Version, eventually, some_looks};
use crate::fake::Fake;

#[test]
fn a_server_is_followed_as_a_folder_is() {
    let cache = tempfile::tempdir().unwrap();
    let output = Command::new(env::current_exe().unwrap())
        .args(["mlflow::", "--ignored"])
        .env("SWITCHBOARD_CACHE_DIR", cache.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("8 passed"), "{said}");
}

/// A server whose one version serves, and what follows it.
fn serving() -> (Fake, Followed, switchboard_inference::Watcher) {
    let fake = Fake::start();
    let followed = Followed::on(&fake.url());
    followed.promote(followed.publish("1"));
    let watcher = followed.watch(&[]);
    followed.eventually_serves(1);
    (fake, followed, watcher)
}

#[test]
#[ignore = "started with a cache of its own"]
fn what_is_promoted_is_served_and_what_is_rolled_back_is_not() {
    let (_fake, followed, _watcher) = serving();
    followed.promote(followed.publish("2"));
    followed.eventually_serves(2);
    followed.registry().rollback(NAME, "a test", "worse", "2026-01-01T00:00:00Z").unwrap();
    followed.eventually_serves(1);
    assert_eq!(followed.told("away"), 0);
}

#[test]
#[ignore = "started with a cache of its own"]
fn what_serves_keeps_serving_while_the_server_is_away() {
    let (fake, followed, _watcher) = serving();
    followed.publish("2");
    fake.goes_away();
    followed.eventually_tells("away");
    some_looks();
    assert_eq!(followed.mark("champion"), Some(1.0));
    fake.comes_back();
    followed.eventually_tells("back");
    followed.promote(2);
    followed.eventually_serves(2);
    let expected =
        ["loaded category-fake 1 after 0", "away", "back", "loaded category-fake 2 after 1"];
    assert_eq!(followed.all_told(), expected);
}

#[test]
#[ignore = "started with a cache of its own"]
fn a_start_without_the_server_serves_what_was_last_known() {
    let (fake, mut followed, watcher) = serving();
    followed.publish("2");
    drop(watcher);
    fake.goes_away();
    for tasks in [&[][..], &["category"]] {
        followed.models = Models::default();
        let _watcher = followed.watch(tasks);
        followed.eventually_serves(1);
    }
    let _watcher = followed.watch(&[]);
    eventually(|| followed.told("away") == 3);
    fake.comes_back();
    followed.promote(2);
    followed.eventually_serves(2);
    followed.eventually_tells("back");
}

#[test]
#[ignore = "started with a cache of its own"]
fn a_version_that_is_damaged_on_the_server_is_refused_once() {
    let (fake, followed, _watcher) = serving();
    followed.publish("2");
    fake.with_file(NAME, 2, FILE, |bytes| *bytes = b"3".to_vec());
    // As somebody does in MLflow's own pages: here it would be refused.
    fake.point(NAME, "champion", 2);
    let event = "refused category-fake 2: artifact";
    followed.eventually_tells(event);
    some_looks();
    assert_eq!((followed.told(event), followed.mark("champion")), (1, Some(1.0)));
    // Whatever is said of it anew is a reason to look again.
    fake.with_file(NAME, 2, FILE, |bytes| *bytes = b"2".to_vec());
    fake.change_version(NAME, 2, &json!({"last_updated_timestamp": 2}));
    followed.eventually_serves(2);
}

#[test]
#[ignore = "started with a cache of its own"]
fn a_version_of_others_is_refused_and_the_last_good_one_serves() {
    let fake = Fake::start();
    let mut followed = Followed::on(&fake.url());
    followed.promote(followed.publish("1"));
    fake.register(NAME, &json!({"source": "s3://elsewhere"}));
    fake.point(NAME, "champion", 2);
    followed.models = Models::default();
    let _watcher = followed.watch(&[]);
    followed.eventually_serves(1);
    some_looks();
    assert_eq!(followed.told("refused category-fake 2: registry"), 1);
    assert_eq!(followed.models.current().refused().collect::<Vec<_>>(), [(NAME, 2)]);
}

#[test]
#[ignore = "started with a cache of its own"]
fn without_the_server_a_version_stays_refused_and_the_one_before_it_serves() {
    let (fake, mut followed, watcher) = serving();
    let other = Version { name: NAME, family: "fake", mark: "2", golden: None };
    let labels = vec!["Access".to_owned(), "Weather".to_owned()];
    followed.promote(followed.publish_changed(other, |manifest| manifest.labels = labels));
    let event = "refused category-fake 2: label_set";
    followed.eventually_tells(event);
    drop(watcher);
    fake.goes_away();
    followed.models = Models::default();
    let _watcher = followed.watch(&[]);
    followed.eventually_serves(1);
    assert_eq!(followed.told(event), 2);
    assert_eq!(followed.models.current().refused().collect::<Vec<_>>(), [(NAME, 2)]);
}

#[test]
#[ignore = "started with a cache of its own"]
fn another_version_of_the_same_number_on_a_server_made_anew_is_served() {
    let (fake, followed, _watcher) = serving();
    fake.is_made_anew();
    let version = followed.publish("5");
    // Its runs are numbered anew as well; a real server's never are.
    fake.change_version(NAME, version, &json!({"run_id": "another"}));
    followed.promote(version);
    followed.eventually_serves(5);
    assert_eq!(followed.told("loaded category-fake 1 after 1"), 1);
}

#[test]
#[ignore = "started with a cache of its own"]
fn what_is_said_anew_of_a_version_that_serves_loads_nothing() {
    let (fake, followed, _watcher) = serving();
    fake.change_version(NAME, 1, &json!({"last_updated_timestamp": 2}));
    some_looks();
    assert_eq!(followed.all_told(), ["loaded category-fake 1 after 0"]);
}
