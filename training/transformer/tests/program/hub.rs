//! Bases from a hub, played here by a server of the tiny base.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use super::{Ran, base, train_in};

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// A hub with one model, `acme/tiny`.
struct Hub {
    address: String,
    /// The head of every request.
    asked: Arc<Mutex<Vec<String>>>,
}

impl Hub {
    fn with(files: &'static [&'static str]) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heads = Arc::clone(&asked);
        thread::spawn(move || {
            for caller in listener.incoming() {
                let mut caller = caller.unwrap();
                let head = head(&caller);
                answer(&mut caller, &head, files);
                heads.lock().unwrap().push(head);
            }
        });
        Self { address, asked }
    }
}

fn head(caller: &TcpStream) -> String {
    let lines = BufReader::new(caller).lines().map_while(Result::ok);
    let lines: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    lines.join("\n").to_lowercase()
}

fn answer(caller: &mut TcpStream, head: &str, files: &[&str]) {
    let path = head.split(' ').nth(1).unwrap();
    if path == "/api/models/acme/tiny/revision/main" {
        let there: Vec<_> =
            files.iter().map(|name| serde_json::json!({ "rfilename": name })).collect();
        let info = serde_json::json!({ "sha": COMMIT, "siblings": there }).to_string();
        return send(caller, "200 OK", "", info.as_bytes());
    }
    let file = path.strip_prefix(&format!("/acme/tiny/resolve/{COMMIT}/"));
    let Some(file) = file.filter(|file| files.contains(file)) else {
        return send(caller, "404 Not Found", "", b"");
    };
    let bytes = match file {
        "tokenizer_config.json" => br#"{"do_lower_case": true}"#.to_vec(),
        file => std::fs::read(Path::new(&base()).join(file)).unwrap(),
    };
    let whole = !head.contains("range: bytes=0-0");
    let part = if whole { &bytes[..] } else { &bytes[..1] };
    let more = format!(
        "ETag: \"{file}\"\r\nX-Repo-Commit: {COMMIT}\r\nContent-Range: bytes 0-{}/{}\r\n",
        part.len() - 1,
        bytes.len()
    );
    send(caller, "206 Partial Content", &more, part);
}

fn send(caller: &mut TcpStream, status: &str, more: &str, body: &[u8]) {
    let length = body.len();
    write!(
        caller,
        "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{more}\r\n"
    )
    .unwrap();
    caller.write_all(body).unwrap();
}

/// Trains with a base of the hub at that address.
fn train_from(folder: &Path, hub: &str, base: &str) -> Ran {
    let home = folder.join("home").display().to_string();
    let hub = format!("http://{hub}");
    let environment = [
        ("HF_HOME", home.as_str()),
        ("HF_ENDPOINT", &hub),
        ("HF_TOKEN", "hf_secret"),
        ("HF_HUB_DOWNLOAD_TIMEOUT", "1"),
    ];
    train_in(folder, &["--base", base], &environment)
}

#[test]
fn a_base_comes_from_the_hub_once_and_from_the_cache_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let hub = Hub::with(&[
        "config.json",
        "model.safetensors",
        "vocab.txt",
        "tokenizer_config.json",
        "README.md",
    ]);
    let first = train_from(folder.path(), &hub.address, "hf:acme/tiny");
    assert_eq!(first.code, Some(0), "{}", first.stderr);
    assert_eq!(first.summary()["settings"]["base"], format!("acme/tiny@{COMMIT}"));
    let asked = hub.asked.lock().unwrap().clone();
    // What the model holds, then size and bytes of four files.
    assert_eq!(asked.len(), 1 + 2 * 4, "{asked:?}");
    assert!(asked.iter().all(|head| head.contains("authorization: bearer hf_secret")), "{asked:?}");
    for name in ["hf:acme/tiny".to_owned(), format!("hf:acme/tiny@{COMMIT}")] {
        let again = train_from(folder.path(), &nobody(), &name);
        assert_eq!(again.code, Some(0), "{}", again.stderr);
        for setting in ["base", "temperature"] {
            assert_eq!(again.summary()["settings"][setting], first.summary()["settings"][setting]);
        }
    }
}

/// An address where nobody listens.
fn nobody() -> String {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().to_string()
}

#[test]
fn a_download_that_fails_says_why_and_what_else_can_be_done() {
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let silent = (silent.local_addr().unwrap().to_string(), silent);
    let hub = Hub::with(&["config.json", "pytorch_model.bin", "vocab.txt"]);
    let cases = [
        (&hub.address, "hf:acme/other", "status code 404"),
        (&hub.address, "hf:acme/tiny@next", "status code 404"),
        (&hub.address, "hf:acme/tiny", "it has pytorch_model.bin only"),
        (&nobody(), "hf:acme/tiny", "refused"),
        (&silent.0, "hf:acme/tiny", "nothing came for 1 s"),
    ];
    for (address, base, reason) in cases {
        let folder = tempfile::tempdir().unwrap();
        let ran = train_from(folder.path(), address, base);
        assert_eq!(ran.code, Some(1), "{}", ran.stderr);
        for part in [base, address, reason, "give it with --base", "set HF_ENDPOINT to a mirror"] {
            assert!(ran.stderr.contains(part), "{part}: {}", ran.stderr);
        }
        assert!(!ran.stderr.contains("hf_secret") && !ran.stderr.contains("panicked"));
    }
}

#[test]
fn a_download_that_broke_off_is_finished_the_next_time() {
    let folder = tempfile::tempdir().unwrap();
    let partly = Hub::with(&["config.json", "vocab.txt", "model.safetensors"]);
    // As a run leaves it that was ended in the middle: some files of the commit, and no name that leads to them.
    let snapshot = folder.path().join("home/hub/models--acme--tiny/snapshots").join(COMMIT);
    std::fs::create_dir_all(&snapshot).unwrap();
    std::fs::copy(Path::new(&base()).join("config.json"), snapshot.join("config.json")).unwrap();
    let ran = train_from(folder.path(), &partly.address, "hf:acme/tiny");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(partly.asked.lock().unwrap().len(), 1 + 2 * 2);
}

#[test]
fn what_is_no_name_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    for name in
        ["hf:", "hf:../x", "hf:a b", "hf:a/b/c", "hf:/x", "hf:x@", "hf:x@..", "hf:x@a b", "hf:x/"]
    {
        let ran = train_in(folder.path(), &["--base", name], &[]);
        assert_eq!(ran.code, Some(2), "{name}: {}", ran.stderr);
        assert!(ran.stderr.contains("give hf:NAME"), "{name}: {}", ran.stderr);
    }
}
