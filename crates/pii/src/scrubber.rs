//! From raw text to [`Scrubbed`].

use std::fmt;
use std::ops::Range;

use switchboard_text::offsets::CodePoints;
use switchboard_text::placeholder;

use crate::candidate::Candidate;
use crate::cut::Cut;
use crate::numbering::Numbering;
use crate::scan::{Recognisers, Settled};
use crate::shown::Shown;
use crate::{Policy, RawText, Scrubbed, Span, bounds, repeats, work};

/// What is found may, once replaced, show something next to it; in practice two looks settle a ticket, four at most.
const LOOKS_OF_A_TICKET: usize = 4;
/// So many of a text of more bytes than any ticket has.
const LOOKS_OF_A_LONG_TEXT: usize = 1;
/// A text that takes more looks was made to: from then on whole lines go, and after so many looks all of it.
const MOST_LOOKS: usize = 10;
/// How often what a policy leaves in a text is looked for among the replacements; in practice once.
const MOST_LOOKS_BY_POLICY: usize = 8;

/// Finds personal data and takes it out.
///
/// Its patterns are compiled once, in [`Scrubber::new`]; share it in an `Arc`.
pub struct Scrubber {
    recognisers: Recognisers,
    policy: Policy,
}

impl Scrubber {
    /// Compiles the patterns, for the policy that replaces everything that is found.
    pub fn new() -> Self {
        Self::with_policy(Policy::default())
    }

    /// Compiles the patterns, for `policy`.
    pub fn with_policy(policy: Policy) -> Self {
        Self { recognisers: Recognisers::new(), policy }
    }

    /// Leaves people, places and organisations alone: only what has a form of its own, or a word for it, is found.
    pub fn without_names() -> Self {
        Self { recognisers: Recognisers::without_names(), policy: Policy::default() }
    }

    /// What it does with what is found.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Finds every piece of personal data in `text`, whatever the policy does with it; sorted and disjoint.
    pub fn find(&self, text: RawText<'_>) -> Vec<Span> {
        let text = text.expose();
        spans(text, &self.find_all(text, &mut literals(text)))
    }

    /// Replaces every piece of personal data in `text` as the policy says; models see none of them either way.
    pub fn scrub(&self, text: RawText<'_>) -> Scrubbed {
        let text = text.expose();
        let mut known = literals(text);
        let found = self.find_all(text, &mut known);
        if known.is_empty() {
            let cut = Cut::of(text, &self.recognisers);
            return Scrubbed::new(Shown::of(text.to_owned()), cut, Vec::new());
        }
        // What models see is the same under every policy: they learned from texts without all of it.
        let replaced = Numbering::of(text).replace(text, &found, &Policy::default());
        let cut = Cut::of(&replaced.text, &self.recognisers);
        if self.policy.is_default() {
            return Scrubbed::new(Shown::of(replaced.text), cut, spans(text, &found));
        }
        let scrubbed = self.by_policy(text, &found);
        let shown = Numbering::of(text).replace(text, &scrubbed, &self.policy);
        Scrubbed::new(Shown::beside(text, &replaced, shown), cut, spans(text, &scrubbed))
    }

    /// What of `found` the policy scrubs, and what else is to be scrubbed once that is gone.
    ///
    /// What the policy leaves in the text must not look otherwise to whoever scrubs the result. Therefore it is
    /// looked for again among the replacements, until nothing is found there that the policy scrubs.
    fn by_policy(&self, text: &str, found: &[Candidate]) -> Vec<Candidate> {
        let is_scrubbed = |candidate: &Candidate| self.policy.scrubs(text, candidate);
        let (mut scrubbed, mut left): (Vec<_>, Vec<_>) =
            found.iter().cloned().partition(is_scrubbed);
        for look in 1..=MOST_LOOKS_BY_POLICY {
            if scrubbed.is_empty() || left.is_empty() {
                break;
            }
            let mut known = literals(text);
            known.extend(scrubbed.iter().map(|candidate| candidate.range.clone()));
            known.sort_by_key(|range| range.start);
            let again = self.find_all(text, &mut known);
            let (new, still_left): (Vec<_>, Vec<_>) = again.into_iter().partition(is_scrubbed);
            if new.is_empty() {
                break;
            }
            scrubbed.extend(new);
            left = still_left;
            if look == MOST_LOOKS_BY_POLICY {
                // Nobody writes such a text but to make trouble: then all of it goes.
                scrubbed.append(&mut left);
            }
        }
        scrubbed.sort_by_key(|candidate| candidate.range.start);
        scrubbed
    }

