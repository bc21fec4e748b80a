//! A registry on an MLflow server that hangs, refuses, or fails for a while. Most of these servers are in memory, and what is fetched of them is kept where the
//! environment says, so those tests run in a process that has a cache of its own.

use std::env;
use std::net::TcpListener;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;
use switchboard_cascade::{FAMILY, ROUTING_FILE};
use switchboard_registry::{CHAMPION, Registry};

use crate::common::agent::{linear, transformer, unsure};
use crate::common::registry::publish_to;
use crate::common::{AT_ONCE, Agent, eventually, fake, http};
use crate::mlflow::{Fake, Fate, Request};
use crate::registry::{explains, heldout};
use crate::{cascade, registry};

#[test]
fn whatever_a_server_does_the_agent_works() {
    let cache = tempfile::tempdir().unwrap();
    let output = Command::new(env::current_exe().unwrap())
        .args(["slow_registry::", "--ignored"])
        .env("SWITCHBOARD_CACHE_DIR", cache.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("4 passed"), "{said}");
}

/// Publishes a routing model for what serves.
fn publish_routing(server: &Fake) -> u32 {
    let registry = Registry::open(&server.url().parse().unwrap()).unwrap();
    let labels = fake::LABELS.map(str::to_owned);
    publish_to(&registry, (FAMILY, &labels), None, |writer| {
        writer.add_file(ROUTING_FILE, &cascade::point(1)).unwrap();
    })
}

/// As somebody does in MLflow's own pages: here the version would be fetched first.
fn point(server: &Fake, version: u32) {
    server.point("category-routing", CHAMPION, version);
}

/// Publishes the linear model that serves, with its held-out rows.
fn publish_linear(server: &Fake) {
    let registry = Registry::open(&server.url().parse().unwrap()).unwrap();
    let labels = fake::LABELS.map(str::to_owned);
    publish_to(&registry, ("tfidf", &labels), None, |writer| {
        writer.add_heldout(&heldout()).unwrap();
    });
}

fn is_of_files(request: &Request) -> bool {
    request.call.starts_with("mlflow-artifacts/")
}

async fn says(agent: &Agent, line: &str) {
    eventually(async || agent.metrics().await.lines().any(|said| said == line)).await;
}

async fn lacks(agent: &Agent) -> String {
    let reply = http::get(agent.admin, "/readyz").await;
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.json()["lacks"].to_string()
}

#[tokio::test]
#[ignore = "started with a cache of its own"]
async fn a_routing_model_that_cannot_be_fetched_now_is_fetched_later_and_the_one_before_is_used() {
    let server = Fake::start();
    point(&server, publish_routing(&server));
    let (linear, transformer) = (unsure(), transformer());
    let agent = Agent::before_both(&linear, &transformer, &["--registry", &server.url()]).await;
    says(&agent, "agent_routing_version{task=\"category\"} 1").await;
    let version = publish_routing(&server);
    // Asked to be left alone for so long, nobody tries again at once.
    server.befall(|_, request| {
        let is_fetch = is_of_files(request) && request.method == "GET";
        if is_fetch { Fate::Refused(503, "Retry-After: 60\r\n") } else { Fate::Answered }
    });
    point(&server, version);
    says(&agent, "agent_registry_up 0").await;
    says(&agent, "agent_routing_version{task=\"category\"} 1").await;
    assert!(lacks(&agent).await.contains("the registry cannot be read"));
    server.comes_back();
    says(&agent, "agent_routing_version{task=\"category\"} 2").await;
    says(&agent, "agent_registry_up 1").await;
    assert_eq!(lacks(&agent).await, "[]");
}

#[tokio::test]
#[ignore = "started with a cache of its own"]
async fn services_are_seen_before_their_rows_are_fetched() {
    let server = Fake::start();
    publish_linear(&server);
    server.befall(
        |_, request| {
            if is_of_files(request) { Fate::Late(AT_ONCE) } else { Fate::Answered }
        },
    );
    let linear = linear();
    linear.says([0.1, 0.85, 0.05]);
    let began = Instant::now();
    let agent = Agent::before(&linear, &["--registry", &server.url()]).await;
    assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());
    explains(&agent, "0.85 is not below 0.70").await;
    explains(&agent, "0.85 is below 0.90").await;
}

#[tokio::test]
#[ignore = "started with a cache of its own"]
async fn damaged_rows_are_fetched_and_refused_once() {
    let server = Fake::start();
    publish_linear(&server);
    let file = "heldout.jsonl";
    let mut whole = Vec::new();
    server.with_file("category-tfidf", 1, file, |bytes| {
        whole.clone_from(bytes);
        bytes[0] ^= 1;
    });
    let linear = linear();
    linear.says([0.1, 0.85, 0.05]);
    let agent = Agent::before(&linear, &["--registry", &server.url()]).await;
    let refused = "agent_version_refusals_total{reason=\"unusable\"} 1";
    says(&agent, refused).await;
    server.befall(|_, _| Fate::Answered);
    tokio::time::sleep(registry::A_LOOK).await;
    says(&agent, refused).await;
    says(&agent, "agent_registry_up 1").await;
    let calls = server.calls();
    assert!(!calls.is_empty() && !calls.iter().any(|call| call.contains("artifacts")), "{calls:?}");
    // Whatever is said of it anew is a reason to look again.
    server.with_file("category-tfidf", 1, file, |bytes| *bytes = whole);
    server.change_version("category-tfidf", 1, &json!({"last_updated_timestamp": 2}));
    explains(&agent, "0.85 is below 0.90").await;
}

#[tokio::test]
#[ignore = "started with a cache of its own"]
async fn a_server_that_refuses_access_is_told_of() {
    let server = Fake::start();
    server.befall(|_, _| Fate::Refused(401, ""));
    let linear = linear();
    let agent = Agent::before(&linear, &["--registry", &server.url()]).await;
    says(&agent, "agent_registry_up 0").await;
    assert!(lacks(&agent).await.contains("refuses access"));
}

#[test]
fn a_server_that_hangs_keeps_no_agent_from_working_or_stopping() {
    let hangs = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", hangs.local_addr().unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let linear = linear();
        let agent = Agent::before(&linear, &["--registry", &url]).await;
        // By now it waits for the server.
        tokio::time::sleep(Duration::from_millis(200)).await;
        agent.route("my printer is broken").await;
        agent.stop.cancel();
        agent.task.await.unwrap().unwrap();
    });
    let stopped = Instant::now();
    drop(runtime);
    assert!(stopped.elapsed() < AT_ONCE, "{:?}", stopped.elapsed());
}
