//! HTTP/1.0 as bytes: the answer ends with the connection.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

/// Status and body of an answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// Sends a request; `headers` are whole lines.
pub(crate) fn send(addr: SocketAddr, start: &str, headers: &[&str], body: &str) -> Answer {
    let mut stream = TcpStream::connect(addr).unwrap();
    let mut request =
        format!("{start} HTTP/1.0\r\nhost: mesh\r\ncontent-length: {}\r\n", body.len());
    for header in headers {
        request.push_str(header);
        request.push_str("\r\n");
    }
    request.push_str("\r\n");
    request.push_str(body);
    stream.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, body: body.to_owned() }
}

/// Gets what is at a path.
pub(crate) fn get(addr: SocketAddr, path: &str) -> Answer {
    send(addr, &format!("GET {path}"), &[], "")
}
