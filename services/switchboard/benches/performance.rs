//! The performance table: what a ticket costs, part by part and through the whole mesh.
//!
//! `make bench` runs it. The mesh is the real programs, trained on the bundled corpus, on loopback; the tickets are `testdata/tickets`.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on has nothing to say")]

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use serde_json::Value;
use switchboard_classify::{Classifier, Options};
use switchboard_pii::{RawText, Scrubber};
use switchboard_proto::v1::RouteTicketRequest;
use switchboard_proto::v1::agent_client::AgentClient;
use switchboard_registry::Registry;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tonic::transport::{Channel, Endpoint};

/// Tickets that wait for their answers at the same time.
const AT_ONCE: usize = 32;

fn main() {
    divan::main();
    // A static is never dropped; its child process would outlive this one.
    MESH.stop();
}

/// Raw tickets in English, some with personal data.
static TICKETS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/tickets/en.jsonl");
    let lines = std::fs::read_to_string(path).unwrap();
    let text = |line: &str| {
        let ticket: Value = serde_json::from_str(line).unwrap();
        ticket["text"].as_str().unwrap().to_owned()
    };
    lines.lines().map(text).collect()
});

/// The tickets as models see them.
static CUT: LazyLock<Vec<String>> = LazyLock::new(|| {
    let scrubber = Scrubber::new();
    let cut = |text: &String| scrubber.scrub(RawText::new(text)).for_models().to_owned();
    TICKETS.iter().map(cut).collect()
});

static MESH: LazyLock<Mesh> = LazyLock::new(Mesh::start);

/// A running mesh without a transformer.
struct Mesh {
    process: std::sync::Mutex<Child>,
    ready: Value,
    _folder: TempDir,
    runtime: Runtime,
    client: AgentClient<Channel>,
}

impl Mesh {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_switchboard"));
        command.args(["up", "--linear-only", "--data-dir"]).arg(folder.path());
        let listeners: Vec<_> = (0..4).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
        for (flag, listener) in ["agent-port", "agent-admin-port", "tfidf-port", "tfidf-admin-port"]
            .iter()
            .zip(&listeners)
        {
            let port = listener.local_addr().unwrap().port();
            command.arg(format!("--{flag}={port}"));
        }
        drop(listeners);
        let mut process = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        let runtime = Runtime::new().unwrap();
        let endpoint = Endpoint::try_from(ready["agent"].as_str().unwrap().to_owned()).unwrap();
        let channel = runtime.block_on(endpoint.tcp_nodelay(true).connect()).unwrap();
        let client = AgentClient::new(channel);
        Self { process: process.into(), ready, _folder: folder, runtime, client }
    }

    fn route(&self, texts: &[String]) {
        let ask = |text: &String| {
            let mut client = self.client.clone();
            let request = RouteTicketRequest { text: text.clone(), ..Default::default() };
            self.runtime.spawn(async move { client.route_ticket(request).await.unwrap() })
        };
        let asked: Vec<_> = texts.iter().map(ask).collect();
        self.runtime.block_on(async {
            for answer in asked {
                answer.await.unwrap();
            }
        });
    }

    fn stop(&self) {
        let mut process = self.process.lock().unwrap();
        let _ = Command::new("kill").arg(process.id().to_string()).status();
        let _ = process.wait();
    }
}

/// Taking personal data out of 80 tickets.
#[divan::bench]
fn scrub(bencher: Bencher<'_, '_>) {
    let scrubber = Scrubber::new();
    let bytes: usize = TICKETS.iter().map(String::len).sum();
    bencher.counter(BytesCount::new(bytes)).bench_local(|| {
        for text in TICKETS.iter() {
            divan::black_box(scrubber.scrub(RawText::new(text)));
        }
    });
}

/// The linear model's answers to 80 tickets, without a wire.
#[divan::bench]
fn linear_model(bencher: Bencher<'_, '_>) {
    let registry = MESH.ready["registry"].as_str().unwrap().parse().unwrap();
    let artifact = Registry::open(&registry).unwrap().load("category-tfidf", 1).unwrap();
    let model = switchboard_tfidf_svm::load(&artifact).unwrap();
    bencher.counter(ItemsCount::new(CUT.len())).bench_local(|| {
        for text in CUT.iter() {
            divan::black_box(model.classify(&[text], Options::default()));
        }
    });
}

/// Eighty tickets through the mesh over gRPC, each waiting for the one before.
#[divan::bench(sample_count = 20)]
fn mesh_one_at_a_time(bencher: Bencher<'_, '_>) {
    let mesh = &*MESH;
    bencher.counter(ItemsCount::new(TICKETS.len())).bench_local(|| {
        for text in TICKETS.iter() {
            mesh.route(std::slice::from_ref(text));
        }
    });
}

/// Tickets through the mesh over gRPC, 32 at once on one connection.
#[divan::bench(sample_count = 50)]
fn mesh_32_at_once(bencher: Bencher<'_, '_>) {
    let mesh = &*MESH;
    let tickets: Vec<String> = TICKETS.iter().cycle().take(AT_ONCE).cloned().collect();
    bencher.counter(ItemsCount::new(AT_ONCE)).bench_local(|| mesh.route(&tickets));
}
