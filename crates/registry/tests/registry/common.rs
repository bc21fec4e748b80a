//! A registry in a temporary folder, and small models to publish.

use std::fs;
use std::path::Path;

use switchboard_artifact::{ArtifactWriter, Manifest};
use switchboard_registry::{
    AliasChange, Expected, Registry, RegistryError, RegistryUrl, StagedVersion,
};
use tempfile::TempDir;

pub(crate) const NAME: &str = "category-tfidf";
pub(crate) const AT: &str = "2025-01-01T00:00:00Z";

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
