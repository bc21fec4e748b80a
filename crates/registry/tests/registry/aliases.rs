//! Aliases move to versions that exist, on the record, and back.

use std::thread;

use switchboard_registry::{
    AliasChange, AliasEvent, CHALLENGER, CHAMPION, EventKind, Expected, Registry, RegistryError,
    Selector,
};

use crate::common::{AT, Place, conform, expecting, to};

conform! {
    an_alias_moves_and_says_where_it_was,
    every_change_is_on_record,
    what_a_change_is_grounded_on_is_on_record,
    setting_an_alias_to_what_it_is_changes_nothing,
    a_change_is_refused_when_the_alias_is_not_what_was_expected,
    of_many_changes_that_expect_the_same_one_is_made,
    an_alias_cannot_name_a_version_that_is_not_there_or_damaged,
    aliases_have_plain_names,
    going_back_twice_goes_back_two_steps,
    the_champion_before_this_one_is_known,
    without_a_champion_there_is_nothing_to_roll_back,
    a_rollback_to_a_version_that_is_gone_changes_nothing,
    a_challenger_that_is_gone_back_from_goes_back_as_well,
    a_rollback_looks_at_names_and_lengths_and_leaves_the_bytes_to_services,
    a_record_is_of_a_sensible_length,
}

fn champion(place: &Place, registry: &Registry) -> Option<u32> {
    registry.resolve(&place.name, &Selector::Alias(CHAMPION.to_owned())).expect("an answer")
}

fn roll_back(place: &Place, registry: &Registry) -> Result<(u32, u32), RegistryError> {
    registry.rollback(&place.name, "operator", "it was better", AT)
}

fn an_alias_moves_and_says_where_it_was(place: &Place) {
    let registry = place.with_versions(2);
    assert_eq!(registry.set_alias(&place.name, CHAMPION, to(1)).unwrap(), None);
    assert_eq!(registry.set_alias(&place.name, CHAMPION, to(2)).unwrap(), Some(1));
    assert_eq!(registry.set_alias(&place.name, CHALLENGER, to(1)).unwrap(), None);
    let expected = [(CHALLENGER.to_owned(), 1), (CHAMPION.to_owned(), 2)];
    assert_eq!(registry.aliases(&place.name).unwrap(), expected.into());
}

fn every_change_is_on_record(place: &Place) {
    let registry = place.with_versions(2);
    registry.set_alias(&place.name, CHAMPION, to(1)).unwrap();
    registry.set_alias(&place.name, CHAMPION, to(2)).unwrap();
    roll_back(place, &registry).unwrap();
    let event = |from, to, kind, why: &str| {
        let [alias, who, why, at] = [CHAMPION, "operator", why, AT].map(str::to_owned);
        AliasEvent { alias, from, to, kind, who, why, at, evidence: None }
    };
    let expected = [
        event(None, 1, EventKind::Set, "it is better"),
        event(Some(1), 2, EventKind::Set, "it is better"),
        event(Some(2), 1, EventKind::Rollback, "it was better"),
    ];
    assert_eq!(registry.history(&place.name).unwrap(), expected);
}

fn what_a_change_is_grounded_on_is_on_record(place: &Place) {
    let registry = place.with_versions(1);
    let evidence = Some(serde_json::json!({"accuracy": {"before": 0.91, "now": 0.93}}));
    let change = AliasChange { evidence: evidence.clone(), ..to(1) };
    registry.set_alias(&place.name, CHAMPION, change).unwrap();
    assert_eq!(registry.history(&place.name).unwrap()[0].evidence, evidence);
}

fn setting_an_alias_to_what_it_is_changes_nothing(place: &Place) {
    let registry = place.with_versions(1);
    registry.set_alias(&place.name, CHAMPION, to(1)).unwrap();
    assert_eq!(registry.set_alias(&place.name, CHAMPION, to(1)).unwrap(), Some(1));
    assert_eq!(registry.history(&place.name).unwrap().len(), 1);
}

