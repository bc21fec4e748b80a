//! Aliases move to versions that exist, on the record, and back.

use std::fs;
use std::thread;

use switchboard_registry::{
    AliasEvent, CHALLENGER, CHAMPION, EventKind, Expected, Registry, RegistryError, Selector,
};

use crate::common::{AT, NAME, empty, expecting, to, with_versions};

fn champion(registry: &Registry) -> Option<u32> {
    registry.resolve(NAME, &Selector::Alias(CHAMPION.to_owned())).expect("an answer")
}

fn roll_back(registry: &Registry) -> Result<(u32, u32), RegistryError> {
    registry.rollback(NAME, "operator", "it was better", AT)
}

#[test]
fn an_alias_moves_and_says_where_it_was() {
    let (_folder, registry) = with_versions(2);
    assert_eq!(registry.set_alias(NAME, CHAMPION, to(1)).unwrap(), None);
    assert_eq!(registry.set_alias(NAME, CHAMPION, to(2)).unwrap(), Some(1));
    assert_eq!(registry.set_alias(NAME, CHALLENGER, to(1)).unwrap(), None);
    let expected = [(CHALLENGER.to_owned(), 1), (CHAMPION.to_owned(), 2)];
    assert_eq!(registry.aliases(NAME).unwrap(), expected.into());
}

#[test]
fn every_change_is_on_record() {
    let (_folder, registry) = with_versions(2);
    registry.set_alias(NAME, CHAMPION, to(1)).unwrap();
    registry.set_alias(NAME, CHAMPION, to(2)).unwrap();
    roll_back(&registry).unwrap();
    let event = |from, to, kind, why: &str| {
        let [alias, who, why, at] = [CHAMPION, "operator", why, AT].map(str::to_owned);
        AliasEvent { alias, from, to, kind, who, why, at, evidence: None }
    };
    let expected = [
        event(None, 1, EventKind::Set, "it is better"),
        event(Some(1), 2, EventKind::Set, "it is better"),
        event(Some(2), 1, EventKind::Rollback, "it was better"),
    ];
    assert_eq!(registry.history(NAME).unwrap(), expected);
}

#[test]
fn setting_an_alias_to_what_it_is_changes_nothing() {
    let (_folder, registry) = with_versions(1);
    registry.set_alias(NAME, CHAMPION, to(1)).unwrap();
    assert_eq!(registry.set_alias(NAME, CHAMPION, to(1)).unwrap(), Some(1));
    assert_eq!(registry.history(NAME).unwrap().len(), 1);
}

#[test]
fn a_change_is_refused_when_the_alias_is_not_what_was_expected() {
    let (_folder, registry) = with_versions(3);
    let set = |version, expected| registry.set_alias(NAME, CHAMPION, expecting(version, expected));
    set(1, Expected::Version(1)).unwrap_err();
    set(1, Expected::Unset).unwrap();
    let message = set(2, Expected::Unset).unwrap_err().to_string();
    let expected = "champion of category-tfidf names version 1, where no version was expected: look again, then repeat the change";
    assert_eq!(message, expected);
    set(2, Expected::Version(3)).unwrap_err();
    set(2, Expected::Version(1)).unwrap();
    assert_eq!(champion(&registry), Some(2));
}

#[test]
fn of_many_changes_that_expect_the_same_one_is_made() {
    let (_folder, registry) = with_versions(4);
    registry.set_alias(NAME, CHAMPION, to(1)).unwrap();
    let change = |version| {
        registry.set_alias(NAME, CHAMPION, expecting(version, Expected::Version(1))).is_ok()
    };
    let made = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..8).map(|index| scope.spawn(move || change(2 + index % 3))).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).filter(|made| *made).count()
    });
    assert_eq!(made, 1);
    assert_eq!(registry.history(NAME).unwrap().len(), 2);
}

#[test]
fn an_alias_cannot_name_a_version_that_is_not_there_or_damaged() {
    let (folder, registry) = with_versions(1);
    assert!(matches!(
        registry.set_alias(NAME, CHAMPION, to(7)),
        Err(RegistryError::NoSuchVersion { .. })
    ));
    assert!(matches!(
        registry.set_alias("other", CHAMPION, to(1)),
        Err(RegistryError::NoSuchModel { .. })
    ));
    assert!(!folder.path().join("registry/models/other").exists());
    fs::write(registry.artifact_directory(NAME, 1).unwrap().join("model.bin"), "damaged").unwrap();
    assert!(matches!(
        registry.set_alias(NAME, CHAMPION, to(1)),
        Err(RegistryError::UnusableVersion { .. })
    ));
    assert!(registry.history(NAME).unwrap().is_empty());
}

#[test]
fn aliases_have_plain_names() {
    let (_folder, registry) = with_versions(1);
    for alias in ["", "1", "Champion", "../x", "a.b", "a b"] {
        assert!(
            matches!(
                registry.set_alias(NAME, alias, to(1)),
                Err(RegistryError::InvalidName { .. })
            ),
            "{alias}"
        );
        let selector = Selector::Alias(alias.to_owned());
        assert!(
            matches!(registry.resolve(NAME, &selector), Err(RegistryError::InvalidName { .. })),
            "{alias}"
        );
    }
}

#[test]
fn going_back_twice_goes_back_two_steps() {
    let (_folder, registry) = with_versions(3);
    for version in 1..=3 {
        registry.set_alias(NAME, CHAMPION, to(version)).unwrap();
        registry.set_alias(NAME, CHALLENGER, to(1 + version % 3)).unwrap();
    }
    assert_eq!(roll_back(&registry).unwrap(), (3, 2));
    assert_eq!(roll_back(&registry).unwrap(), (2, 1));
    let message = roll_back(&registry).unwrap_err().to_string();
    let expected = "model category-tfidf cannot be rolled back: there was no champion before this one; promote a version instead";
    assert_eq!(message, expected);
    assert_eq!(champion(&registry), Some(1));
}

#[test]
fn without_a_champion_there_is_nothing_to_roll_back() {
    let (folder, registry) = with_versions(1);
    let message = roll_back(&registry).unwrap_err().to_string();
    assert!(message.contains("cannot be rolled back: it has no champion"), "{message}");
    let (_folder, nothing) = empty();
    assert!(matches!(roll_back(&nothing), Err(RegistryError::NoSuchModel { .. })));
    assert!(folder.path().exists());
}

#[test]
fn a_rollback_to_a_version_that_is_gone_changes_nothing() {
    let (_folder, registry) = with_versions(2);
    registry.set_alias(NAME, CHAMPION, to(1)).unwrap();
    registry.set_alias(NAME, CHAMPION, to(2)).unwrap();
    fs::remove_dir_all(registry.artifact_directory(NAME, 1).unwrap()).unwrap();
    assert!(matches!(roll_back(&registry), Err(RegistryError::NoSuchVersion { version: 1, .. })));
    assert_eq!(champion(&registry), Some(2));
    assert_eq!(registry.history(NAME).unwrap().len(), 2);
}

#[test]
fn a_record_is_of_a_sensible_length() {
    let (_folder, registry) = with_versions(1);
    let mut change = to(1);
    change.why = "x".repeat(4_097);
    let message = registry.set_alias(NAME, CHAMPION, change).unwrap_err().to_string();
    assert_eq!(message, "`why` is longer than 4096 bytes: shorten it");
}
