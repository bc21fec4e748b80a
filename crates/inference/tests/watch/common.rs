//! A registry in a temporary folder, a watcher that follows it, and what it told.

use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use switchboard_artifact::{Artifact, ArtifactWriter, GoldenExample, Manifest};
use switchboard_classify::{Classifier, ClassifyError, Options, Prediction};
use switchboard_inference::{Event, Models, WatchOptions, Watcher, watch};
use switchboard_registry::{AliasChange, Expected, Registry, RegistryUrl};
use tempfile::TempDir;

pub(crate) const NAME: &str = "category-fake";
pub(crate) const FILE: &str = "mark.txt";
pub(crate) const POLL: Duration = Duration::from_millis(10);
/// How long anything may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// Answers every document with its mark.
struct Marked {
    labels: Vec<String>,
    mark: f32,
    near: bool,
}

impl Classifier for Marked {
    fn labels(&self) -> &[String] {
        &self.labels
    }

    fn classify(&self, documents: &[&str], _: Options) -> Vec<Result<Prediction, ClassifyError>> {
        assert!(!documents.contains(&"panic"), "as it was told");
        let logits = vec![self.mark; self.labels.len()];
        let answer = || Prediction { logits: logits.clone(), ..Prediction::default() };
        documents.iter().map(|_| Ok(answer())).collect()
    }

    fn answers_inline(&self, _: usize) -> bool {
        true
    }

    fn tolerance(&self) -> f32 {
        if self.near { 0.5 } else { 1e-3 }
    }
}

/// A mark may end in a label the manifest has not, or be a word that panics; one behind a ~ is only nearly right, and one behind a path waits until there is
/// something.
fn load(artifact: &Artifact) -> Result<Arc<dyn Classifier>, Box<dyn Error + Send + Sync>> {
    let text = String::from_utf8(artifact.read(FILE)?)?;
    let (mark, more) = text.split_once('+').unwrap_or((&text, ""));
    assert!(mark != "panic", "as it was told");
    let (path, mark) = mark.split_once(' ').unwrap_or(("", mark));
    if !path.is_empty() {
        eventually(|| Path::new(path).exists());
    }
    let mut labels = artifact.manifest().labels.clone();
    labels.extend((!more.is_empty()).then(|| more.to_owned()));
    let near = mark.starts_with('~');
    Ok(Arc::new(Marked { labels, mark: mark.trim_start_matches('~').parse()?, near }))
}

/// What a version to publish is made of.
pub(crate) struct Version<'v> {
    pub(crate) name: &'v str,
    pub(crate) family: &'v str,
    pub(crate) mark: &'v str,
    pub(crate) golden: Option<(&'v str, f32)>,
}

/// A registry, the models loaded from it, and the events so far.
pub(crate) struct Followed {
    folder: TempDir,
    url: RegistryUrl,
    pub(crate) models: Models,
    pub(crate) events: Arc<Mutex<Vec<String>>>,
}

