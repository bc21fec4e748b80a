//! Labelled texts, in either shape.

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, bail};
use serde::Deserialize;
use switchboard_evaluate::LabelledSpan;

/// What presidio-research calls types that have another name here.
const KNOWN: [(&str, &str); 6] = [
    ("ADDRESS", "STREET_ADDRESS"),
    ("DOMAIN_NAME", "URL"),
    ("GPE", "LOCATION"),
    ("US_DRIVER_LICENSE", "DRIVER_LICENSE"),
    ("US_PASSPORT", "PASSPORT"),
    ("ZIP_CODE", "POSTAL_CODE"),
];

/// A type of the data, and the one it is counted as.
#[derive(Debug, Clone)]
pub(super) struct Alias {
    theirs: String,
    ours: String,
}

impl FromStr for Alias {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (theirs, ours) = text.split_once('=').ok_or("write THEIRS=OURS")?;
        if theirs.is_empty() || ours.is_empty() {
            return Err("both sides of the = are types");
        }
        Ok(Self { theirs: theirs.to_owned(), ours: ours.to_owned() })
    }
}

/// A text and the personal data in it.
pub(super) struct LabelledText {
    pub(super) file: PathBuf,
    /// Its place in the file: from 1, the line or the element of the array.
    pub(super) place: usize,
    pub(super) text: String,
    pub(super) language: Option<String>,
    pub(super) spans: Vec<LabelledSpan>,
}

#[derive(Deserialize)]
struct Row {
    #[serde(alias = "full_text")]
    text: String,
    language: Option<String>,
    spans: Vec<RowSpan>,
}

#[derive(Deserialize)]
struct RowSpan {
    #[serde(rename = "type", alias = "entity_type")]
    label: String,
    #[serde(alias = "start_position")]
    start: usize,
    #[serde(alias = "end_position")]
    end: usize,
}

/// Every text of `files`.
pub(super) fn texts(files: &[PathBuf], aliases: &[Alias]) -> anyhow::Result<Vec<LabelledText>> {
    let mut texts = Vec::new();
    for file in files {
        let bytes = fs::read(file).with_context(|| format!("read {}", file.display()))?;
        for (place, row) in rows(&bytes).with_context(|| format!("read {}", file.display()))? {
            let text = labelled(file, place, row, aliases);
            texts.push(text.with_context(|| format!("read {}, text {place}", file.display()))?);
        }
    }
    if texts.is_empty() {
        bail!("no text in the data");
    }
    Ok(texts)
}

fn rows(bytes: &[u8]) -> anyhow::Result<Vec<(usize, Row)>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.trim_ascii_start().starts_with(b"[") {
        let rows: Vec<Row> = serde_json::from_slice(bytes)
            .map_err(|error| anyhow::anyhow!("{}: {EXPECTED}", place_of(&error)))?;
        return Ok((1..).zip(rows).collect());
    }
    let lines = (1..).zip(bytes.split(|&byte| byte == b'\n'));
    let row = |(place, line): (usize, &[u8])| {
        let row = serde_json::from_slice(line);
        let row = row.map_err(|_| anyhow::anyhow!("line {place}: {EXPECTED}"))?;
        Ok((place, row))
    };
    lines.filter(|(_, line)| !line.trim_ascii().is_empty()).map(row).collect()
}

const EXPECTED: &str =
    r#"expected "text" (or "full_text") and "spans" of "type", "start" and "end", as --help shows"#;

/// Only the place: the message of a JSON error may quote the text.
fn place_of(error: &serde_json::Error) -> String {
    format!("line {}, column {}", error.line(), error.column())
}

fn labelled(
    file: &Path,
    place: usize,
    row: Row,
    aliases: &[Alias],
) -> anyhow::Result<LabelledText> {
    let length = row.text.chars().count();
    let mut spans = Vec::with_capacity(row.spans.len());
    for (index, RowSpan { label, start, end }) in row.spans.into_iter().enumerate() {
        if start >= end || end > length {
            bail!("spans[{index}]: {start} to {end} is no part of a text of {length} code points");
        }
        spans.push(LabelledSpan { label: ours(label, aliases), range: start..end });
    }
    Ok(LabelledText { file: file.to_owned(), place, text: row.text, language: row.language, spans })
}

fn ours(label: String, aliases: &[Alias]) -> String {
    let given = aliases.iter().find(|alias| alias.theirs == label);
    let known = || KNOWN.iter().find(|(theirs, _)| *theirs == label).map(|(_, ours)| *ours);
    given.map(|alias| alias.ours.as_str()).or_else(known).map_or(label.clone(), str::to_owned)
}
