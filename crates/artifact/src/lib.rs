#![doc = include_str!("../README.md")]

mod artifact;
mod checksum;
mod copy;
mod error;
mod keys;
mod manifest;
mod names;
mod rows;
mod signature;
mod validate;
mod writer;

pub use artifact::Artifact;
pub use error::ArtifactError;
pub use keys::{KeyError, MAX_KEY_FILE_BYTES, PublicKey, SigningKey, TrustedKeys};
pub use manifest::{
    DataFacts, FORMAT_VERSION, FileFacts, LanguageFacts, MANIFEST_FILE, MAX_FILE_BYTES, MAX_FILES,
    MAX_MANIFEST_BYTES, MAX_VERSION_BYTES, Manifest, NEW_LABELS,
};
pub use names::is_model_name;
pub use rows::{
    GOLDEN_FILE, GoldenExample, HELDOUT_FILE, HeldoutRow, MAX_LINE_BYTES, OUT_OF_FOLD_FILE,
};
pub use signature::{MAX_SIGNATURE_BYTES, SIGNATURE_FILE, SignatureError};
pub use writer::ArtifactWriter;
