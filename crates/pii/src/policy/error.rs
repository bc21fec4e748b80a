//! What is wrong with a policy, where, and what to do about it.

use std::io;
use std::path::PathBuf;

use crate::operators::NotAKey;

/// What is wrong with a policy.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// It cannot be read.
    #[error("read {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// It is not TOML, has a key nobody reads, or a value that makes no sense; the message names the line.
    // Whole and alone, so that a chain of causes says it once.
    #[error(transparent)]
    Syntax(#[from] toml::de::Error),
    /// An operator has no key.
    #[error(
        "line {line}: {operator} needs a key: add {operator} = \"FILE\" under [keys], a file made with: openssl rand -hex 32"
    )]
    NoKey {
        /// Where the operator is chosen.
        line: usize,
        /// The operator.
        operator: &'static str,
    },
    /// The file of a key cannot be read.
    #[error("line {line}: read the key file {path}")]
    KeyFile {
        /// Where it is named.
        line: usize,
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The file of a key holds none.
    #[error("line {line}: the key file {path}")]
    Key {
        /// Where it is named.
        line: usize,
        /// The file.
        path: PathBuf,
        /// What a key is.
        #[source]
        source: NotAKey,
    },
}
