//! `switchboard up`, from start to stop.

use serde_json::{Value, json};

use crate::stand_ins::{Mesh, SERVICE};
use crate::support::{publish_point, registry_url};

#[test]
fn the_mesh_is_announced_when_it_is_ready_and_stopped_in_order() {
    let mesh = Mesh::trained();
    let up = mesh.start(&[]);
    mesh.wait_for("log", "agent started");
    assert_eq!(mesh.read("stdout"), "");
    let agent = mesh.agent();
    mesh.wait_for("stdout", "\n");
    let ready: Value = serde_json::from_str(&mesh.read("stdout")).unwrap();
    let [api, admin, tfidf, tfidf_admin] =
        [0, 1, 2, 3].map(|index| format!("http://127.0.0.1:{}", mesh.ports[index]));
    assert_eq!(ready["agent"], api);
    let services = json!({"tfidf": {"api": tfidf, "admin": tfidf_admin}, "agent": {"api": api, "admin": admin}});
    assert_eq!(ready["services"], services);
    assert_eq!(ready["registry"], registry_url(&mesh.registry()));
    assert!(ready["sample"]["request"]["text"].as_str().unwrap().contains("@example.com"));
    assert_eq!(ready["sample"]["reply"]["label"], "Access");
    assert!(ready["seconds"].is_number());

    up.signal("-TERM");
    assert_eq!(up.wait().code(), Some(0));
    drop(agent);
    let log = mesh.read("log");
    let place = |part: &str| log.find(part).unwrap_or_else(|| panic!("{part}: {log}"));
    assert!(place("agent stopped") < place("tfidf stopped"), "{log}");
    let flags = format!(
        "--stop-with-stdin --listen 127.0.0.1:{} --admin-listen 127.0.0.1:{} --registry {}",
        mesh.ports[2],
        mesh.ports[3],
        registry_url(&mesh.registry())
    );
    assert!(log.contains(&format!("tfidf started {flags}\n")), "{log}");
    let decisions = mesh.path("data/decisions.db").display().to_string();
    let flags = format!("--tfidf-url {tfidf} --decisions sqlite:{decisions}\n");
    assert!(log.contains(&flags), "{log}");
    assert!(!log.contains("train-tfidf"), "{log}");
}

#[test]
fn the_first_start_trains() {
    let mesh = Mesh::new();
    let up = mesh.start(&[]);
    mesh.wait_for("log", "train-tfidf ran");
    let _agent = mesh.agent();
    mesh.wait_for("stdout", "\n");
    up.ctrl_c();
    assert_eq!(up.wait().code(), Some(0));
    let log = mesh.read("log");
    assert!(log.contains("agent stopped\ntfidf stopped\n"), "Ctrl-C reached them too early: {log}");
    let corpus = mesh.path("data/corpus.csv").display().to_string();
    assert!(log.contains(&format!("make-corpus ran --stop-with-stdin --out {corpus}\n")), "{log}");
    let training = format!(
        "train-tfidf ran --stop-with-stdin --task category --data {corpus} --text-column text --label-column label --language-column language --group-column phrasing --registry {} --promote\n",
        registry_url(&mesh.registry())
    );
    assert!(log.contains(&training), "{log}");
}

#[test]
fn champions_that_are_not_fitted_to_each_other_are_fitted_beside_the_mesh() {
    let mesh = Mesh::whole();
    let up = mesh.start(&[]);
    mesh.wait_for("log", "calibrate-routing ran");
    mesh.wait_for("log", "transformer started");
    mesh.wait_for("log", "agent started");
    up.ctrl_c();
    up.wait();
    let expected = format!(
        "calibrate-routing ran --stop-with-stdin --task category --registry {} --promote\n",
        registry_url(&mesh.registry())
    );
    let log = mesh.read("log");
    assert!(log.contains(&expected), "{log}");
    assert!(!log.contains("train-"), "{log}");
}

#[test]
fn a_point_of_older_champions_is_made_again_with_its_targets() {
    let mesh = Mesh::whole();
    publish_point(&mesh.registry(), 7, 1);
    let up = mesh.start(&[]);
    mesh.wait_for("log", "--target-accuracy 0.95 --promote");
    mesh.wait_for("log", "agent started");
    up.ctrl_c();
    up.wait();
}

#[test]
fn a_point_of_these_champions_is_left_as_it_is() {
    let mesh = Mesh::whole();
    publish_point(&mesh.registry(), 1, 1);
    let up = mesh.start(&[]);
    // Before that, the port would be taken.
    mesh.wait_for("log", "agent started");
    let _agent = mesh.agent();
    mesh.wait_for("stdout", "\n");
    up.ctrl_c();
    assert_eq!(up.wait().code(), Some(0));
    assert!(!mesh.read("log").contains("calibrate-routing"), "{}", mesh.read("log"));
}

#[test]
fn a_calibration_that_fails_is_told_and_stops_nothing() {
    let mesh = Mesh::whole();
    mesh.write("calibrate-routing", "exit 7");
    let up = mesh.start(&[]);
    mesh.wait_for("stderr", "`calibrate-routing` ended with exit status: 7; the mesh goes on");
    let _agent = mesh.agent();
    mesh.wait_for("stdout", "\n");
    up.ctrl_c();
    assert_eq!(up.wait().code(), Some(0));
}

#[test]
fn without_a_model_to_serve_it_stops() {
    let mesh = Mesh::new();
    mesh.write("train-tfidf", "sleep 0.3; exit 7");
    assert_eq!(mesh.start(&[]).wait().code(), Some(1));
    let stderr = mesh.read("stderr");
    assert!(
        stderr.contains("`train-tfidf` ended with exit status: 7, so there is no model"),
        "{stderr}"
    );
    assert_eq!(mesh.read("log").matches("stopped").count(), 2);
}

#[test]
fn a_dead_service_is_started_again_while_others_go_on() {
    let mesh = Mesh::trained();
    let die_once = "[ -e $0.died ] || { touch $0.died; exit 3; }";
    mesh.write("tfidf", &format!("{die_once}\n{SERVICE}"));
    let up = mesh.start(&[]);
    mesh.wait_for("log", "tfidf started");
    mesh.wait_for("log", "agent started");
    let stderr = mesh.read("stderr");
    assert!(
        stderr.contains("`tfidf` ended with exit status: 3; starting it again in 0.5 s"),
        "{stderr}"
    );
    up.signal("-TERM");
    assert_eq!(up.wait().code(), Some(1));
    assert!(mesh.read("stderr").contains("stopped before the mesh was ready"));
    assert_eq!(mesh.read("log").matches("agent started").count(), 1);
}

#[test]
fn no_child_outlives_a_killed_supervisor() {
    let mesh = Mesh::trained();
    let up = mesh.start(&[]);
    mesh.wait_for("log", "tfidf started");
    mesh.wait_for("log", "agent started");
    up.signal("-KILL");
    mesh.wait_for("log", "tfidf stopped");
    mesh.wait_for("log", "agent stopped");
}

#[test]
fn a_second_signal_stops_at_once() {
    let mesh = Mesh::trained();
    mesh.write(
        "agent",
        "trap '' INT TERM; echo 'agent started' >> $(dirname $0)/log; exec sleep 600",
    );
    let up = mesh.start(&[]);
    mesh.wait_for("log", "agent started");
    up.signal("-INT");
    mesh.wait_for("stderr", "stopping");
    up.signal("-INT");
    assert_eq!(up.wait().code(), Some(1));
    assert!(mesh.read("stderr").contains("stopped at once"));
}
