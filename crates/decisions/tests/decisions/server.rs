//! A PostgreSQL server of the tests' own.

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use switchboard_decisions::DecisionLogUrl;

use crate::common::execute;

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_mins(1);
const MISSING: &str = "PostgreSQL did not start; `deploy/check-machine --tests` installs it";

pub(crate) struct Server {
    folder: PathBuf,
    port: u16,
    tls: bool,
    /// The shell that holds it.
    keeper: Option<Child>,
}

impl Server {
    /// A server that runs until the process ends.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<Server> = OnceLock::new();
        SHARED.get_or_init(Self::started)
    }

    pub(crate) fn started() -> Self {
        let mut server = Self::prepared(false);
        server.start();
        server
    }

    pub(crate) fn started_with_tls() -> Self {
        let mut server = Self::prepared(true);
        server.start();
        server
    }

    /// A server that does not run yet, and has its port.
    pub(crate) fn prepared(tls: bool) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let name = format!("switchboard-postgres-{}-{port}", std::process::id());
        Self { folder: std::env::temp_dir().join(name), port, tls, keeper: None }
    }

    pub(crate) fn start(&mut self) {
        let mut command = unprivileged();
        command.arg("-c").arg(include_str!("server.sh")).arg("server");
        command.arg(self.port.to_string()).arg(&self.folder);
        command.arg(if self.tls { "tls" } else { "" });
        self.keeper = Some(command.stdin(Stdio::piped()).spawn().unwrap());
        let started = Instant::now();
        while !self.log().contains("ready to accept connections") {
            let ended = self.keeper.as_mut().unwrap().try_wait().unwrap().is_some();
            assert!(!ended && started.elapsed() < PATIENCE, "{}\n{}", MISSING, self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.path().join("log")).unwrap_or_default()
    }

    /// Ends it as a crash would; it may be started again.
    pub(crate) fn stop(&mut self) {
        let mut keeper = self.keeper.take().unwrap();
        keeper.stdin.take().unwrap().write_all(b"keep\n").unwrap();
        keeper.wait().unwrap();
        fs::write(self.path().join("log"), "").unwrap();
    }

    /// Sends the server and all it has started a signal.
    pub(crate) fn signal(&self, signal: &str) {
        let file = fs::read_to_string(self.path().join("data/postmaster.pid")).unwrap();
        let first = file.lines().next().unwrap().to_owned();
        let children = Command::new("ps").args(["-o", "pid=", "--ppid", &first]).output().unwrap();
        let children = String::from_utf8(children.stdout).unwrap();
        for pid in std::iter::once(first.as_str()).chain(children.split_whitespace()) {
            // One that has just ended gets none.
            Command::new("kill").arg(signal).arg(pid).stderr(Stdio::null()).status().unwrap();
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.folder
    }

    /// The address of a database, made or not, with what follows its name.
    pub(crate) fn address(&self, database: &str) -> String {
        format!("postgres://switchboard:secret@localhost:{}/{database}", self.port)
    }

    /// The address of the database that is always there.
    pub(crate) fn url(&self) -> DecisionLogUrl {
        self.address("postgres").parse().unwrap()
    }

    /// The address of a new, empty database.
    pub(crate) async fn database(&self) -> String {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let name = format!("test_{}", MADE.fetch_add(1, Ordering::Relaxed));
        execute(&self.address("postgres"), &format!("CREATE DATABASE {name}")).await;
        self.address(&name)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut keeper) = self.keeper.take() {
            drop(keeper.stdin.take());
            let _ = keeper.wait();
        }
    }
}

/// A shell of a user that PostgreSQL agrees to run as.
fn unprivileged() -> Command {
    let user = Command::new("id").arg("-u").output().unwrap().stdout;
    if user != b"0\n" {
        return Command::new("sh");
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--", "sh"]);
    command
}
