//! Versions that may not serve, so that none is tried, and told of, at every look.

use std::collections::BTreeMap;

use switchboard_registry::VersionState;

use crate::verify::Refusal;

/// What a version looked like when it was tried.
#[derive(Clone, PartialEq)]
pub(crate) enum Seen {
    As(VersionState),
    /// The registry could not say.
    Unknown,
}

/// The versions that were refused, by name and number.
#[derive(Default)]
pub(crate) struct Refused(BTreeMap<(String, u32), Tried>);

struct Tried {
    seen: Seen,
    /// The version it would have replaced, if its labels were the reason.
    beside: Option<u32>,
}

impl Refused {
    pub(crate) fn holds(&self, name: &str, version: u32) -> bool {
        self.0.contains_key(&(name.to_owned(), version))
    }

    pub(crate) fn forget(&mut self, name: &str, version: u32) {
        self.0.remove(&(name.to_owned(), version));
    }

    pub(crate) fn note(
        &mut self,
        (name, version): (&str, u32),
        seen: Seen,
        refusal: &Refusal,
        replaced: Option<u32>,
    ) {
        let beside = if matches!(refusal, Refusal::LabelSet(_)) { replaced } else { None };
        self.0.insert((name.to_owned(), version), Tried { seen, beside });
    }

    /// Whether a version was not refused, looks otherwise than it did then or, if its labels were the reason, would replace another version now.
    pub(crate) fn may_try(
        &self,
        (name, version): (&str, u32),
        seen: &Seen,
        replaced: Option<u32>,
    ) -> bool {
        let Some(tried) = self.0.get(&(name.to_owned(), version)) else { return true };
        // A registry that cannot say is no reason to try again.
        let looks_otherwise = *seen != Seen::Unknown && tried.seen != *seen;
        looks_otherwise || (tried.beside.is_some() && tried.beside != replaced)
    }
}
