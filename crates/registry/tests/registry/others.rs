//! What others do on a server, and how much of it. The server is one in memory.

use serde_json::json;
use switchboard_registry::{CHAMPION, RegistryError};

use crate::common::{AT, NAME, Place, to};

#[test]
fn long_lists_come_in_pages() {
    let place = Place::fake();
    let registry = place.with_versions(7);
    assert_eq!(registry.versions(NAME).unwrap(), (1..=7).collect::<Vec<_>>());
    for model in 0..7 {
        place.server().register(&format!("other-{model}"), &json!({}));
    }
    place.server().register("Another Team's", &json!({}));
    assert_eq!(registry.models().unwrap().len(), 8, "a name that cannot be a model's is left out");
}

#[test]
fn a_version_somebody_else_made_is_refused() {
    let place = Place::fake();
    let registry = place.open();
    for source in
        ["s3://bucket/model", "mlflow-artifacts:/9/x/artifacts/model", "runs:/x/model", ""]
    {
        place.server().register(NAME, &json!({ "source": source }));
    }
    for version in 1..=4 {
        for error in [
            registry.load(NAME, version).unwrap_err(),
            registry.manifest(NAME, version).unwrap_err(),
            registry.set_alias(NAME, CHAMPION, to(version)).unwrap_err(),
        ] {
            assert!(matches!(error, RegistryError::ForeignVersion { .. }), "{error}");
        }
    }
    assert!(registry.history(NAME).unwrap().is_empty());
}

#[test]
fn a_version_that_is_still_being_made_is_not_there() {
    let place = Place::fake();
    let registry = place.with_versions(1);
    place.server().register(NAME, &json!({"status": "PENDING_REGISTRATION"}));
    assert_eq!(registry.versions(NAME).unwrap(), [1]);
    assert!(matches!(registry.load(NAME, 2), Err(RegistryError::NoSuchVersion { .. })));
}

#[test]
fn aliases_that_others_moved_are_steps_like_any_other() {
    let place = Place::fake();
    let registry = place.with_versions(3);
    registry.set_alias(NAME, CHAMPION, to(1)).unwrap();
    place.server().point(NAME, CHAMPION, 3);
    place.server().point(NAME, "Their Own", 2);
    place.server().set_tag(NAME, "switchboard.alias.0000000009-x", "not an event");
    assert_eq!(registry.aliases(NAME).unwrap(), [(CHAMPION.to_owned(), 3)].into());
    assert_eq!(registry.champions(NAME).unwrap(), [1, 3]);
    assert_eq!(registry.rollback(NAME, "operator", "", AT).unwrap(), (3, 1));
    assert_eq!(registry.history(NAME).unwrap().len(), 2);
}

#[test]
fn a_long_history_loses_its_oldest_changes() {
    let place = Place::fake();
    let registry = place.with_versions(2);
    let change = |alias: &str| json!({"alias": alias, "from": null, "to": 1, "kind": "set", "who": "", "why": "", "at": ""});
    for number in 1..=600 {
        let key = format!("switchboard.alias.{number:010}-x");
        place.server().set_tag(NAME, &key, &change("canary").to_string());
    }
    registry.set_alias(NAME, CHAMPION, to(2)).unwrap();
    let history = registry.history(NAME).unwrap();
    assert_eq!((history.len(), history.last().unwrap().to), (500, 2));
    assert_eq!(place.server().tags(NAME, "switchboard.alias.").len(), 500);
}
