//! Why a model directory was refused, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why a model directory could not be read or written. The cause, where there is one, is the error's source.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ArtifactError {
    /// A file the directory must have is not there.
    #[error("{} does not exist: check the path, or publish the model again", file.display())]
    Missing {
        /// The file.
        file: PathBuf,
    },
    /// Something other than a file has a file's name.
    #[error("{} is not a regular file: publish the model again", file.display())]
    NotAFile {
        /// What was found in its place.
        file: PathBuf,
    },
    /// A file's bytes are not those that were written.
    #[error(
        "{} is damaged (SHA-256 {found}, its manifest says {expected}): restore it, or publish the model again",
        file.display()
    )]
    Damaged {
        /// The file.
        file: PathBuf,
        /// The SHA-256 its manifest gives.
        expected: String,
        /// The SHA-256 of its bytes.
        found: String,
    },
    /// A file is shorter than it was when written.
    #[error(
        "{} is cut short ({found_bytes} bytes, its manifest says {expected_bytes}): restore it, or publish the model again",
        file.display()
    )]
    Truncated {
        /// The file.
        file: PathBuf,
        /// The length its manifest gives.
        expected_bytes: u64,
        /// The length it has.
        found_bytes: u64,
    },
    /// A file is longer than it was when written.
    #[error(
        "{} is longer than the {expected_bytes} bytes its manifest says: restore it, or publish the model again",
        file.display()
    )]
    Oversized {
        /// The file.
        file: PathBuf,
        /// The length its manifest gives.
        expected_bytes: u64,
    },
    /// The directory was written by a later release.
    #[error(
        "{} has format version {found}, and this release reads up to {supported}: upgrade it, or train the model with this release",
        file.display()
    )]
    FutureFormat {
        /// The manifest.
        file: PathBuf,
        /// The format version it has.
        found: u64,
        /// The newest format version this release reads.
        supported: u32,
    },
    /// The manifest is not JSON, or a field is missing or of another type.
    #[error("{} is not a readable manifest: restore it, or publish the model again", file.display())]
    UnreadableManifest {
        /// The manifest.
        file: PathBuf,
        /// What the JSON reader said.
        source: serde_json::Error,
    },
    /// A field of the manifest has a value that makes no sense.
    #[error("{}: `{field}` {reason}: correct what the trainer records, and publish the model again", file.display())]
    InvalidManifest {
        /// The manifest.
        file: PathBuf,
        /// The field, as a path such as `files.model.bin.sha256`.
        field: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A line of held-out rows or golden examples makes no sense.
    #[error("{}, line {line}: {reason}: publish the model again", file.display())]
    InvalidLine {
        /// The file.
        file: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it; never its text.
        reason: String,
    },
    /// A file is larger than this release reads or writes.
    #[error("{} is larger than {limit_bytes} bytes, the most that is allowed: record less in it", file.display())]
    TooLarge {
        /// The file.
        file: PathBuf,
        /// The limit.
        limit_bytes: u64,
    },
    /// A file was asked for that the manifest does not list.
    #[error("{name} is not among the files of {}: this model was made by another trainer", directory.display())]
    NotListed {
        /// The name asked for.
        name: String,
        /// The model directory.
        directory: PathBuf,
    },
    /// A file cannot be added under this name.
    #[error("`{name}` cannot be a file of {}: {reason}", directory.display())]
    InvalidFileName {
        /// The name.
        name: String,
        /// The model directory.
        directory: PathBuf,
        /// The rule it breaks.
        reason: String,
    },
    /// A model cannot be written into a folder that holds something.
    #[error("{} is not empty: write the model to a new directory", directory.display())]
    Occupied {
        /// The directory.
        directory: PathBuf,
    },
    /// The operating system refused.
    #[error("{doing} {}", path.display())]
    Io {
        /// What was being done, as a verb.
        doing: &'static str,
        /// The file or directory it was done to.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}

impl ArtifactError {
    /// Gives an [`io::Error`] its context, for `map_err`.
    pub(crate) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { doing, path: path.to_owned(), source }
    }
}
