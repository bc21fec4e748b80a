//! What an operator decides about personal data: what is scrubbed, and what is written in its place.

mod file;

use std::collections::{HashMap, HashSet};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use zeroize::Zeroizing;

use crate::Kind;
use crate::candidate::Candidate;
use crate::numbering::normalised;
use crate::operators::{Encryption, Key, NotAKey, Operator};
use file::{OperatorName, PolicyFile, RuleFile};

/// What is done with each kind of personal data. The default replaces everything that is found.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    default: Rule,
    /// The kinds that have rules of their own.
    kinds: HashMap<Kind, Rule>,
    /// Values that are nobody's secret, as they are written.
    allow: HashSet<String>,
    encryption: Option<Encryption>,
}

/// What is done with one kind.
#[derive(Debug, Clone)]
struct Rule {
    scrub: bool,
    min_score: f32,
    operator: Operator,
}

impl Default for Rule {
    fn default() -> Self {
        Self { scrub: true, min_score: 0.0, operator: Operator::Replace }
    }
}

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
    #[error("read the policy: {0}")]
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

impl Policy {
    /// Reads a policy and the keys it names; their paths start at the policy's folder.
    pub fn load(path: &Path) -> Result<Self, PolicyError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| PolicyError::Read { path: path.to_owned(), source })?;
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        Self::parse(&text, |key| std::fs::read_to_string(folder.join(key)).map(Zeroizing::new))
    }

    /// Reads a policy from TOML. `read` gives the text of a key's file.
    pub fn parse(
        text: &str,
        read: impl Fn(&Path) -> io::Result<Zeroizing<String>>,
    ) -> Result<Self, PolicyError> {
        let file: PolicyFile = toml::from_str(text)?;
        let key = |path: &Option<Spanned<PathBuf>>| {
            path.as_ref().map(|path| read_key(text, path, &read)).transpose()
        };
        let keys = Keys {
            hash: key(&file.keys.hash)?,
            pseudonymise: key(&file.keys.pseudonymise)?,
            encryption: key(&file.keys.encrypt)?.as_ref().map(Encryption::new),
        };
        let default = keys.rule(text, &file.default, &Rule::default())?;
        let kinds = file.kinds.iter();
        let kinds = kinds.map(|(name, rule)| Ok((name.0, keys.rule(text, rule, &default)?)));
        Ok(Self {
            kinds: kinds.collect::<Result<_, PolicyError>>()?,
            default,
            allow: file.allow.into_iter().collect(),
            encryption: keys.encryption,
        })
    }

    /// What decrypts values that this policy encrypts, when it names a key for that.
    pub fn encryption(&self) -> Option<&Encryption> {
        self.encryption.as_ref()
    }

    /// Whether it replaces everything that is found, with nothing else than a placeholder.
    pub(crate) fn is_default(&self) -> bool {
        let replaces = |rule: &Rule| {
            rule.scrub && rule.min_score == 0.0 && matches!(rule.operator, Operator::Replace)
        };
        self.allow.is_empty() && replaces(&self.default) && self.kinds.values().all(replaces)
    }

    /// Whether what was found in `text` is to be scrubbed.
    pub(crate) fn scrubs(&self, text: &str, found: &Candidate) -> bool {
        let rule = self.rule(found.kind);
        rule.scrub
            && found.score >= rule.min_score
            && !self.allow.contains(&text[found.range.clone()])
    }

    /// What stands for a value; nothing when that takes a number.
    pub(crate) fn replacement(&self, kind: Kind, value: &str) -> Option<String> {
        self.rule(kind).operator.apply(kind, value, &normalised(kind, value))
    }

    fn rule(&self, kind: Kind) -> &Rule {
        self.kinds.get(&kind).unwrap_or(&self.default)
    }
}

struct Keys {
    hash: Option<Key>,
    pseudonymise: Option<Key>,
    encryption: Option<Encryption>,
}

impl Keys {
    fn rule(&self, text: &str, rule: &RuleFile, default: &Rule) -> Result<Rule, PolicyError> {
        Ok(Rule {
            scrub: rule.scrub.unwrap_or(default.scrub),
            min_score: rule.min_score.unwrap_or(default.min_score),
            operator: match &rule.operator {
                Some(name) => self.operator(text, name, rule)?,
                None => default.operator.clone(),
            },
        })
    }

    fn operator(
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

#[cfg(test)]
mod tests;
