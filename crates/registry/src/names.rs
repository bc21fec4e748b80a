//! Which names are allowed, and how a version is chosen.

use std::fmt;
use std::str::FromStr;

use switchboard_artifact::is_model_name;

use crate::RegistryError;

/// The alias of the version that serves.
pub const CHAMPION: &str = "champion";

/// The alias of the version that may serve next.
pub const CHALLENGER: &str = "challenger";

const MAX_ALIAS_BYTES: usize = 64;

/// A way to choose one version of a model.
///
/// Written as `champion` or `3`; digits are always a version, because an alias starts with a letter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Selector {
    /// The version an alias names now.
    Alias(String),
    /// The version of this number.
    Version(u32),
}

impl FromStr for Selector {
    type Err = RegistryError;

    fn from_str(text: &str) -> Result<Self, RegistryError> {
        if let Some(version) = parse_version(text) {
            return Ok(Self::Version(version));
        }
        if is_alias(text) {
            return Ok(Self::Alias(text.to_owned()));
        }
        let rule = "give a version such as 3, or an alias such as champion";
        Err(invalid("a version or an alias", text, rule))
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Alias(alias) => formatter.write_str(alias),
            Self::Version(version) => version.fmt(formatter),
        }
    }
}

/// The version a folder's name stands for: a number from 1, in its only spelling.
pub(crate) fn parse_version(text: &str) -> Option<u32> {
    let starts_well = text.starts_with(|letter| ('1'..='9').contains(&letter));
    if starts_well { text.parse().ok() } else { None }
}

pub(crate) fn check_model(name: &str) -> Result<(), RegistryError> {
    if is_model_name(name) {
        return Ok(());
    }
    let rule = "use up to 128 lower-case letters, digits, dots, dashes and underscores, starting with a letter or a digit";
    Err(invalid("a model name", name, rule))
}

pub(crate) fn check_alias(alias: &str) -> Result<(), RegistryError> {
    if is_alias(alias) {
        return Ok(());
    }
    let rule =
        "use up to 64 lower-case letters, digits, dashes and underscores, starting with a letter";
    Err(invalid("an alias", alias, rule))
}

pub(crate) fn is_alias(text: &str) -> bool {
    text.len() <= MAX_ALIAS_BYTES
        && text.starts_with(|letter: char| letter.is_ascii_lowercase())
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'))
}

fn invalid(kind: &'static str, given: &str, rule: &'static str) -> RegistryError {
    RegistryError::InvalidName { kind, given: given.escape_debug().to_string(), rule }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_are_versions_or_aliases() {
        assert_eq!("3".parse::<Selector>().unwrap(), Selector::Version(3));
        assert_eq!("4294967295".parse::<Selector>().unwrap(), Selector::Version(u32::MAX));
        assert_eq!("champion".parse::<Selector>().unwrap(), Selector::Alias(CHAMPION.to_owned()));
        for text in [
            "",
            "0",
            "03",
            "+3",
            "-3",
            "4294967296",
            "3a",
            "Champion",
            "@champion",
            "a b",
            "../x",
            "a.b",
        ] {
            let message = text.parse::<Selector>().unwrap_err().to_string();
            assert!(message.contains("is not a version or an alias"), "{text}: {message}");
        }
    }

    #[test]
    fn selectors_print_as_they_are_read() {
        for text in ["12", "champion", "a-b_1"] {
            assert_eq!(text.parse::<Selector>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn names_cannot_leave_their_folder() {
        for name in ["..", ".", "", "a/b", "/a", "a\\b", ".staging", "A", "a\0"] {
            assert!(check_model(name).is_err(), "{name:?}");
            assert!(check_alias(name).is_err(), "{name:?}");
        }
        assert!(check_model("category-tfidf").is_ok());
        assert!(check_alias(CHALLENGER).is_ok());
        assert!(check_alias(&"a".repeat(64)).is_ok());
        assert!(check_alias(&"a".repeat(65)).is_err());
    }
}
