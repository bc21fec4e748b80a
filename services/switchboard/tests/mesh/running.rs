//! A mesh that runs.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::tickets::testdata;

const PATIENCE: Duration = Duration::from_mins(2);
const PORTS: [&str; 6] = [
    "--agent-port",
    "--agent-admin-port",
    "--tfidf-port",
    "--tfidf-admin-port",
    "--transformer-port",
    "--transformer-admin-port",
];

/// A running `switchboard up`; stopped when dropped.
pub(crate) struct Mesh {
    process: Child,
    /// What it printed when it was ready.
    pub(crate) ready: Value,
}

impl Mesh {
    /// Starts a mesh without a transformer that keeps its data in `folder`, and waits until it is ready.
    pub(crate) fn start(folder: &Path) -> Self {
        let mut command = Command::new(program("switchboard"));
        command.args(["up", "--linear-only", "--data-dir"]).arg(folder);
        Self::ready(command)
    }

    /// The command that starts a mesh with everything.
    pub(crate) fn whole(folder: &Path) -> Command {
        let mut command = Command::new(program("switchboard"));
        command.args(["up", "--data-dir"]).arg(folder);
        command
    }

    /// Starts a mesh on free ports, and waits until it is ready.
    pub(crate) fn ready(mut command: Command) -> Self {
        for (flag, port) in PORTS.iter().zip(free_ports()) {
            command.arg(flag).arg(port.to_string());
        }
        let mut process = command.stdout(Stdio::piped()).stdin(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line)
            .expect("`switchboard up` prints one JSON object when it is ready");
        Self { process, ready }
    }

    fn agent(&self) -> &str {
        self.ready["agent"].as_str().unwrap()
    }

    /// The address of a service's `api` or `admin` port.
    pub(crate) fn addr(&self, service: &str, port: &str) -> SocketAddr {
        let url = self.ready["services"][service][port].as_str().unwrap();
        url.strip_prefix("http://").unwrap().parse().unwrap()
    }

