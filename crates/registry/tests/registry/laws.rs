//! Laws that hold after any sequence of operations.

use std::fs;

use proptest::prelude::*;
use switchboard_registry::{CHALLENGER, CHAMPION, EventKind, Registry, RegistryError};

use crate::common::{AT, NAME, empty, publish, to};

#[derive(Debug, Clone)]
enum Step {
    Publish,
    Promote(u32),
    Challenge(u32),
    RollBack,
    /// A writer is killed while recording a promotion.
    Tear(usize),
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => Just(Step::Publish),
        4 => (1_u32..6).prop_map(Step::Promote),
        1 => (1_u32..6).prop_map(Step::Challenge),
        3 => Just(Step::RollBack),
        1 => (0_usize..60).prop_map(Step::Tear),
    ]
}

/// What the registry should hold.
#[derive(Debug, Default)]
struct Model {
    versions: u32,
    champions: Vec<u32>,
}

impl Model {
    fn step(&mut self, registry: &Registry, step: &Step) {
        match *step {
            Step::Publish => {
                self.versions += 1;
                assert_eq!(publish(registry).expect("a version"), self.versions);
            }
            Step::Promote(version) => self.promote(registry, version),
            Step::Challenge(version) => {
                assert_eq!(
                    registry.set_alias(NAME, CHALLENGER, to(version)).is_ok(),
                    version <= self.versions
                );
            }
            Step::RollBack => self.roll_back(registry),
            Step::Tear(length) => self.tear(registry, length),
        }
    }

    fn promote(&mut self, registry: &Registry, version: u32) {
        let previous = self.champions.last().copied();
        match registry.set_alias(NAME, CHAMPION, to(version)) {
            Ok(from) => {
                assert!(version <= self.versions);
                assert_eq!(from, previous);
                if previous != Some(version) {
                    self.champions.push(version);
                }
            }
            Err(RegistryError::NoSuchModel { .. } | RegistryError::NoSuchVersion { .. }) => {
                assert!(version > self.versions);
            }
            Err(error) => panic!("{error}"),
        }
    }

    fn roll_back(&mut self, registry: &Registry) {
        match registry.rollback(NAME, "operator", "", AT) {
            Ok((from, to)) => {
                assert_eq!(self.champions.pop(), Some(from));
                assert_eq!(self.champions.last(), Some(&to));
                let aliases = registry.aliases(NAME).expect("aliases");
                assert_ne!(aliases.get(CHALLENGER), Some(&from), "it would stay on trial");
            }
            Err(RegistryError::NoSuchModel { .. }) => assert_eq!(self.versions, 0),
            Err(RegistryError::NothingToRollBack { .. }) => assert!(self.champions.len() < 2),
            Err(error) => panic!("{error}"),
        }
    }

    fn tear(&self, registry: &Registry, length: usize) {
        if self.versions == 0 {
            return;
        }
        let version = registry.artifact_directory(NAME, 1).expect("a version");
        let path = version.with_file_name("history.jsonl");
        let mut bytes = fs::read(&path).unwrap_or_default();
        // Tearing twice without a change in between is one longer torn line.
        if bytes.is_empty() || bytes.ends_with(b"\n") {
            let line = br#"{"alias":"champion","from":null,"to":1,"kind":"set","who":"","why":"","at":""}"#;
            bytes.extend(&line[..length]);
            fs::write(path, bytes).expect("written");
        }
    }

    fn check(&self, registry: &Registry) {
        let versions: Vec<u32> = (1..=self.versions).collect();
        assert_eq!(registry.versions(NAME).expect("versions"), versions);
        let aliases = registry.aliases(NAME).expect("aliases");
        assert_eq!(aliases.get(CHAMPION), self.champions.last());
        assert!(aliases.values().all(|version| versions.contains(version)));
        check_history(registry);
    }
}

/// Every event starts where the one before it ended, and the last ended where the alias is.
fn check_history(registry: &Registry) {
    let events = registry.history(NAME).expect("history");
    for alias in [CHAMPION, CHALLENGER] {
        let mut now = None;
        for event in events.iter().filter(|event| event.alias == alias) {
            assert_eq!(event.from, now);
            assert_ne!(event.from, Some(event.to));
            assert!(event.kind == EventKind::Set || now.is_some());
            now = Some(event.to);
        }
        assert_eq!(registry.aliases(NAME).expect("aliases").get(alias).copied(), now);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn the_champion_exists_and_history_explains_it(steps in prop::collection::vec(any_step(), 0..30)) {
        let (_folder, registry) = empty();
        let mut model = Model::default();
        for step in &steps {
            model.step(&registry, step);
            model.check(&registry);
        }
    }
}
