//! The keys that a policy names, and the operators that need them.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use zeroize::Zeroizing;

use super::error::PolicyError;
use super::file::{KeyFiles, OperatorName, RuleFile};
use crate::operators::{Encryption, Key, Operator};

/// The keys of a policy.
pub(super) struct Keys {
    hash: Option<Key>,
    pseudonymise: Option<Key>,
    pub(super) encryption: Option<Encryption>,
}

impl Keys {
    /// Reads the keys that `files` of the policy `text` names.
    pub(super) fn read(
        text: &str,
        files: &KeyFiles,
        read: impl Fn(&Path) -> io::Result<Zeroizing<String>>,
    ) -> Result<Self, PolicyError> {
        let key = |path: &Option<Spanned<PathBuf>>| {
            path.as_ref().map(|path| read_key(text, path, &read)).transpose()
        };
        Ok(Self {
            hash: key(&files.hash)?,
            pseudonymise: key(&files.pseudonymise)?,
            encryption: key(&files.encrypt)?.as_ref().map(Encryption::new),
        })
    }

    /// What `name` stands for, with its key.
    pub(super) fn operator(
        &self,
        text: &str,
        name: &Spanned<OperatorName>,
        rule: &RuleFile,
    ) -> Result<Operator, PolicyError> {
        let missing = |operator| PolicyError::NoKey { line: line(text, name.span()), operator };
        Ok(match name.get_ref() {
            OperatorName::Replace => Operator::Replace,
            OperatorName::Redact => Operator::Redact,
            OperatorName::Mask => Operator::Mask(rule.mask),
            OperatorName::Hash => Operator::Hash(self.hash.clone().ok_or_else(|| missing("hash"))?),
            OperatorName::Pseudonymise => Operator::Pseudonymise(
                self.pseudonymise.clone().ok_or_else(|| missing("pseudonymise"))?,
            ),
            OperatorName::Encrypt => {
                Operator::Encrypt(self.encryption.clone().ok_or_else(|| missing("encrypt"))?)
            }
        })
    }
}

fn read_key(
    text: &str,
    path: &Spanned<PathBuf>,
    read: impl Fn(&Path) -> io::Result<Zeroizing<String>>,
) -> Result<Key, PolicyError> {
    let (line, path) = (line(text, path.span()), path.get_ref().clone());
    match read(&path) {
        Ok(key) => Key::parse(&key).map_err(|source| PolicyError::Key { line, path, source }),
        Err(source) => Err(PolicyError::KeyFile { line, path, source }),
    }
}

/// The line that `place` begins in, from 1.
fn line(text: &str, place: Range<usize>) -> usize {
    text.bytes().take(place.start).filter(|&byte| byte == b'\n').count() + 1
}
