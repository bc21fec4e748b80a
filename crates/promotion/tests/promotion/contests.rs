//! Versions of a real registry.

use std::path::Path;

use switchboard_artifact::{ArtifactWriter, GoldenExample, HeldoutRow, Manifest};
use switchboard_promotion::{CHECKS_FILE, Contest, Limits, Verdict};
use switchboard_registry::{AliasChange, CHAMPION, Expected, Registry, RegistryUrl};

use crate::common::{LABELS, failed, recorded, verdict, version};

const NAME: &str = "category-tfidf";

fn registry(folder: &Path) -> Registry {
    Registry::open(&RegistryUrl::File(folder.to_owned())).unwrap()
}

fn publish(registry: &Registry, rows: &[HeldoutRow]) -> u32 {
    let staged = registry.stage(NAME).unwrap();
    let mut writer = ArtifactWriter::create(&staged.path()).unwrap();
    let logits = vec![0.0; LABELS.len()];
    writer.add_golden(&[GoldenExample { text: "printer".to_owned(), logits }]).unwrap();
    writer.add_heldout(rows).unwrap();
    writer.add_file("model.bin", &[7; 1_000]).unwrap();
    writer.add_file(CHECKS_FILE, &serde_json::to_vec(&recorded(1.0, 0)).unwrap()).unwrap();
    let manifest = Manifest {
        name: NAME.to_owned(),
        task: "category".to_owned(),
        family: "tfidf".to_owned(),
        labels: LABELS.map(str::to_owned).to_vec(),
        ..Manifest::default()
    };
    writer.seal(manifest).unwrap();
    registry.publish(staged).unwrap()
}

fn make_champion(registry: &Registry, version: u32, expected: Expected) {
    let [who, why, at] = ["test", "", "2026-01-01T00:00:00Z"].map(str::to_owned);
    let change = AliasChange { version, expected, who, why, at, evidence: None };
    registry.set_alias(NAME, CHAMPION, change).unwrap();
}

#[test]
fn a_version_is_held_against_the_present_champion() {
    let folder = tempfile::tempdir().unwrap();
    let registry = registry(folder.path());
    publish(&registry, &version(|row| row % 10 == 3, 0.9).rows);
    publish(&registry, &version(|row| row % 3 == 0, 0.9).rows);
    let first = Contest::open(&registry, NAME, 1).unwrap();
    assert_eq!((first.champion(), first.expected()), (None, Expected::Unset));
    assert!(first.compare(&Limits::default()).passed());
    make_champion(&registry, 1, first.expected());

    let second = Contest::open(&registry, NAME, 2).unwrap();
    assert_eq!((second.champion(), second.expected()), (Some(1), Expected::Version(1)));
    let comparison = second.compare(&Limits::default());
    assert!(failed(&comparison).contains(&"accuracy"), "{comparison}");
    assert_eq!(verdict(&comparison, "latency_ms"), Verdict::Passed);
    let size = comparison.checks.iter().find(|check| check.name == "size_bytes").unwrap();
    assert!(size.challenger.unwrap() < 5_000.0, "held-out rows are no part of the model: {size:?}");
}

#[test]
fn rows_given_by_the_caller_replace_those_of_both() {
    let folder = tempfile::tempdir().unwrap();
    let registry = registry(folder.path());
    publish(&registry, &version(|row| row % 10 == 3, 0.9).rows);
    publish(&registry, &[]);
    make_champion(&registry, 1, Expected::Anything);
    let mut contest = Contest::open(&registry, NAME, 2).unwrap();
    assert_eq!(failed(&contest.compare(&Limits::default())), ["rows"]);
    let rows = version(|row| row % 10 == 3, 0.9).rows;
    contest.answer(|_| Ok::<_, ()>(rows.clone())).unwrap();
    assert!(contest.compare(&Limits::default()).passed());
    assert_eq!(contest.answer(|_| Err("no")), Err("no"));
}

#[test]
fn a_champion_that_cannot_be_read_refuses_and_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let registry = registry(folder.path());
    let rows = version(|row| row % 10 == 3, 0.9).rows;
    publish(&registry, &rows);
    publish(&registry, &rows);
    make_champion(&registry, 1, Expected::Anything);
    std::fs::write(folder.path().join("models/category-tfidf/1/model.bin"), [8; 1_000]).unwrap();
    let comparison = Contest::open(&registry, NAME, 2).unwrap().compare(&Limits::default());
    assert_eq!(failed(&comparison), ["champion"]);
    let said = comparison.to_string();
    assert!(said.contains("is damaged") && said.contains("--force and --reason"), "{said}");
    let damaged = Contest::open(&registry, NAME, 1).unwrap_err().to_string();
    assert!(damaged.contains("cannot be used"), "{damaged}");
}
