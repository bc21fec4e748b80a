//! A real Prometheus that watches a mesh.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::expressions::{Expression, Series};
use crate::http;
use crate::running::{Mesh, free_ports, wait_for};

/// A running Prometheus; stopped when dropped.
pub(crate) struct Prometheus {
    process: Child,
    addr: SocketAddr,
}

impl Prometheus {
    /// Starts one with the repository's own configuration for a mesh on this machine: other ports, and a look every second.
    pub(crate) fn start(folder: &Path, mesh: &Mesh) -> Self {
        let addr: SocketAddr = ([127, 0, 0, 1], free_ports()[0]).into();
        let mut config = std::fs::read_to_string(repository("prometheus/local.yml")).unwrap();
        let targets = [
            ("127.0.0.1:9000", mesh.addr("agent", "admin")),
            ("127.0.0.1:9001", mesh.addr("tfidf", "admin")),
            ("127.0.0.1:9002", mesh.addr("transformer", "admin")),
            ("127.0.0.1:9090", addr),
        ];
        for (written, real) in targets {
            config = replaced(&config, written, &real.to_string());
        }
        config = replaced(&config, "targets: [\"127.0.0.1:9093\"]", "targets: []");
        let rules = repository("prometheus/rules").canonicalize().unwrap();
        config = replaced(&config, "rules/*.yml", &format!("{}/*.yml", rules.display()));
        for (written, quick) in [
            ("scrape_interval: 5s", "scrape_interval: 1s"),
            ("scrape_timeout: 4s", "scrape_timeout: 1s"),
            ("evaluation_interval: 5s", "evaluation_interval: 1s"),
        ] {
            config = replaced(&config, written, quick);
        }
        let file = folder.join("prometheus.yml");
        std::fs::write(&file, config).unwrap();
        let process = Command::new(program())
            .arg(format!("--config.file={}", file.display()))
            .arg(format!("--storage.tsdb.path={}", folder.join("tsdb").display()))
            .arg(format!("--web.listen-address={addr}"))
            .arg("--log.level=warn")
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let prometheus = Self { process, addr };
        wait_for("Prometheus is ready", || {
            std::net::TcpStream::connect(addr).is_ok() && http::get(addr, "/-/ready").status == 200
        });
        prometheus
    }

    fn api(&self, path: &str, parameters: &[(&str, &str)]) -> Result<Value, String> {
        let query =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        let answer = http::get(self.addr, &format!("/api/v1/{path}?{query}"));
        let mut json: Value =
            serde_json::from_str(&answer.body).map_err(|error| error.to_string())?;
        match json["status"].as_str() {
            Some("success") => Ok(json["data"].take()),
            _ => Err(json["error"].to_string()),
        }
    }

    /// Asks for the value of an expression now.
    pub(crate) fn query(&self, expression: &str) -> Result<Value, String> {
        Ok(self.api("query", &[("query", expression)])?["result"].take())
    }

    /// Whether the last look at every target succeeded.
    pub(crate) fn sees_everything(&self) -> bool {
        let up = self.query("sum(up)").unwrap();
        up[0]["value"][1] == "4"
    }

    /// Every series of the mesh, and `up`.
    pub(crate) fn series(&self) -> Series {
        let mut all = Series::new();
        let found =
            self.api("series", &[("match[]", "{job=~\"agent|tfidf|transformer|prometheus\"}")]);
        for series in found.unwrap().as_array().unwrap() {
            let mut labels: BTreeMap<String, String> =
                serde_json::from_value(series.clone()).unwrap();
            let name = labels.remove("__name__").unwrap();
            all.entry(name).or_default().push(labels);
        }
        all
    }

    /// Every expression of the rules it has loaded, and the names of what they record.
    pub(crate) fn rules(&self) -> (Vec<Expression>, Vec<String>) {
        let (mut expressions, mut recorded) = (Vec::new(), Vec::new());
        let groups = self.api("rules", &[]).unwrap();
        for rule in groups["groups"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|group| group["rules"].as_array().unwrap())
        {
            let name = rule["name"].as_str().unwrap();
            expressions
                .push(Expression::new(&format!("rule {name}"), rule["query"].as_str().unwrap()));
            if rule["type"] == "recording" {
                recorded.push(name.to_owned());
            }
            assert!(rule["lastError"].is_null(), "rule {name}: {}", rule["lastError"]);
        }
        (expressions, recorded)
    }

    /// The alerts that are firing.
    pub(crate) fn firing(&self) -> Vec<String> {
        let alerts = self.api("alerts", &[]).unwrap();
        let firing =
            alerts["alerts"].as_array().unwrap().iter().filter(|alert| alert["state"] == "firing");
        firing.map(|alert| alert["labels"]["alertname"].as_str().unwrap().to_owned()).collect()
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn replaced(text: &str, written: &str, by: &str) -> String {
    assert!(text.contains(written), "prometheus/local.yml no longer says {written}");
    text.replace(written, by)
}

/// A path of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// The one on the path, or else the one that set-up fetched.
fn program() -> PathBuf {
    let on_path = std::env::var_os("PATH").into_iter().flat_map(|all| {
        std::env::split_paths(&all).map(|folder| folder.join("prometheus")).collect::<Vec<_>>()
    });
    let fetched = repository(".cache/tools/prometheus/usr/bin/prometheus");
    let found = on_path.chain([fetched]).find(|path| path.is_file());
    found.expect("prometheus is missing: run `make setup` first")
}
