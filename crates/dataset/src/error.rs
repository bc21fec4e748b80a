//! Why a data set could not be read, and what to do about it. No message quotes a row's text.

use std::fmt;
use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Where in a file something is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: PathBuf,
    /// The row, from 1; 0 is a CSV file's header.
    pub row: u64,
    /// The line the row starts on, from 1; blank lines above a CSV row count as its beginning.
    pub line: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.row {
            0 => write!(formatter, "{}, header (line {})", self.file.display(), self.line),
            row => write!(formatter, "{}, row {row} (line {})", self.file.display(), self.line),
        }
    }
}

/// Why a data set could not be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DatasetError {
    /// The operating system refused a file.
    #[error("read {}", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file lacks a column it should have.
    #[error("{}: column `{column}` is missing; the file has: {found}", file.display())]
    MissingColumn {
        /// The file.
        file: PathBuf,
        /// The column asked for.
        column: String,
        /// The columns there are.
        found: String,
    },
    /// A header names a wanted column twice.
    #[error("{}: column `{column}` appears twice: rename one of the two", file.display())]
    RepeatedColumn {
        /// The file.
        file: PathBuf,
        /// The column.
        column: String,
    },
    /// A JSON row lacks the text or the label.
    #[error("{place}: column `{column}` is missing: add it, or leave the row out")]
    MissingField {
        /// The row.
        place: Place,
        /// The column.
        column: String,
    },
    /// A CSV row has more or fewer fields than the header.
    #[error(
        "{place} has {found} field(s), the header has {expected}: quote the fields that hold commas, quotes or line breaks"
    )]
    FieldCount {
        /// The row.
        place: Place,
        /// Fields of the header.
        expected: usize,
        /// Fields of the row.
        found: usize,
    },
    /// A field is longer than is allowed.
    #[error(
        "{place}: column `{column}` holds {found_bytes} bytes, the limit is {limit_bytes}: shorten it, or leave the row out"
    )]
    FieldTooLong {
        /// The row.
        place: Place,
        /// The column.
        column: String,
        /// Its length.
        found_bytes: usize,
        /// The longest allowed.
        limit_bytes: usize,
    },
    /// A row is longer than is allowed.
    #[error(
        "{place} is longer than {limit_bytes} bytes: check that every quotation mark and every line is closed"
    )]
    RowTooLong {
        /// The row.
        place: Place,
        /// The longest allowed.
        limit_bytes: usize,
    },
    /// A row is not UTF-8.
    #[error("{place} is not UTF-8: save the file as UTF-8")]
    NotUtf8 {
        /// The row.
        place: Place,
    },
    /// A line of a JSONL file is not JSON.
    #[error("{place} is not JSON (column {column}): write one object a line")]
    NotJson {
        /// The row.
        place: Place,
        /// The character at which reading stopped, from 1.
        column: usize,
    },
    /// A line of a JSONL file is JSON, but no object.
    #[error("{place} is not a JSON object: write one object a line")]
    NotAnObject {
        /// The row.
        place: Place,
    },
    /// A JSON value is a list or an object.
    #[error("{place}: column `{column}` is a list or an object: write it as a string")]
    NotText {
        /// The row.
        place: Place,
        /// The column.
        column: String,
    },
    /// There are more rows than is allowed.
    #[error("{} brings the data set over {limit} rows: give fewer files, or a sample", file.display())]
    TooManyRows {
        /// The file in which the limit was passed.
        file: PathBuf,
        /// The most allowed.
        limit: u64,
    },
    /// No file was given.
    #[error("no data file was given: name at least one")]
    NoFiles,
    /// The files hold no usable row.
    #[error(
        "no rows with text and label in {files} ({skipped} skipped): check the files and the column names"
    )]
    Empty {
        /// The files.
        files: String,
        /// How many rows were skipped because text or label is empty.
        skipped: u64,
    },
}
