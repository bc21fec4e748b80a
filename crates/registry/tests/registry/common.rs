//! Registries of each kind, and small models to publish.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use switchboard_artifact::{ArtifactWriter, Manifest};
use switchboard_registry::{
    Access, AliasChange, Expected, Limits, Registry, RegistryError, RegistryUrl, ServerOptions,
    StagedVersion,
};
use tempfile::TempDir;

use crate::fake::Fake;
use crate::real::Real;

pub(crate) const NAME: &str = "category-tfidf";
pub(crate) const AT: &str = "2025-01-01T00:00:00Z";

/// A registry of one kind, and the name of a model that nobody else uses.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
    pub(crate) url: RegistryUrl,
    pub(crate) name: String,
    kind: Kind,
}

enum Kind {
    Folder,
    Fake(Fake),
    Real(&'static Real),
}

impl Place {
    pub(crate) fn folder() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = RegistryUrl::File(folder.path().join("registry"));
        Self { folder, url, name: NAME.to_owned(), kind: Kind::Folder }
    }

    /// A server in memory.
    pub(crate) fn fake() -> Self {
        let fake = Fake::start();
        let url = fake.url().parse().expect("an address");
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { folder, url, name: NAME.to_owned(), kind: Kind::Fake(fake) }
    }

    /// MLflow itself, which all tests share.
    pub(crate) fn real() -> Self {
        static NAMES: AtomicU32 = AtomicU32::new(1);
        let real = Real::running();
        let name = format!("model-{}-tfidf", NAMES.fetch_add(1, Ordering::Relaxed));
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { folder, url: real.url(), name, kind: Kind::Real(real) }
    }

    pub(crate) fn server(&self) -> &Fake {
        let Kind::Fake(fake) = &self.kind else { panic!("this is no fake") };
        fake
    }

    pub(crate) fn open(&self) -> Registry {
        self.open_from("cache")
    }

    /// The registry as another machine sees it.
    pub(crate) fn open_from(&self, cache: &str) -> Registry {
        self.open_with(options(&self.folder.path().join(cache)))
    }

    pub(crate) fn open_with(&self, options: ServerOptions) -> Registry {
        match &self.url {
            RegistryUrl::Mlflow(server) => {
                Registry::open_server(server, options).expect("a registry")
            }
            url @ RegistryUrl::File(_) => Registry::open(url).expect("a registry"),
        }
    }

    /// The registry, with as many versions of the model.
    pub(crate) fn with_versions(&self, count: u32) -> Registry {
        let registry = self.open();
        for expected in 1..=count {
            assert_eq!(self.publish(&registry).expect("a version"), expected);
        }
        registry
    }

    pub(crate) fn publish(&self, registry: &Registry) -> Result<u32, RegistryError> {
        let staged = registry.stage(&self.name)?;
        write(&staged, &self.name, b"weights");
        registry.publish(staged)
    }

    /// Deletes a version as somebody does by hand.
    pub(crate) fn delete(&self, version: u32) {
        match &self.kind {
            Kind::Folder => {
                let model = self.folder.path().join("registry/models").join(&self.name);
                fs::remove_dir_all(model.join(version.to_string())).expect("a version");
            }
            Kind::Fake(fake) => fake.delete(&self.name, version),
            Kind::Real(real) => real.delete(&self.name, version),
        }
    }

    /// Replaces a file of a version where it is kept.
    pub(crate) fn tamper(&self, version: u32, file: &str, bytes: &[u8]) {
        match self.files_of(version) {
            Some(kept) => fs::write(kept.join(file), bytes).expect("written"),
            None => {
                self.server().with_file(&self.name, version, file, |kept| *kept = bytes.to_vec());
            }
        }
    }

    /// Removes a file of a version where it is kept.
    pub(crate) fn lose(&self, version: u32, file: &str) {
        match self.files_of(version) {
            Some(kept) => fs::remove_file(kept.join(file)).expect("a file"),
            None => self.server().remove_file(&self.name, version, file),
        }
    }

