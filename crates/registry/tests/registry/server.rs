//! A server that fails in every way. It is one in memory.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use serde_json::json;
use switchboard_registry::{
    Access, CHALLENGER, CHAMPION, Limits, Registry, RegistryError, RegistryUrl, ServerOptions,
};

use crate::common::{AT, NAME, Place, options, to};
use crate::fake::Fate;

/// The calls that publishing one version takes.
fn calls_of_a_publish() -> Vec<String> {
    let place = Place::fake();
    place.server().comes_back();
    place.publish(&place.open()).unwrap();
    place.server().calls()
}

#[test]
fn a_publisher_cut_off_at_any_step_leaves_nothing_that_is_visible() {
    for step in 0..calls_of_a_publish().len() {
        let place = Place::fake();
        let registry = place.open();
        place
            .server()
            .befall(move |number, _| if number < step { Fate::Answered } else { Fate::Cut });
        assert!(place.publish(&registry).unwrap_err().is_away(), "step {step}");
        place.server().comes_back();
        assert!(registry.models().unwrap().is_empty(), "step {step}");
        assert!(registry.versions(NAME).unwrap().is_empty(), "step {step}");
        assert_eq!(place.publish(&registry).unwrap(), 1);
    }
}

#[test]
fn an_answer_that_is_lost_makes_no_second_version() {
    let calls = calls_of_a_publish();
    for (step, call) in calls.iter().enumerate() {
        let place = Place::fake();
        let registry = place.open();
        place
            .server()
            .befall(move |number, _| if number == step { Fate::Unheard } else { Fate::Answered });
        let published = place.publish(&registry);
        let versions = registry.versions(NAME).unwrap();
        if call.ends_with("runs/create") {
            // Whether there is such a run now cannot be known, so the caller is told.
            assert!(published.is_err() && versions.is_empty());
        } else {
            assert_eq!((published.unwrap(), versions), (1, vec![1]), "{call}");
        }
    }
}

#[test]
fn a_run_says_how_it_ended() {
    let place = Place::fake();
    let registry = place.open();
    place.publish(&registry).unwrap();
    assert_eq!(place.server().run_states(), ["FINISHED"]);
    place.server().befall(|_, request| match request.call.as_str() {
        "mlflow/model-versions/create" => Fate::Refused(400, ""),
        _ => Fate::Answered,
    });
    place.publish(&registry).unwrap_err();
    assert_eq!(place.server().run_states(), ["FAILED", "FINISHED"]);
}

#[test]
fn a_busy_server_is_asked_again_when_it_says() {
    let place = Place::fake();
    let registry = place.with_versions(1);
    for (status, header) in [(429, "Retry-After: 0\r\n"), (503, ""), (500, ""), (502, "")] {
        place.server().befall(move |number, _| match number {
            0 | 1 => Fate::Refused(status, header),
            _ => Fate::Answered,
        });
        assert_eq!(registry.versions(NAME).unwrap(), [1], "{status}");
    }
    let started = Instant::now();
    place.server().befall(|number, _| match number {
        0 => Fate::Refused(429, "Retry-After: 1\r\n"),
        _ => Fate::Answered,
    });
    assert_eq!(registry.versions(NAME).unwrap(), [1]);
    assert!(started.elapsed() >= Duration::from_secs(1));
}

#[test]
fn a_server_that_stays_busy_is_given_up_on() {
    let place = Place::fake();
    let registry = place.open();
    for (header, asked) in [("", 4), ("Retry-After: 100000\r\n", 1)] {
        place.server().befall(move |_, _| Fate::Refused(503, header));
        let error = registry.models().unwrap_err();
        assert!(error.is_away());
        let expected = format!(
            "{} cannot answer (registered-models/search: HTTP 503): check its address, and that the MLflow server runs",
            place.url
        );
        assert_eq!(error.to_string(), expected);
        assert_eq!(place.server().calls().len(), asked);
    }
}

#[test]
fn a_slow_server_is_not_waited_for() {
    let place = Place::fake();
    let limits = Limits { answer: Duration::from_millis(100), attempts: 2, ..Limits::default() };
    let cache = place.folder.path().join("cache");
    let registry = place.open_with(ServerOptions { limits, ..options(&cache) });
    place.server().befall(|_, _| Fate::Late(Duration::from_secs(30)));
    let error = registry.models().unwrap_err();
    assert!(error.is_away() && error.to_string().contains("it takes too long"), "{error}");
    assert_eq!(place.server().calls().len(), 2);
}

