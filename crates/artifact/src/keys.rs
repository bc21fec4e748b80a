//! Keys that sign manifests, and the text they are kept as: `ed25519 BASE64` for a public key, `ed25519-private BASE64` for a private one.
//! What follows on the line, and a line that begins with `#`, is a comment.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer, VerifyingKey};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::checksum;

/// The largest file of keys that is read, in bytes: about ten thousand public keys.
pub const MAX_KEY_FILE_BYTES: u64 = 1024 * 1024;

const PUBLIC: &str = "ed25519";
const PRIVATE: &str = "ed25519-private";
const KEY_ID_DIGITS: usize = 16;
const KEY_BYTES: usize = 32;

/// Why a key could not be made, read or written. No message holds a key.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The operating system refused.
    #[error("{doing} {}", file.display())]
    Io {
        /// What was being done, as a verb.
        doing: &'static str,
        /// The file it was done to.
        file: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file holds no key where there should be one.
    #[error("{}, line {line}: {reason}", file.display())]
    Line {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it; never its text.
        reason: &'static str,
    },
    /// The file holds another number of keys than it should.
    #[error("{}: {reason}", file.display())]
    Count {
        /// The file.
        file: PathBuf,
        /// What it should hold.
        reason: &'static str,
    },
    /// Others than its owner may read or write a private key's file.
    #[error(
        "others than its owner may use {} (its mode is {mode:03o}): chmod 600 it, and make a new key if anybody may have read it",
        file.display()
    )]
    Exposed {
        /// The file.
        file: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The system gave no random bytes.
    #[error("the system gives no random bytes")]
    NoRandomness,
}

/// A private key that signs manifests. It is wiped from memory when dropped, and `Debug` shows its id only.
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// Makes a new key.
    pub fn generate() -> Result<Self, KeyError> {
        let mut seed = Zeroizing::new([0_u8; KEY_BYTES]);
        getrandom::fill(seed.as_mut()).map_err(|_| KeyError::NoRandomness)?;
        Ok(Self(ed25519_dalek::SigningKey::from_bytes(&seed)))
    }

    /// Reads the key of a file that [`write_new`](Self::write_new) made. On Unix a file that others than its owner may read or write is refused.
    pub fn load(file: &Path) -> Result<Self, KeyError> {
        let text = read_key_file(file, Access::OwnerOnly)?;
        let mut keys = Vec::new();
        for (line, words) in key_lines(&text) {
            keys.push(private_key(words).map_err(|reason| fault(file, line, reason))?);
        }
        match keys.pop() {
            Some(key) if keys.is_empty() => Ok(key),
            _ => Err(KeyError::Count {
                file: file.to_owned(),
                reason: "a signing key's file holds one private key, as `switchboard keys generate` writes it",
            }),
        }
    }

    /// Writes the key to a new file that its owner alone may read; one that exists is left as it is.
    pub fn write_new(&self, file: &Path) -> Result<(), KeyError> {
        let seed = Zeroizing::new(STANDARD.encode(self.0.as_bytes()));
        let text = Zeroizing::new(format!(
            "# Signs versions as key {}. Keep it secret; give services the public key.\n{PRIVATE} {}\n",
            self.public().id(),
            seed.as_str()
        ));
        write_new(file, &text, Access::OwnerOnly)
    }

    /// The key that verifies what this one signs.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Signs `message`.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; Signature::BYTE_SIZE] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SigningKey({}, secret)", self.public().id())
    }
}

/// A key that verifies signatures. Its text is `ed25519 BASE64`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// The key's name: the first 16 hexadecimal digits of the SHA-256 of its 32 bytes.
    pub fn id(&self) -> String {
        let mut id = checksum::sha256(self.0.as_bytes());
        id.truncate(KEY_ID_DIGITS);
        id
    }

    /// Writes the key to a new file; one that exists is left as it is.
    pub fn write_new(&self, file: &Path) -> Result<(), KeyError> {
        write_new(
            file,
            &format!("# Verifies versions of key {}.\n{self}\n", self.id()),
            Access::All,
        )
    }

    /// Whether `signature` is this key's, of `message`.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        // Strict: a weak key, or a signature in another form than signing gives, is no signature.
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.0.verify_strict(message, &signature).is_ok())
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{PUBLIC} {}", STANDARD.encode(self.0.as_bytes()))
    }
}

/// The public keys whose signatures count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedKeys(BTreeMap<String, PublicKey>);

impl TrustedKeys {
    /// Reads a file of public keys, one a line; at least one.
    pub fn load(file: &Path) -> Result<Self, KeyError> {
        let text = read_key_file(file, Access::All)?;
        let mut keys = BTreeMap::new();
        for (line, words) in key_lines(&text) {
            let key = public_key(words).map_err(|reason| fault(file, line, reason))?;
            keys.insert(key.id(), key);
        }
        if keys.is_empty() {
            let reason = "it holds no public key; `switchboard keys generate` makes one";
            return Err(KeyError::Count { file: file.to_owned(), reason });
        }
        Ok(Self(keys))
    }

