//! Where finding and truth differ, without a word of the texts.

use std::path::Path;

use anyhow::Context;
use serde::Serialize;
use switchboard_evaluate::{LabelledSpan, Places};

use super::read::LabelledText;

/// The differences of all texts, a JSON line each.
#[derive(Default)]
pub(super) struct Errors(Vec<Error>);

struct Error {
    file: String,
    place: usize,
    what: What,
}

#[derive(Clone, Serialize)]
#[serde(tag = "error", rename_all = "snake_case")]
enum What {
    /// Nothing was found anywhere in it.
    Missed(Place),
    /// Nothing is anywhere in it.
    FoundInVain(Place),
    /// What was found there has another type.
    WrongType {
        #[serde(flatten)]
        place: Place,
        found_as: String,
    },
    /// It was found, but begins or ends elsewhere.
    OtherEdges {
        #[serde(flatten)]
        place: Place,
        found_start: usize,
        found_end: usize,
    },
}

#[derive(Clone, Serialize)]
struct Place {
    #[serde(rename = "type")]
    label: String,
    start: usize,
    end: usize,
}

impl Errors {
    /// Adds what differs between the truth about `text` and what was `found`.
    pub(super) fn compare(&mut self, text: &LabelledText, found: &[LabelledSpan]) {
        let (there, seen) = (Places::of(&text.spans), Places::of(found));
        let missed = text.spans.iter().filter_map(|truth| difference(truth, &seen));
        let vain = found.iter().filter(|one| there.touching(&one.range).next().is_none());
        let vain = vain.map(|one| What::FoundInVain(Place::of(one)));
        self.0.extend(missed.chain(vain).map(|what| Error {
            file: name(&text.file),
            place: text.place,
            what,
        }));
    }

    /// One JSON object a line.
    pub(super) fn lines(&self) -> anyhow::Result<Vec<u8>> {
        #[derive(Serialize)]
        struct Line<'e> {
            file: &'e str,
            text: usize,
            #[serde(flatten)]
            what: &'e What,
        }
        let mut lines = Vec::new();
        for Error { file, place, what } in &self.0 {
            let line = Line { file, text: *place, what };
            serde_json::to_writer(&mut lines, &line).context("write JSON")?;
            lines.push(b'\n');
        }
        Ok(lines)
    }
}

impl Place {
    fn of(span: &LabelledSpan) -> Self {
        Self { label: span.label.clone(), start: span.range.start, end: span.range.end }
    }
}

/// What is wrong with how `truth` was found, if anything is.
fn difference(truth: &LabelledSpan, found: &Places<'_>) -> Option<What> {
    let touching = || found.touching(&truth.range);
    if touching().any(|other| other == truth) {
        return None;
    }
    let place = Place::of(truth);
    let Some(first) = touching().next() else { return Some(What::Missed(place)) };
    let alike = touching().find(|other| other.label == truth.label);
    Some(match alike {
        None => What::WrongType { place, found_as: first.label.clone() },
        Some(other) => {
            What::OtherEdges { place, found_start: other.range.start, found_end: other.range.end }
        }
    })
}

fn name(file: &Path) -> String {
    file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
