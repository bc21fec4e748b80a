//! A labelled row, and the columns it comes from.

use std::fmt;

/// Which columns of a file hold what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// The ticket's text.
    pub text: String,
    /// Its label.
    pub label: String,
    /// The code of its language, when the file tells.
    pub language: Option<String>,
    /// What it was made from, when rows share an origin: rows of one group are near-duplicates.
    pub group: Option<String>,
}

/// One labelled text.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// The text as it stands in the file.
    pub text: String,
    /// Its label, without surrounding white space.
    pub label: String,
    /// The code of its language, when known.
    pub language: Option<String>,
    /// Its near-duplicate group, when known.
    pub group: Option<String>,
    /// The file it was read from, an index into `Dataset::files`.
    pub source: u32,
    /// Its number in that file, as errors give it: from 1, a CSV file's header not counted, skipped rows counted.
    pub number: u64,
}

impl fmt::Debug for Row {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Row")
            .field("text", &format_args!("<{} bytes>", self.text.len()))
            .field("label", &self.label)
            .field("language", &self.language)
            .field("group", &self.group)
            .field("source", &self.source)
            .field("number", &self.number)
            .finish()
    }
}

/// What `read` found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dataset {
    /// The rows, in the order of the files; at least one.
    pub rows: Vec<Row>,
    /// How many rows were left out because their text or their label is empty.
    pub skipped: u64,
    /// The names of the files, without their folders, in the order they were given.
    pub files: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_debug_form_hides_the_text() {
        let row = Row {
            text: "my card is 4242".to_owned(),
            label: "Access".to_owned(),
            language: None,
            group: None,
            source: 0,
            number: 7,
        };
        let dataset = Dataset { rows: vec![row], skipped: 0, files: vec!["a.csv".to_owned()] };
        let shown = format!("{dataset:?}");
        assert!(shown.contains("<15 bytes>") && shown.contains("Access"), "{shown}");
        assert!(!shown.contains("4242"), "{shown}");
    }
}
