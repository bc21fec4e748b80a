//! A registry in a temporary folder.

use std::path::Path;

use switchboard_artifact::{ArtifactWriter, Manifest, SigningKey};
use switchboard_registry::{AliasChange, CHAMPION, Expected, Registry, RegistryUrl};

/// Publishes a version of the linear model with `labels` and makes it the champion.
pub(crate) fn publish(root: &Path, labels: &[String], write: impl FnOnce(&mut ArtifactWriter)) {
    publish_as("tfidf", root, labels, write);
}

/// The same, signed.
pub(crate) fn publish_signed(
    root: &Path,
    labels: &[String],
    key: &SigningKey,
    write: impl FnOnce(&mut ArtifactWriter),
) {
    publish_by("tfidf", root, labels, Some(key), write);
}

/// Publishes a version of the model of that family with `labels` and makes it the champion.
pub(crate) fn publish_as(
    family: &str,
    root: &Path,
    labels: &[String],
    write: impl FnOnce(&mut ArtifactWriter),
) {
    publish_by(family, root, labels, None, write);
}

fn publish_by(
    family: &str,
    root: &Path,
    labels: &[String],
    key: Option<&SigningKey>,
    write: impl FnOnce(&mut ArtifactWriter),
) {
    let registry = Registry::open(&RegistryUrl::File(root.to_owned())).unwrap();
    let version = publish_to(&registry, (family, labels), key, write);
    let [who, why, at] = ["a test", "to be served", "2026-01-01T00:00:00Z"].map(str::to_owned);
    let change =
        AliasChange { version, expected: Expected::Anything, who, why, at, evidence: None };
    registry.set_alias(&format!("category-{family}"), CHAMPION, change).unwrap();
}

/// Publishes a version of the model of that family with `labels`.
pub(crate) fn publish_to(
    registry: &Registry,
    (family, labels): (&str, &[String]),
    key: Option<&SigningKey>,
    write: impl FnOnce(&mut ArtifactWriter),
) -> u32 {
    let name = format!("category-{family}");
    let staged = registry.stage(&name).unwrap();
    let mut writer = ArtifactWriter::create(&staged.path()).unwrap();
    write(&mut writer);
    let [task, family] = ["category", family].map(str::to_owned);
    let labels = labels.to_vec();
    writer
        .seal_signed(Manifest { name, task, family, labels, ..Manifest::default() }, key)
        .unwrap();
    registry.publish(staged).unwrap()
}

pub(crate) fn url(root: &Path) -> String {
    format!("file:{}", root.display())
}
