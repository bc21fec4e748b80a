//! `switchboard up`, with lines of shell as the programs of the mesh.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::agent::FakeAgent;
use crate::support::{damage, promote, publish, registry_url};

/// Serves until its stdin is closed, and writes down what happens to it.
const SERVICE: &str = "me=$(basename $0)\necho \"$me started $*\" >> $(dirname $0)/log\ncat > /dev/null\necho \"$me stopped\" >> $(dirname $0)/log";
/// Writes down how it was called.
const TRAINER: &str = "echo \"$(basename $0) ran $*\" >> $(dirname $0)/log";

/// How long anything may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(40);

/// A folder with `switchboard` and stand-ins for the programs beside it, and ports for them.
struct Mesh {
    folder: tempfile::TempDir,
    ports: Vec<u16>,
}

impl Mesh {
    fn new() -> Self {
        let listeners: Vec<TcpListener> =
            (0..4).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
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
    fn trained() -> Self {
        let mesh = Self::new();
        publish(&mesh.registry(), "tfidf");
        promote(&mesh.registry(), 1);
        mesh
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn registry(&self) -> PathBuf {
        self.path("data/registry")
    }

    /// Writes a stand-in by way of another process: a file that this one has open could not be run by the next child.
    fn write(&self, name: &str, script: &str) {
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

    fn start(&self, flags: &[&str]) -> Up {
        let ports = ["--agent-port", "--agent-admin-port", "--tfidf-port", "--tfidf-admin-port"];
        let mut command = Command::new(self.path("switchboard"));
        command.args(["up", "--data-dir"]).arg(self.path("data"));
        for (flag, port) in ports.iter().zip(&self.ports) {
            command.arg(flag).arg(port.to_string());
        }
        let stderr = fs::File::create(self.path("stderr")).unwrap();
        let stdout = fs::File::create(self.path("stdout")).unwrap();
        Up(command.args(flags).stdout(stdout).stderr(stderr).spawn().unwrap())
    }

    fn refusal(&self, flags: &[&str]) -> String {
        let output = self.start(flags).wait();
        let stderr = self.read("stderr");
        assert_eq!((output.status.code(), self.read("stdout").as_str()), (Some(1), ""), "{stderr}");
        assert_eq!(stderr.trim_end().lines().count(), 1, "{stderr}");
        assert!(!self.path("log").exists(), "nothing was started");
        stderr
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// Waits until a file says something.
    fn wait_for(&self, name: &str, part: &str) {
        let started = Instant::now();
        while !self.read(name).contains(part) {
            let all = || [self.read("log"), self.read("stdout"), self.read("stderr")].join("\n");
            assert!(started.elapsed() < PATIENCE, "{name} never says {part:?}: {}", all());
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn agent(&self) -> FakeAgent {
        FakeAgent::start_on(([127, 0, 0, 1], self.ports[0]).into())
    }
}

/// A running `switchboard up`; killed when a test fails.
struct Up(Child);

impl Up {
    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.0.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    fn wait(mut self) -> Output {
        let started = Instant::now();
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                return Output { status, stdout: Vec::new(), stderr: Vec::new() };
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

#[test]
fn the_mesh_is_announced_when_it_is_ready_and_stopped_in_order() {
    let mesh = Mesh::trained();
    let up = mesh.start(&[]);
    mesh.wait_for("log", "agent started");
    assert_eq!(mesh.read("stdout"), "");
    let agent = mesh.agent();
    mesh.wait_for("stdout", "\n");
    let ready: Value = serde_json::from_str(&mesh.read("stdout")).unwrap();
    let [api, admin, tfidf, tfidf_admin] =
        [0, 1, 2, 3].map(|index| format!("http://127.0.0.1:{}", mesh.ports[index]));
    assert_eq!(ready["agent"], api);
    let services = json!({"tfidf": {"api": tfidf, "admin": tfidf_admin}, "agent": {"api": api, "admin": admin}});
    assert_eq!(ready["services"], services);
    assert_eq!(ready["registry"], registry_url(&mesh.registry()));
    assert!(ready["sample"]["request"]["text"].as_str().unwrap().contains("@example.com"));
    assert_eq!(ready["sample"]["reply"]["label"], "Access");
    assert!(ready["seconds"].is_number());

    up.signal("-TERM");
    assert_eq!(up.wait().status.code(), Some(0));
    drop(agent);
    let log = mesh.read("log");
    let place = |part: &str| log.find(part).unwrap_or_else(|| panic!("{part}: {log}"));
    assert!(place("agent stopped") < place("tfidf stopped"), "{log}");
    let flags = format!(
        "--stop-with-stdin --listen 127.0.0.1:{} --admin-listen 127.0.0.1:{} --registry {}",
        mesh.ports[2],
        mesh.ports[3],
        registry_url(&mesh.registry())
    );
    assert!(log.contains(&format!("tfidf started {flags}\n")), "{log}");
    assert!(log.contains(&format!("--tfidf-url {tfidf}\n")), "{log}");
    assert!(!log.contains("train-tfidf"), "{log}");
}

#[test]
fn the_first_start_trains() {
    let mesh = Mesh::new();
    let up = mesh.start(&[]);
    mesh.wait_for("log", "train-tfidf ran");
    let _agent = mesh.agent();
    mesh.wait_for("stdout", "\n");
    up.signal("-INT");
    assert_eq!(up.wait().status.code(), Some(0));
    let log = mesh.read("log");
    let corpus = mesh.path("data/corpus.csv").display().to_string();
    assert!(log.contains(&format!("make-corpus ran --stop-with-stdin --out {corpus}\n")), "{log}");
    let training = format!(
        "train-tfidf ran --stop-with-stdin --task category --data {corpus} --text-column text --label-column label --language-column language --group-column phrasing --registry {} --promote\n",
        registry_url(&mesh.registry())
    );
    assert!(log.contains(&training), "{log}");
}

#[test]
fn without_a_model_to_serve_it_stops() {
    let mesh = Mesh::new();
    mesh.write("train-tfidf", "sleep 0.3; exit 7");
    let output = mesh.start(&[]).wait();
    assert_eq!(output.status.code(), Some(1));
    let stderr = mesh.read("stderr");
    assert!(
        stderr.contains("`train-tfidf` ended with exit status: 7, so there is no model"),
        "{stderr}"
    );
    assert_eq!(mesh.read("log").matches("stopped").count(), 2);
}

#[test]
fn a_dead_service_is_started_again_while_others_go_on() {
    let mesh = Mesh::trained();
    let die_once = "[ -e $0.died ] || { touch $0.died; exit 3; }";
    mesh.write("tfidf", &format!("{die_once}\n{SERVICE}"));
    let up = mesh.start(&[]);
    mesh.wait_for("log", "tfidf started");
    mesh.wait_for("log", "agent started");
    let stderr = mesh.read("stderr");
    assert!(
        stderr.contains("`tfidf` ended with exit status: 3; starting it again in 0.5 s"),
        "{stderr}"
    );
    up.signal("-TERM");
    assert_eq!(up.wait().status.code(), Some(1));
    assert!(mesh.read("stderr").contains("stopped before the mesh was ready"));
    assert_eq!(mesh.read("log").matches("agent started").count(), 1);
}

#[test]
fn no_child_outlives_a_killed_supervisor() {
    let mesh = Mesh::trained();
    let up = mesh.start(&[]);
    mesh.wait_for("log", "tfidf started");
    mesh.wait_for("log", "agent started");
    up.signal("-KILL");
    mesh.wait_for("log", "tfidf stopped");
    mesh.wait_for("log", "agent stopped");
}

#[test]
fn a_second_signal_stops_at_once() {
    let mesh = Mesh::trained();
    mesh.write(
        "agent",
        "trap '' INT TERM; echo 'agent started' >> $(dirname $0)/log; exec sleep 600",
    );
    let up = mesh.start(&[]);
    mesh.wait_for("log", "agent started");
    up.signal("-INT");
    mesh.wait_for("stderr", "stopping");
    up.signal("-INT");
    assert_eq!(up.wait().status.code(), Some(1));
    assert!(mesh.read("stderr").contains("stopped at once"));
}

#[test]
fn a_port_that_is_taken_is_named_with_its_flag() {
    let mesh = Mesh::trained();
    let _listener = TcpListener::bind(("127.0.0.1", mesh.ports[3])).unwrap();
    let said = mesh.refusal(&[]);
    let expected = format!(
        "port {}, which `tfidf` is to listen on, is taken: stop what uses it, or choose another with --tfidf-admin-port",
        mesh.ports[3]
    );
    assert!(said.contains(&expected), "{said}");
}

#[test]
fn a_missing_program_is_named() {
    let mesh = Mesh::trained();
    fs::remove_file(mesh.path("agent")).unwrap();
    let folder = fs::canonicalize(mesh.folder.path()).unwrap();
    let expected =
        format!("`agent` is not beside `switchboard` in {}: run `make build`", folder.display());
    let said = mesh.refusal(&[]);
    assert!(said.contains(&expected), "{said}");
    // Nothing to train, so nothing to train with is needed.
    mesh.write("agent", SERVICE);
    fs::remove_file(mesh.path("train-tfidf")).unwrap();
    let up = mesh.start(&[]);
    mesh.wait_for("log", "agent started");
    drop(up);
}

#[test]
fn a_file_where_a_folder_should_be_is_named() {
    let mesh = Mesh::new();
    let file = mesh.path("file");
    fs::write(&file, "").unwrap();
    let said = mesh.refusal(&["--registry", &registry_url(&file)]);
    assert!(said.contains(&format!("{} is not a folder", file.display())), "{said}");
    let inside = file.join("registry");
    let said = mesh.refusal(&["--registry", &registry_url(&inside)]);
    assert!(said.contains("is inside something that is not a folder"), "{said}");
    fs::write(mesh.path("data"), "").unwrap();
    let said = mesh.refusal(&[]);
    assert!(said.contains("data is not a folder") && said.contains("--data-dir"), "{said}");
}

#[test]
fn a_damaged_champion_is_named_with_the_way_out() {
    let mesh = Mesh::trained();
    let registry: &Path = &mesh.registry();
    publish(registry, "tfidf");
    promote(registry, 2);
    damage(registry, 2);
    let said = mesh.refusal(&[]);
    assert!(
        said.contains("the champion of category-tfidf is version 2, which cannot be loaded"),
        "{said}"
    );
    assert!(said.contains("switchboard models rollback category-tfidf"), "{said}");
    assert!(said.contains("switchboard models promote category-tfidf/1"), "{said}");
    damage(registry, 1);
    let said = mesh.refusal(&[]);
    assert!(said.contains("no other version can be loaded"), "{said}");
}
