//! Names of people, places and organisations, and addresses, by a small sequence tagger of our own.

mod artifact;
mod features;
mod fold;
pub mod lists;
mod tagger;
mod token;
mod weights;
mod window;

use std::cell::RefCell;
use std::ops::Range;

use crate::Kind;
use crate::candidate::Candidate;

pub use features::{FEATURES, Features, Line, Reader};
pub use fold::{WordHash, hash};
pub use lists::Lists;
pub use tagger::{Label, Transitions};
pub use token::Tokens;
pub use weights::{LABELS, Weights};
pub use window::windows;

use tagger::{Room, Tagger};
use token::{Shape, Token};

/// The error of reading a model that is not what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Damaged;

impl std::fmt::Display for Damaged {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(
            "the model of names is damaged or of another version: build it anew with train-pii",
        )
    }
}

impl std::error::Error for Damaged {}

/// What is part of something with less probability than this stays: leaking a name costs more than losing a word.
pub const THRESHOLD: f32 = 0.3;

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
    pub(crate) fn find(&self, source: &str, blanks: &[Range<usize>], found: &mut Vec<Candidate>) {
        SCRATCH.with_borrow_mut(|scratch| {
            let Scratch { tokens, windows: stretches, room } = scratch;
            tokens.read(source, blanks, &self.lists);
            windows(tokens, stretches);
            let reader = Reader::new(tokens);
            let mut line = Line::default();
            for stretch in stretches {
                room.scores.clear();
                for at in stretch.clone() {
                    line = reader.line(at, line);
                    room.scores.push(self.weights.sum(&reader.features(at, line)));
                }
                if self.tagger.label(room) {
                    self.tagger.judge(room);
                    collect(tokens, stretch.start, room, found);
                }
            }
        });
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

/// Adds the runs of one label in a stretch that begins at token `first`.
fn collect(tokens: &Tokens, first: usize, room: &Room, found: &mut Vec<Candidate>) {
    let mut from = 0;
    while from < room.labels.len() {
        let label = room.labels[from];
        let mut to = from + 1;
        while to < room.labels.len()
            && room.labels[to] == label
            && tokens.all[first + to].shape != Shape::Blank
            && !(label != Label::Address as u8 && tokens.all[first + to].lines_before > 0)
        {
            to += 1;
        }
        if let Some(kind) = kind(label) {
            add(tokens, first, from..to, kind, room, found);
        }
        from = to;
    }
}

/// Adds one run without the signs at its ends.
fn add(
    tokens: &Tokens,
    first: usize,
    run: Range<usize>,
    kind: Kind,
    room: &Room,
    found: &mut Vec<Candidate>,
) {
    let says = |at: &usize| !matches!(tokens.all[first + at].shape, Shape::Sign | Shape::Blank);
    let start = run.clone().find(says);
    let (Some(start), Some(end)) = (start, run.rev().find(says)) else { return };
    if !is_credible(&tokens.all[first + start..=first + end], kind) {
        return;
    }
    let part = &room.probabilities[start..=end];
    let score = part.iter().sum::<f32>() / part.len() as f32;
    if score >= THRESHOLD {
        let start =
            if kind == Kind::Person { behind_titles(tokens, first, start, room) } else { start };
        let range = tokens.range(first + start).start..tokens.range(first + end).end;
        found.push(Candidate { kind, range, score: score.min(0.99) });
    }
}

/// Numbers and single letters alone are for those who know forms; an address has a word that says so, or one that is no ordinary word.
fn is_credible(run: &[Token], kind: Kind) -> bool {
    let is_word = |token: &Token| {
        !matches!(token.shape, Shape::Digits | Shape::Sign) && token.end - token.start > 1
    };
    let tells = |token: &Token| {
        token.flags & lists::STREET != 0
            || (token.flags & (lists::COMMON | lists::TERM) == 0 && token.end - token.start > 2)
    };
    run.iter().any(|token| is_word(token) && (kind != Kind::StreetAddress || tells(token)))
}

/// Where the name at `at` of a stretch begins when the titles before it are part of it: `Frau Dr.`.
fn behind_titles(tokens: &Tokens, first: usize, mut at: usize, room: &Room) -> usize {
    let token = |at: usize| tokens.all[first + at];
    let is_free = |at: usize| room.labels[at] == Label::Nothing as u8;
    let is_title =
        |at: usize| token(at).flags & lists::TITLE != 0 && token(at).shape != Shape::Lower;
    loop {
        let joined = |at: usize| token(at).lines_before == 0 && is_free(at - 1);
        if at >= 1 && joined(at) && is_title(at - 1) {
            at -= 1;
        } else if at >= 2
            && joined(at)
            && joined(at - 1)
            && token(at - 1).word == u32::from('.')
            && is_title(at - 2)
        {
            at -= 2;
        } else {
            return at;
        }
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
