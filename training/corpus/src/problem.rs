//! What is wrong with the corpus, for the person who edits it.

use std::fmt;

use thiserror::Error;

/// Everything wrong with the corpus, one line each.
#[derive(Debug, Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct CorpusError(pub Vec<Problem>);

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, as `language/name`.
    pub file: String,
    /// The beginning of the phrasing, when one is at fault.
    pub phrasing: Option<String>,
    /// What is wrong, and what would be right.
    pub reason: String,
}

impl Problem {
    pub(crate) fn of_file(file: &str, reason: impl Into<String>) -> Self {
        Self { file: file.to_owned(), phrasing: None, reason: reason.into() }
    }

    pub(crate) fn of_phrasing(file: &str, source: &str, reason: impl Into<String>) -> Self {
        let start: String = source.chars().take(60).collect();
        Self {
            file: file.to_owned(),
            phrasing: Some(start.replace('\n', " / ")),
            reason: reason.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.phrasing {
            Some(phrasing) => write!(formatter, "{}: «{phrasing}»: {}", self.file, self.reason),
            None => write!(formatter, "{}: {}", self.file, self.reason),
        }
    }
}
