//! What an operator decides about personal data: what is scrubbed, and what is written in its place.

mod error;
mod file;
mod keys;

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::Path;

use zeroize::Zeroizing;

use crate::Kind;
use crate::candidate::Candidate;
use crate::operators::{Encryption, Operator};
use file::{PolicyFile, RuleFile};
use keys::Keys;

pub use error::PolicyError;

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
        let keys = Keys::read(text, &file.keys, read)?;
        let default = rule(text, &keys, &file.default, &Rule::default())?;
        let kinds = file.kinds.iter();
        let kinds = kinds.map(|(name, own)| Ok((name.0, rule(text, &keys, own, &default)?)));
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
        self.rule(kind).operator.apply(kind, value)
    }

    fn rule(&self, kind: Kind) -> &Rule {
        self.kinds.get(&kind).unwrap_or(&self.default)
    }
}

/// The rule of one table, with what it leaves out as in `default`.
fn rule(text: &str, keys: &Keys, own: &RuleFile, default: &Rule) -> Result<Rule, PolicyError> {
    Ok(Rule {
        scrub: own.scrub.unwrap_or(default.scrub),
        min_score: own.min_score.unwrap_or(default.min_score),
        operator: match &own.operator {
            Some(name) => keys.operator(text, name, own)?,
            None => default.operator.clone(),
        },
    })
}

#[cfg(test)]
mod tests;
