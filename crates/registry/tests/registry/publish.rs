//! Versions appear whole, in order, and under numbers of their own.

use std::collections::BTreeSet;
use std::fs;
use std::thread;
use std::time::Duration;

use switchboard_registry::{CHAMPION, Registry, RegistryError, RegistryUrl, Selector};

use crate::common::{NAME, empty, open, publish, to, tree, with_versions, write};

#[test]
fn what_is_published_can_be_found_and_loaded() {
    let (_folder, registry) = with_versions(2);
    assert_eq!(registry.models().unwrap(), [NAME]);
    assert_eq!(registry.versions(NAME).unwrap(), [1, 2]);
    assert_eq!(registry.resolve(NAME, &Selector::Version(2)).unwrap(), Some(2));
    assert_eq!(registry.resolve(NAME, &Selector::Version(3)).unwrap(), None);
    assert_eq!(registry.load(NAME, 2).unwrap().read("model.bin").unwrap(), b"weights");
    assert!(registry.artifact_directory(NAME, 1).unwrap().ends_with("models/category-tfidf/1"));
}

#[test]
fn a_registry_without_a_folder_is_empty_and_reading_does_not_make_one() {
    let (folder, registry) = empty();
    assert!(registry.models().unwrap().is_empty());
    assert!(registry.versions(NAME).unwrap().is_empty());
    assert!(registry.aliases(NAME).unwrap().is_empty());
    assert!(registry.history(NAME).unwrap().is_empty());
    let champion = Selector::Alias(CHAMPION.to_owned());
    assert_eq!(registry.resolve(NAME, &champion).unwrap(), None);
    let message = registry.load(NAME, 1).unwrap_err().to_string();
    assert!(message.starts_with("there is no model category-tfidf in "), "{message}");
    assert_eq!(registry.sweep_staging(Duration::ZERO).unwrap(), 0);
    assert!(tree(folder.path()).is_empty());
}

#[test]
fn reading_a_full_registry_leaves_it_as_it_was() {
    let (folder, registry) = with_versions(1);
    registry.set_alias(NAME, CHAMPION, to(1)).unwrap();
    let before = tree(folder.path());
    registry.models().unwrap();
    registry.aliases(NAME).unwrap();
    registry.history(NAME).unwrap();
    registry.load(NAME, 1).unwrap();
    assert_eq!(tree(folder.path()), before);
}

#[test]
fn nothing_is_visible_before_it_is_published() {
    let (_folder, registry) = with_versions(1);
    let staged = registry.stage(NAME).unwrap();
    write(&staged, NAME, b"weights");
    assert_eq!(registry.versions(NAME).unwrap(), [1]);
    let other = registry.stage("priority-tfidf").unwrap();
    assert_eq!(registry.models().unwrap(), [NAME]);
    drop(other);
    assert_eq!(registry.publish(staged).unwrap(), 2);
}

#[test]
fn a_staged_version_that_is_dropped_or_published_leaves_no_staging() {
    let (folder, registry) = empty();
    drop(registry.stage(NAME).unwrap());
    publish(&registry).unwrap();
    let staging = folder.path().join("registry/.staging");
    assert_eq!(tree(&staging), ["lock"]);
}

#[test]
fn an_incomplete_version_is_not_published() {
    let (folder, registry) = empty();
    let staged = registry.stage(NAME).unwrap();
    fs::write(staged.path().join("model.bin"), "weights").unwrap();
    let error = registry.publish(staged).unwrap_err();
    assert_eq!(error.to_string(), "model category-tfidf cannot be published");
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("manifest.json does not exist"), "{cause}");
    assert_eq!(tree(folder.path()), ["registry/", "registry/.staging/", "registry/.staging/lock"]);
}

#[test]
fn a_version_is_published_as_the_model_it_is() {
    let (_folder, registry) = empty();
    let staged = registry.stage(NAME).unwrap();
    write(&staged, "priority-tfidf", b"weights");
    let message = registry.publish(staged).unwrap_err().to_string();
    assert!(message.contains("is of model priority-tfidf, not of category-tfidf"), "{message}");
}

#[test]
fn a_version_is_published_where_it_was_staged() {
    let (_folder, registry) = empty();
    let (_other_folder, other) = empty();
    let staged = registry.stage(NAME).unwrap();
    write(&staged, NAME, b"weights");
    assert!(matches!(other.publish(staged), Err(RegistryError::StagedElsewhere { .. })));
}

#[test]
fn eight_publishers_at_once_get_numbers_of_their_own() {
    let (_folder, registry) = empty();
    let publisher = || (0..5).map(|_| publish(&registry).expect("a version")).collect::<Vec<_>>();
    let numbers: BTreeSet<u32> = thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(publisher)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(numbers, (1..=40).collect());
    for version in registry.versions(NAME).unwrap() {
        registry.load(NAME, version).unwrap();
    }
}