    /// Routes texts, in order.
    pub(crate) fn route<'t>(&self, texts: impl Iterator<Item = &'t str>) -> Vec<Value> {
        let tickets: Vec<Value> = texts.map(|text| serde_json::json!({ "text": text })).collect();
        let replies = switchboard(&["route", "--agent", self.agent()], &tickets);
        assert_eq!(replies.len(), tickets.len());
        replies
    }

    /// A pipe to the mesh that is asked one ticket at a time.
    pub(crate) fn stream(&self) -> Stream {
        let mut process = Command::new(program("switchboard"))
            .args(["route", "--agent", self.agent(), "--timeout", "30s"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (tickets, replies) =
            (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()));
        Stream { process, tickets, replies }
    }

    /// Trains on the bundled corpus in `folder` once more and promotes the result in the folder's registry.
    pub(crate) fn train(folder: &Path) {
        Self::train_into(folder, &format!("file:{}", folder.join("registry").display()));
    }

    /// Trains on the bundled corpus in `folder` once more and promotes the result in a registry.
    pub(crate) fn train_into(folder: &Path, registry: &str) {
        let status = Command::new(program("train-tfidf"))
            .arg("--data")
            .arg(folder.join("corpus.csv"))
            .args([
                "--language-column",
                "language",
                "--group-column",
                "phrasing",
                "--seed",
                "2",
                "--promote",
            ])
            .args(["--registry", registry])
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(status.success());
    }

    /// The process id of a child program.
    pub(crate) fn child(&self, name: &str) -> u32 {
        let mut found = None;
        wait_for(name, || {
            found = children(self.process.id()).into_iter().find(|pid| command_of(*pid) == name);
            found.is_some()
        });
        found.unwrap()
    }

    /// Kills a child program.
    pub(crate) fn kill(&self, name: &str) {
        signal("KILL", self.child(name));
    }

    /// Stops a child program where it is, until it is thawed: it is there, and answers nothing.
    pub(crate) fn freeze(&self, name: &str) -> Frozen {
        let pid = self.child(name);
        signal("STOP", pid);
        Frozen(pid)
    }

    /// Stops the mesh and waits for its end.
    pub(crate) fn stop(mut self) {
        signal("TERM", self.process.id());
        assert!(self.process.wait().unwrap().success());
    }

    /// Kills the supervisor itself.
    pub(crate) fn die(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Mesh {
    fn drop(&mut self) {
        if matches!(self.process.try_wait(), Ok(None)) {
            signal("TERM", self.process.id());
            let _ = self.process.wait();
        }
    }
}

/// A frozen program; thawed when dropped.
pub(crate) struct Frozen(u32);

impl Drop for Frozen {
    fn drop(&mut self) {
        signal("CONT", self.0);
    }
}

/// A running `switchboard route`.
pub(crate) struct Stream {
    process: Child,
    tickets: ChildStdin,
    replies: BufReader<ChildStdout>,
}

impl Stream {
    /// Sends a ticket and waits for its reply.
    pub(crate) fn ask(&mut self, text: &str) -> Value {
        writeln!(self.tickets, "{}", serde_json::json!({ "text": text })).unwrap();
        let mut line = String::new();
        self.replies.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs the command with JSON lines on stdin; its JSON lines on stdout.
pub(crate) fn switchboard(arguments: &[&str], lines: &[Value]) -> Vec<Value> {
    let mut process = Command::new(program("switchboard"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = process.stdin.take().unwrap();
    let input = lines.iter().fold(String::new(), |input, line| input + &line.to_string() + "\n");
    let writing = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let mut output = String::new();
    process.stdout.take().unwrap().read_to_string(&mut output).unwrap();
    writing.join().unwrap().unwrap();
    process.wait().unwrap();
    output.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A data folder with a trained champion, made once. Tests that change it copy it.
pub(crate) fn trained() -> &'static TempDir {
    static TRAINED: OnceLock<TempDir> = OnceLock::new();
    TRAINED.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        drop(Mesh::start(folder.path()));
        folder
    })
}

/// A data folder with champions of both families, the transformer a tiny one that knows nothing, made once.
pub(crate) fn trained_whole() -> &'static TempDir {
    static TRAINED: OnceLock<TempDir> = OnceLock::new();
    TRAINED.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        copy(trained().path(), folder.path());
        let flags = "--text-column text --label-column label --language-column language --group-column phrasing --promote --epochs 1 --max-tokens 16";
        let status = Command::new(program("train-transformer"))
            .arg("--data")
            .arg(folder.path().join("corpus.csv"))
            .args(flags.split(' '))
            .arg("--base")
            .arg(testdata("distilbert/distilbert"))
            .arg("--registry")
            .arg(format!("file:{}", folder.path().join("registry").display()))
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(status.success());
        folder
    })
}

/// Copies a data folder.
pub(crate) fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp").arg("-r").arg(from.join(".")).arg(to).status().unwrap();
    assert!(status.success());
}

/// Waits until `done`, at most two minutes.
pub(crate) fn wait_for(what: &str, mut done: impl FnMut() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(started.elapsed() < PATIENCE, "waited too long: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn program(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_BIN_EXE_switchboard")).with_file_name(name);
    assert!(path.exists(), "{} is missing: run `make build` first", path.display());
    path
}

/// Ports nobody listens on. All are held until all are known, so they differ.
pub(crate) fn free_ports() -> Vec<u16> {
    let listeners: Vec<TcpListener> =
        PORTS.iter().map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    listeners.iter().map(|listener| listener.local_addr().unwrap().port()).collect()
}

fn signal(name: &str, pid: u32) {
    let status =
        Command::new("kill").arg(format!("-{name}")).arg(pid.to_string()).status().unwrap();
    assert!(status.success());
}

fn children(parent: u32) -> BTreeSet<u32> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    processes
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid| field(*pid, "PPid").is_some_and(|ppid| ppid == parent.to_string()))
        .collect()
}

fn command_of(pid: u32) -> String {
    field(pid, "Name").unwrap_or_default()
}

/// Whether a process runs; one that ended but was not waited for does not.
pub(crate) fn is_alive(pid: u32) -> bool {
    field(pid, "State").is_some_and(|state| !state.starts_with('Z'))
}

fn field(pid: u32, name: &str) -> Option<String> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.split(':').next() == Some(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
