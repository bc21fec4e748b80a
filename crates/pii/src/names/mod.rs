//! Names of people, places and organisations, and addresses, by a small sequence tagger of our own.

mod address;
mod artifact;
mod asked;
mod features;
mod field;
mod fold;
mod foreign;
mod halves;
mod initials;
mod joined;
mod known;
mod letter;
pub mod lists;
mod open;
mod ordinary;
mod particled;
mod particles;
mod parts;
mod spelled;
mod street;
mod tagger;
mod token;
mod weights;
mod whole;
mod window;
mod word;

use std::cell::RefCell;
use std::ops::Range;

use crate::Kind;
use crate::candidate::Candidate;

pub use features::{FEATURES, Features, Line, Reader};
pub(crate) use fold::mix;
pub use fold::{WordHash, hash};
pub use lists::Lists;
pub use tagger::{Label, Transitions};
pub use token::Tokens;
pub use weights::{LABELS, Weights};
pub use window::windows;

use joined::{add_others, join_surnames, make_addresses_whole, make_people_whole};
use known::Known;
use open::Open;
use ordinary::{ACRONYMS, has_street, is_credible, is_in_store, is_listed, is_ordinary};
use tagger::{Room, Tagger};
use token::{Shape, Token};

/// The error of reading a model that is not what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Damaged;

impl std::fmt::Display for Damaged {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .write_str("the model is damaged or of another version: build it anew with train-pii")
    }
}

impl std::error::Error for Damaged {}

/// What is part of something with less probability than this stays: leaking a name costs more than losing a word.
pub const THRESHOLD: f32 = 0.25;

/// As much is asked of what is made of ordinary words only, not written like a name (`rose`, `the hill`), of a town on no list,
/// and of an address in small letters without a word for a street.
const ORDINARY_THRESHOLD: f32 = 0.6;

/// The score of a street that its own form shows.
const STREET_SCORE: f32 = 0.7;

/// No number of a house has more characters: `114a`.
const LONGEST_HOUSE: u32 = 4;

/// Finds names, places, organisations and addresses.
#[derive(Debug, Clone, PartialEq)]
pub struct Names {
    lists: Lists,
    weights: Weights,
    tagger: Tagger,
}

/// What a search needs room for, kept from text to text.
#[derive(Debug, Default)]
struct Scratch {
    tokens: Tokens,
    windows: Vec<Range<usize>>,
    room: Room,
    known: Known,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

impl Names {
    /// Puts a model together; `unit` is the natural logarithm of the odds that a weight of one stands for.
    pub fn new(
        lists: Lists,
        weights: Weights,
        transitions: Transitions,
        unit: f32,
    ) -> Result<Self, Damaged> {
        Ok(Self { lists, weights, tagger: Tagger::new(transitions, unit)? })
    }

    /// Adds what is found in `source` outside `blanks`, the sorted places that are already known.
    ///
    /// Returns how many words and signs were weighed.
    pub(crate) fn find(
        &self,
        source: &str,
        blanks: &[Range<usize>],
        found: &mut Vec<Candidate>,
    ) -> usize {
        let before = found.len();
        let open = Open::new(source, blanks);
        let weighed = SCRATCH.with_borrow_mut(|scratch| {
            let Scratch { tokens, windows: stretches, room, known } = scratch;
            tokens.read(source, blanks, &self.lists);
            windows(tokens, stretches);
            let reader = Reader::new(tokens);
            let mut line = Line::default();
            let weighed = stretches.iter().map(Range::len).sum();
            for stretch in stretches {
                room.scores.clear();
                for at in stretch.clone() {
                    line = reader.line(at, line);
                    let weigh = || self.weights.sum(&reader.features(at, line));
                    room.scores.push(known.scores(reader.key(at, line), weigh));
                }
                let is_any = self.tagger.label(room);
                if is_any {
                    self.tagger.judge(room);
                }
                let next = tokens.all.get(stretch.end).copied();
                let stretch = Stretch { open, tokens: &tokens.all[stretch.clone()], next, room };
                if is_any {
                    stretch.collect(found);
                } else {
                    stretch.streets(0..stretch.tokens.len(), found);
                }
            }
            add_others(source, &tokens.all, found, before);
            weighed
        });
        make_people_whole(open, &mut found[before..]);
        join_surnames(source, found, before);
        make_addresses_whole(open, found, before);
        weighed
    }

    /// What is found in `text` outside `blanks`: kind, bytes and score.
    pub fn spans(&self, text: &str, blanks: &[Range<usize>]) -> Vec<(Kind, Range<usize>, f32)> {
        let mut found = Vec::new();
        self.find(text, blanks, &mut found);
        found.into_iter().map(|found| (found.kind, found.range, found.score)).collect()
    }

    /// The lists of the model.
    pub fn lists(&self) -> &Lists {
        &self.lists
    }
}

/// A stretch of tokens, labelled.
struct Stretch<'s> {
    open: Open<'s>,
    tokens: &'s [Token],
    /// The token behind them.
    next: Option<Token>,
    room: &'s Room,
}

