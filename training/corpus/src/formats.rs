//! How made-up values are written: the tables of `formats.toml`.

use serde::Deserialize;

use crate::choices::Choices;
use crate::files::Language;

/// Patterns that every language uses.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CommonFormats {
    pub(crate) mail_domains: Choices<String>,
    pub(crate) hosts: Choices<String>,
    pub(crate) paths: Choices<String>,
    pub(crate) addresses: Choices<String>,
    pub(crate) test_cards: Choices<String>,
    pub(crate) tickets: Choices<String>,
    pub(crate) purchase_orders: Choices<String>,
    pub(crate) projects: Choices<String>,
    pub(crate) errors: Choices<String>,
    pub(crate) versions: Choices<String>,
    pub(crate) rooms: Choices<String>,
    pub(crate) assets: Choices<String>,
}

/// Patterns of one language.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LanguageFormats {
    pub(crate) phones: Choices<String>,
    pub(crate) accounts: Choices<[String; 2]>,
    pub(crate) prices: Choices<[String; 3]>,
    pub(crate) months: [String; 12],
    pub(crate) dates: Choices<String>,
    pub(crate) times: Choices<String>,
    pub(crate) noon: [String; 2],
    pub(crate) indic_digits: bool,
}

/// All of `formats.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Formats {
    pub(crate) common: CommonFormats,
    en: LanguageFormats,
    fr: LanguageFormats,
    ar: LanguageFormats,
    de: LanguageFormats,
    es: LanguageFormats,
}

impl Formats {
    pub(crate) fn of(&self, language: Language) -> &LanguageFormats {
        match language {
            Language::English => &self.en,
            Language::French => &self.fr,
            Language::Arabic => &self.ar,
            Language::German => &self.de,
            Language::Spanish => &self.es,
        }
    }
}
