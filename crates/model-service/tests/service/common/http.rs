//! HTTP/1.1 as bytes, so that a test can also send what no client library would.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A reply.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The type of the error it holds, whose shape is checked.
    pub(crate) fn error_type(&self) -> String {
        let json = self.json();
        let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(&json), ["error"], "{self:?}");
        assert_eq!(keys(&json["error"]), ["type", "message", "request_id"], "{self:?}");
        assert_eq!(json["error"]["request_id"].as_str().unwrap().len(), 36, "{self:?}");
        assert!(!json["error"]["message"].as_str().unwrap().is_empty(), "{self:?}");
        assert!(self.head.contains("content-type: application/json"), "{self:?}");
        json["error"]["type"].as_str().unwrap().to_owned()
    }
}

/// Sends one request on a connection of its own. `extra` are whole header lines, each with its line end.
pub(crate) async fn send(addr: SocketAddr, start: &str, extra: &str, body: &[u8]) -> Reply {
    let stream = TcpStream::connect(addr).await.unwrap();
    let (mut from, mut to) = stream.into_split();
    let length = body.len();
    let head = format!(
        "{start} HTTP/1.1\r\nhost: model\r\nconnection: close\r\ncontent-length: {length}\r\n{extra}\r\n"
    );
    let request = [head.as_bytes(), body].concat();
    let mut bytes = Vec::new();
    // A service that refuses a long body answers before it has read it all; then the rest cannot be written.
    let (_, read) = tokio::join!(to.write_all(&request), from.read_to_end(&mut bytes));
    assert!(read.is_ok() || !bytes.is_empty(), "{start}: {read:?}");
    reply(&String::from_utf8_lossy(&bytes))
}

pub(crate) fn reply(text: &str) -> Reply {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.unwrap_or_else(|| panic!("no status in {text:?}"));
    Reply { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
}

/// Posts JSON.
pub(crate) async fn post(addr: SocketAddr, path: &str, body: &Value) -> Reply {
    let json = "content-type: application/json\r\n";
    send(addr, &format!("POST {path}"), json, body.to_string().as_bytes()).await
}

pub(crate) async fn get(addr: SocketAddr, path: &str) -> Reply {
    send(addr, &format!("GET {path}"), "", b"").await
}