    /// Says something else of a version, as somebody does who mended its files: a folder's tell by themselves.
    pub(crate) fn describe(&self, version: u32, description: &str) {
        match &self.kind {
            Kind::Folder => {}
            Kind::Fake(fake) => {
                let fields = serde_json::json!({"last_updated_timestamp": description});
                fake.change_version(&self.name, version, &fields);
            }
            Kind::Real(real) => real.describe(&self.name, version, description),
        }
    }

    /// The folder that keeps a version's files, unless they are in memory.
    fn files_of(&self, version: u32) -> Option<PathBuf> {
        match &self.kind {
            Kind::Folder => {
                let model = self.folder.path().join("registry/models").join(&self.name);
                Some(model.join(version.to_string()))
            }
            Kind::Fake(_) => None,
            Kind::Real(real) => Some(real.files_of(&self.name, version)),
        }
    }
}

/// Nobody waits long in a test.
pub(crate) fn options(cache: &Path) -> ServerOptions {
    let limits = Limits {
        connect: Duration::from_secs(2),
        answer: Duration::from_secs(20),
        first_pause: Duration::from_millis(5),
        ..Limits::default()
    };
    ServerOptions { access: Access::default(), cache: cache.to_owned(), limits }
}

/// Makes a test of each function for each kind of registry.
macro_rules! conform {
    ($($test:ident),* $(,)?) => {
        mod in_a_folder {
            $(#[test] fn $test() { super::$test(&crate::common::Place::folder()); })*
        }
        mod on_a_server_in_memory {
            $(#[test] fn $test() { super::$test(&crate::common::Place::fake()); })*
        }
        mod on_mlflow {
            $(#[test] fn $test() { super::$test(&crate::common::Place::real()); })*
        }
    };
}
pub(crate) use conform;

pub(crate) fn empty() -> (TempDir, Registry) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let registry = open(&folder.path().join("registry"));
    (folder, registry)
}

pub(crate) fn open(root: &Path) -> Registry {
    Registry::open(&RegistryUrl::File(root.to_owned())).expect("a registry")
}

/// A registry with as many versions of [`NAME`].
pub(crate) fn with_versions(count: u32) -> (TempDir, Registry) {
    let (folder, registry) = empty();
    for expected in 1..=count {
        assert_eq!(publish(&registry).expect("a version"), expected);
    }
    (folder, registry)
}

pub(crate) fn publish(registry: &Registry) -> Result<u32, RegistryError> {
    let staged = registry.stage(NAME)?;
    write(&staged, NAME, b"weights");
    registry.publish(staged)
}

pub(crate) fn write(staged: &StagedVersion, name: &str, bytes: &[u8]) {
    let mut writer = ArtifactWriter::create(&staged.path()).expect("an empty directory");
    writer.add_file("model.bin", bytes).expect("a file");
    let [name, task, family] = [name, "category", "tfidf"].map(str::to_owned);
    let labels = vec!["Billing".to_owned()];
    writer.seal(Manifest { name, task, family, labels, ..Manifest::default() }).expect("a model");
}

pub(crate) fn to(version: u32) -> AliasChange {
    expecting(version, Expected::Anything)
}

pub(crate) fn expecting(version: u32, expected: Expected) -> AliasChange {
    let [who, why, at] = ["operator", "it is better", AT].map(str::to_owned);
    AliasChange { version, expected, who, why, at, evidence: None }
}

/// Every path below `folder`, relative to it, sorted; directories end in a slash.
pub(crate) fn tree(folder: &Path) -> Vec<String> {
    let mut paths = Vec::new();
    collect(folder, "", &mut paths);
    paths.sort_unstable();
    paths
}

fn collect(folder: &Path, prefix: &str, paths: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let entry = entry.expect("an entry");
        let mut path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            path.push('/');
            collect(&entry.path(), &path, paths);
        }
        paths.push(path);
    }
}
