//! What is damaged is refused by name; what a crash leaves behind is put up with.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use switchboard_registry::{CHAMPION, Registry, RegistryError, Selector};
use tempfile::TempDir;

use crate::common::{AT, NAME, publish, to, with_versions};

/// A registry whose champion went from 1 to 2, and the folder of its model.
fn promoted() -> (TempDir, Registry, PathBuf) {
    let (folder, registry) = with_versions(3);
    registry.set_alias(NAME, CHAMPION, to(1)).expect("set");
    registry.set_alias(NAME, CHAMPION, to(2)).expect("set");
    let model = folder.path().join("registry/models").join(NAME);
    (folder, registry, model)
}

#[test]
fn a_damaged_version_is_refused_and_the_file_named() {
    let (_folder, registry) = with_versions(1);
    let version = registry.artifact_directory(NAME, 1).unwrap();
    let cases = [
        ("model.bin", "weighty", "model.bin is damaged"),
        ("model.bin", "weigh", "model.bin is cut short"),
        ("manifest.json", "{\"format_version\": 2}", "manifest.json has format version 2"),
        ("manifest.json", "{\"format_version\": 1", "manifest.json is not a readable manifest"),
    ];
    for (file, bytes, expected) in cases {
        fs::write(version.join(file), bytes).unwrap();
        let error = registry.load(NAME, 1).unwrap_err();
        assert_eq!(error.to_string(), "model category-tfidf version 1 cannot be used");
        let cause = error.source().unwrap().to_string();
        assert!(cause.contains(expected), "{cause}");
    }
}

#[test]
fn a_version_of_another_model_is_refused() {
    let (folder, registry) = with_versions(1);
    let models = folder.path().join("registry/models");
    fs::rename(models.join(NAME), models.join("priority-tfidf")).unwrap();
    let message = registry.load("priority-tfidf", 1).unwrap_err().to_string();
    assert!(message.contains("is of model category-tfidf, not of priority-tfidf"), "{message}");
}

#[test]
fn damaged_aliases_are_named_and_do_not_hide_versions() {
    let (_folder, registry, model) = promoted();
    for bytes in [
        "",
        "{",
        "[]",
        "{\"champion\": \"2\"}",
        "{\"champion\": 0}",
        "{\"../x\": 1}",
        "{\"champion\": -1}",
    ] {
        fs::write(model.join("aliases.json"), bytes).unwrap();
        let message = registry.aliases(NAME).unwrap_err().to_string();
        assert!(message.contains("aliases.json is damaged ("), "{message}");
        assert!(message.ends_with("): restore it, or delete it and promote again"), "{message}");
    }
    assert!(registry.resolve(NAME, &Selector::Alias(CHAMPION.to_owned())).is_err());
    assert!(matches!(
        registry.set_alias(NAME, CHAMPION, to(3)),
        Err(RegistryError::DamagedAliases { .. })
    ));
    assert_eq!(registry.versions(NAME).unwrap(), [1, 2, 3]);
    fs::remove_file(model.join("aliases.json")).unwrap();
    assert_eq!(registry.set_alias(NAME, CHAMPION, to(3)).unwrap(), None);
    assert_eq!(registry.rollback(NAME, "", "", AT).unwrap(), (3, 2));
}

#[test]
fn a_torn_last_line_of_history_is_left_out_and_then_replaced() {
    let (_folder, registry, model) = promoted();
    let path = model.join("history.jsonl");
    let whole = fs::read(&path).unwrap();
    let first_line = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    // Cut anywhere in the last line, which was recorded and not yet made.
    for end in first_line..whole.len() - 1 {
        fs::write(&path, &whole[..end]).unwrap();
        fs::write(model.join("aliases.json"), "{\"champion\": 1}").unwrap();
        assert_eq!(registry.history(NAME).unwrap().len(), 1);
        registry.set_alias(NAME, CHAMPION, to(2)).unwrap();
        assert_eq!(fs::read(&path).unwrap(), whole);
    }
}

#[test]
fn a_last_line_that_only_lacks_its_end_counts() {
    let (_folder, registry, model) = promoted();
    let path = model.join("history.jsonl");
    let mut bytes = fs::read(&path).unwrap();
    bytes.pop();
    fs::write(&path, bytes).unwrap();
    assert_eq!(registry.history(NAME).unwrap().len(), 2);
    registry.set_alias(NAME, CHAMPION, to(3)).unwrap();
    assert_eq!(registry.history(NAME).unwrap().len(), 3);
    assert_eq!(registry.rollback(NAME, "", "", AT).unwrap(), (3, 2));
}

#[test]
fn a_change_recorded_but_not_made_is_not_gone_back_to() {
    let (_folder, registry, model) = promoted();
    registry.set_alias(NAME, CHAMPION, to(3)).unwrap();
    // As if killed between the two steps.
    fs::write(model.join("aliases.json"), "{\"champion\": 2}").unwrap();
    assert_eq!(registry.rollback(NAME, "", "", AT).unwrap(), (2, 1));
}

#[test]
fn other_damage_to_history_is_named_and_keeps_changes_out() {
    let (_folder, registry, model) = promoted();
    let path = model.join("history.jsonl");
    let whole = fs::read_to_string(&path).unwrap();
    for damaged in [
        format!("garbage\n{whole}"),
        format!("\n{whole}"),
        whole.replacen("\"from\":null", "\"from\":0", 1),
        whole.replacen("champion", "Champion", 1),
    ] {
        fs::write(&path, &damaged).unwrap();
        let message = registry.history(NAME).unwrap_err().to_string();
        assert!(message.contains("history.jsonl, line 1, is damaged ("), "{message}");
        assert!(matches!(
            registry.set_alias(NAME, CHAMPION, to(3)),
            Err(RegistryError::DamagedHistory { .. })
        ));
        registry.rollback(NAME, "", "", AT).unwrap_err();
        assert_eq!(fs::read_to_string(&path).unwrap(), damaged);
        assert_eq!(registry.aliases(NAME).unwrap()[CHAMPION], 2);
    }
    assert_eq!(publish(&registry).unwrap(), 4);
}