#[test]
fn a_server_that_is_not_there_is_away() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let folder = tempfile::tempdir().unwrap();
    let url: RegistryUrl = format!("http://127.0.0.1:{port}").parse().unwrap();
    let RegistryUrl::Mlflow(server) = &url else { panic!("{url}") };
    let registry = Registry::open_server(server, options(folder.path())).unwrap();
    for _ in 0..2 {
        assert!(registry.models().unwrap_err().is_away());
        assert!(registry.stage(NAME).unwrap_err().is_away());
    }
}

#[test]
fn whoever_asks_is_told_to_the_server_and_to_nobody_else() {
    let place = Place::fake();
    let cache = place.folder.path().join("cache");
    for (access, expected) in [
        (Access::token("s3cret"), "Bearer s3cret"),
        (Access::basic("ada", "s3cret"), "Basic YWRhOnMzY3JldA=="),
    ] {
        let registry = place.open_with(ServerOptions { access, ..options(&cache) });
        place.server().befall(move |_, request| {
            let told = request.headers.get("authorization").map(String::as_str);
            if told == Some(expected) { Fate::Answered } else { Fate::Refused(401, "") }
        });
        place.publish(&registry).unwrap();
        registry.load(NAME, 1).unwrap();
        place.server().befall(|_, _| Fate::Refused(401, ""));
        let error = registry.models().unwrap_err();
        assert!(matches!(error, RegistryError::AccessDenied { status: 401, .. }));
        assert_eq!(place.server().calls().len(), 1, "asking again does not help");
        let shown = format!("{error} {error:?} {registry:?}");
        assert!(shown.contains("MLFLOW_TRACKING_TOKEN") && !shown.contains("s3cret"), "{shown}");
    }
}