    /// The keys, by id.
    pub fn keys(&self) -> impl Iterator<Item = (&str, &PublicKey)> {
        self.0.iter().map(|(id, key)| (id.as_str(), key))
    }

    pub(crate) fn get(&self, id: &str) -> Option<&PublicKey> {
        self.0.get(id)
    }
}

impl FromIterator<PublicKey> for TrustedKeys {
    fn from_iter<I: IntoIterator<Item = PublicKey>>(keys: I) -> Self {
        Self(keys.into_iter().map(|key| (key.id(), key)).collect())
    }
}

/// Who may use a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    OwnerOnly,
    All,
}

/// The lines that are no comments, each with its number and its words.
fn key_lines(text: &str) -> impl Iterator<Item = (usize, std::str::SplitWhitespace<'_>)> {
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    lines
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(number, line)| (number, line.split_whitespace()))
}

fn fault(file: &Path, line: usize, reason: &'static str) -> KeyError {
    KeyError::Line { file: file.to_owned(), line, reason }
}

fn private_key<'t>(mut words: impl Iterator<Item = &'t str>) -> Result<SigningKey, &'static str> {
    match words.next() {
        Some(PRIVATE) => {}
        Some(PUBLIC) => return Err("this is a public key; to sign, give the private one"),
        _ => return Err("a private key is `ed25519-private` and its base64"),
    }
    let seed = key_bytes(words.next())?;
    Ok(SigningKey(ed25519_dalek::SigningKey::from_bytes(&seed)))
}

fn public_key<'t>(mut words: impl Iterator<Item = &'t str>) -> Result<PublicKey, &'static str> {
    match words.next() {
        Some(PUBLIC) => {}
        Some(PRIVATE) => {
            return Err(
                "this is a private key, which services must not have; give the public one (FILE.pub)",
            );
        }
        _ => return Err("a public key is `ed25519` and its base64"),
    }
    let bytes = key_bytes(words.next())?;
    let key = VerifyingKey::from_bytes(&bytes).ok().filter(|key| !key.is_weak());
    key.map(PublicKey).ok_or("these 32 bytes are no public key that can be trusted")
}

fn key_bytes(word: Option<&str>) -> Result<Zeroizing<[u8; KEY_BYTES]>, &'static str> {
    let mut bytes = Zeroizing::new([0_u8; KEY_BYTES]);
    // The decoder wants to be sure of room for what it estimates.
    let mut decoded = Zeroizing::new([0_u8; KEY_BYTES + 4]);
    let length = STANDARD.decode_slice(word.unwrap_or_default(), decoded.as_mut());
    if length.ok() != Some(KEY_BYTES) {
        return Err("a key is 32 bytes in base64");
    }
    bytes.copy_from_slice(&decoded[..KEY_BYTES]);
    Ok(bytes)
}

fn read_key_file(path: &Path, access: Access) -> Result<Zeroizing<String>, KeyError> {
    let io = |doing| move |source| KeyError::Io { doing, file: path.to_owned(), source };
    // Asked before opening, because opening a named pipe would wait for its writer.
    if !fs::metadata(path).map_err(io("open"))?.is_file() {
        return Err(io("open")(io::Error::other("it is not a regular file")));
    }
    let file = File::open(path).map_err(io("open"))?;
    if access == Access::OwnerOnly {
        refuse_exposed(path, &file).map_err(io("read the permissions of"))??;
    }
    let mut text = Zeroizing::new(String::new());
    file.take(MAX_KEY_FILE_BYTES + 1).read_to_string(&mut text).map_err(io("read"))?;
    if text.len() as u64 > MAX_KEY_FILE_BYTES {
        let reason = "it is larger than a mebibyte; a file of keys has a line a key";
        return Err(KeyError::Count { file: path.to_owned(), reason });
    }
    Ok(text)
}

/// What was opened is asked, not the path: it may be another file by now.
#[cfg(unix)]
fn refuse_exposed(path: &Path, file: &File) -> io::Result<Result<(), KeyError>> {
    use std::os::unix::fs::PermissionsExt as _;
    const OTHERS: u32 = 0o077;
    let mode = file.metadata()?.permissions().mode() & 0o777;
    if mode & OTHERS == 0 {
        return Ok(Ok(()));
    }
    Ok(Err(KeyError::Exposed { file: path.to_owned(), mode }))
}

#[cfg(not(unix))]
fn refuse_exposed(_: &Path, _: &File) -> io::Result<Result<(), KeyError>> {
    Ok(Ok(()))
}

fn write_new(path: &Path, text: &str, access: Access) -> Result<(), KeyError> {
    let io = |doing| move |source| KeyError::Io { doing, file: path.to_owned(), source };
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if access == Access::OwnerOnly {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(path).map_err(io("create"))?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(io("write"))
}
