//! The hand-written files, part of the program.

/// A language of the corpus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are those of the languages")]
pub enum Language {
    English,
    French,
    Arabic,
    German,
    Spanish,
}

impl Language {
    /// Its ISO 639-1 code, which is also its folder's name.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
            Self::Arabic => "ar",
            Self::German => "de",
            Self::Spanish => "es",
        }
    }
}

/// The files of one language.
pub(crate) struct LanguageFiles {
    pub(crate) language: Language,
    pub(crate) slots: &'static str,
    pub(crate) categories: [CategoryFile; 8],
}

/// One category in one language.
pub(crate) struct CategoryFile {
    /// The file's name without `.txt`.
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) text: &'static str,
}

macro_rules! category {
    ($folder:literal, $name:literal, $label:literal) => {
        CategoryFile {
            name: $name,
            label: $label,
            text: include_str!(concat!("../", $folder, "/", $name, ".txt")),
        }
    };
}

macro_rules! language {
    ($language:ident, $folder:literal) => {
        LanguageFiles {
            language: Language::$language,
            slots: include_str!(concat!("../", $folder, "/slots.toml")),
            categories: [
                category!($folder, "access", "Access"),
                category!($folder, "administrative-rights", "Administrative rights"),
                category!($folder, "hardware", "Hardware"),
                category!($folder, "hr-support", "HR Support"),
                category!($folder, "internal-project", "Internal Project"),
                category!($folder, "miscellaneous", "Miscellaneous"),
                category!($folder, "purchase", "Purchase"),
                category!($folder, "storage", "Storage"),
            ],
        }
    };
}

/// Every file of the corpus.
pub(crate) const FILES: [LanguageFiles; 5] = [
    language!(English, "en"),
    language!(French, "fr"),
    language!(Arabic, "ar"),
    language!(German, "de"),
    language!(Spanish, "es"),
];

/// How made-up values are written.
pub(crate) const FORMATS: &str = include_str!("formats.toml");