#[test]
fn credentials_in_an_address_are_refused_and_not_repeated() {
    for address in [
        "http://ada:s3cret@127.0.0.1:1",
        "http://ada:s3cret@127.0.0.1:port",
        "http://ada:s3cret@",
        "s3://ada:s3cret@bucket",
    ] {
        let url: RegistryUrl = address.parse().unwrap();
        let RegistryUrl::Mlflow(server) = &url else { panic!("{url}") };
        let folder = tempfile::tempdir().unwrap();
        let error = Registry::open_server(server, options(folder.path())).unwrap_err();
        let shown = format!("{error} {error:?} {url} {url:?}");
        assert!(shown.contains("MLFLOW_TRACKING_PASSWORD") && !shown.contains("s3cret"), "{shown}");
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let place = Place::fake();
    let registry = place.open();
    place.server().befall(|_, _| Fate::Refused(302, "Location: http://127.0.0.1:1/\r\n"));
    let error = registry.models().unwrap_err();
    assert!(matches!(error, RegistryError::NotMlflow { .. }), "{error}");
    assert!(error.to_string().contains("it redirects elsewhere"), "{error}");
    assert_eq!(place.server().calls().len(), 1);
}

#[test]
fn what_is_absent_is_known_from_the_list_and_not_by_asking_for_it() {
    let place = Place::fake();
    place.server().fails_for_absent_files();
    let registry = place.with_versions(1);
    place.server().comes_back();
    assert_eq!(registry.load(NAME, 1).unwrap().read("model.bin").unwrap(), b"weights");
    assert_eq!(registry.manifest(NAME, 1).unwrap().name, NAME);
    let calls = place.server().calls();
    assert!(!calls.iter().any(|call| call.ends_with("manifest.sig")), "{calls:?}");
    place.server().register(NAME, &json!({"source": "mlflow-artifacts:/9/x/artifacts/model"}));
    for error in [registry.load(NAME, 2).unwrap_err(), registry.manifest(NAME, 2).unwrap_err()] {
        assert!(matches!(error, RegistryError::ForeignVersion { .. }), "{error}");
    }
    place.server().remove_file(NAME, 1, "model.bin");
    let error = place.open_from("another").load(NAME, 1).unwrap_err();
    assert!(matches!(error, RegistryError::UnusableVersion { .. }), "{error}");
}

#[test]
fn a_file_that_vanishes_once_it_was_listed_is_the_versions_fault() {
    let place = Place::fake();
    let registry = place.with_versions(1);
    for file in ["manifest.json", "model.bin"] {
        place.server().befall(move |_, request| match &request.call {
            call if call.ends_with(file) => Fate::Refused(404, ""),
            _ => Fate::Answered,
        });
        let error = registry.load(NAME, 1).unwrap_err();
        assert!(matches!(error, RegistryError::UnusableVersion { .. }), "{error}");
        place.server().comes_back();
    }
    registry.load(NAME, 1).unwrap();
}

#[test]
fn a_change_is_recorded_before_it_is_made() {
    let place = Place::fake();
    let registry = place.with_versions(2);
    registry.set_alias(NAME, CHAMPION, to(1)).unwrap();
    place.server().befall(|_, request| match request.call.as_str() {
        "mlflow/registered-models/alias" => Fate::Cut,
        _ => Fate::Answered,
    });
    assert!(registry.set_alias(NAME, CHAMPION, to(2)).unwrap_err().is_away());
    place.server().comes_back();
    assert_eq!(registry.aliases(NAME).unwrap()[CHAMPION], 1);
    assert_eq!(registry.history(NAME).unwrap().len(), 2);
    assert_eq!(registry.previous(NAME).unwrap(), None, "what was never made does not count");
    registry.set_alias(NAME, CHAMPION, to(2)).unwrap();
    assert_eq!(registry.previous(NAME).unwrap(), Some(1));
}

#[test]
fn a_rollback_that_is_cut_off_and_repeated_goes_back_once() {
    for cut in [CHALLENGER, CHAMPION] {
        let place = Place::fake();
        let registry = place.with_versions(3);
        for version in 1..=3 {
            registry.set_alias(NAME, CHAMPION, to(version)).unwrap();
        }
        registry.set_alias(NAME, CHALLENGER, to(3)).unwrap();
        place.server().befall(move |_, request| match &*request.call {
            "mlflow/registered-models/alias" if request.json()["alias"] == cut => Fate::Cut,
            _ => Fate::Answered,
        });
        assert!(registry.rollback(NAME, "operator", "", AT).unwrap_err().is_away());
        place.server().comes_back();
        assert_eq!(registry.rollback(NAME, "operator", "", AT).unwrap(), (3, 2));
        let aliases = registry.aliases(NAME).unwrap();
        assert_eq!((aliases[CHAMPION], aliases[CHALLENGER]), (2, 2), "{cut}");
    }
}

#[test]
fn an_alias_that_was_moved_is_moved_though_its_stage_cannot_be_set() {
    let place = Place::fake();
    let registry = place.with_versions(1);
    place.server().befall(|_, request| match &*request.call {
        "mlflow/model-versions/transition-stage" => Fate::Cut,
        _ => Fate::Answered,
    });
    registry.set_alias(NAME, CHAMPION, to(1)).unwrap();
    let calls = place.server().calls();
    let at = |call: &str| calls.iter().position(|made| made.ends_with(call)).unwrap();
    assert!(at("registered-models/alias") < at("model-versions/transition-stage"));
    assert_eq!(registry.aliases(NAME).unwrap()[CHAMPION], 1);
}

#[test]
fn a_server_that_keeps_artifacts_elsewhere_is_refused_before_the_training() {
    let place = Place::fake();
    place.server().keeps_artifacts_at("s3://bucket");
    let error = place.open().stage(NAME).unwrap_err();
    assert!(matches!(error, RegistryError::NoArtifacts { .. }), "{error}");
    assert!(error.to_string().contains("start it with --artifacts-destination DIR"), "{error}");
}

#[test]
fn an_upload_that_does_not_arrive_whole_is_not_published() {
    let place = Place::fake();
    let registry = place.open();
    place.server().loses_the_end_of_uploads();
    let error = place.publish(&registry).unwrap_err();
    assert!(error.to_string().contains("what arrived is not of the same length"), "{error}");
    assert!(registry.versions(NAME).unwrap().is_empty());
}
