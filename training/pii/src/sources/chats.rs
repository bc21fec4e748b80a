//! Turns of customer chats.

use std::path::Path;

use switchboard_pii::names::Label;

use super::read_text;
use crate::example::{Example, Mark, group};

/// The turns of the customer chats with their slots.
pub(crate) fn multidogo(data: &Path) -> anyhow::Result<Vec<Example>> {
    let mut examples = Vec::new();
    for domain in ["airline", "fastfood", "finance", "insurance", "media", "software"] {
        let file = read_text(data, &format!("pii/multidogo/{domain}.tsv"))?;
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
