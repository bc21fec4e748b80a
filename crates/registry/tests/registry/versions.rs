//! Versions appear whole, under numbers of their own, whatever keeps them.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::thread;

use switchboard_artifact::{
    ArtifactWriter, MAX_FILE_BYTES, MAX_MANIFEST_BYTES, MAX_SIGNATURE_BYTES, Manifest,
    SIGNATURE_FILE, SigningKey, TrustedKeys,
};
use switchboard_registry::{CHAMPION, Registry, RegistryError, Selector};

use crate::common::{AT, Place, conform, to, write};

conform! {
    what_is_published_can_be_found_and_loaded,
    what_was_never_published_is_not_there,
    what_a_version_says_of_itself_is_known_without_its_files,
    nothing_is_visible_before_it_is_published,
    an_incomplete_version_is_not_published,
    a_version_is_published_as_the_model_it_is,
    a_version_is_published_where_it_was_staged,
    four_publishers_at_once_get_numbers_of_their_own,
    the_number_of_a_deleted_champion_does_not_come_back,
    a_damaged_version_is_refused_and_the_file_named,
    a_version_that_claims_to_be_huge_is_refused,
    a_version_whose_file_is_gone_is_refused_and_the_file_named,
    a_version_whose_manifest_or_signature_is_too_large_is_refused,
    a_version_looks_the_same_until_it_changes,
    a_signature_travels_with_its_version,
    a_version_that_was_mended_or_signed_where_it_is_kept_looks_changed_and_is_loaded_anew,
    names_that_would_leave_the_registry_are_refused,
}

fn what_is_published_can_be_found_and_loaded(place: &Place) {
    let registry = place.with_versions(2);
    assert!(registry.models().unwrap().contains(&place.name));
    assert_eq!(registry.versions(&place.name).unwrap(), [1, 2]);
    assert_eq!(registry.resolve(&place.name, &Selector::Version(2)).unwrap(), Some(2));
    assert_eq!(registry.resolve(&place.name, &Selector::Version(3)).unwrap(), None);
    assert_eq!(registry.load(&place.name, 2).unwrap().read("model.bin").unwrap(), b"weights");
    assert!(registry.artifact_directory(&place.name, 1).unwrap().ends_with("1"));
}

fn what_was_never_published_is_not_there(place: &Place) {
    let registry = place.open();
    assert!(!registry.models().unwrap().contains(&place.name));
    assert!(registry.versions(&place.name).unwrap().is_empty());
    assert!(registry.aliases(&place.name).unwrap().is_empty());
    assert!(registry.history(&place.name).unwrap().is_empty());
    let champion = Selector::Alias(CHAMPION.to_owned());
    assert_eq!(registry.resolve(&place.name, &champion).unwrap(), None);
    let message = registry.load(&place.name, 1).unwrap_err().to_string();
    assert!(message.starts_with(&format!("there is no model {} in ", place.name)), "{message}");
    let registry = place.with_versions(1);
    let message = registry.load(&place.name, 7).unwrap_err().to_string();
    assert!(message.starts_with(&format!("model {} has no version 7 (", place.name)), "{message}");
}

fn what_a_version_says_of_itself_is_known_without_its_files(place: &Place) {
    let registry = place.with_versions(1);
    place.tamper(1, "model.bin", b"damaged");
    assert_eq!(registry.manifest(&place.name, 1).unwrap().family, "tfidf");
    assert!(matches!(
        registry.manifest(&place.name, 2),
        Err(RegistryError::NoSuchVersion { version: 2, .. })
    ));
}

fn nothing_is_visible_before_it_is_published(place: &Place) {
    let registry = place.with_versions(1);
    let staged = registry.stage(&place.name).unwrap();
    write(&staged, &place.name, b"weights");
    assert_eq!(registry.versions(&place.name).unwrap(), [1]);
    drop(registry.stage("never-published").unwrap());
    assert!(!registry.models().unwrap().contains(&"never-published".to_owned()));
    assert_eq!(registry.publish(staged).unwrap(), 2);
}

fn an_incomplete_version_is_not_published(place: &Place) {
    let registry = place.open();
    let staged = registry.stage(&place.name).unwrap();
    fs::write(staged.path().join("model.bin"), "weights").unwrap();
    let error = registry.publish(staged).unwrap_err();
    assert_eq!(error.to_string(), format!("model {} cannot be published", place.name));
    let cause = error.source().unwrap().to_string();
    assert!(cause.contains("manifest.json does not exist"), "{cause}");
    assert!(registry.versions(&place.name).unwrap().is_empty());
}

