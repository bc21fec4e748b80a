//! Callers that leave in the middle of their request, and those that only send a wrong one.

use std::sync::atomic::Ordering;

use switchboard_server::observe::Endpoint;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::common::{Fake, eventually};

const CHECK: &str = "/grpc.health.v1.Health/Check";
const CHECKED: &[Endpoint] = &[Endpoint { path: CHECK, name: "check" }];
/// A message that says it is nine bytes long, and breaks off after four.
const HALF: &[u8] = b"\0\0\0\0\x09\x0a\x07sw";
/// A whole one, which is empty.
const WHOLE: &[u8] = b"\0\0\0\0\0";
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
/// Why a stream is reset (RFC 9113, section 7).
const INTERNAL_ERROR: u8 = 2;
const CANCEL: u8 = 8;

/// Kinds of HTTP/2 frames (RFC 9113, section 6).
#[derive(Clone, Copy)]
enum Kind {
    Data = 0,
    Headers = 1,
    Reset = 3,
    Settings = 4,
    GoAway = 7,
}

fn frame(kind: Kind, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    [&[0, 0, payload.len() as u8, kind as u8, flags, 0, 0, 0, stream], payload].concat()
}

/// A client's first bytes and the headers of a gRPC call to `path` (RFC 7541, appendix A names the fields by number).
fn call(path: &str) -> Vec<u8> {
    let text = |name: &[u8], value: &str| [name, &[value.len() as u8], value.as_bytes()].concat();
    let (post, http) = (&b"\x83"[..], &b"\x86"[..]);
    let (path, content_type) = (text(b"\x04", path), text(b"\x0f\x10", "application/grpc"));
    let headers = [post, http, &path, &content_type].concat();
    let (settings, headers) =
        (frame(Kind::Settings, 0, 0, b""), frame(Kind::Headers, END_HEADERS, 1, &headers));
    [&b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"[..], &settings, &headers].concat()
}

/// Sends `bytes`. The connection stays open as long as what is returned.
async fn send(fake: &Fake, bytes: &[u8]) -> TcpStream {
    let mut caller = TcpStream::connect(fake.api).await.unwrap();
    caller.write_all(bytes).await.unwrap();
    caller
}

/// Sends `bytes` and the end of the connection. Were the socket closed as well, its refusal to hear more could overtake them.
async fn send_and_leave(fake: &Fake, bytes: &[u8]) -> TcpStream {
    let mut caller = send(fake, bytes).await;
    caller.shutdown().await.unwrap();
    caller
}

async fn is_counted(fake: &Fake, endpoint: &'static str, outcome: &'static str) {
    eventually(async || !fake.answered().is_empty()).await;
    assert_eq!(fake.answered(), [(endpoint, outcome)]);
}

/// What arrives of a call before its caller leaves.
fn parts() -> [Vec<u8>; 3] {
    [b"".to_vec(), frame(Kind::Data, 0, 1, HALF), frame(Kind::Data, 0, 1, WHOLE)]
}

#[tokio::test]
async fn a_grpc_call_whose_connection_closes_is_cancelled() {
    for part in parts() {
        for farewell in [vec![], frame(Kind::GoAway, 0, 0, &[0; 8])] {
            let fake = Fake::observing(CHECKED).await;
            let _caller =
                send_and_leave(&fake, &[call(CHECK), part.clone(), farewell].concat()).await;
            is_counted(&fake, "check", "cancelled").await;
        }
    }
}

#[tokio::test]
async fn a_grpc_call_that_is_reset_is_cancelled() {
    for part in parts() {
        for reason in [CANCEL, INTERNAL_ERROR] {
            let fake = Fake::observing(CHECKED).await;
            let reset = frame(Kind::Reset, 0, 1, &[0, 0, 0, reason]);
            let _caller = send(&fake, &[call(CHECK), part.clone(), reset].concat()).await;
            is_counted(&fake, "check", "cancelled").await;
        }
    }
}

#[tokio::test]
async fn a_grpc_call_whose_caller_leaves_before_the_answer_is_cancelled() {
    let whole = [call("/slow"), frame(Kind::Data, END_STREAM, 1, WHOLE)].concat();
    let reset = frame(Kind::Reset, 0, 1, &[0, 0, 0, CANCEL]);
    for closes in [true, false] {
        let fake = Fake::start().await;
        let mut caller = send(&fake, &whole).await;
        eventually(async || fake.slow.load(Ordering::SeqCst) == 1).await;
        let left = if closes { caller.shutdown().await } else { caller.write_all(&reset).await };
        left.unwrap();
        is_counted(&fake, "slow", "cancelled").await;
    }
}

#[tokio::test]
async fn a_call_to_no_endpoint_that_breaks_off_is_cancelled() {
    let fake = Fake::start().await;
    let bytes = [call(CHECK), frame(Kind::Data, 0, 1, HALF)].concat();
    let _caller = send_and_leave(&fake, &bytes).await;
    is_counted(&fake, "none", "cancelled").await;
}

#[tokio::test]
async fn a_grpc_call_that_ends_without_a_whole_message_is_the_callers_mistake() {
    for message in [&b""[..], HALF, b"\x07\0\0\0\0", b"\x01\0\0\0\0"] {
        let fake = Fake::observing(CHECKED).await;
        let data = frame(Kind::Data, END_STREAM, 1, message);
        let _caller = send(&fake, &[call(CHECK), data].concat()).await;
        is_counted(&fake, "check", "invalid_argument").await;
    }
}

#[tokio::test]
async fn an_http_body_that_breaks_off_is_cancelled() {
    for length in ["content-length: 90", "transfer-encoding: chunked"] {
        let fake = Fake::start().await;
        let head = format!("POST /echo HTTP/1.1\r\nhost: fake\r\n{length}\r\n");
        let half = "content-type: application/json\r\n\r\n9\r\n{\"text\":";
        let _caller = send_and_leave(&fake, (head + half).as_bytes()).await;
        is_counted(&fake, "echo", "cancelled").await;
    }
}

#[tokio::test]
async fn a_fault_is_ours_though_the_caller_left_as_well() {
    let fake = Fake::start().await;
    let half = b"POST /fault HTTP/1.1\r\nhost: fake\r\ncontent-length: 90\r\n\r\n{";
    let _caller = send_and_leave(&fake, half).await;
    is_counted(&fake, "fault", "internal").await;
}

#[tokio::test]
async fn grpc_over_http_1_that_breaks_off_is_cancelled() {
    let fake = Fake::observing(CHECKED).await;
    let head = format!("POST {CHECK} HTTP/1.1\r\nhost: fake\r\ncontent-length: 14\r\n");
    let head = head + "content-type: application/grpc\r\n\r\n";
    let _caller = send_and_leave(&fake, &[head.as_bytes(), HALF].concat()).await;
    is_counted(&fake, "check", "cancelled").await;
}
