//! The tables of cases and of harmless lines that the product is tested with: what is no personal number, above all.

use std::path::Path;

use anyhow::Context;
use serde::Deserialize;

use crate::marked::Ticket;

const TABLES: [&str; 6] = ["en", "fr", "de", "es", "ar", "mixed"];

#[derive(Deserialize)]
struct Table {
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    text: String,
    #[serde(default)]
    spans: Vec<Span>,
}

#[derive(Deserialize)]
struct Span {
    kind: String,
    value: String,
}

/// The cases of every table in `folder`.
pub(super) fn cases(folder: &Path) -> anyhow::Result<Vec<Ticket>> {
    let read = |name: &str| {
        let path = folder.join(name);
        std::fs::read_to_string(&path).with_context(|| {
            format!("read {}: give the folder of the tables with --cases", path.display())
        })
    };
    let mut cases = Vec::new();
    for table in TABLES {
        let name = format!("{table}.toml");
        let table: Table = toml::from_str(&read(&name)?).with_context(|| format!("read {name}"))?;
        cases.extend(table.case.into_iter().map(ticket));
    }
    let harmless = read("harmless.txt")?;
    cases
        .extend(harmless.lines().map(|line| Ticket { text: line.to_owned(), ..Ticket::default() }));
    Ok(cases)
}

/// The case as a ticket; its values stand in it in order.
fn ticket(case: Case) -> Ticket {
    let mut ticket = Ticket { text: case.text, ..Ticket::default() };
    let mut from = 0;
    for Span { kind, value } in case.spans {
        let Some(at) = ticket.text[from..].find(&value) else { continue };
        let range = from + at..from + at + value.len();
        from = range.end;
        ticket.marks.push((kind, range));
    }
    ticket
}
