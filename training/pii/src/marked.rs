//! Tickets with their personal data marked: `call me at ⟦PHONE_NUMBER|06 12 34 56 78⟧`, a line each, the ends of lines inside as `\n`.

use std::ops::Range;

use anyhow::{Context, bail};

const TICKETS: [(&str, &str); 5] = [
    ("en", include_str!("../tickets/en.txt")),
    ("fr", include_str!("../tickets/fr.txt")),
    ("de", include_str!("../tickets/de.txt")),
    ("es", include_str!("../tickets/es.txt")),
    ("ar", include_str!("../tickets/ar.txt")),
];

/// A ticket, and what in it is personal: the type that was marked, and its bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Ticket {
    pub(crate) language: &'static str,
    pub(crate) text: String,
    pub(crate) marks: Vec<(String, Range<usize>)>,
}

/// Every ticket that this program carries.
pub(crate) fn tickets() -> anyhow::Result<Vec<Ticket>> {
    let lines = TICKETS.iter().flat_map(|(language, file)| {
        file.lines().enumerate().map(move |(at, line)| (*language, at, line))
    });
    let read = |(language, at, line)| {
        let ticket = ticket(line);
        let ticket = ticket.map(|ticket| Ticket { language, ..ticket });
        ticket.with_context(|| format!("line {} of tickets/{language}.txt", at + 1))
    };
    lines.map(read).collect()
}

fn ticket(line: &str) -> anyhow::Result<Ticket> {
    let mut ticket = Ticket::default();
    let line = line.replace("\\n", "\n");
    let mut rest = line.as_str();
    while let Some((head, tail)) = rest.split_once('⟦') {
        let Some((mark, behind)) = tail.split_once('⟧') else { bail!("a mark does not end") };
        let Some((kind, value)) = mark.split_once('|') else { bail!("`{mark}` has no type") };
        ticket.text.push_str(head);
        let start = ticket.text.len();
        ticket.text.push_str(value);
        ticket.marks.push((kind.to_owned(), start..ticket.text.len()));
        rest = behind;
    }
    ticket.text.push_str(rest);
    Ok(ticket)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_places_of_the_text() {
        let ticket = ticket("PIN ⟦SECRET|4821⟧,\\n⟦PERSON|José⟧").unwrap();
        assert_eq!(ticket.text, "PIN 4821,\nJosé");
        assert_eq!(ticket.marks, [("SECRET".to_owned(), 4..8), ("PERSON".to_owned(), 10..15)]);
    }

    #[test]
    fn a_mark_that_is_none_is_refused() {
        assert!(ticket("⟦SECRET|4821").is_err());
        assert!(ticket("⟦4821⟧").is_err());
    }

    #[test]
    fn all_tickets_can_be_read() {
        assert!(tickets().unwrap().len() > 1000);
    }
}
