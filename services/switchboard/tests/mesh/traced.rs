//! One ticket, one trace, whatever processes it passes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::collector::{Collector, Span};
use crate::http;
use crate::running::{Mesh, trained_whole, wait_for};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";
const TEXT: &str =
    "Bonjour, zanzibar laptop kaputt, write to quetzal@example.com or +33 6 39 98 12 34";
/// What only the ticket says.
const SECRETS: [&str; 4] = ["zanzibar", "quetzal", "EMAIL_ADDRESS_1", "39 98"];

/// A policy under which every ticket goes to both models.
pub(crate) fn escalate_everything(folder: &Path) -> PathBuf {
    let path = folder.join("policy.toml");
    let rules = "name = \"everything\"\nescalate_below = 1.0\ncomplex_above = 1.0\nmin_heldout_rows = 1000000000\n";
    std::fs::write(&path, rules).unwrap();
    path
}

fn traced(collector: &Collector, folder: &Path) -> Command {
    let mut command = Mesh::whole(trained_whole().path());
    command
        .env("AGENT_POLICY", escalate_everything(folder))
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{}", collector.addr))
        .env("SWITCHBOARD_LOG", "debug")
        .env("SWITCHBOARD_LOG_FORMAT", "json")
        .stderr(Stdio::from(std::fs::File::create(folder.join("log")).unwrap()));
    command
}

fn route(mesh: &Mesh) -> Value {
    let headers = [
        "content-type: application/json",
        &format!("traceparent: 00-{TRACE}-{CALLER}-01"),
        "tracestate: who=quetzal",
        "baggage: who=quetzal",
    ];
    let body = serde_json::json!({ "text": TEXT, "id": "zanzibar" }).to_string();
    let answer = http::send(mesh.addr("agent", "api"), "POST /v1/tickets/route", &headers, &body);
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

#[test]
fn a_ticket_that_escalates_is_one_trace_through_three_services() {
    let folder = tempfile::tempdir().unwrap();
    let collector = Collector::start();
    let mesh = Mesh::ready(traced(&collector, folder.path()));
    wait_for_both(&mesh);
    let reply = route(&mesh);
    assert_eq!(reply["decision"]["reason"], "low_confidence", "{reply}");
    // What waits to be sent is sent when the mesh stops.
    mesh.stop();
    let spans = collector.trace(TRACE);
    let by_id: BTreeMap<&str, &Span> = spans.iter().map(|span| (span.id.as_str(), span)).collect();
    let mut links: Vec<(String, String)> = spans
        .iter()
        .map(|span| {
            let parent = match by_id.get(span.parent.as_str()) {
                Some(parent) => path(parent),
                None if span.parent == CALLER => "the caller".to_owned(),
                None => panic!("{span:?} has no parent in the trace"),
            };
            (parent, path(span))
        })
        .collect();
    links.sort();
    let expected = [
        ("agent choose", "agent classify tfidf"),
        ("agent choose", "agent classify transformer"),
        ("agent classify tfidf", "tfidf request"),
        ("agent classify transformer", "transformer request"),
        ("agent request", "agent choose"),
        ("agent request", "agent scrub"),
        ("tfidf request", "tfidf compute"),
        ("the caller", "agent request"),
        ("transformer request", "transformer compute"),
        ("transformer request", "transformer queue"),
    ];
    assert_eq!(links, expected.map(|(parent, child)| (parent.to_owned(), child.to_owned())));
    for span in &spans {
        assert!(!SECRETS.iter().any(|secret| span.whole.contains(secret)), "{span:?}");
    }
    let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
    assert!(!SECRETS.iter().any(|secret| log.contains(secret)), "{log}");
    let answered = log.lines().filter(|line| line.contains("\"answered\"") && line.contains(TRACE));
    assert_eq!(answered.count(), 3, "a line of each service names the trace:\n{log}");
}

#[test]
fn traces_that_begin_here_are_sent_as_often_as_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let collector = Collector::start();
    let mut command = traced(&collector, folder.path());
    command.env("SWITCHBOARD_TRACE_SAMPLE", "0");
    let mesh = Mesh::ready(command);
    mesh.route(["my laptop screen is broken"].into_iter());
    let before = collector.len();
    // The caller decided for its own trace.
    route(&mesh);
    mesh.stop();
    assert_eq!(before, 0);
    assert!(collector.len() > 0 && collector.len() == collector.trace(TRACE).len());
}

#[test]
fn lines_of_one_ticket_share_an_id_when_nobody_collects_traces() {
    let folder = tempfile::tempdir().unwrap();
    let collector = Collector::start();
    let mut command = traced(&collector, folder.path());
    command.env_remove("OTEL_EXPORTER_OTLP_ENDPOINT");
    let mesh = Mesh::ready(command);
    wait_for_both(&mesh);
    mesh.route(["my laptop screen is broken"].into_iter());
    mesh.stop();
    assert_eq!(collector.len(), 0);
    let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
    let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let answered = lines.filter(|line| line["message"] == "answered");
    let mut lines_by_id = BTreeMap::<String, usize>::new();
    answered.for_each(|line| *lines_by_id.entry(line["trace_id"].to_string()).or_default() += 1);
    assert!(lines_by_id.values().any(|lines| *lines == 3), "a line of each service:\n{log}");
    assert!(lines_by_id.keys().all(|id| id.len() == "\"\"".len() + 32), "{lines_by_id:?}");
}

fn wait_for_both(mesh: &Mesh) {
    wait_for("both models are known", || {
        http::get(mesh.addr("agent", "api"), "/health").body.matches("\"healthy\"").count() >= 3
    });
}

/// Service and name of a span; a call with the service it went to.
fn path(span: &Span) -> String {
    let to = span.attributes.get("service").map_or("", String::as_str);
    let name = if span.name.starts_with('/') { "request" } else { &span.name };
    format!("{} {name} {to}", span.service).trim_end().to_owned()
}
