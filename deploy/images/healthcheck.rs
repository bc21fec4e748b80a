//! `healthcheck HOST:PORT PATH`: exits 0 when an HTTP GET of PATH is answered with 200. The images have nothing else to ask with.

use std::io::{BufRead, BufReader, Error, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

/// Of each step; the container engine limits the whole.
const PATIENCE: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [addr, path] = &arguments[..] else {
        eprintln!("usage: healthcheck HOST:PORT PATH");
        return ExitCode::from(2);
    };
    match status_line(addr, path) {
        Ok(line) if line.starts_with("HTTP/1.1 200 ") => ExitCode::SUCCESS,
        Ok(line) => {
            eprintln!("healthcheck: {path}: {}", line.trim_end());
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("healthcheck: {addr}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn status_line(addr: &str, path: &str) -> Result<String, Error> {
    let socket: SocketAddr = addr.parse().map_err(Error::other)?;
    let mut stream = TcpStream::connect_timeout(&socket, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n\r\n")?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    Ok(line)
}
