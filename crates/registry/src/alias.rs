//! A change of an alias, as it is asked for.

use serde_json::Value;

use crate::RegistryError;

/// A change of an alias, and the record of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AliasChange {
    /// The version it is to name.
    pub version: u32,
    /// What it must name now for the change to be made.
    pub expected: Expected,
    /// Who asks for it.
    pub who: String,
    /// Why they do.
    pub why: String,
    /// When, as RFC 3339.
    pub at: String,
    /// What it is grounded on, for example what a comparison measured; a small JSON value.
    pub evidence: Option<Value>,
}

/// What an alias must name for a change to be made, so that two people cannot undo each other's work unseen.
///
/// In a folder this is exact: one change is made at a time. An MLflow server offers no such thing: there the alias is
/// read and then written, so of two people on two machines who do this in the same moment both may succeed. The history
/// then shows two changes from one version.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Expected {
    /// Anything or nothing.
    #[default]
    Anything,
    /// Nothing: it is not set.
    Unset,
    /// This version.
    Version(u32),
}

impl Expected {
    pub(crate) fn check(
        self,
        name: &str,
        alias: &str,
        found: Option<u32>,
    ) -> Result<(), RegistryError> {
        let expected = self.version();
        if self == Self::Anything || expected == found {
            return Ok(());
        }
        let (name, alias) = (name.to_owned(), alias.to_owned());
        Err(RegistryError::Conflict { name, alias, expected, found })
    }

    fn version(self) -> Option<u32> {
        match self {
            Self::Version(version) => Some(version),
            Self::Anything | Self::Unset => None,
        }
    }
}
