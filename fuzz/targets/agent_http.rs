//! Any bytes as the body of a request to the gateway. The first byte chooses the endpoint.
//!
//! The gateway runs in this process, without model services behind it, and is spoken to over one loopback connection: a panic in
//! any of its tasks ends the run.
#![no_main]

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::LazyLock;

use agent::Config;
use clap::Parser;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use switchboard_server::{Listeners, Stop};
use tokio::runtime::Runtime;

const ENDPOINTS: [&str; 5] =
    ["/v1/tickets/route", "/v1/pii/scrub", "/predict", "/analyze", "/anonymize"];

/// What a body may be answered with; `internal` and `overloaded` would be faults of ours.
const REFUSALS: [&str; 9] = [
    "invalid_argument",
    "empty_text",
    "too_long",
    "invalid_utf8",
    "malformed_json",
    "unknown_field",
    "unknown_task",
    "unavailable",
    // No key to encrypt with.
    "not_found",
];

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

static AGENT: LazyLock<SocketAddr> = LazyLock::new(|| {
    // Nothing listens on port 1, so no model service is ever found.
    let config = Config::try_parse_from(["agent", "--tfidf-url", "http://127.0.0.1:1"]);
    let config = config.expect("the flags are constant");
    let local = SocketAddr::from(([127, 0, 0, 1], 0));
    let listeners = RUNTIME.block_on(Listeners::bind(local, local)).expect("two free ports");
    let address = listeners.api.local_addr().expect("a bound port");
    RUNTIME.spawn(async {
        let ended = agent::serve(config, listeners, Stop::new()).await;
        panic!("the gateway ended: {ended:?}");
    });
    address
});

thread_local! {
    static CONNECTION: RefCell<Option<BufReader<TcpStream>>> = const { RefCell::new(None) };
}

fuzz_target!(|bytes: &[u8]| {
    let Some((&first, body)) = bytes.split_first() else { return };
    let path = ENDPOINTS[usize::from(first) % ENDPOINTS.len()];
    let (status, reply) = CONNECTION.with_borrow_mut(|connection| post(connection, path, body));
    let reply: Value = serde_json::from_slice(&reply).expect("every reply is JSON");
    if status == 200 {
        assert!(!matches!(path, "/v1/tickets/route" | "/predict"), "a ticket was answered without a model");
        if path == "/v1/pii/scrub" {
            spans_are_inside(body, &reply);
        }
    } else {
        let kind = reply["error"]["type"].as_str().expect("an error has a type");
        assert!(REFUSALS.contains(&kind), "{status} {kind}");
        text_is_not_repeated(body, &reply);
    }
});

fn spans_are_inside(body: &[u8], reply: &Value) {
    let body: Value = serde_json::from_slice(body).expect("it was accepted");
    let length = body["text"].as_str().expect("it was accepted").chars().count() as u64;
    let mut last = 0;
    for span in reply["entities"].as_array().expect("a list") {
        let (start, end) =
            (span["start"].as_u64().expect("start"), span["end"].as_u64().expect("end"));
        assert!(last <= start && start < end && end <= length);
        last = end;
    }
}

/// A short text may be part of a message by chance.
const TELLING_BYTES: usize = 24;

fn text_is_not_repeated(body: &[u8], reply: &Value) {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    if let Some(text) = body["text"].as_str().filter(|text| text.trim().len() >= TELLING_BYTES) {
        let message = reply["error"]["message"].as_str().expect("an error has a message");
        assert!(!message.contains(text.trim()), "the error repeats the text");
    }
}

/// Posts `body` on `connection`, opened when need be, and reads the status and the reply.
fn post(connection: &mut Option<BufReader<TcpStream>>, path: &str, body: &[u8]) -> (u16, Vec<u8>) {
    let stream = connection.get_or_insert_with(|| {
        let stream = TcpStream::connect(*AGENT).expect("the gateway listens");
        stream.set_nodelay(true).expect("a TCP stream");
        BufReader::new(stream)
    });
    let mut request = format!(
        "POST {path} HTTP/1.1\r\nhost: agent\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    stream.get_mut().write_all(&request).expect("the gateway reads");

    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(stream.read_line(&mut head).expect("a head"), 0, "cut off after {head:?}");
    }
    let head = head.to_ascii_lowercase();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length = length.and_then(|length| length.parse().ok()).expect("a length");
    let mut reply = vec![0; length];
    stream.read_exact(&mut reply).expect("a whole reply");
    if head.contains("\r\nconnection: close") {
        *connection = None;
    }
    (status, reply)
}
