//! Versions appear whole, in order, and under numbers of their own.

use std::fs;
use std::time::Duration;

use switchboard_registry::{CHAMPION, Registry, RegistryError, RegistryUrl, Selector};

use crate::common::{NAME, empty, open, publish, to, tree, with_versions, write};

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
fn a_version_is_published_where_it_was_staged() {
    let (_folder, registry) = empty();
    let (_other_folder, other) = empty();
    let staged = registry.stage(NAME).unwrap();
    write(&staged, NAME, b"weights");
    assert!(matches!(other.publish(staged), Err(RegistryError::StagedElsewhere { .. })));
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
fn when_numbers_run_out_that_is_said() {
    let (folder, registry) = with_versions(1);
    fs::create_dir(folder.path().join("registry/models/category-tfidf/4294967295")).unwrap();
    assert!(matches!(publish(&registry), Err(RegistryError::NoVersionLeft { .. })));
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
