//! MLflow itself, from `deploy/checks/tools.py mlflow`, which can be killed and come back.

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::http;
use crate::running::{free_ports, wait_for};

/// A server and its folder. The server is killed when dropped.
pub(crate) struct MlflowServer {
    python: PathBuf,
    folder: TempDir,
    addr: SocketAddr,
    process: Option<Child>,
}

impl MlflowServer {
    /// Starts one on SQLite.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let addr = ([127, 0, 0, 1], free_ports()[0]).into();
        let mut server = Self { python: installed(), folder, addr, process: None };
        server.start_again();
        server
    }

    /// Starts it where it was.
    pub(crate) fn start_again(&mut self) {
        let folder = self.folder.path();
        let log = std::fs::File::options().create(true).append(true).open(folder.join("log"));
        let log = log.unwrap();
        // A session of its own: the server has workers, which are killed with it.
        let process = Command::new("setsid")
            .arg(&self.python)
            .args(["-m", "mlflow", "server", "--host", "127.0.0.1", "--workers", "1"])
            .args(["--port", &self.addr.port().to_string()])
            .arg("--backend-store-uri")
            .arg(format!("sqlite:///{}", folder.join("mlflow.db").display()))
            .arg("--artifacts-destination")
            .arg(folder.join("artifacts"))
            .env("MLFLOW_DISABLE_TELEMETRY", "true")
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        self.process = Some(process);
        wait_for("MLflow is there", || {
            std::net::TcpStream::connect(self.addr).is_ok()
                && http::get(self.addr, "/health").status == 200
        });
    }

    /// Kills it, without a chance to say goodbye.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            let group = format!("-{}", process.id());
            let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
            let _ = process.wait();
        }
    }

    /// Its address, as `--registry` takes it.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// What a program says that uses MLflow's own client; it finds its arguments in `sys.argv`.
    pub(crate) fn python(&self, program: &str, arguments: &[&str]) -> Value {
        let mut child = Command::new(&self.python)
            .arg("-")
            .args(arguments)
            .env("MLFLOW_TRACKING_URI", self.url())
            .env("MLFLOW_DISABLE_TELEMETRY", "true")
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(program.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "see its messages above");
        let text = String::from_utf8(output.stdout).unwrap();
        serde_json::from_str(text.lines().last().unwrap()).unwrap()
    }
}

impl Drop for MlflowServer {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The Python that has MLflow; it is installed if need be.
fn installed() -> PathBuf {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/checks/tools.py");
    let output =
        Command::new("python3").arg(tools).arg("mlflow").stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "python3 deploy/checks/tools.py mlflow fails");
    String::from_utf8(output.stdout).unwrap().trim().into()
}