impl Followed {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = RegistryUrl::File(folder.path().join("registry"));
        Self { folder, url, models: Models::default(), events: Arc::default() }
    }

    /// The registry of a server.
    pub(crate) fn on(url: &str) -> Self {
        Self { url: url.parse().unwrap(), ..Self::new() }
    }

    /// A registry whose one version serves, and what follows it.
    pub(crate) fn serving() -> (Self, Watcher) {
        let followed = Self::new();
        followed.promote(followed.publish("1"));
        let watcher = followed.watch(&[]);
        followed.eventually_serves(1);
        (followed, watcher)
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("registry")
    }

    fn aside(&self) -> PathBuf {
        self.folder.path().join("aside")
    }

    pub(crate) fn registry(&self) -> Registry {
        Registry::open(&self.url).unwrap()
    }

    pub(crate) fn publish(&self, mark: &str) -> u32 {
        let golden = mark.parse().ok().map(|mark| ("golden", mark));
        self.publish_version(Version { name: NAME, family: "fake", mark, golden })
    }

    pub(crate) fn publish_version(&self, version: Version<'_>) -> u32 {
        self.publish_changed(version, |_| ())
    }

    /// Publishes a version that says something else of itself.
    pub(crate) fn publish_changed(
        &self,
        version: Version<'_>,
        change: impl FnOnce(&mut Manifest),
    ) -> u32 {
        let registry = self.registry();
        let staged = registry.stage(version.name).unwrap();
        let mut writer = ArtifactWriter::create(&staged.path()).unwrap();
        writer.add_file(FILE, version.mark.as_bytes()).unwrap();
        if let Some((text, logit)) = version.golden {
            let example = GoldenExample { text: text.to_owned(), logits: vec![logit; 2] };
            writer.add_golden(&[example]).unwrap();
        }
        let [name, task, family] =
            [version.name, version.name.split('-').next().unwrap(), version.family]
                .map(str::to_owned);
        let labels = ["Access", "Hardware"].map(str::to_owned).to_vec();
        let mut manifest = Manifest { name, task, family, labels, ..Manifest::default() };
        change(&mut manifest);
        writer.seal(manifest).unwrap();
        registry.publish(staged).unwrap()
    }

    pub(crate) fn point(&self, name: &str, alias: &str, version: u32) {
        self.registry().set_alias(name, alias, change(version)).unwrap();
    }

    pub(crate) fn promote(&self, version: u32) {
        self.point(NAME, "champion", version);
    }

    /// Takes the registry away.
    pub(crate) fn take_away(&self) {
        fs::rename(self.root(), self.aside()).unwrap();
    }

    pub(crate) fn bring_back(&self) {
        fs::rename(self.aside(), self.root()).unwrap();
    }

    /// Promotes a version and changes one byte of it, so that nobody ever sees it promoted and whole.
    pub(crate) fn promote_damaged(&self, version: u32) {
        self.take_away();
        let registry = Registry::open(&RegistryUrl::File(self.aside())).unwrap();
        registry.set_alias(NAME, "champion", change(version)).unwrap();
        flip(registry.artifact_directory(NAME, version).unwrap().join(FILE));
        self.bring_back();
    }

    /// Changes one byte of a version.
    pub(crate) fn damage(&self, version: u32) {
        flip(self.registry().artifact_directory(NAME, version).unwrap().join(FILE));
    }

    /// Undoes the damage.
    pub(crate) fn repair(&self, version: u32) {
        flip(self.registry().artifact_directory(NAME, version).unwrap().join(FILE));
    }

    /// Puts another file into a version's folder: whole, or the watcher might see two changes.
    pub(crate) fn add_note(&self, version: u32) {
        let folder = self.registry().artifact_directory(NAME, version).unwrap();
        let elsewhere = folder.parent().and_then(Path::parent).unwrap();
        let note = tempfile::NamedTempFile::new_in(elsewhere).unwrap();
        note.persist(folder.join("note.txt")).unwrap();
    }

    pub(crate) fn watch(&self, tasks: &[&str]) -> Watcher {
        self.watch_beside(tasks, |_| ())
    }

    /// The same, and `hear` is told first.
    pub(crate) fn watch_beside(
        &self,
        tasks: &[&str],
        hear: impl Fn(&Event<'_>) + Send + 'static,
    ) -> Watcher {
        let options = WatchOptions {
            registry: self.url.clone(),
            family: "fake".to_owned(),
            tasks: tasks.iter().map(|task| (*task).to_owned()).collect(),
            trusted: None,
            poll: POLL,
        };
        let events = self.events.clone();
        let tell = move |event: Event<'_>| {
            hear(&event);
            events.lock().unwrap().push(told(&event));
        };
        watch(options, self.models.clone(), Box::new(load), Box::new(tell)).unwrap()
    }

    /// The version that answers as `version`, by its mark.
    pub(crate) fn mark(&self, version: &str) -> Option<f32> {
        let served = self.models.current().select("category", version).ok()?;
        let answer = served.classifier.classify(&["x"], Options::default()).pop()?.unwrap();
        Some(answer.logits[0])
    }

    pub(crate) fn eventually_serves(&self, mark: u32) {
        eventually(|| self.mark("champion") == Some(mark as f32));
    }

    pub(crate) fn eventually_tells(&self, event: &str) {
        eventually(|| self.told(event) > 0);
    }

    /// How often it told so.
    pub(crate) fn told(&self, event: &str) -> usize {
        self.events.lock().unwrap().iter().filter(|told| *told == event).count()
    }

    /// What it told so far.
    pub(crate) fn all_told(&self) -> Vec<String> {
        self.events.lock().unwrap().clone()
    }
}

fn change(version: u32) -> AliasChange {
    let [who, why, at] = ["a test", "to be served", "2026-01-01T00:00:00Z"].map(str::to_owned);
    AliasChange { version, expected: Expected::Anything, who, why, at, evidence: None }
}

/// Changes one byte. The file is replaced at once, or the watcher might see two changes.
fn flip(path: PathBuf) {
    let mut bytes = fs::read(&path).unwrap();
    bytes[0] ^= 1;
    let elsewhere = path.parent().and_then(Path::parent).unwrap();
    let mut fresh = tempfile::NamedTempFile::new_in(elsewhere).unwrap();
    fresh.write_all(&bytes).unwrap();
    fresh.persist(path).unwrap();
}

fn told(event: &Event<'_>) -> String {
    match event {
        Event::Loaded { name, version, before } => {
            format!("loaded {name} {version} after {}", before.unwrap_or_default())
        }
        Event::Refused { name, version, refusal } => {
            format!("refused {name} {version}: {}", refusal.reason())
        }
        Event::RegistryAway(_) => "away".to_owned(),
        Event::RegistryBack => "back".to_owned(),
    }
}

/// Looks again and again until `condition` holds.
pub(crate) fn eventually(mut condition: impl FnMut() -> bool) {
    let started = Instant::now();
    while !condition() {
        assert!(started.elapsed() < PATIENCE, "it never comes true");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Long enough for several looks.
pub(crate) fn some_looks() {
    std::thread::sleep(POLL * 10);
}
