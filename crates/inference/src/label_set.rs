//! Labels do not change unnoticed: whoever acts on a label must know it.

use std::collections::BTreeSet;
use std::fmt;

use switchboard_artifact::Manifest;

/// Labels named of each difference, and letters of each name, at most: the sentence is for a log.
const MAX_NAMES: usize = 5;
const MAX_LETTERS: usize = 60;

/// The version that another one would replace.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Incumbent<'i> {
    pub(crate) version: u32,
    pub(crate) labels: &'i [String],
}

/// A version answers other labels than the one it would replace, and was not trained to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "its labels are not those of version {replaces}, which it would replace: {lacks}{adds}; train it on the same labels, or with --new-labels if they are meant to change",
    lacks = Difference("it lacks ", .lacks),
    adds = Difference(if .lacks.is_empty() { "it adds " } else { ", and adds " }, .adds)
)]
pub struct LabelSetChange {
    /// The version it would replace.
    pub replaces: u32,
    /// Labels of that version that it has not, in order.
    pub lacks: Vec<String>,
    /// Labels that that version has not, in order.
    pub adds: Vec<String>,
}

impl Incumbent<'_> {
    /// Whether a version may replace this one: it has the same labels in any order, was trained to have new ones, or is an older one that is gone back to.
    pub(crate) fn admits(self, version: u32, manifest: &Manifest) -> Result<(), LabelSetChange> {
        // The way back from a version with new labels must stay open.
        if manifest.has_new_labels() || version < self.version {
            return Ok(());
        }
        let [old, new] = [self.labels, &manifest.labels]
            .map(|labels| labels.iter().map(String::as_str).collect::<BTreeSet<_>>());
        if old == new {
            return Ok(());
        }
        let owned = |one: &BTreeSet<&str>, other: &BTreeSet<&str>| {
            one.difference(other).map(|label| (*label).to_owned()).collect()
        };
        let (lacks, adds) = (owned(&old, &new), owned(&new, &old));
        Err(LabelSetChange { replaces: self.version, lacks, adds })
    }
}

/// Names a few labels behind a word; nothing when there are none.
struct Difference<'d>(&'d str, &'d [String]);

impl fmt::Display for Difference<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(word, labels) = self;
        if labels.is_empty() {
            return Ok(());
        }
        formatter.write_str(word)?;
        for (index, label) in labels.iter().take(MAX_NAMES).enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            let short: String = label.chars().take(MAX_LETTERS).collect();
            let more = if short.len() < label.len() { "…" } else { "" };
            write!(formatter, "{comma}\"{short}{more}\"")?;
        }
        match labels.len().checked_sub(MAX_NAMES) {
            Some(more @ 1..) => write!(formatter, " and {more} more"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use switchboard_artifact::NEW_LABELS;

    use super::*;

    fn labels(names: &str) -> Vec<String> {
        names.split_whitespace().map(str::to_owned).collect()
    }

    fn manifest(names: &str) -> Manifest {
        Manifest { labels: labels(names), ..Manifest::default() }
    }

    fn admits(old: &str, version: u32, manifest: &Manifest) -> Result<(), String> {
        let incumbent = Incumbent { version: 3, labels: &labels(old) };
        incumbent.admits(version, manifest).map_err(|change| change.to_string())
    }

    #[test]
    fn the_same_labels_in_any_order_are_the_same() {
        assert_eq!(admits("Access Hardware", 4, &manifest("Hardware Access")), Ok(()));
    }

    #[test]
    fn both_differences_are_named() {
        let refusal = admits("Access Hardware", 4, &manifest("Access Storage")).unwrap_err();
        let expected = "its labels are not those of version 3, which it would replace: it lacks \"Hardware\", and adds \"Storage\"; train it on the same labels, or with --new-labels if they are meant to change";
        assert_eq!(refusal, expected);
        let refusal = admits("Access", 4, &manifest("Access Storage")).unwrap_err();
        assert!(refusal.contains("replace: it adds \"Storage\"; train"), "{refusal}");
        let refusal = admits("Access Storage", 4, &manifest("Access")).unwrap_err();
        assert!(refusal.contains("replace: it lacks \"Storage\"; train"), "{refusal}");
    }

    #[test]
    fn a_few_names_and_a_few_letters_of_each_are_told() {
        let many: Vec<String> =
            (10..40).map(|number| format!("{number}{}", "é".repeat(900))).collect();
        let refusal = admits("Access", 4, &manifest(&many.join(" "))).unwrap_err();
        assert!(refusal.contains("…\" and 25 more;") && refusal.len() < 1_200, "{refusal}");
    }

    #[test]
    fn a_version_that_was_trained_to_may_change_them_and_an_older_one_may_come_back() {
        let settings = [(NEW_LABELS.to_owned(), json!(true))].into();
        assert_eq!(admits("Access", 4, &Manifest { settings, ..manifest("Storage") }), Ok(()));
        let settings = [(NEW_LABELS.to_owned(), json!("yes"))].into();
        assert!(admits("Access", 4, &Manifest { settings, ..manifest("Storage") }).is_err());
        assert_eq!(admits("Access", 2, &manifest("Storage")), Ok(()));
    }
}
