//! A version as people name it.

use std::str::FromStr;

use switchboard_artifact::is_model_name;

use crate::{CHAMPION, Selector};

/// A version of a model: `NAME` (its champion), `NAME@ALIAS` or `NAME/VERSION`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelRef {
    /// The registered name.
    pub name: String,
    /// Which version; the champion unless told otherwise.
    pub selector: Selector,
}

/// What was given names no version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelRefError {
    /// It begins with no model's name.
    #[error("`{0}` is not a model's name")]
    Name(String),
    /// What follows the name is neither an alias nor a version.
    #[error("write {0}@champion for an alias, or {0}/3 for a version")]
    Selector(String),
}

impl ModelRef {
    /// The champion of the model `name`.
    pub fn champion(name: &str) -> Self {
        Self { name: name.to_owned(), selector: Selector::Alias(CHAMPION.to_owned()) }
    }
}

impl FromStr for ModelRef {
    type Err = ModelRefError;

    fn from_str(text: &str) -> Result<Self, ModelRefError> {
        let cut = text.split_once(['@', '/']);
        let (name, rest) = cut.map_or((text, None), |(name, rest)| (name, Some(rest)));
        if !is_model_name(name) {
            return Err(ModelRefError::Name(name.escape_debug().to_string()));
        }
        let Some(rest) = rest else { return Ok(Self::champion(name)) };
        let hint = || ModelRefError::Selector(name.to_owned());
        let selector: Selector = rest.parse().map_err(|_| hint())?;
        if matches!(selector, Selector::Alias(_)) != text.contains('@') {
            return Err(hint());
        }
        Ok(Self { name: name.to_owned(), selector })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_named_with_or_without_a_version() {
        let champion = Selector::Alias(CHAMPION.to_owned());
        let challenger = Selector::Alias("challenger".to_owned());
        for (text, selector) in
            [("m", champion), ("m@challenger", challenger), ("m/3", Selector::Version(3))]
        {
            let expected = ModelRef { name: "m".to_owned(), selector };
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
        for text in ["", "M", "m@", "m/", "m/champion", "m@3", "m/0", "m/3/4", "../m", "m@a@b"] {
            assert!(text.parse::<ModelRef>().is_err(), "{text}");
        }
    }
}
