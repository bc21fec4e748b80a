//! The versions an operating point was fitted to.

use serde::{Deserialize, Serialize};
use switchboard_routing::Family;

/// A version of a model.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FittedVersion {
    /// The model's registered name.
    pub name: String,
    /// Its version.
    pub version: u32,
}

/// The exact versions whose answers were looked at; with others, nothing of the point holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fits {
    /// The linear model's.
    pub linear: Option<FittedVersion>,
    /// The transformer's; none where a mesh has the linear model alone.
    pub transformer: Option<FittedVersion>,
}

impl Fits {
    /// The version of a family.
    pub fn of(&self, family: Family) -> Option<&FittedVersion> {
        match family {
            Family::Tfidf => self.linear.as_ref(),
            Family::Transformer => self.transformer.as_ref(),
        }
    }

    /// Whether the point was fitted to this version.
    pub fn is(&self, family: Family, name: &str, version: u32) -> bool {
        self.of(family).is_some_and(|fitted| fitted.name == name && fitted.version == version)
    }
}