impl Stretch<'_> {
    /// Adds the runs of one label.
    fn collect(&self, found: &mut Vec<Candidate>) {
        let labels = &self.room.labels;
        let mut from = 0;
        while from < labels.len() {
            let label = labels[from];
            let goes_on = |at: &usize| {
                let token = self.tokens[*at];
                let is_other_line = token.lines_before > 0 && label != Label::Address as u8;
                labels[*at] == label && token.shape != Shape::Blank && !is_other_line
            };
            let to = (from + 1..labels.len()).find(|at| !goes_on(at)).unwrap_or(labels.len());
            match kind(label).and_then(|kind| self.candidate(from..to, kind)) {
                Some(candidate) => {
                    // It may go on where another label stands.
                    let end = candidate.range.end;
                    from =
                        to + self.tokens[to..].partition_point(|token| (token.end as usize) <= end);
                    found.push(candidate);
                    continue;
                }
                None => self.streets(from..to, found),
            }
            from = to;
        }
    }

    /// One run without the signs at its ends.
    fn candidate(&self, run: Range<usize>, kind: Kind) -> Option<Candidate> {
        let says = |at: &usize| !matches!(self.tokens[*at].shape, Shape::Sign | Shape::Blank);
        let (start, end) = (run.clone().find(says)?, run.rev().find(says)?);
        let part = &self.room.probabilities[start..=end];
        let score = part.iter().sum::<f32>() / part.len() as f32;
        let tokens = &self.tokens[start..=end];
        let is_doubtful = is_ordinary(tokens)
            || kind == Kind::Location && !is_listed(tokens)
            || kind == Kind::StreetAddress && !has_street(tokens);
        let least = if is_doubtful { ORDINARY_THRESHOLD } else { THRESHOLD };
        let text = &self.open.source[tokens[0].start as usize..self.tokens[end].end as usize];
        if score < least
            || !is_credible(tokens, kind)
            || ACRONYMS.contains(&text)
            || text.chars().nth(1).is_none()
            || kind == Kind::StreetAddress && is_in_store(text)
            || self.is_thing(text, end)
            || self.is_byte(&tokens[0])
        {
            return None;
        }
        let (start, end) = match kind {
            Kind::Person => self.whole_name(start, end),
            Kind::Location => (start, self.whole_place(end)),
            _ => (start, end),
        };
        let range = self.tokens[start].start as usize..self.tokens[end].end as usize;
        Some(Candidate { kind, range, score: score.min(0.99) })
    }

    /// Adds the streets of a run that is part of nothing.
    fn streets(&self, run: Range<usize>, found: &mut Vec<Candidate>) {
        let next = self.next.filter(|_| run.end == self.tokens.len());
        let run = &self.tokens[run];
        let houses = run.iter().copied().chain(next).enumerate().skip(1);
        found.extend(houses.filter_map(|(at, house)| self.street(&run[..at], house)));
    }

    /// The street before the number of a house, if it begins inside the tokens `before` it.
    fn street(&self, before: &[Token], house: Token) -> Option<Candidate> {
        let is_house = matches!(house.shape, Shape::Digits | Shape::Alphanumeric);
        if !is_house || house.end - house.start > LONGEST_HOUSE {
            return None;
        }
        let start = street::before(self.open, house.start as usize)?;
        let begins = start >= before.first()?.start as usize;
        let range = start..house.end as usize;
        begins.then_some(Candidate { kind: Kind::StreetAddress, range, score: STREET_SCORE })
    }

    /// Whether it is two small letters that touch a colon, as the bytes of an address or a key do: `fe:dc:ba`.
    fn is_byte(&self, token: &Token) -> bool {
        let is_short = token.shape == Shape::Lower && token.end - token.start == 2;
        is_short && self.open.before(token.start as usize).ends_with(':')
    }

    /// Whether what stands behind the name that ends with token `end` makes it a room or a product: `Zimmer 12`, `FRITZ!Box`.
    ///
    /// A value there and its placeholder must look the same, so a number counts only while it is not known.
    fn is_thing(&self, name: &str, end: usize) -> bool {
        let next = || self.tokens.get(end + 1).or(self.next.as_ref());
        let is_room = ["Zimmer", "ZIMMER", "Raum", "Saal", "Halle"].contains(&name)
            && next().is_some_and(|next| next.shape == Shape::Digits);
        is_room || name.eq_ignore_ascii_case("fritz") && self.is_product(end)
    }

    fn is_product(&self, end: usize) -> bool {
        let end = self.tokens[end].end as usize;
        let name = self.open.behind(end).strip_prefix('!');
        name.is_some_and(|name| {
            name.starts_with(char::is_alphanumeric) || self.open.is_known(end + 1)
        })
    }
}

fn kind(label: u8) -> Option<Kind> {
    match Label::ALL.get(usize::from(label))? {
        Label::Nothing => None,
        Label::Person => Some(Kind::Person),
        Label::Location => Some(Kind::Location),
        Label::Address => Some(Kind::StreetAddress),
        Label::Organization => Some(Kind::Organization),
    }
}
