//! What a language brings along besides its phrasings: greetings, names, products, places.

use serde::Deserialize;

use crate::choices::Choices;
use crate::files::Language;
use crate::formats::{CommonFormats, Formats, LanguageFormats};
use crate::grammar::Template;
use crate::problem::Problem;

/// The lists of a `slots.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lists {
    pub(crate) greetings: Choices<Template>,
    pub(crate) closings: Choices<Template>,
    pub(crate) signatures: Choices<Template>,
    pub(crate) noise: Choices<Template>,
    pub(crate) software: Choices<String>,
    pub(crate) app: Choices<String>,
    pub(crate) device: Choices<String>,
    pub(crate) site: Choices<String>,
    pub(crate) department: Choices<String>,
    pub(crate) folder: Choices<String>,
    pub(crate) supplier: Choices<String>,
    pub(crate) job: Choices<String>,
    pub(crate) list: Choices<String>,
    pub(crate) first_names: Choices<String>,
    pub(crate) last_names: Choices<String>,
}

/// How a language's tickets sound.
#[derive(Debug)]
pub(crate) struct Voice {
    pub(crate) language: Language,
    pub(crate) lists: Lists,
    pub(crate) common: CommonFormats,
    pub(crate) formats: LanguageFormats,
}

impl Voice {
    /// Parses a `slots.toml`.
    pub(crate) fn parse(
        language: Language,
        slots: &str,
        formats: &Formats,
    ) -> Result<Self, Problem> {
        let lists = toml::from_str(slots).map_err(|error| {
            Problem::of_file(&format!("{}/slots.toml", language.code()), error.to_string())
        })?;
        let common = formats.common.clone();
        Ok(Self { language, lists, common, formats: formats.of(language).clone() })
    }
}