fn a_version_is_published_as_the_model_it_is(place: &Place) {
    let registry = place.open();
    let staged = registry.stage(&place.name).unwrap();
    write(&staged, "priority-tfidf", b"weights");
    let message = registry.publish(staged).unwrap_err().to_string();
    let expected = format!("is of model priority-tfidf, not of {}", place.name);
    assert!(message.contains(&expected), "{message}");
}

fn a_version_is_published_where_it_was_staged(place: &Place) {
    let staged = place.open().stage(&place.name).unwrap();
    write(&staged, &place.name, b"weights");
    let other = Place::folder().open();
    assert!(matches!(other.publish(staged), Err(RegistryError::StagedElsewhere { .. })));
}

fn four_publishers_at_once_get_numbers_of_their_own(place: &Place) {
    let publisher = |machine: usize| {
        let registry = place.open_from(&format!("cache-{machine}"));
        (0..3).map(|_| place.publish(&registry).expect("a version")).collect::<Vec<_>>()
    };
    let numbers: BTreeSet<u32> = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..4).map(|machine| scope.spawn(move || publisher(machine))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(numbers, (1..=12).collect());
    let registry = place.open();
    for version in registry.versions(&place.name).unwrap() {
        registry.load(&place.name, version).unwrap();
    }
}

fn the_number_of_a_deleted_champion_does_not_come_back(place: &Place) {
    let registry = place.with_versions(2);
    registry.set_alias(&place.name, CHAMPION, to(2)).unwrap();
    place.delete(2);
    assert_eq!(place.publish(&registry).unwrap(), 3);
}

fn a_damaged_version_is_refused_and_the_file_named(place: &Place) {
    place.with_versions(1);
    let cases: [(&str, &[u8], &str); 5] = [
        ("model.bin", b"weighty", "model.bin is damaged"),
        ("model.bin", b"weigh", "model.bin is cut short"),
        ("model.bin", b"weights and more", "model.bin is longer than the 7 bytes"),
        ("manifest.json", b"{\"format_version\": 2}", "manifest.json has format version 2"),
        ("manifest.json", b"{\"format_version\": 1", "manifest.json is not a readable manifest"),
    ];
    for (number, (file, bytes, expected)) in cases.into_iter().enumerate() {
        place.tamper(1, file, bytes);
        let error = place.open_from(&format!("cache-{number}")).load(&place.name, 1).unwrap_err();
        assert_eq!(error.to_string(), format!("model {} version 1 cannot be used", place.name));
        let cause = error.source().unwrap().to_string();
        assert!(cause.contains(expected), "{cause}");
    }
}

fn a_version_that_claims_to_be_huge_is_refused(place: &Place) {
    let registry = place.with_versions(1);
    let manifest = registry.manifest(&place.name, 1).unwrap();
    for size_bytes in [u64::MAX, u64::MAX - 1, MAX_FILE_BYTES + 1] {
        let mut manifest = manifest.clone();
        manifest.files.get_mut("model.bin").unwrap().size_bytes = size_bytes;
        place.tamper(1, "manifest.json", &serde_json::to_vec(&manifest).unwrap());
        let error = registry.load(&place.name, 1).unwrap_err();
        assert!(matches!(error, RegistryError::UnusableVersion { .. }), "{error}");
        let cause = error.source().unwrap().to_string();
        assert!(cause.contains("`files.model.bin.size_bytes` is more than 16 GiB"), "{cause}");
    }
}

fn a_version_whose_file_is_gone_is_refused_and_the_file_named(place: &Place) {
    let registry = place.with_versions(1);
    place.lose(1, "model.bin");
    let error = registry.load(&place.name, 1).unwrap_err();
    assert!(matches!(error, RegistryError::UnusableVersion { .. }), "{error}");
    let cause = error.source().unwrap().to_string();
    assert!(cause.contains("model.bin does not exist"), "{cause}");
}

fn a_version_whose_manifest_or_signature_is_too_large_is_refused(place: &Place) {
    let registry = place.with_versions(2);
    for (version, file, limit_bytes) in
        [(1, "manifest.json", MAX_MANIFEST_BYTES), (2, "manifest.sig", MAX_SIGNATURE_BYTES)]
    {
        place.tamper(version, file, &vec![b' '; limit_bytes as usize + 1]);
        let error = registry.load(&place.name, version).unwrap_err();
        assert!(matches!(error, RegistryError::UnusableVersion { .. }), "{error}");
        let cause = error.source().unwrap().to_string();
        assert!(cause.contains(&format!("{file} is larger than {limit_bytes} bytes")), "{cause}");
    }
}

