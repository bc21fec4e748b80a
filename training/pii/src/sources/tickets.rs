//! The tickets that this program carries, as the tagger learns from them.

use switchboard_pii::names::Label;

use crate::example::{Example, Mark, group};
use crate::marked;

/// Every ticket; what has a form of its own is a blank to the tagger.
pub(crate) fn tickets() -> anyhow::Result<Vec<Example>> {
    let example = |ticket: marked::Ticket| {
        let marks = ticket.marks.into_iter();
        Example {
            marks: marks.map(|(kind, range)| (range, mark(&kind))).collect(),
            language: ticket.language,
            source: "tickets",
            group: group(&[&ticket.text]),
            text: ticket.text,
        }
    };
    Ok(marked::tickets()?.into_iter().map(example).collect())
}

fn mark(kind: &str) -> Mark {
    match kind {
        "PERSON" => Mark::Named(Label::Person),
        "LOCATION" => Mark::Named(Label::Location),
        "ORGANIZATION" => Mark::Named(Label::Organization),
        "STREET_ADDRESS" => Mark::Named(Label::Address),
        _ => Mark::Pattern,
    }
}
