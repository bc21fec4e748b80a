//! From raw text to [`Scrubbed`].

use std::fmt;
use std::ops::Range;

use switchboard_text::offsets::CodePoints;
use switchboard_text::placeholder;

use crate::candidate::Candidate;
use crate::cut::Cut;
use crate::numbering::Numbering;
use crate::scan::Recognisers;
use crate::{RawText, Scrubbed, Span, repeats};

/// What is found may, once replaced, show something next to it; in practice two looks settle a text.
const MOST_LOOKS: usize = 64;

/// Finds personal data and takes it out.
///
/// Its patterns are compiled once, in [`Scrubber::new`]; share it in an `Arc`.
pub struct Scrubber {
    recognisers: Recognisers,
}

impl Scrubber {
    /// Compiles the patterns.
    pub fn new() -> Self {
        Self { recognisers: Recognisers::new() }
    }

    /// Finds every piece of personal data in `text`; sorted and disjoint.
    pub fn find(&self, text: RawText<'_>) -> Vec<Span> {
        let text = text.expose();
        spans(text, &self.find_all(text, &mut literals(text)))
    }

    /// Replaces every piece of personal data in `text` with its placeholder.
    pub fn scrub(&self, text: RawText<'_>) -> Scrubbed {
        let text = text.expose();
        let mut known = literals(text);
        let found = self.find_all(text, &mut known);
        let scrubbed = Numbering::of(text).replace(text, &found);
        let cut = Cut::of(&scrubbed, &self.recognisers);
        Scrubbed::new(scrubbed, cut, spans(text, &found))
    }

    /// Looks again until nothing new is found, each time with what is known blanked out.
    ///
    /// The last look sees the text just as a scrubber sees the scrubbed text; therefore scrubbing that changes nothing.
    fn find_all(&self, text: &str, known: &mut Vec<Range<usize>>) -> Vec<Candidate> {
        let mut all: Vec<Candidate> = Vec::new();
        let mut phones_settled = false;
        for _ in 0..MOST_LOOKS {
            let look = self.recognisers.look(text, known, phones_settled);
            phones_settled = look.phones_settled;
            let mut found = look.found;
            if found.is_empty() && !all.is_empty() {
                found = repeats::find(text, &all, known);
                phones_settled = false;
            }
            if found.is_empty() {
                break;
            }
            known.extend(found.iter().map(|candidate| candidate.range.clone()));
            known.sort_by_key(|range| range.start);
            all.extend(found);
        }
        all.sort_by_key(|candidate| candidate.range.start);
        all
    }
}

impl Default for Scrubber {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Scrubber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Scrubber").finish_non_exhaustive()
    }
}

/// Where `text` holds placeholders already.
fn literals(text: &str) -> Vec<Range<usize>> {
    placeholder::find(text).map(|found| found.range).collect()
}

fn spans(text: &str, found: &[Candidate]) -> Vec<Span> {
    let mut points = CodePoints::new(text);
    let span = |candidate: &Candidate| {
        let start = points.at(candidate.range.start);
        Span {
            kind: candidate.kind,
            start,
            end: points.at(candidate.range.end),
            score: candidate.score,
        }
    };
    found.iter().map(span).collect()
}
