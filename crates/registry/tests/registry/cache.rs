//! What was fetched from a server stays, is used again, and serves while the server is away.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::json;
use switchboard_artifact::{ArtifactWriter, Manifest};
use switchboard_registry::{CHALLENGER, CHAMPION, Limits, Registry, RegistryError, ServerOptions};

use crate::common::{AT, NAME, Place, options, to};
use crate::fake::Fate;

/// Publishes a version of two files.
fn publish_two_files(registry: &Registry) {
    let staged = registry.stage(NAME).unwrap();
    let mut writer = ArtifactWriter::create(&staged.path()).unwrap();
    writer.add_file("a.bin", b"the first file").unwrap();
    writer.add_file("b.bin", b"the second file").unwrap();
    let [name, task, family] = [NAME, "category", "tfidf"].map(str::to_owned);
    let labels = vec!["Billing".to_owned()];
    writer.seal(Manifest { name, task, family, labels, ..Manifest::default() }).unwrap();
    registry.publish(staged).unwrap();
}

fn downloads(place: &Place, file: &str) -> usize {
    let calls = place.server().calls();
    calls.iter().filter(|call| call.starts_with("GET ") && call.ends_with(file)).count()
}

#[test]
fn what_is_here_is_not_fetched_again() {
    let place = Place::fake();
    let registry = place.with_versions(1);
    place.server().comes_back();
    registry.load(NAME, 1).unwrap();
    assert_eq!(downloads(&place, "model.bin"), 1);
    place.open().load(NAME, 1).unwrap();
    assert_eq!(downloads(&place, "model.bin"), 1);
    // Damaged here, and fetched again from there.
    let here = registry.artifact_directory(NAME, 1).unwrap().join("model.bin");
    std::fs::write(here, "damaged").unwrap();
    registry.load(NAME, 1).unwrap();
    assert_eq!(downloads(&place, "model.bin"), 2);
}

#[test]
fn many_at_once_fetch_a_version_once() {
    let place = Place::fake();
    place.with_versions(1);
    place.server().befall(|_, request| {
        if request.call.ends_with("model.bin") {
            Fate::Late(Duration::from_millis(100))
        } else {
            Fate::Answered
        }
    });
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| place.open().load(NAME, 1).unwrap());
        }
    });
    assert_eq!(downloads(&place, "model.bin"), 1);
}

#[test]
fn a_fetch_that_was_interrupted_goes_on_where_it_was() {
    let place = Place::fake();
    let registry = place.open();
    publish_two_files(&registry);
    place.server().befall(
        |_, request| if request.call.ends_with("b.bin") { Fate::Cut } else { Fate::Answered },
    );
    assert!(registry.load(NAME, 1).unwrap_err().is_away());
    assert_eq!(downloads(&place, "a.bin"), 1);
    place.server().comes_back();
    registry.load(NAME, 1).unwrap();
    assert_eq!((downloads(&place, "a.bin"), downloads(&place, "b.bin")), (0, 1));
}

#[test]
fn a_file_cut_in_half_is_gone_on_with_or_begun_again() {
    for answers_ranges in [false, true] {
        let place = Place::fake();
        let registry = place.with_versions(1);
        if answers_ranges {
            place.server().answers_ranges();
        }
        let asked = Arc::new(Mutex::new(Vec::new()));
        let ranges = asked.clone();
        place.server().befall(move |_, request| {
            if !request.call.ends_with("model.bin") {
                return Fate::Answered;
            }
            let mut ranges = ranges.lock().unwrap();
            ranges.push(request.headers.get("range").cloned().unwrap_or_default());
            if ranges.len() == 1 { Fate::Half } else { Fate::Answered }
        });
        assert_eq!(registry.load(NAME, 1).unwrap().read("model.bin").unwrap(), b"weights");
        assert_eq!(*asked.lock().unwrap(), ["", "bytes=3-"]);
    }
}

#[test]
fn a_file_that_breaks_off_after_all_patience_is_gone_on_with() {
    let place = Place::fake();
    let patience = Duration::from_millis(50);
    let options = options(&place.folder.path().join("cache"));
    let limits = Limits { patience, ..options.limits.clone() };
    let registry = place.open_with(ServerOptions { limits, ..options });
    place.server().answers_ranges();
    for call in ["PUT", "GET"] {
        let mut is_first = true;
        place.server().befall(move |_, request| {
            let is_it = request.method == call && request.call.ends_with("model.bin");
            if !(is_it && std::mem::take(&mut is_first)) {
                return Fate::Answered;
            }
            thread::sleep(2 * patience);
            Fate::Half
        });
        match call {
            "PUT" => assert_eq!(place.publish(&registry).unwrap(), 1),
            _ => drop(registry.load(NAME, 1).unwrap()),
        }
    }
    assert_eq!(downloads(&place, "model.bin"), 2);
}

