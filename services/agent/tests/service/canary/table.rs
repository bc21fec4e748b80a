//! What is planted, and what is looked for.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use switchboard_pii::{RawText, Scrubber};

/// Secrets of the operator and of callers: a token, a key, a salt; and the key of a policy.
pub(super) const SECRETS: [&str; 4] = [
    "operators-canary-token-0123",
    "canary-key-16byt",
    "canary-salt-of-some-length",
    "ca9a12ca9a12ca9a12ca9a12ca9a12caca9a12ca9a12ca9a12ca9a12ca9a12ca",
];

#[derive(Deserialize)]
struct Table {
    canary: Vec<Canary>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Canary {
    pub(super) kind: String,
    pub(super) text: String,
    pub(super) value: String,
    pub(super) part: String,
}

impl Canary {
    /// A ticket with it.
    pub(super) fn planted(&self) -> String {
        format!("My printer is broken. {}", self.text)
    }
}

/// The rows of the table; what is not found cannot be taken out.
pub(super) fn canaries() -> Vec<Canary> {
    let scrubber = Scrubber::new();
    let table: Table = toml::from_str(include_str!("canaries.toml")).unwrap();
    for canary in &table.canary {
        let scrubbed = scrubber.scrub(RawText::new(&canary.planted()));
        assert!(!scrubbed.text().contains(&canary.part), "{} is left in its text", canary.kind);
    }
    table.canary
}

/// Panics when `text` holds anything that was planted, or a secret.
pub(super) fn assert_clean(place: &str, canaries: &[Canary], text: &str) {
    let parts = canaries.iter().map(|canary| canary.part.as_str()).chain(SECRETS);
    for part in parts {
        if let Some(at) = text.find(part) {
            let start = text.floor_char_boundary(at.saturating_sub(200));
            panic!("{place} holds {part}: …{}", &text[start..at + part.len()]);
        }
    }
}

/// All that is in the files of a folder.
pub(super) fn files(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text.push_str(&files(&path));
        } else {
            text.push_str(&String::from_utf8_lossy(&fs::read(&path).unwrap()));
        }
    }
    text
}
