//! Who vouches for a version: a signature over the exact bytes of its manifest, in a file beside it.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::checksum::{open_file, sha256};
use crate::keys::{SigningKey, TrustedKeys};
use crate::manifest::{MANIFEST_FILE, read_bounded};
use crate::{Artifact, ArtifactError};

/// The file that holds the signature of [`MANIFEST_FILE`]; the manifest does not list it, and an unsigned version has none.
pub const SIGNATURE_FILE: &str = "manifest.sig";

/// The largest signature file that is read, in bytes.
pub const MAX_SIGNATURE_BYTES: u64 = 4 * 1024;
const ALGORITHM: &str = "ed25519";
/// Comes before the manifest in what is signed, so that a signature made for anything else is none of a manifest.
const DOMAIN: &[u8] = b"switchboard manifest signature, version 1\n";

/// Why a version's signature does not make it trusted.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// There is no signature.
    #[error(
        "the version is unsigned ({} does not exist): train it with --signing-key, or start the service without --trusted-keys",
        file.display()
    )]
    Unsigned {
        /// The file that should be there.
        file: PathBuf,
    },
    /// It is signed, by a key that is not trusted.
    #[error(
        "the version is signed by key {key_id}, which is not among the trusted keys ({trusted}): add its public key to the file of --trusted-keys, if you trust it"
    )]
    UnknownKey {
        /// The key the signature names.
        key_id: String,
        /// The ids of some of the keys that are trusted.
        trusted: String,
    },
    /// The signature is not of this manifest.
    #[error(
        "the signature in {} does not match: key {key_id} did not sign this manifest; publish the version again",
        file.display()
    )]
    Mismatch {
        /// The signature's file.
        file: PathBuf,
        /// The key it names, which is trusted.
        key_id: String,
    },
    /// The signature's file makes no sense.
    #[error("{} is not a readable signature: {reason}; publish the version again", file.display())]
    Unreadable {
        /// The signature's file.
        file: PathBuf,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A file could not be read, or changed since the version was opened.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
}

impl SignatureError {
    /// Every [`reason`](Self::reason).
    pub const REASONS: [&'static str; 3] = ["unsigned", "unknown_key", "signature"];

    /// A short name, for metrics.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Unsigned { .. } => "unsigned",
            Self::UnknownKey { .. } => "unknown_key",
            Self::Mismatch { .. } | Self::Unreadable { .. } | Self::Artifact(_) => "signature",
        }
    }
}

/// What the signature file says.
#[derive(Serialize, Deserialize)]
struct SignatureFile {
    algorithm: String,
    key_id: String,
    /// Base64.
    signature: String,
}

impl Artifact {
    /// The id of the key that the signature beside the manifest names; `None` when the version is unsigned.
    ///
    /// Nothing is verified: whoever can write to the directory can write a name. [`verify_signature`](Self::verify_signature) does.
    pub fn signed_by(&self) -> Result<Option<String>, SignatureError> {
        match read(self.directory()) {
            Ok((_, file)) => Ok(Some(file.key_id)),
            Err(SignatureError::Unsigned { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Verifies that one of the `trusted` keys signed the manifest that was opened, and with it the checksum of every file; returns the id of that key.
    pub fn verify_signature(&self, trusted: &TrustedKeys) -> Result<String, SignatureError> {
        let (_, SignatureFile { key_id, signature, .. }) = read(self.directory())?;
        let Some(key) = trusted.get(&key_id) else {
            return Err(SignatureError::UnknownKey { key_id, trusted: some_ids(trusted) });
        };
        let manifest = self.manifest_as_opened()?;
        let signature = STANDARD.decode(signature).unwrap_or_default();
        if key.verifies(&message(&manifest), &signature) {
            return Ok(key_id);
        }
        Err(SignatureError::Mismatch { file: self.directory().join(SIGNATURE_FILE), key_id })
    }

    /// The bytes of the signature file; `None` when the version is unsigned.
    pub(crate) fn signature_bytes(&self) -> Result<Option<Vec<u8>>, SignatureError> {
        match read(self.directory()) {
            Ok((bytes, _)) => Ok(Some(bytes)),
            Err(SignatureError::Unsigned { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The bytes of the manifest, which are still those that were opened.
    pub(crate) fn manifest_as_opened(&self) -> Result<Vec<u8>, ArtifactError> {
        let path = self.directory().join(MANIFEST_FILE);
        let bytes = read_bounded(&path)?;
        let (expected, found) = (self.manifest_sha256(), sha256(&bytes));
        if found == expected {
            return Ok(bytes);
        }
        Err(ArtifactError::Damaged { file: path, expected: expected.to_owned(), found })
    }
}

/// The content of the signature file for a manifest of these bytes.
pub(crate) fn sign(manifest: &[u8], key: &SigningKey) -> Vec<u8> {
    let file = SignatureFile {
        algorithm: ALGORITHM.to_owned(),
        key_id: key.public().id(),
        signature: STANDARD.encode(key.sign(&message(manifest))),
    };
    let mut bytes = serde_json::to_vec_pretty(&file).expect("three strings are JSON");
    bytes.push(b'\n');
    bytes
}

fn message(manifest: &[u8]) -> Vec<u8> {
    [DOMAIN, manifest].concat()
}

/// The signature file: its bytes, and what they say.
fn read(directory: &Path) -> Result<(Vec<u8>, SignatureFile), SignatureError> {
    let path = directory.join(SIGNATURE_FILE);
    // A link that leads nowhere is a signature that cannot be read, not a version without one.
    if fs::symlink_metadata(&path).is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
    {
        return Err(SignatureError::Unsigned { file: path });
    }
    let (file, _) = open_file(&path)?;
    let mut bytes = Vec::new();
    file.take(MAX_SIGNATURE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(ArtifactError::io("read", &path))?;
    match parse(&bytes) {
        Ok(file) => Ok((bytes, file)),
        Err(reason) => Err(SignatureError::Unreadable { file: path, reason }),
    }
}

fn parse(bytes: &[u8]) -> Result<SignatureFile, &'static str> {
    if bytes.len() as u64 > MAX_SIGNATURE_BYTES {
        return Err("it is larger than 4 KiB");
    }
    let file: SignatureFile = serde_json::from_slice(bytes)
        .map_err(|_| "it is not JSON with `algorithm`, `key_id` and `signature`")?;
    if file.algorithm != ALGORITHM {
        return Err("its algorithm is not ed25519");
    }
    let is_id = file.key_id.len() == 16
        && file.key_id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if is_id { Ok(file) } else { Err("its key_id is not 16 lower-case hexadecimal digits") }
}

/// A few of the ids, for a sentence.
fn some_ids(trusted: &TrustedKeys) -> String {
    const SHOWN: usize = 5;
    let mut ids: Vec<&str> = trusted.keys().map(|(id, _)| id).take(SHOWN + 1).collect();
    if ids.len() > SHOWN {
        ids[SHOWN] = "…";
    }
    ids.join(", ")
}
