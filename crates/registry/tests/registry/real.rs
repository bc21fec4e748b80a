//! MLflow itself, from `deploy/checks/tools.py mlflow`: one server for all tests of this program.

use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use switchboard_registry::RegistryUrl;
use tempfile::TempDir;

/// Ends the server when this program ends, in whatever way: its standard input is then closed.
const KEEPER: &str = r"
import os, signal, subprocess, sys
server = subprocess.Popen(sys.argv[1:], start_new_session=True, stdin=subprocess.DEVNULL)
sys.stdin.read()
os.killpg(server.pid, signal.SIGTERM)
try:
    server.wait(10)
except subprocess.TimeoutExpired:
    os.killpg(server.pid, signal.SIGKILL)
";

pub(crate) struct Real {
    port: u16,
    folder: TempDir,
    python: PathBuf,
    /// Holds the other end of the keeper's standard input.
    _keeper: Child,
}

impl Real {
    /// The server, which the first caller starts.
    pub(crate) fn running() -> &'static Self {
        static REAL: OnceLock<Real> = OnceLock::new();
        REAL.get_or_init(Self::start)
    }

    fn start() -> Self {
        let python = installed();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = free.expect("a free port").port();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let log = std::fs::File::create(folder.path().join("log")).expect("a log");
        let keeper = Command::new(&python)
            .args(["-c", KEEPER])
            .arg(&python)
            .args(["-m", "mlflow", "server", "--host", "127.0.0.1", "--workers", "1"])
            .args(["--port", &port.to_string()])
            .args(["--backend-store-uri", &format!("sqlite:///{}", path("mlflow.db"))])
            .args(["--artifacts-destination", &path("artifacts")])
            .env("MLFLOW_DISABLE_TELEMETRY", "true")
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .spawn()
            .expect("python");
        let real = Self { port, folder, python, _keeper: keeper };
        real.wait();
        real
    }

    fn wait(&self) {
        let started = Instant::now();
        let health = format!("http://127.0.0.1:{}/health", self.port);
        while ureq::get(&health).call().is_err() {
            let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            assert!(started.elapsed() < Duration::from_mins(5), "MLflow does not start: {log}");
            thread::sleep(Duration::from_millis(200));
        }
    }

    pub(crate) fn url(&self) -> RegistryUrl {
        format!("http://127.0.0.1:{}", self.port).parse().expect("an address")
    }

    /// Where the server keeps the files of a version.
    pub(crate) fn files_of(&self, name: &str, version: u32) -> PathBuf {
        let call = format!(
            "http://127.0.0.1:{}/api/2.0/mlflow/model-versions/get?name={name}&version={version}",
            self.port
        );
        let answer = ureq::get(&call).call().expect("a version").body_mut().read_to_string();
        let answer: Value = serde_json::from_str(&answer.expect("an answer")).expect("JSON");
        let source = answer["model_version"]["source"].as_str().expect("a source").to_owned();
        let path = source.strip_prefix("mlflow-artifacts:/").expect("its artifacts");
        self.folder.path().join("artifacts").join(path)
    }

    pub(crate) fn delete(&self, name: &str, version: u32) {
        let program = "import sys, mlflow; mlflow.MlflowClient().delete_model_version(sys.argv[1], sys.argv[2]); print('{}')";
        self.python(program, &[name, &version.to_string()]);
    }

    pub(crate) fn describe(&self, name: &str, version: u32, description: &str) {
        let program = "import sys, mlflow; mlflow.MlflowClient().update_model_version(*sys.argv[1:]); print('{}')";
        self.python(program, &[name, &version.to_string(), description]);
    }

    /// What a program says that uses MLflow's own client; it finds its arguments in `sys.argv`.
    pub(crate) fn python(&self, program: &str, arguments: &[&str]) -> Value {
        let mut child = Command::new(&self.python)
            .arg("-")
            .args(arguments)
            .env("MLFLOW_TRACKING_URI", self.url().to_string())
            .env("MLFLOW_DISABLE_TELEMETRY", "true")
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python");
        let mut input = child.stdin.take().expect("its input");
        input.write_all(program.as_bytes()).expect("a program");
        drop(input);
        let output = child.wait_with_output().expect("an end");
        assert!(output.status.success(), "see its messages above");
        let text = String::from_utf8(output.stdout).expect("text");
        let last = text.lines().last().expect("a line");
        serde_json::from_str(last).expect("JSON")
    }
}

/// The Python that has MLflow; it is installed if need be.
pub(crate) fn installed() -> PathBuf {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = Command::new("python3")
        .arg(checkout.join("deploy/checks/tools.py"))
        .arg("mlflow")
        .stderr(Stdio::inherit())
        .output()
        .expect("python3");
    assert!(output.status.success(), "python3 deploy/checks/tools.py mlflow fails");
    String::from_utf8(output.stdout).expect("a path").trim().into()
}
