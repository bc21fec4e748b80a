//! Texts to learn from, out of the data folder and out of sentences this program carries.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Deserialize;
use switchboard_dataset::{Columns, read};
use switchboard_pii::names::Label;

use crate::example::{Example, Mark, group};
use crate::fillers::Fillers;
use crate::random::Random;
use crate::template::{Template, Voice};

const TEMPLATES: [(&str, &str); 5] = [
    ("en", include_str!("../templates/en.txt")),
    ("fr", include_str!("../templates/fr.txt")),
    ("de", include_str!("../templates/de.txt")),
    ("es", include_str!("../templates/es.txt")),
    ("ar", include_str!("../templates/ar.txt")),
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
    for entry in std::fs::read_dir(folder).context("list the corpus")? {
        let path = entry.context("list the corpus")?.path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[derive(Deserialize)]
struct PresidioRow {
    full_text: String,
    spans: Vec<PresidioSpan>,
    template_id: u64,
}

#[derive(Deserialize)]
struct PresidioSpan {
    entity_type: String,
    start_position: usize,
    end_position: usize,
}

/// The sentences of Presidio's research data, by template.
pub(crate) fn presidio(data: &Path) -> anyhow::Result<Vec<Example>> {
    let file = std::fs::read_to_string(data.join("pii/presidio_generated.json"))
        .context("read pii/presidio_generated.json")?;
    let rows: Vec<PresidioRow> =
        serde_json::from_str(&file).context("read presidio_generated.json")?;
    Ok(rows.into_iter().map(presidio_example).collect())
}

fn presidio_example(row: PresidioRow) -> Example {
    let places: Vec<usize> =
        row.full_text.char_indices().map(|(at, _)| at).chain([row.full_text.len()]).collect();
    let mark = |kind: &str| match kind {
        "PERSON" | "PREFIX" => Some(Mark::Named(Label::Person)),
        "LOCATION" => Some(Mark::Named(Label::Location)),
        "ADDRESS" => Some(Mark::Named(Label::Address)),
        "ORGANIZATION" => Some(Mark::Named(Label::Organization)),
        "CREDIT_CARD" | "PHONE_NUMBER" | "EMAIL_ADDRESS" | "IBAN_CODE" | "IP_ADDRESS"
        | "US_SSN" => Some(Mark::Pattern),
        _ => None,
    };
    let mut marks: Vec<_> = row
        .spans
        .iter()
        .filter_map(|span| {
            Some((places[span.start_position]..places[span.end_position], mark(&span.entity_type)?))
        })
        .collect();
    marks.sort_by_key(|(range, _)| range.start);
    let mut example = Example {
        text: row.full_text,
        marks,
        language: "en",
        source: "presidio",
        group: group(&["presidio", &row.template_id.to_string()]),
    };
    join_addresses(&mut example);
    example
}

/// House, street, town and postcode that stand together are one address.
fn join_addresses(example: &mut Example) {
    let address = Mark::Named(Label::Address);
    let mut joined: Vec<(std::ops::Range<usize>, Mark)> = Vec::new();
    for (range, mark) in example.marks.drain(..) {
        let belongs = mark == address || mark == Mark::Named(Label::Location);
        if let Some((last, last_mark)) = joined.last_mut()
            && belongs
            && *last_mark == address
            && example.text[last.end..range.start].chars().all(|c| !c.is_alphanumeric())
        {
            last.end = range.end;
        } else {
            joined.push((range, mark));
        }
    }
    example.marks = joined;
}

/// The turns of the customer chats with their slots.
pub(crate) fn multidogo(data: &Path) -> anyhow::Result<Vec<Example>> {
    let mut examples = Vec::new();
    for domain in ["airline", "fastfood", "finance", "insurance", "media", "software"] {
        let path = data.join(format!("pii/multidogo/{domain}.tsv"));
        let file = std::fs::read_to_string(path).context("read a file of pii/multidogo")?;
        for line in file.lines().skip(1) {
            let fields: Vec<&str> = line.split('\t').collect();
            if let [_, _, _, utterance, slots, ..] = fields[..] {
                examples.extend(chat_turn(utterance, slots));
            }
        }
    }
    Ok(examples)
}

fn chat_turn(utterance: &str, slots: &str) -> Option<Example> {
    let (words, slots): (Vec<&str>, Vec<&str>) =
        (utterance.split(' ').collect(), slots.split(' ').collect());
    if words.len() != slots.len() {
        return None;
    }
    let mut example = Example {
        language: "en",
        source: "multidogo",
        group: group(&[utterance]),
        ..Example::default()
    };
    let mut last = None;
    for (word, slot) in words.into_iter().zip(slots) {
        let mark = match slot {
            "name" => Some(Label::Person),
            "address" => Some(Label::Address),
            "current_city" | "arrival_city" | "departure_city" | "new_city" => {
                Some(Label::Location)
            }
            "company_name" => Some(Label::Organization),
            _ => None,
        };
        let space = if example.text.is_empty() { "" } else { " " };
        example.push(space, None);
        let start = example.text.len();
        example.push(word, None);
        if let Some(label) = mark {
            match example.marks.last_mut() {
                Some((range, _)) if last == mark => range.end = example.text.len(),
                _ => example.marks.push((start..example.text.len(), Mark::Named(label))),
            }
        }
        last = mark;
    }
    Some(example)
}

/// The Arabic articles with their tags.
pub(crate) fn aqmar(data: &Path) -> anyhow::Result<Vec<Example>> {
    let folder = data.join("pii/aqmar");
    let mut examples = Vec::new();
    for path in text_files(&folder)? {
        let file = std::fs::read_to_string(&path).context("read a file of pii/aqmar")?;
        let article = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for sentence in file.split("\n\n") {
            examples.push(tagged(sentence, group(&[&article])));
        }
    }
    Ok(examples)
}

fn tagged(sentence: &str, group: u64) -> Example {
    let mut example = Example { language: "ar", source: "aqmar", group, ..Example::default() };
    for line in sentence.lines() {
        let Some((word, tag)) = line.split_once(' ') else { continue };
        let mark = match tag.trim().trim_start_matches(['B', 'I', '-']) {
            "PER" => Some(Mark::Named(Label::Person)),
            "LOC" => Some(Mark::Named(Label::Location)),
            "ORG" => Some(Mark::Named(Label::Organization)),
            _ => None,
        };
        let space = if example.text.is_empty() { "" } else { " " };
        example.push(space, None);
        let start = example.text.len();
        example.push(word, None);
        match (mark, example.marks.last_mut(), tag.starts_with('I')) {
            (Some(mark), Some((range, last)), true)
                if *last == mark && range.end + space.len() == start =>
            {
                range.end = start + word.len();
            }
            (Some(mark), _, _) => example.marks.push((start..start + word.len(), mark)),
            (None, _, _) => {}
        }
    }
    example
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