fn a_change_is_refused_when_the_alias_is_not_what_was_expected(place: &Place) {
    let registry = place.with_versions(3);
    let set =
        |version, expected| registry.set_alias(&place.name, CHAMPION, expecting(version, expected));
    set(1, Expected::Version(1)).unwrap_err();
    set(1, Expected::Unset).unwrap();
    let message = set(2, Expected::Unset).unwrap_err().to_string();
    let expected =
        "names version 1, where no version was expected: look again, then repeat the change";
    assert_eq!(message, format!("champion of {} {expected}", place.name));
    set(2, Expected::Version(3)).unwrap_err();
    set(2, Expected::Version(1)).unwrap();
    assert_eq!(champion(place, &registry), Some(2));
}

fn of_many_changes_that_expect_the_same_one_is_made(place: &Place) {
    let registry = place.with_versions(4);
    registry.set_alias(&place.name, CHAMPION, to(1)).unwrap();
    let change = |version| {
        registry.set_alias(&place.name, CHAMPION, expecting(version, Expected::Version(1))).is_ok()
    };
    let made = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..8).map(|index| scope.spawn(move || change(2 + index % 3))).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).filter(|made| *made).count()
    });
    assert_eq!(made, 1);
    assert_eq!(registry.history(&place.name).unwrap().len(), 2);
}

fn an_alias_cannot_name_a_version_that_is_not_there_or_damaged(place: &Place) {
    let registry = place.with_versions(1);
    assert!(matches!(
        registry.set_alias(&place.name, CHAMPION, to(7)),
        Err(RegistryError::NoSuchVersion { .. })
    ));
    assert!(matches!(
        registry.set_alias("never-published", CHAMPION, to(1)),
        Err(RegistryError::NoSuchModel { .. })
    ));
    place.tamper(1, "model.bin", b"damaged");
    assert!(matches!(
        registry.set_alias(&place.name, CHAMPION, to(1)),
        Err(RegistryError::UnusableVersion { .. })
    ));
    assert!(registry.history(&place.name).unwrap().is_empty());
}

fn aliases_have_plain_names(place: &Place) {
    let registry = place.with_versions(1);
    for alias in ["", "1", "Champion", "../x", "a.b", "a b"] {
        assert!(
            matches!(
                registry.set_alias(&place.name, alias, to(1)),
                Err(RegistryError::InvalidName { .. })
            ),
            "{alias}"
        );
        let selector = Selector::Alias(alias.to_owned());
        assert!(
            matches!(
                registry.resolve(&place.name, &selector),
                Err(RegistryError::InvalidName { .. })
            ),
            "{alias}"
        );
    }
}

fn going_back_twice_goes_back_two_steps(place: &Place) {
    let registry = place.with_versions(3);
    for version in 1..=3 {
        registry.set_alias(&place.name, CHAMPION, to(version)).unwrap();
        registry.set_alias(&place.name, CHALLENGER, to(1 + version % 3)).unwrap();
    }
    assert_eq!(roll_back(place, &registry).unwrap(), (3, 2));
    assert_eq!(roll_back(place, &registry).unwrap(), (2, 1));
    let message = roll_back(place, &registry).unwrap_err().to_string();
    let expected =
        "cannot be rolled back: there was no champion before this one; promote a version instead";
    assert_eq!(message, format!("model {} {expected}", place.name));
    assert_eq!(champion(place, &registry), Some(1));
}

fn the_champion_before_this_one_is_known(place: &Place) {
    let registry = place.with_versions(3);
    assert_eq!(registry.previous(&place.name).unwrap(), None);
    for (version, expected) in [(1, None), (3, Some(1)), (2, Some(3))] {
        registry.set_alias(&place.name, CHAMPION, to(version)).unwrap();
        assert_eq!(registry.previous(&place.name).unwrap(), expected);
    }
    assert_eq!(registry.champions(&place.name).unwrap(), [1, 3, 2]);
    assert_eq!(registry.last_known_champions(&place.name).unwrap(), [1, 3, 2]);
    roll_back(place, &registry).unwrap();
    assert_eq!(registry.previous(&place.name).unwrap(), Some(1));
    assert_eq!(registry.last_known_champions(&place.name).unwrap(), [1, 3]);
    let elsewhere = place.open_from("another machine's cache");
    elsewhere.aliases(&place.name).unwrap();
    assert_eq!(elsewhere.last_known_champions(&place.name).unwrap(), [1, 3]);
}

