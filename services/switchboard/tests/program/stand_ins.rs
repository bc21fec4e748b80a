//! A mesh of lines of shell, for `switchboard up` to start.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::agent::FakeAgent;
use crate::support::{promote, promote_model, publish};

/// Serves until its stdin is closed, and writes down what happens to it.
pub(crate) const SERVICE: &str = "me=$(basename $0)\necho \"$me started $*\" >> $(dirname $0)/log\ncat > /dev/null\necho \"$me stopped\" >> $(dirname $0)/log";
/// Writes down how it was called.
const TRAINER: &str = "echo \"$(basename $0) ran $*\" >> $(dirname $0)/log";

/// How long anything may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(40);

/// A folder with `switchboard` and stand-ins for the programs beside it, and ports for them.
pub(crate) struct Mesh {
    pub(crate) folder: tempfile::TempDir,
    /// Of the agent, its admin port, then the same of `tfidf` and `transformer`.
    pub(crate) ports: Vec<u16>,
}

impl Mesh {
    pub(crate) fn new() -> Self {
        let listeners: Vec<TcpListener> =
            (0..6).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
        let ports =
            listeners.iter().map(|listener| listener.local_addr().unwrap().port()).collect();
        let mesh = Self { folder: tempfile::tempdir().unwrap(), ports };
        let program = mesh.path("switchboard");
        let original = env!("CARGO_BIN_EXE_switchboard");
        if fs::hard_link(original, &program).is_err() {
            let copied = Command::new("cp").arg(original).arg(&program).status().unwrap();
            assert!(copied.success());
        }
        for (name, script) in [
            ("tfidf", SERVICE),
            ("agent", SERVICE),
            ("make-corpus", TRAINER),
            ("train-tfidf", TRAINER),
        ] {
            mesh.write(name, script);
        }
        mesh
    }

    /// A mesh whose registry has a champion.
    pub(crate) fn trained() -> Self {
        let mesh = Self::new();
        publish(&mesh.registry(), "tfidf");
        promote(&mesh.registry(), 1);
        mesh
    }

    /// A mesh with a transformer, each of both families with a champion.
    pub(crate) fn whole() -> Self {
        let mesh = Self::trained();
        for (name, script) in [
            ("transformer", SERVICE),
            ("train-transformer", TRAINER),
            ("calibrate-routing", TRAINER),
        ] {
            mesh.write(name, script);
        }
        publish(&mesh.registry(), "transformer");
        promote_model(&mesh.registry(), "category-transformer", 1);
        mesh
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn registry(&self) -> PathBuf {
        self.path("data/registry")
    }

    /// Writes a stand-in by way of another process: a file that this one has open could not be run by the next child.
    pub(crate) fn write(&self, name: &str, script: &str) {
        let mut shell = Command::new("/bin/sh")
            .args(["-c", "cat > \"$0\" && chmod +x \"$0\""])
            .arg(self.path(name))
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let text = format!("#!/bin/sh\n{script}\n");
        shell.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        assert!(shell.wait().unwrap().success());
    }

    /// Starts `switchboard up`.
    pub(crate) fn start(&self, flags: &[&str]) -> Up {
        let ports = [
            "--agent-port",
            "--agent-admin-port",
            "--tfidf-port",
            "--tfidf-admin-port",
            "--transformer-port",
            "--transformer-admin-port",
        ];
        let mut command = Command::new(self.path("switchboard"));
        command.args(["up", "--data-dir"]).arg(self.path("data"));
        for (flag, port) in ports.iter().zip(&self.ports) {
            command.arg(flag).arg(port.to_string());
        }
        let stderr = fs::File::create(self.path("stderr")).unwrap();
        let stdout = fs::File::create(self.path("stdout")).unwrap();
        Up(command.args(flags).process_group(0).stdout(stdout).stderr(stderr).spawn().unwrap())
    }

    /// Starts what is going to be refused, and returns the sentence.
    pub(crate) fn refusal(&self, flags: &[&str]) -> String {
        let status = self.start(flags).wait();
        let stderr = self.read("stderr");
        assert_eq!((status.code(), self.read("stdout").as_str()), (Some(1), ""), "{stderr}");
        assert_eq!(stderr.trim_end().lines().count(), 1, "{stderr}");
        assert!(!self.path("log").exists(), "nothing was started");
        stderr
    }

    /// What a file says so far.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// Waits until a file says something.
    pub(crate) fn wait_for(&self, name: &str, part: &str) {
        let started = Instant::now();
        while !self.read(name).contains(part) {
            let all = || [self.read("log"), self.read("stdout"), self.read("stderr")].join("\n");
            assert!(started.elapsed() < PATIENCE, "{name} never says {part:?}: {}", all());
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// An agent on the port of this mesh's.
    pub(crate) fn agent(&self) -> FakeAgent {
        FakeAgent::start_on(([127, 0, 0, 1], self.ports[0]).into())
    }
}

/// A running `switchboard up`; killed when a test fails.
pub(crate) struct Up(Child);

impl Up {
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.0.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// What a terminal does on Ctrl-C: the signal goes to every process of the group.
    pub(crate) fn ctrl_c(&self) {
        let group = format!("-{}", self.0.id());
        let sent = Command::new("kill").args(["-INT", "--", &group]).status().unwrap();
        assert!(sent.success());
    }

    pub(crate) fn wait(mut self) -> ExitStatus {
        let started = Instant::now();
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status;
            }
            assert!(started.elapsed() < PATIENCE, "it never ends");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
