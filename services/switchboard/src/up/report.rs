//! What is printed when the mesh is ready.

use std::io::{self, Write};
use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value, json};
use switchboard_proto::v1::RouteTicketRequest;

use super::plan::{Plan, Service, reachable, url};
use crate::mesh::{Agent, Answer};
use crate::reply::{LineError, Reply};
use crate::values::AgentUrl;

/// A ticket of nobody, with an address that cannot exist.
const SAMPLE_TEXT: &str =
    "I forgot my password and my account is locked. Please write to maya.lindqvist@example.com.";

const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// A mesh that is ready: where it is, and what it said to a sample ticket.
#[derive(Debug, Serialize)]
pub(crate) struct Ready {
    agent: String,
    services: Map<String, Value>,
    registry: String,
    sample: Sample,
    seconds: f64,
}

#[derive(Debug, Serialize)]
struct Sample {
    request: Value,
    reply: Value,
}

impl Ready {
    /// Sends the sample ticket to a mesh that became ready after `took`.
    pub(crate) async fn of(plan: &Plan, took: Duration) -> Self {
        let agent = AgentUrl::of(reachable(plan.agent.api));
        let answer = route_sample(&agent).await;
        let reply = match answer {
            Ok(ticket) => serde_json::to_value(Reply::from(ticket)),
            Err(error) => serde_json::to_value(error),
        };
        let facts = |service: &Service| {
            let addresses = json!({"api": url(service.api), "admin": url(service.admin)});
            (service.program.name.to_owned(), addresses)
        };
        let request = json!({"text": SAMPLE_TEXT});
        Self {
            agent: agent.to_string(),
            services: plan.services().map(facts).collect(),
            registry: plan.registry.to_string(),
            sample: Sample { request, reply: reply.unwrap_or_default() },
            seconds: (took.as_secs_f64() * 1_000.0).round() / 1_000.0,
        }
    }

    /// Writes it for a person.
    pub(crate) fn write_for_people(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "\nSwitchboard is up after {:.1} s.\n", self.seconds)?;
        for (name, addresses) in &self.services {
            let part = |key: &str| addresses[key].as_str().unwrap_or_default();
            writeln!(out, "  {name:<12}{}   metrics {}/metrics", part("api"), part("admin"))?;
        }
        writeln!(out, "  {:<12}{}\n", "registry", self.registry)?;
        writeln!(out, "A ticket:     {SAMPLE_TEXT}")?;
        self.write_reply(out)?;
        writeln!(out, "\nTry one:")?;
        let body = r#"{"text": "My laptop does not start any more"}"#;
        let path = "v1/tickets/route";
        writeln!(
            out,
            "  curl -s {}/{path} -H 'content-type: application/json' -d '{body}'",
            self.agent
        )?;
        writeln!(out, "\nCtrl-C stops the mesh.")?;
        out.flush()
    }

    fn write_reply(&self, out: &mut impl Write) -> io::Result<()> {
        let reply = &self.sample.reply;
        let text = |pointer| reply.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        if reply.get("error").is_some() {
            return writeln!(out, "Its answer:   {}", text("/error/message"));
        }
        let percent = reply["confidence"].as_f64().unwrap_or_default() * 100.0;
        let version = &reply["model"]["version"];
        writeln!(out, "Scrubbed:     {}", text("/scrubbed_text"))?;
        writeln!(
            out,
            "Its answer:   {}, {percent:.0} % sure, by {} version {version} ({})",
            text("/label"),
            text("/model/name"),
            text("/decision/explanation"),
        )
    }
}

async fn route_sample(agent: &AgentUrl) -> Answer {
    let ticket = RouteTicketRequest { text: SAMPLE_TEXT.to_owned(), ..Default::default() };
    match Agent::connect(agent, ANSWER_WITHIN).await {
        Ok(agent) => agent.route(ticket).await,
        Err(error) => Err(LineError::unreachable(&error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready(reply: Value) -> Ready {
        let agent = "http://127.0.0.1:8000".to_owned();
        let addresses = json!({"api": agent, "admin": "http://127.0.0.1:9000"});
        Ready {
            services: Map::from_iter([("agent".to_owned(), addresses)]),
            agent,
            registry: "file:/data/registry".to_owned(),
            sample: Sample { request: json!({"text": SAMPLE_TEXT}), reply },
            seconds: 2.345,
        }
    }

    fn for_people(reply: Value) -> String {
        let mut out = Vec::new();
        ready(reply).write_for_people(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_person_reads_addresses_an_answer_and_what_to_try() {
        let reply = json!({
            "label": "Access",
            "confidence": 0.973,
            "model": {"name": "category-tfidf", "version": 2},
            "scrubbed_text": "write to [EMAIL_ADDRESS_1]",
            "decision": {"explanation": "It is sure."},
        });
        let expected = "
Switchboard is up after 2.3 s.

  agent       http://127.0.0.1:8000   metrics http://127.0.0.1:9000/metrics
  registry    file:/data/registry

A ticket:     I forgot my password and my account is locked. Please write to maya.lindqvist@example.com.
Scrubbed:     write to [EMAIL_ADDRESS_1]
Its answer:   Access, 97 % sure, by category-tfidf version 2 (It is sure.)

Try one:
  curl -s http://127.0.0.1:8000/v1/tickets/route -H 'content-type: application/json' -d '{\"text\": \"My laptop does not start any more\"}'

Ctrl-C stops the mesh.
";
        assert_eq!(for_people(reply), expected);
    }

    #[test]
    fn a_sample_that_failed_is_told() {
        let shown = for_people(json!({"error": {"message": "no model serves this task"}}));
        assert!(shown.contains("Its answer:   no model serves this task\n"), "{shown}");
    }
}
