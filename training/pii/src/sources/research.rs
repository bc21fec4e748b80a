//! The labelled sentences of Presidio's research data.

use std::path::Path;

use anyhow::Context;
use serde::Deserialize;
use switchboard_pii::names::Label;

use super::read_text;
use crate::example::{Example, Mark, group};

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
    let file = read_text(data, "pii/presidio_generated.json")?;
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