    /// Looks again until nothing new is found, each time with what is known blanked out.
    ///
    /// The last look sees the text just as a scrubber sees the scrubbed text; therefore scrubbing that changes nothing.
    fn find_all(&self, text: &str, known: &mut Vec<Range<usize>>) -> Vec<Candidate> {
        let mut all: Vec<Candidate> = Vec::new();
        let mut settled = Settled::default();
        let is_long = text.len() > bounds::LONG;
        let looks_of_a_ticket = if is_long { LOOKS_OF_A_LONG_TEXT } else { LOOKS_OF_A_TICKET };
        let (mut work, mut has_tail) = (0, is_long);
        for looks in 0..=MOST_LOOKS {
            let look = self.recognisers.look(text, known, settled);
            // Each look at a long text is a whole one, to take as long as it takes at the scrubbed text.
            settled = if is_long { Settled::default() } else { look.settled };
            work += look.work;
            let mut found = look.found;
            if found.is_empty() && !all.is_empty() {
                found = repeats::find(text, &all, known);
                settled = Settled::default();
            }
            if found.is_empty() {
                break;
            }
            if looks == MOST_LOOKS {
                found = bounds::all_but(known, text, &found[0]);
                settled = Settled::default();
            } else if has_tail && work + look.work > work::MOST {
                found = bounds::with_tail(found, text, known, bounds::tail(text));
                has_tail = false;
            } else if looks >= looks_of_a_ticket {
                found = bounds::whole_lines(found, text, known);
                settled = Settled::default();
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

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use proptest::prelude::*;

    static SCRUBBER: LazyLock<Scrubber> = LazyLock::new(Scrubber::new);

    impl Scrubber {
        /// [`Self::find_all`] with every recogniser at every look.
        fn find_all_plainly(&self, text: &str) -> Vec<Candidate> {
            let (mut known, mut all) = (literals(text), Vec::new());
            for looks in 0..=MOST_LOOKS {
                let mut found = self.recognisers.scan(text, &known);
                if found.is_empty() {
                    found = repeats::find(text, &all, &known);
                }
                if found.is_empty() {
                    break;
                }
                if looks >= LOOKS_OF_A_TICKET {
                    found = bounds::whole_lines(found, text, &known);
                }
                known.extend(found.iter().map(|candidate| candidate.range.clone()));
                known.sort_by_key(|range| range.start);
                all.extend(found);
            }
            all.sort_by_key(|candidate| candidate.range.start);
            all
        }
    }

    fn piece() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "call me at ",
            "tel ",
            "ticket ",
            "card ",
            "06 12 34 56 78",
            "+44 20 7946 0958",
            "(415) 555-0132",
            "jane@example.com",
            "@",
            "10.0.0.1",
            "4111 1111 1111 1111",
            "12345678",
            "x12",
            "[PHONE_NUMBER_1]",
            "12 Elm Road",
            "SW1A 2AA",
            "An der Alster 22, 20099 Hamburg",
            "Hauptstr. 7",
            "Jane Smith",
            "\n",
            " ",
            ", ",
            "/",
        ])
    }

    proptest! {
        #[test]
        fn looks_that_are_left_out_would_find_nothing(pieces in prop::collection::vec(piece(), 0..12)) {
            let text = pieces.concat();
            let scrubber = &*SCRUBBER;
            let found = scrubber.find_all(&text, &mut literals(&text));
            prop_assert_eq!(found, scrubber.find_all_plainly(&text));
        }
    }
}
