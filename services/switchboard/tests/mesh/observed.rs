//! What Prometheus sees of a mesh under load.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use switchboard_registry::{AliasChange, Expected, Registry};

use crate::expressions::{Series, of_dashboards};
use crate::http;
use crate::prometheus::{Prometheus, repository};
use crate::running::{Mesh, Stream, copy, trained_whole, wait_for};
use crate::tickets::held_out;
use crate::traced::escalate_everything;

/// Longer than any rule of a minute takes to have a value.
const SETTLING: Duration = Duration::from_secs(75);
/// The alert looks at a minute, for a minute.
const WINDOW: Duration = Duration::from_secs(150);

#[test]
fn dashboards_rules_and_alerts_hold_against_a_live_mesh() {
    let folder = tempfile::tempdir().unwrap();
    copy(trained_whole().path(), folder.path());
    for model in ["category-tfidf", "category-transformer"] {
        damaged_challenger(folder.path(), model);
    }
    let mut command = Mesh::whole(folder.path());
    command.env("AGENT_POLICY", with_canary(escalate_everything(folder.path())));
    let mesh = Mesh::ready(command);
    let prometheus = Prometheus::start(folder.path(), &mesh);
    let load = Load::start(mesh.stream());
    wait_for("every target is up", || prometheus.sees_everything());
    std::thread::sleep(SETTLING);

    assert_all_exist(&prometheus);
    assert_documented(&mesh, &prometheus.series());
    // The refused challengers are meant to be; nothing else is wrong with the mesh.
    assert_eq!(distinct(prometheus.firing()), ["ModelRefused".to_owned()].into());

    let frozen = mesh.freeze("transformer");
    let started = Instant::now();
    while !prometheus.firing().contains(&"DegradedAnswers".to_owned()) {
        assert!(started.elapsed() < WINDOW, "no alert; firing: {:?}", prometheus.firing());
        std::thread::sleep(Duration::from_secs(1));
    }
    drop(frozen);
    load.stop();
}

/// A canary makes its metrics exist; there is no challenger that could be asked.
fn with_canary(policy: PathBuf) -> PathBuf {
    let text = std::fs::read_to_string(&policy).unwrap();
    let canary =
        "[[canary]]\ntask = \"category\"\nfamily = \"tfidf\"\nshare = 100\nmode = \"shadow\"\n";
    std::fs::write(&policy, text + canary).unwrap();
    policy
}

fn distinct(names: Vec<String>) -> BTreeSet<String> {
    names.into_iter().collect()
}

/// Makes a second version that cannot be loaded, and calls it the challenger.
fn damaged_challenger(folder: &Path, model: &str) {
    let url = format!("file:{}", folder.join("registry").display());
    let registry = Registry::open(&url.parse().unwrap()).unwrap();
    let first = registry.artifact_directory(model, 1).unwrap();
    let staged = registry.stage(model).unwrap();
    copy(&first, &staged.path());
    let version = registry.publish(staged).unwrap();
    let [who, why, at] = ["a test", "to be refused", "2026-01-01T00:00:00Z"].map(str::to_owned);
    let change =
        AliasChange { version, expected: Expected::Anything, who, why, at, evidence: None };
    registry.set_alias(model, "challenger", change).unwrap();
    let second = registry.artifact_directory(model, version).unwrap();
    let file = std::fs::read_dir(second).unwrap().flatten().map(|entry| entry.path());
    let file = file.into_iter().find(|path| path.ends_with("report.json")).unwrap();
    std::fs::write(file, "{}").unwrap();
}

/// Every expression of every dashboard and rule names what exists, and Prometheus can evaluate it.
fn assert_all_exist(prometheus: &Prometheus) {
    let (mut expressions, recorded) = prometheus.rules();
    assert!(!recorded.is_empty() && expressions.len() > recorded.len());
    let of_rules = expressions.len();
    expressions.extend(of_dashboards(&repository("grafana/dashboards")));
    assert!(expressions.len() > of_rules + 50, "the dashboards have few expressions");
    let series = prometheus.series();
    let mut faults: Vec<String> =
        expressions.iter().flat_map(|expression| expression.missing(&series, &recorded)).collect();
    for expression in &expressions {
        if let Err(error) = prometheus.query(&expression.text) {
            faults.push(format!("{}: {error}: {}", expression.place, expression.text));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A metric, as `docs/metrics.md` and the mesh describe it.
type Described = BTreeMap<String, (String, BTreeSet<String>)>;

/// `docs/metrics.md` lists what the mesh counts, with kind and labels, and nothing else.
fn assert_documented(mesh: &Mesh, series: &Series) {
    let documented = documented();
    let served = served(mesh, series);
    let mut faults = Vec::new();
    for (name, facts) in &served {
        match documented.get(name) {
            None => faults.push(format!("docs/metrics.md does not list {name}")),
            Some(told) if told != facts => {
                faults.push(format!("docs/metrics.md says of {name} {told:?}; it is {facts:?}"));
            }
            Some(_) => {}
        }
    }
    let gone = documented.keys().filter(|name| !served.contains_key(*name));
    faults.extend(gone.map(|name| format!("docs/metrics.md lists {name}, which nobody serves")));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn documented() -> Described {
    let page = std::fs::read_to_string(repository("docs/metrics.md")).unwrap();
    let mut all = Described::new();
    for line in page.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let labels = cells[3].split(',').map(|label| label.trim().to_owned());
        let labels: BTreeSet<String> = labels.filter(|label| !label.is_empty()).collect();
        for name in cells[1].split(',') {
            let name = name.trim().trim_matches('`').to_owned();
            all.insert(name, (cells[2].to_owned(), labels.clone()));
        }
    }
    all
}

/// Names and kinds as the admin ports tell them, labels as Prometheus stored them.
fn served(mesh: &Mesh, series: &Series) -> Described {
    let mut all = Described::new();
    for service in ["agent", "tfidf", "transformer"] {
        let text = http::get(mesh.addr(service, "admin"), "/metrics").body;
        let kinds = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '));
        for (name, kind) in kinds {
            let stored =
                if kind == "histogram" { format!("{name}_count") } else { name.to_owned() };
            let of_scrape = ["job", "instance", "le"];
            let sets = series.get(&stored).unwrap_or_else(|| panic!("{stored} has no series"));
            let labels = sets.iter().flat_map(BTreeMap::keys).cloned();
            let labels = labels.filter(|label| !of_scrape.contains(&label.as_str())).collect();
            all.insert(name.to_owned(), (kind.to_owned(), labels));
        }
    }
    all
}

/// Held-out tickets in every language, again and again.
struct Load {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Load {
    fn start(mut stream: Stream) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let thread = std::thread::spawn(move || {
            let languages = ["en", "fr", "ar", "de", "es"];
            for ticket in
                languages.into_iter().flat_map(held_out).collect::<Vec<_>>().iter().cycle()
            {
                if stopped.load(Ordering::Relaxed) {
                    break;
                }
                stream.ask(&ticket.text);
                std::thread::sleep(Duration::from_millis(20));
            }
        });
        Self { stop, thread }
    }

    fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap();
    }
}
