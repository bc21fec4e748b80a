//! Why a network could not be loaded.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use safetensors::SafeTensorError;
use switchboard_artifact::ArtifactError;

/// Why a base or a fitted model could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file cannot be read.
    #[error("read {}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The artifact itself is damaged.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// A file that should be JSON is not, or lacks a field.
    #[error("{file} cannot be understood")]
    Json {
        /// The file's name.
        file: &'static str,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
    /// The file describes something this crate cannot serve.
    #[error("{file}: {field} is {found}; {needed}")]
    Unsupported {
        /// The file's name.
        file: &'static str,
        /// The field.
        field: &'static str,
        /// Its value.
        found: String,
        /// What would be served.
        needed: &'static str,
    },
    /// The tokeniser's file is damaged.
    #[error("{file} is not a tokenizer")]
    Tokeniser {
        /// The file's name.
        file: &'static str,
        /// What is wrong with it.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The vocabulary lacks a token that every BERT needs.
    #[error("the vocabulary has no {token} token: take the tokenizer the network was trained with")]
    MissingToken {
        /// The token.
        token: &'static str,
    },
    /// The tokeniser knows tokens for which the network has no embedding.
    #[error(
        "the vocabulary has {tokens} tokens and the network embeds {embedded}: take the tokenizer the network was trained with"
    )]
    VocabularyTooLarge {
        /// Tokens of the tokeniser.
        tokens: u64,
        /// Rows of the network's embedding.
        embedded: i64,
    },
    /// The linear layers cannot compute in 8 bits here.
    #[error("8 bits need FBGEMM, which libtorch has on x86-64 with AVX2 only: serve with 32")]
    Int8(#[source] tch::TchError),
    /// The weights' file is damaged.
    #[error("model.safetensors is damaged")]
    Weights(#[from] SafeTensorError),
    /// A tensor is not there.
    #[error("model.safetensors has no tensor {name}")]
    MissingTensor {
        /// Its name in the file's own layout.
        name: String,
    },
    /// A tensor has another shape than the configuration says.
    #[error("model.safetensors: {name} has shape {found:?}, and config.json makes it {expected:?}")]
    WrongShape {
        /// Its name.
        name: String,
        /// The shape it should have.
        expected: Vec<i64>,
        /// The shape it has.
        found: Vec<i64>,
    },
    /// A tensor holds something other than numbers of 16, 32 or 64 bits with a point.
    #[error("model.safetensors: {name} holds {found}; F32, F16, BF16 and F64 can be read")]
    WrongKind {
        /// Its name.
        name: String,
        /// What it holds.
        found: String,
    },
    /// A tensor holds an infinite value, or something that is not a number.
    #[error("model.safetensors: {name} holds a value that is not finite")]
    NotFinite {
        /// Its name.
        name: String,
    },
}