#[test]
fn foreign_files_are_not_listed_and_not_overwritten() {
    let (folder, registry) = with_versions(1);
    let models = folder.path().join("registry/models");
    for name in ["notes", "Upper", ".git", NAME] {
        fs::create_dir_all(models.join(name).join("drafts")).unwrap();
    }
    for path in ["README", "category-tfidf/2", "category-tfidf/03", "category-tfidf/.DS_Store"] {
        fs::write(models.join(path), "foreign").unwrap();
    }
    fs::create_dir(models.join("category-tfidf/007")).unwrap();
    fs::create_dir(models.join("category-tfidf/0")).unwrap();
    assert_eq!(registry.models().unwrap(), [NAME]);
    assert_eq!(registry.versions(NAME).unwrap(), [1]);
    assert_eq!(registry.resolve(NAME, &Selector::Version(2)).unwrap(), None);
    assert!(matches!(registry.load(NAME, 2), Err(RegistryError::NoSuchVersion { .. })));
    assert_eq!(publish(&registry).unwrap(), 3);
    assert_eq!(fs::read(models.join("category-tfidf/2")).unwrap(), b"foreign");
}

#[test]
fn the_number_of_a_deleted_champion_does_not_come_back() {
    let (_folder, registry) = with_versions(2);
    registry.set_alias(NAME, CHAMPION, to(2)).unwrap();
    fs::remove_dir_all(registry.artifact_directory(NAME, 2).unwrap()).unwrap();
    assert_eq!(publish(&registry).unwrap(), 3);
}

#[test]
fn when_numbers_run_out_that_is_said() {
    let (folder, registry) = with_versions(1);
    fs::create_dir(folder.path().join("registry/models/category-tfidf/4294967295")).unwrap();
    assert!(matches!(publish(&registry), Err(RegistryError::NoVersionLeft { .. })));
}

#[test]
fn names_that_would_leave_the_registry_are_refused() {
    let (folder, registry) = empty();
    for name in ["..", "../x", "/x", "", "a/b", ".staging"] {
        assert!(matches!(registry.stage(name), Err(RegistryError::InvalidName { .. })), "{name}");
        assert!(
            matches!(registry.versions(name), Err(RegistryError::InvalidName { .. })),
            "{name}"
        );
        assert!(matches!(registry.load(name, 1), Err(RegistryError::InvalidName { .. })), "{name}");
        assert!(matches!(registry.history(name), Err(RegistryError::InvalidName { .. })), "{name}");
        assert!(matches!(
            registry.set_alias(name, CHAMPION, to(1)),
            Err(RegistryError::InvalidName { .. })
        ));
    }
    assert!(tree(folder.path()).is_empty());
}

#[test]
fn a_file_is_not_a_registry() {
    let (folder, _) = empty();
    let path = folder.path().join("file");
    fs::write(&path, "").unwrap();
    for root in [path.clone(), path.join("below")] {
        let error = Registry::open(&RegistryUrl::File(root)).unwrap_err();
        assert!(
            error.to_string().ends_with("is not a folder: give the registry a folder of its own"),
            "{error}"
        );
    }
    let registry = open(&folder.path().join("later"));
    fs::write(folder.path().join("later"), "").unwrap();
    assert!(matches!(registry.stage(NAME), Err(RegistryError::NotAFolder { .. })));
    assert!(matches!(registry.models(), Err(RegistryError::NotAFolder { .. })));
}

#[cfg(unix)]
#[test]
fn a_read_only_registry_can_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, registry) = with_versions(1);
    let root = folder.path().join("registry");
    let permit = |mode| {
        for path in ["", ".staging", "models", "models/category-tfidf"] {
            fs::set_permissions(root.join(path), fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    permit(0o555);
    assert_eq!(registry.load(NAME, 1).unwrap().manifest().name, NAME);
    // The superuser may write nevertheless.
    if fs::write(root.join("probe"), "").is_err() {
        let message = publish(&registry).unwrap_err().to_string();
        assert!(
            message.contains("cannot be written to: run as a user who may write there"),
            "{message}"
        );
        assert!(matches!(
            registry.set_alias(NAME, CHAMPION, to(1)),
            Err(RegistryError::ReadOnly { .. })
        ));
    }
    permit(0o755);
}

#[cfg(unix)]
#[test]
fn published_files_can_be_read_by_other_users() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, registry) = with_versions(1);
    registry.set_alias(NAME, CHAMPION, to(1)).unwrap();
    let version = registry.artifact_directory(NAME, 1).unwrap();
    let probe = version.with_file_name("probe");
    fs::create_dir(&probe).unwrap();
    let mode = |path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&version), mode(&probe));
    assert_eq!(mode(&version.with_file_name("aliases.json")), mode(&version.join("model.bin")));
}
