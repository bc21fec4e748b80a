//! Which manifests make sense.

use std::collections::BTreeSet;
use std::path::Path;

use crate::manifest::{FileFacts, MAX_FILE_BYTES, MAX_FILES, MAX_VERSION_BYTES, Manifest};
use crate::names::{file_name_fault, is_model_name};
use crate::{ArtifactError, FORMAT_VERSION};

const MAX_TEXT_BYTES: usize = 1_024;

/// Checks every field of the manifest at `path`.
pub(crate) fn manifest(manifest: &Manifest, path: &Path) -> Result<(), ArtifactError> {
    fault(manifest).map_or(Ok(()), |(field, reason)| {
        Err(ArtifactError::InvalidManifest {
            file: path.to_owned(),
            field,
            reason: reason.to_owned(),
        })
    })
}

type Fault = (String, &'static str);

fn fault(manifest: &Manifest) -> Option<Fault> {
    if !(1..=FORMAT_VERSION).contains(&manifest.format_version) {
        return Some(("format_version".to_owned(), "is not a format there ever was"));
    }
    if !is_model_name(&manifest.name) {
        let rule = "must be up to 128 lower-case letters, digits, dots, dashes and underscores, starting with a letter or a digit";
        return Some(("name".to_owned(), rule));
    }
    for (field, text) in [("task", &manifest.task), ("family", &manifest.family)] {
        if let Some(reason) = text_fault(text) {
            return Some((field.to_owned(), reason));
        }
    }
    labels_fault(&manifest.labels)
        .or_else(|| numbers_fault(manifest))
        .or_else(|| files_fault(manifest))
}

fn labels_fault(labels: &[String]) -> Option<Fault> {
    if labels.is_empty() {
        return Some(("labels".to_owned(), "must name at least one label"));
    }
    let mut seen = BTreeSet::new();
    for (index, label) in labels.iter().enumerate() {
        let reason =
            if seen.insert(label) { text_fault(label) } else { Some("repeats an earlier label") };
        if let Some(reason) = reason {
            return Some((format!("labels[{index}]"), reason));
        }
    }
    None
}

fn numbers_fault(manifest: &Manifest) -> Option<Fault> {
    for (name, value) in &manifest.metrics {
        if !value.is_finite() {
            return Some((format!("metrics.{}", name.escape_debug()), "is not a finite number"));
        }
    }
    for (language, facts) in &manifest.languages {
        if let Some(reason) = text_fault(language) {
            return Some(("languages".to_owned(), reason));
        }
        if facts.heldout_accuracy.is_some_and(|accuracy| !(0.0..=1.0).contains(&accuracy)) {
            return Some((
                format!("languages.{language}.heldout_accuracy"),
                "is not between 0 and 1",
            ));
        }
    }
    None
}

fn files_fault(manifest: &Manifest) -> Option<Fault> {
    if manifest.files.len() > MAX_FILES {
        return Some(("files".to_owned(), "lists more than 1,000 files"));
    }
    if let Some(fault) = manifest.files.iter().find_map(|(name, facts)| file_fault(name, facts)) {
        return Some(fault);
    }
    let sizes = manifest.files.values().map(|facts| facts.size_bytes);
    let total_bytes = sizes.fold(0, u64::saturating_add);
    (total_bytes > MAX_VERSION_BYTES).then(|| ("files".to_owned(), "add up to more than 32 GiB"))
}

fn file_fault(name: &str, facts: &FileFacts) -> Option<Fault> {
    if file_name_fault(name).is_some() {
        return Some((format!("files.{}", name.escape_debug()), "is not a plain file name"));
    }
    if facts.size_bytes > MAX_FILE_BYTES {
        return Some((format!("files.{name}.size_bytes"), "is more than 16 GiB"));
    }
    let is_sha256 = facts.sha256.len() == 64
        && facts.sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (!is_sha256)
        .then(|| (format!("files.{name}.sha256"), "is not 64 lower-case hexadecimal digits"))
}

fn text_fault(text: &str) -> Option<&'static str> {
    if text.trim().is_empty() {
        return Some("is empty");
    }
    if text.len() > MAX_TEXT_BYTES {
        return Some("is longer than 1,024 bytes");
    }
    text.chars().any(char::is_control).then_some("has a control character")
}
