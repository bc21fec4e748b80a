//! Telephone numbers: international, national, and bare ones that words announce.

mod bare;
mod countries;
mod edges;
mod extension;
mod forms;
mod international;
mod maghreb;
mod national;

use std::ops::Range;

use crate::Kind;
use crate::candidate::Candidate;
use crate::digits::Digits;
use crate::work;
use extension::Extension;
use national::Forms;

/// The recogniser of telephone numbers.
pub(crate) struct Phones {
    extension: Extension,
    forms: Forms,
}

/// No telephone number has fewer digits.
const FEWEST_DIGITS: usize = 6;

/// A number found at a group: its bytes, and the first group behind it.
struct Found {
    bytes: Range<usize>,
    next: usize,
    score: f32,
}

impl Phones {
    pub(crate) fn new() -> Self {
        Self { extension: Extension::new(), forms: Forms::new() }
    }

    /// Adds every telephone number of `digits`, from left to right.
    pub(crate) fn find(&self, digits: &Digits<'_>, found: &mut Vec<Candidate>) {
        let mut at = 0;
        while at < digits.groups.len() {
            if !digits.has_number_of(FEWEST_DIGITS, at) {
                at += 1;
                continue;
            }
            digits.judged(work::NUMBER);
            let edges = edges::Edges::new(digits, &self.extension, &self.forms, at);
            let phone = if digits.groups[at].is_date { None } else { find_at(&edges, at) };
            let Some(phone) = phone else {
                at = national::end_of_other(&edges, at).unwrap_or(at + 1);
                continue;
            };
            at = phone.next;
            let end = self.extension.end(digits.text, phone.bytes.end).unwrap_or(phone.bytes.end);
            while digits.groups.get(at).is_some_and(|group| group.range.start < end) {
                at += 1;
            }
            let range = edges::with_open_bracket(digits.text, phone.bytes.start..end);
            found.push(Candidate { kind: Kind::PhoneNumber, range, score: phone.score });
        }
    }
}

fn find_at(edges: &edges::Edges<'_, '_>, first: usize) -> Option<Found> {
    international::at(edges, first)
        .or_else(|| national::at(edges, first))
        .or_else(|| bare::at(edges, first))
}
