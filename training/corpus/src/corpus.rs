//! The corpus: every phrasing of every category and language, checked.

use std::collections::HashSet;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::files::{CategoryFile, FILES, FORMATS, Language, LanguageFiles};
use crate::formats::Formats;
use crate::grammar::{Part, Template, blocks};
use crate::problem::{CorpusError, Problem};
use crate::voice::Voice;

/// The fewest phrasings a category has in a language; with fewer, a fold would hold next to none.
pub const MIN_PHRASINGS: usize = 25;

/// The hand-written corpus, parsed.
#[derive(Debug)]
pub struct Corpus {
    pub(crate) languages: Vec<LanguageCorpus>,
}

#[derive(Debug)]
pub(crate) struct LanguageCorpus {
    pub(crate) voice: Voice,
    pub(crate) categories: Vec<Category>,
}

#[derive(Debug)]
pub(crate) struct Category {
    pub(crate) label: &'static str,
    pub(crate) phrasings: Vec<Phrasing>,
}

/// One way to put a request, with choices and slots.
#[derive(Debug)]
pub struct Phrasing {
    /// What it is called: language, category file, and 12 hexadecimal digits of the SHA-256 of its source.
    pub id: String,
    pub(crate) template: Template,
}

impl Corpus {
    /// Parses and checks the corpus that is part of this program.
    ///
    /// # Errors
    /// Lists everything that is wrong with the files, by file and phrasing.
    pub fn bundled() -> Result<Self, CorpusError> {
        Self::parse(&FILES)
    }

    pub(crate) fn parse(files: &[LanguageFiles]) -> Result<Self, CorpusError> {
        let formats: Formats = toml::from_str(FORMATS).map_err(|error| {
            CorpusError(vec![Problem::of_file("formats.toml", error.to_string())])
        })?;
        let mut problems = Vec::new();
        let languages = files
            .iter()
            .filter_map(|files| parse_language(files, &formats, &mut problems))
            .collect();
        if problems.is_empty() { Ok(Self { languages }) } else { Err(CorpusError(problems)) }
    }

    /// Every phrasing, with its language and its label.
    pub fn phrasings(&self) -> impl Iterator<Item = (Language, &'static str, &Phrasing)> {
        self.languages.iter().flat_map(|language| {
            language.categories.iter().flat_map(|category| {
                category
                    .phrasings
                    .iter()
                    .map(|phrasing| (language.voice.language, category.label, phrasing))
            })
        })
    }
}

fn parse_language(
    files: &LanguageFiles,
    formats: &Formats,
    problems: &mut Vec<Problem>,
) -> Option<LanguageCorpus> {
    let voice = Voice::parse(files.language, files.slots, formats);
    let mut seen = HashSet::new();
    let categories = files
        .categories
        .iter()
        .map(|category| parse_category(files.language, category, &mut seen, problems))
        .collect();
    let voice = voice.map_err(|problem| problems.push(problem)).ok()?;
    Some(LanguageCorpus { voice, categories })
}

fn parse_category(
    language: Language,
    category: &CategoryFile,
    seen: &mut HashSet<String>,
    problems: &mut Vec<Problem>,
) -> Category {
    let file = format!("{}/{}.txt", language.code(), category.name);
    let mut phrasings = Vec::new();
    for source in blocks(category.text) {
        let plain: Vec<String> = source.split_whitespace().map(str::to_lowercase).collect();
        if !seen.insert(plain.join(" ")) {
            problems.push(Problem::of_phrasing(&file, &source, "is there twice: remove one"));
        }
        match parse_phrasing(&source) {
            Ok(template) => {
                let id = format!("{}/{}/{}", language.code(), category.name, short_hash(&source));
                phrasings.push(Phrasing { id, template });
            }
            Err(reason) => problems.push(Problem::of_phrasing(&file, &source, reason)),
        }
    }
    if phrasings.len() < MIN_PHRASINGS {
        let reason =
            format!("has {} phrasings, at least {MIN_PHRASINGS} are needed", phrasings.len());
        problems.push(Problem::of_file(&file, reason));
    }
    Category { label: category.label, phrasings }
}

/// In a phrasing a `|` outside braces is a slip; in a signature it is an ornament.
fn parse_phrasing(source: &str) -> Result<Template, String> {
    let template = Template::parse(source)?;
    if template.parts.iter().any(|part| matches!(part, Part::Text(text) if text.contains('|'))) {
        return Err("a `|` stands outside braces: put the choice in braces".to_owned());
    }
    Ok(template)
}

fn short_hash(source: &str) -> String {
    let digest: [u8; 32] = Sha256::digest(source).into();
    digest[..6].iter().fold(String::with_capacity(12), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes any text");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(access: &'static str, slots: &'static str) -> String {
        let mut files = FILES;
        files[0].categories[0].text = access;
        files[0].slots = slots;
        Corpus::parse(&files).unwrap_err().to_string()
    }

    #[test]
    fn mistakes_name_their_file_and_phrasing() {
        let found = problems(
            "broken {printer\n\nSame\nthing\n\nsame thing\n\na | b\n\n{nickname}\n",
            FILES[0].slots,
        );
        let expected = [
            "en/access.txt: «broken {printer»: a `{` is never closed: add its `}`",
            "en/access.txt: «same thing»: is there twice: remove one",
            "en/access.txt: «a | b»: a `|` stands outside braces: put the choice in braces",
            "en/access.txt: «{nickname}»: `{nickname}` is no known slot, and a choice needs a `|`",
            "en/access.txt: has 2 phrasings, at least 25 are needed",
        ];
        assert_eq!(found, expected.join("\n"));
    }

    #[test]
    fn mistakes_in_the_lists_are_named_too() {
        for (slots, reason) in [
            ("greetings = []", "the list is empty"),
            ("greetings = ['Hi {nickname}']", "`{nickname}` is no known slot"),
            ("greeting = ['Hi']", "unknown field `greeting`"),
        ] {
            let found = problems(FILES[0].categories[0].text, slots);
            assert!(found.starts_with("en/slots.toml: ") && found.contains(reason), "{found}");
        }
    }
}