fn without_a_champion_there_is_nothing_to_roll_back(place: &Place) {
    let registry = place.with_versions(1);
    let message = roll_back(place, &registry).unwrap_err().to_string();
    assert!(message.contains("cannot be rolled back: it has no champion"), "{message}");
    let nothing = registry.rollback("never-published", "operator", "", AT);
    assert!(matches!(nothing, Err(RegistryError::NoSuchModel { .. })));
}

fn a_rollback_to_a_version_that_is_gone_changes_nothing(place: &Place) {
    let registry = place.with_versions(2);
    registry.set_alias(&place.name, CHAMPION, to(1)).unwrap();
    registry.set_alias(&place.name, CHAMPION, to(2)).unwrap();
    place.delete(1);
    assert!(matches!(
        roll_back(place, &registry),
        Err(RegistryError::NoSuchVersion { version: 1, .. })
    ));
    assert_eq!(champion(place, &registry), Some(2));
    assert_eq!(registry.history(&place.name).unwrap().len(), 2);
}

fn a_challenger_that_is_gone_back_from_goes_back_as_well(place: &Place) {
    let registry = place.with_versions(3);
    let set = |alias, version| registry.set_alias(&place.name, alias, to(version)).unwrap();
    set(CHAMPION, 1);
    set(CHALLENGER, 2);
    set(CHAMPION, 2);
    assert_eq!(roll_back(place, &registry).unwrap(), (2, 1));
    let aliases = registry.aliases(&place.name).unwrap();
    assert_eq!((aliases[CHAMPION], aliases[CHALLENGER]), (1, 1));
    assert_eq!(registry.champions(&place.name).unwrap(), [1]);
    let history = registry.history(&place.name).unwrap();
    let [.., challenger, champion] = &history[..] else { panic!("{history:?}") };
    assert_eq!((&*challenger.alias, challenger.from, challenger.to), (CHALLENGER, Some(2), 1));
    assert_eq!(challenger.why, "version 2 was rolled back: it was better");
    assert_eq!((&*champion.alias, champion.kind), (CHAMPION, EventKind::Rollback));
    // Another one stays on trial.
    set(CHAMPION, 2);
    set(CHALLENGER, 3);
    roll_back(place, &registry).unwrap();
    assert_eq!(registry.aliases(&place.name).unwrap()[CHALLENGER], 3);
}

fn a_rollback_looks_at_names_and_lengths_and_leaves_the_bytes_to_services(place: &Place) {
    let registry = place.with_versions(4);
    for version in 1..=4 {
        registry.set_alias(&place.name, CHAMPION, to(version)).unwrap();
    }
    place.tamper(3, "model.bin", b"damaged");
    assert_eq!(roll_back(place, &registry).unwrap(), (4, 3));
    place.tamper(2, "model.bin", b"cut");
    let error = roll_back(place, &registry).unwrap_err();
    assert!(matches!(error, RegistryError::UnusableVersion { version: 2, .. }), "{error}");
    place.lose(2, "model.bin");
    let error = roll_back(place, &registry).unwrap_err();
    assert!(matches!(error, RegistryError::UnusableVersion { version: 2, .. }), "{error}");
    assert_eq!(champion(place, &registry), Some(3));
    assert_eq!(registry.history(&place.name).unwrap().len(), 5);
}

fn a_record_is_of_a_sensible_length(place: &Place) {
    let registry = place.with_versions(1);
    let mut change = to(1);
    change.why = "x".repeat(4_097);
    let message = registry.set_alias(&place.name, CHAMPION, change).unwrap_err().to_string();
    assert_eq!(message, "`why` is longer than 4096 bytes: shorten it");
}
