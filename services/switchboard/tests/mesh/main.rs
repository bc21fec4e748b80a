//! The whole mesh, from the first start to the last reply: the real programs, real sockets, the bundled corpus.
//!
//! The programs of the mesh must stand beside `switchboard`: `make build` (or `cargo build --release`) puts them there.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and so do its helpers")]

mod collector;
mod expressions;
mod http;
mod mlflow;
mod mlflow_registry;
mod observed;
mod prometheus;
mod running;
mod tickets;
mod traced;

use std::time::Duration;

use running::{Mesh, switchboard, trained, wait_for};
use serde_json::Value;
use tickets::{HeldOut, held_out, testdata};

#[test]
fn the_first_start_trains_and_routes_a_sample() {
    let folder = tempfile::tempdir().unwrap();
    let mesh = Mesh::start(folder.path());
    let sample = &mesh.ready["sample"];
    assert_eq!(sample["reply"]["model"]["name"], "category-tfidf");
    assert!(!sample["reply"]["scrubbed_text"].as_str().unwrap().contains('@'), "{sample}");
}

#[test]
fn unseen_tickets_in_four_languages_are_labelled_rightly_more_often_than_not() {
    let mesh = Mesh::start(trained().path());
    let tickets: Vec<HeldOut> = ["en", "fr", "ar", "de"].into_iter().flat_map(held_out).collect();
    let replies = mesh.route(tickets.iter().map(|ticket| ticket.text.as_str()));
    let right = tickets
        .iter()
        .zip(&replies)
        .filter(|(ticket, reply)| reply["label"] == ticket.label.as_str());
    let accuracy = right.count() as f64 / tickets.len() as f64;
    assert!(accuracy >= 0.65, "{accuracy}");
}

#[test]
fn no_personal_value_of_unseen_tickets_comes_back() {
    let mesh = Mesh::start(trained().path());
    let tickets: Vec<HeldOut> =
        ["en", "fr", "ar", "de", "es"].into_iter().flat_map(held_out).collect();
    let replies = mesh.route(tickets.iter().map(|ticket| ticket.text.as_str()));
    for (ticket, reply) in tickets.iter().zip(&replies) {
        for found in &ticket.pii {
            assert!(
                !reply.to_string().contains(&found.value),
                "{} {:?} in {reply}",
                found.kind,
                found.value
            );
        }
    }
}

#[test]
fn harmless_values_survive() {
    let text = std::fs::read_to_string(testdata("pii/harmless.txt")).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::json!({ "text": line })).collect();
    let scrubbed = switchboard(&["scrub"], &lines);
    for (line, scrubbed) in text.lines().zip(&scrubbed) {
        assert_eq!(scrubbed["text"], line);
    }
    assert_eq!(scrubbed.len(), lines.len());
}

#[test]
fn a_killed_model_service_is_answered_for_and_comes_back() {
    let mesh = Mesh::start(trained().path());
    let before = mesh.child("tfidf");
    let mut stream = mesh.stream();
    assert_eq!(stream.ask("my laptop screen is broken")["label"], "Hardware");
    mesh.kill("tfidf");
    // Every ticket of the stream gets an answer: an error that says what lacks, or, once it is back, a label.
    let mut refused = 0;
    wait_for("the model service is back", || {
        let reply = stream.ask("my laptop screen is broken");
        if reply["label"] == "Hardware" {
            return true;
        }
        assert_eq!(reply["error"]["type"], "unavailable", "{reply}");
        refused += 1;
        std::thread::sleep(Duration::from_millis(20));
        false
    });
    assert!(refused > 0, "the service was killed, so something must have been refused");
    assert_ne!(mesh.child("tfidf"), before);
}

#[test]
fn the_mesh_answers_without_its_registry() {
    let folder = tempfile::tempdir().unwrap();
    running::copy(trained().path(), folder.path());
    let mesh = Mesh::start(folder.path());
    std::fs::remove_dir_all(folder.path().join("registry")).unwrap();
    // Longer than two looks at the registry.
    std::thread::sleep(Duration::from_secs(5));
    let replies = mesh.route(["forgot my password, account locked"].into_iter());
    assert_eq!(replies[0]["label"], "Access");
}

#[test]
fn children_leave_however_the_supervisor_dies() {
    let mut mesh = Mesh::start(trained().path());
    let children = [mesh.child("agent"), mesh.child("tfidf")];
    mesh.die();
    wait_for("both children have left", || children.iter().all(|pid| !running::is_alive(*pid)));
}

#[test]
fn a_running_mesh_takes_a_new_champion_without_losing_a_ticket() {
    let folder = tempfile::tempdir().unwrap();
    running::copy(trained().path(), folder.path());
    let mesh = Mesh::start(folder.path());
    let mut stream = mesh.stream();
    let version = |reply: &Value| reply["model"]["version"].as_u64();
    assert_eq!(version(&stream.ask("please reset my password")), Some(1));
    Mesh::train(folder.path());
    wait_for("version 2 answers", || {
        let reply = stream.ask("please reset my password");
        assert_eq!(reply["label"], "Access", "{reply}");
        version(&reply) == Some(2)
    });
}
