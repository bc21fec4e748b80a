//! Arabic articles.

use std::path::Path;

use anyhow::Context;
use switchboard_pii::names::Label;

use super::text_files;
use crate::example::{Example, Mark, group};

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
