//! Texts to learn from, out of the data folder and out of sentences this program carries.

mod articles;
mod chats;
mod research;
mod tickets;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context;
use switchboard_dataset::{Columns, read};

use crate::example::{Example, group};
use crate::fillers::Fillers;
use crate::random::Random;
use crate::template::Template;
use crate::voice::Voice;

pub(crate) use articles::aqmar;
pub(crate) use chats::multidogo;
pub(crate) use research::presidio;
pub(crate) use tickets::tickets;

const TEMPLATES: [(&str, &str); 5] = [
    ("en", include_str!("../../templates/en.txt")),
    ("fr", include_str!("../../templates/fr.txt")),
    ("de", include_str!("../../templates/de.txt")),
    ("es", include_str!("../../templates/es.txt")),
    ("ar", include_str!("../../templates/ar.txt")),
];

/// How often each sentence of our own is filled.
const FILLS: usize = 40;

/// How often each phrasing of the bundled corpus is filled.
const CORPUS_FILLS: usize = 8;

/// Sentences of our own, filled, and the bundled corpus' phrasings in folder `corpus`.
pub(crate) fn templates(
    corpus: &Path,
    fillers: &Fillers,
    random: &mut Random,
) -> anyhow::Result<Vec<Example>> {
    let mut examples = Vec::new();
    for (language, file) in TEMPLATES {
        let folder = corpus.join(language);
        let words = slots(&folder)?;
        let voice = Voice { language, source: "templates", fillers, words };
        for template in Template::lines(file) {
            examples.extend((0..FILLS).map(|_| template.fill(&voice, random)));
        }
        let voice = Voice { source: "corpus", ..voice };
        let letter = ["greetings", "closings", "signatures"].map(|slot| format!("{{{slot}}}"));
        for path in text_files(&folder)? {
            let file = std::fs::read_to_string(&path).context("read a file of the corpus")?;
            for template in Template::blocks(&file) {
                for fill in 0..CORPUS_FILLS {
                    let mut example = template.fill(&voice, random);
                    if fill % 2 == 0 {
                        example = letter_around(example, &letter, &voice, random);
                    }
                    examples.push(example);
                }
            }
        }
    }
    Ok(examples)
}

/// A greeting before a request, a closing and a signature behind it.
fn letter_around(
    request: Example,
    [greeting, closing, signature]: &[String; 3],
    voice: &Voice<'_>,
    random: &mut Random,
) -> Example {
    let mut letter = Example { text: String::new(), marks: Vec::new(), ..request.clone() };
    let mut part = |template: &str, letter: &mut Example| {
        append(letter, &Template::parse(template).fill(voice, random));
    };
    part(&format!("{greeting}\n"), &mut letter);
    append(&mut letter, &request);
    part(&format!("\n{closing}\n{signature}"), &mut letter);
    letter
}

fn append(example: &mut Example, other: &Example) {
    let start = example.text.len();
    example.text.push_str(&other.text);
    let moved =
        other.marks.iter().map(|(range, mark)| (range.start + start..range.end + start, *mark));
    example.marks.extend(moved);
}

fn slots(folder: &Path) -> anyhow::Result<BTreeMap<String, Vec<String>>> {
    let file = std::fs::read_to_string(folder.join("slots.toml")).with_context(|| {
        format!(
            "read slots.toml in {}: give the folder of the corpus with --corpus",
            folder.display()
        )
    })?;
    let mut slots: BTreeMap<String, Vec<String>> =
        toml::from_str(&file).context("read slots.toml")?;
    if let Some(closings) = slots.get("closings").cloned() {
        slots.insert("closing".to_owned(), closings);
    }
    Ok(slots)
}

fn text_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("list {}", folder.display()))? {
        let path = entry.context("list a folder")?.path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Texts without personal data: questions to a bank in three languages, and tickets.
pub(crate) fn harmless(data: &Path, random: &mut Random) -> anyhow::Result<Vec<Example>> {
    let columns = |text: &str, label: &str, language: Option<&str>| Columns {
        text: text.to_owned(),
        label: label.to_owned(),
        language: language.map(str::to_owned),
        group: None,
    };
    let mut examples = Vec::new();
    let bank =
        read(&[data.join("banking77/train.csv")], &columns("text", "label", Some("language")))
            .context("read banking77/train.csv")?;
    for row in bank.rows {
        let language = match row.language.as_deref() {
            Some("fr") => "fr",
            Some(code) if code.starts_with("ar") => "ar",
            _ => "en",
        };
        examples.push(Example {
            group: group(&[&row.text]),
            text: row.text,
            language,
            source: "banking77",
            ..Example::default()
        });
    }
    let tickets =
        read(&[data.join("it-tickets/tickets.csv")], &columns("Document", "Topic_group", None))
            .context("read it-tickets/tickets.csv")?;
    let mut rows = tickets.rows;
    random.shuffle(&mut rows);
    rows.truncate(20_000);
    for row in rows {
        examples.push(Example {
            group: group(&[&row.text]),
            text: row.text,
            language: "en",
            source: "it-tickets",
            ..Example::default()
        });
    }
    Ok(examples)
}

/// The text of `path` below `data`; a missing file is named.
fn read_text(data: &Path, path: &str) -> anyhow::Result<String> {
    let full = data.join(path);
    std::fs::read_to_string(&full).with_context(|| {
        format!("read {}: --data names the folder that has {path}", full.display())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_named_with_the_option_that_leads_to_it() {
        let nowhere = Path::new("/nowhere");
        let told = [
            (presidio(nowhere).unwrap_err(), "/nowhere/pii/presidio_generated.json: --data"),
            (multidogo(nowhere).unwrap_err(), "/nowhere/pii/multidogo/airline.tsv: --data"),
            (aqmar(nowhere).unwrap_err(), "/nowhere/pii/aqmar"),
            (slots(nowhere).unwrap_err(), "/nowhere: give the folder of the corpus with --corpus"),
        ];
        for (error, wanted) in told {
            assert!(error.to_string().contains(wanted), "{error}");
        }
    }

    #[test]
    fn a_letter_put_around_a_request_moves_its_marks() {
        let mut letter = Example { text: "Hé\n".to_owned(), ..Example::default() };
        let mut request = Example::default();
        request.push("an ", None);
        request.push("Zoé", Some(crate::example::Mark::Pattern));
        append(&mut letter, &request);
        assert_eq!(&letter.text[letter.marks[0].0.clone()], "Zoé");
    }
}