fn a_version_looks_the_same_until_it_changes(place: &Place) {
    let registry = place.with_versions(2);
    let state = |version| registry.state(&place.name, version).unwrap();
    assert_eq!(state(1), state(1));
    assert_ne!(state(1), state(2));
    assert_eq!(state(8), state(9), "neither is there");
    let before = state(1);
    place.delete(1);
    assert_ne!(state(1), before);
}

/// Publishes a signed version; returns the key's public half and the bytes of the signature.
fn publish_signed(place: &Place, registry: &Registry) -> (TrustedKeys, Vec<u8>) {
    let key = SigningKey::generate().unwrap();
    let staged = registry.stage(&place.name).unwrap();
    let mut writer = ArtifactWriter::create(&staged.path()).unwrap();
    writer.add_file("model.bin", b"weights").unwrap();
    let [name, task, family] = [&*place.name, "category", "tfidf"].map(str::to_owned);
    let labels = vec!["Billing".to_owned()];
    let manifest = Manifest { name, task, family, labels, ..Manifest::default() };
    writer.seal_signed(manifest, Some(&key)).unwrap();
    let signature = fs::read(staged.path().join(SIGNATURE_FILE)).unwrap();
    registry.publish(staged).unwrap();
    (TrustedKeys::from_iter([key.public()]), signature)
}

fn a_signature_travels_with_its_version(place: &Place) {
    let registry = place.with_versions(1);
    let (trusted, signature) = publish_signed(place, &registry);
    for registry in [registry, place.open_from("another machine's cache")] {
        let loaded = registry.load(&place.name, 2).unwrap();
        loaded.verify_signature(&trusted).unwrap();
        assert_eq!(fs::read(loaded.directory().join(SIGNATURE_FILE)).unwrap(), signature);
        let unsigned = registry.load(&place.name, 1).unwrap();
        assert_eq!(unsigned.signed_by().unwrap(), None);
    }
}

fn a_version_that_was_mended_or_signed_where_it_is_kept_looks_changed_and_is_loaded_anew(
    place: &Place,
) {
    let registry = place.open();
    let (trusted, signature) = publish_signed(place, &registry);
    place.tamper(1, "model.bin", b"damaged");
    registry.load(&place.name, 1).unwrap_err();
    let before = registry.state(&place.name, 1).unwrap();
    place.tamper(1, "model.bin", b"weights");
    place.describe(1, "mended");
    assert_ne!(registry.state(&place.name, 1).unwrap(), before);
    registry.load(&place.name, 1).unwrap();
    // What is here by now counts no longer than it is what is there.
    for (number, (file, bytes)) in
        [("manifest.sig", &b"{}"[..]), ("manifest.sig", &signature)].into_iter().enumerate()
    {
        place.tamper(1, file, bytes);
        place.describe(1, &format!("signed {number}"));
        let loaded = registry.load(&place.name, 1).unwrap();
        assert_eq!(loaded.verify_signature(&trusted).is_ok(), number == 1);
    }
    place.lose(1, "manifest.sig");
    place.describe(1, "not signed");
    assert_eq!(registry.load(&place.name, 1).unwrap().signed_by().unwrap(), None);
}

fn names_that_would_leave_the_registry_are_refused(place: &Place) {
    let registry = place.open();
    let is_refused = |error: RegistryError| matches!(error, RegistryError::InvalidName { .. });
    for name in ["..", "../x", "/x", "", "a/b", ".staging", "a'b"] {
        assert!(is_refused(registry.stage(name).unwrap_err()), "{name}");
        assert!(is_refused(registry.versions(name).unwrap_err()), "{name}");
        assert!(is_refused(registry.load(name, 1).unwrap_err()), "{name}");
        assert!(is_refused(registry.manifest(name, 1).unwrap_err()), "{name}");
        assert!(is_refused(registry.state(name, 1).unwrap_err()), "{name}");
        assert!(is_refused(registry.history(name).unwrap_err()), "{name}");
        assert!(is_refused(registry.last_known_aliases(name).unwrap_err()), "{name}");
        assert!(is_refused(registry.last_known_champions(name).unwrap_err()), "{name}");
        assert!(is_refused(registry.set_alias(name, CHAMPION, to(1)).unwrap_err()), "{name}");
        assert!(is_refused(registry.rollback(name, "", "", AT).unwrap_err()), "{name}");
    }
}
