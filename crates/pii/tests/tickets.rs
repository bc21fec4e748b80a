//! Tickets that no model learned from: how much of what is marked in them is gone.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;

use serde_json::Value;
use switchboard_pii::{RawText, Scrubber};

/// Types that the tagger of names finds; the others have a form, a name, or stand where numbers of people do.
const NAMES: [&str; 4] = ["PERSON", "LOCATION", "ORGANIZATION", "STREET_ADDRESS"];

/// What is marked and what of it is gone.
#[derive(Default)]
struct Counts {
    marked: usize,
    gone: usize,
}

impl Counts {
    fn share(&self) -> f64 {
        self.gone as f64 / self.marked as f64
    }
}

fn tickets() -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/pii/tickets.jsonl");
    let file = fs::read_to_string(path).expect("the tickets are in the repository");
    file.lines().map(|line| serde_json::from_str(line).expect("a ticket a line")).collect()
}

fn place(span: &Value) -> Range<usize> {
    let at = |key: &str| span[key].as_u64().expect("a place") as usize;
    at("start")..at("end")
}

#[test]
fn nearly_all_that_is_marked_is_gone_and_little_else() {
    let scrubber = Scrubber::new();
    let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut in_vain = 0;
    let tickets = tickets();
    for ticket in &tickets {
        let text = ticket["text"].as_str().unwrap();
        let letters: Vec<char> = text.chars().collect();
        let found: Vec<Range<usize>> =
            scrubber.find(RawText::new(text)).iter().map(|span| span.start..span.end).collect();
        let marks: Vec<&Value> = ticket["spans"].as_array().unwrap().iter().collect();
        for mark in &marks {
            let is_gone = |at: usize| {
                !letters[at].is_alphanumeric() || found.iter().any(|span| span.contains(&at))
            };
            let kind = mark["type"].as_str().unwrap();
            let class = if NAMES.contains(&kind) { kind } else { "form" };
            let count = counts.entry(class).or_default();
            count.marked += 1;
            count.gone += usize::from(place(mark).all(is_gone));
        }
        let is_marked = |span: &&Range<usize>| {
            marks.iter().any(|mark| {
                let place = place(mark);
                span.start < place.end && place.start < span.end
            })
        };
        in_vain += found.len() - found.iter().filter(is_marked).count();
    }
    for (class, least) in [("form", FORMS), ("PERSON", PEOPLE)] {
        let share = counts[class].share();
        assert!(share >= least, "{class}: {share} of {} are gone", counts[class].marked);
    }
    assert!(in_vain <= tickets.len() / ONE_IN_VAIN_IN, "{in_vain} spans are of nothing personal");
}

/// Of values with a form, and of people, at least so many are gone.
const FORMS: f64 = 0.97;
const PEOPLE: f64 = 0.92;

/// In so many tickets one thing at most is taken out that is nobody's.
const ONE_IN_VAIN_IN: usize = 4;