#[test]
fn a_rollback_fetches_no_model() {
    let place = Place::fake();
    let registry = place.with_versions(2);
    registry.set_alias(NAME, CHAMPION, to(1)).unwrap();
    registry.set_alias(NAME, CHAMPION, to(2)).unwrap();
    place.server().comes_back();
    let elsewhere = place.open_from("another machine's cache");
    assert_eq!(elsewhere.rollback(NAME, "operator", "", AT).unwrap(), (2, 1));
    assert_eq!(downloads(&place, "model.bin"), 0);
}

#[test]
fn while_the_server_is_away_what_is_here_serves() {
    let place = Place::fake();
    let registry = place.with_versions(2);
    registry.set_alias(NAME, CHAMPION, to(1)).unwrap();
    registry.set_alias(NAME, CHAMPION, to(2)).unwrap();
    registry.set_alias(NAME, CHALLENGER, to(1)).unwrap();
    place.server().goes_away();
    let registry = place.open();
    assert!(registry.aliases(NAME).unwrap_err().is_away());
    assert_eq!(registry.last_known_models().unwrap(), [NAME]);
    let known = registry.last_known_aliases(NAME).unwrap();
    assert_eq!((known[CHAMPION], known[CHALLENGER]), (2, 1));
    assert_eq!(registry.last_known_champions(NAME).unwrap(), [1, 2]);
    assert_eq!(registry.load(NAME, 2).unwrap().read("model.bin").unwrap(), b"weights");
    assert_eq!(registry.manifest(NAME, 2).unwrap().name, NAME);
    assert!(registry.load(NAME, 3).unwrap_err().is_away());
    place.server().comes_back();
    place.server().point(NAME, CHAMPION, 1);
    assert_eq!(registry.aliases(NAME).unwrap()[CHAMPION], 1);
    assert_eq!(registry.last_known_aliases(NAME).unwrap()[CHAMPION], 1);
    assert_eq!(registry.last_known_champions(NAME).unwrap(), [1]);
}

#[test]
fn what_is_here_loads_while_the_server_lets_nobody_in_or_is_none() {
    let place = Place::fake();
    let registry = place.with_versions(2);
    registry.load(NAME, 1).unwrap();
    for fate in
        [Fate::Refused(401, ""), Fate::Refused(403, ""), Fate::Refused(302, "Location: /\r\n")]
    {
        place.server().befall(move |_, _| fate.clone());
        assert_eq!(registry.load(NAME, 1).unwrap().read("model.bin").unwrap(), b"weights");
        assert_eq!(registry.manifest(NAME, 1).unwrap().name, NAME);
        let error = registry.load(NAME, 2).unwrap_err();
        let is_told =
            matches!(error, RegistryError::AccessDenied { .. } | RegistryError::NotMlflow { .. });
        assert!(is_told, "{error}");
    }
}

#[test]
fn a_model_is_not_fetched_again_for_what_is_said_of_it() {
    let place = Place::fake();
    let registry = place.with_versions(1);
    registry.load(NAME, 1).unwrap();
    place.describe(1, "the champion now");
    // Whether it is still the same cannot be asked, so it is taken for it.
    place.server().befall(|_, request| {
        if request.call.ends_with("artifacts") { Fate::Cut } else { Fate::Answered }
    });
    registry.load(NAME, 1).unwrap();
    place.server().comes_back();
    registry.load(NAME, 1).unwrap();
    registry.load(NAME, 1).unwrap();
    assert_eq!((downloads(&place, "manifest.json"), downloads(&place, "model.bin")), (1, 0));
}

#[test]
fn equal_numbers_on_a_server_made_anew_are_other_versions() {
    let place = Place::fake();
    let registry = place.with_versions(1);
    registry.load(NAME, 1).unwrap();
    place.server().is_made_anew();
    // Its runs are numbered anew as well; a real server's never are.
    place.server().comes_back();
    publish_two_files(&place.open_from("other"));
    publish_two_files(&place.open_from("other"));
    let run = json!({"run_id": "another"});
    place.server().change_version(NAME, 1, &run);
    assert_eq!(registry.load(NAME, 1).unwrap().read("a.bin").unwrap(), b"the first file");
}

#[test]
fn reading_leaves_nothing_but_the_cache() {
    let place = Place::fake();
    let registry = place.open();
    registry.models().unwrap();
    registry.aliases(NAME).unwrap();
    registry.history(NAME).unwrap();
    assert!(!Path::new(&place.folder.path().join("cache")).exists());
}
