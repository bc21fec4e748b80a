//! What is found as parts of one name or address and belongs together.

use crate::Kind;
use crate::candidate::Candidate;

use super::open::Open;
use super::token::Token;
use super::{address, asked, field, foreign, initials, parts, spelled, street};

/// Takes out of `found` from `first` on what is no name, adds what no label tells, and makes names whole.
pub(super) fn add_others(source: &str, tokens: &[Token], found: &mut Vec<Candidate>, first: usize) {
    let values = field::without(source, tokens, found, first);
    for names in [
        values,
        spelled::names(source, tokens).collect(),
        asked::names(source, tokens).collect(),
        foreign::names(source, tokens).collect(),
    ] {
        if !names.is_empty() {
            add_names(names, found, first);
        }
    }
    parts::join(source, tokens, found, first);
}

/// Adds to people their initials, back to what else is found.
pub(super) fn make_people_whole(open: Open<'_>, found: &mut [Candidate]) {
    let mut floor = 0;
    for name in found {
        if name.kind == Kind::Person {
            name.range.start = initials::before(open, name.range.start).max(floor);
        }
        floor = name.range.end;
    }
}

/// Makes one name of a word for a person and a word for a place right behind it, among `found` from `first` on: many surnames are
/// towns.
pub(super) fn join_surnames(text: &str, found: &mut Vec<Candidate>, first: usize) {
    let mut names = found.split_off(first);
    let is_word = |name: &Candidate| !text[name.range.clone()].contains([' ', '-', ',']);
    names.dedup_by(|place, name| {
        let is_surname = (name.kind, place.kind) == (Kind::Person, Kind::Location)
            && text.get(name.range.end..place.range.start) == Some(" ")
            && is_word(name)
            && is_word(place);
        if is_surname {
            name.range.end = place.range.end;
        }
        is_surname
    });
    found.append(&mut names);
}

/// Adds `names`, sorted and disjoint, to `found` from `first` on; each takes in what it overlaps.
fn add_names(names: Vec<Candidate>, found: &mut Vec<Candidate>, first: usize) {
    let mut all = found.split_off(first);
    all.extend(names);
    all.sort_by_key(|name| name.range.start);
    all.dedup_by(|next, last| {
        let overlaps = next.range.start < last.range.end;
        if overlaps {
            last.range.end = last.range.end.max(next.range.end);
            last.kind = Kind::Person;
        }
        overlaps
    });
    found.append(&mut all);
}

/// Adds to the addresses of `found` from `first` on what belongs to them, up to what else is found.
pub(super) fn make_addresses_whole(open: Open<'_>, found: &mut [Candidate], first: usize) {
    for at in first..found.len() {
        if is_street(open, &found[at]) {
            found[at].kind = Kind::StreetAddress;
        }
        if found[at].kind == Kind::StreetAddress {
            let whole = address::whole(open, found[at].range.clone());
            let next = found.get(at + 1).map_or(open.source.len(), |next| next.range.start);
            let before = if at > first { found[at - 1].range.end } else { 0 };
            if whole.start >= before && whole.end <= next {
                found[at].range = whole;
            }
        }
    }
}

/// Whether it is a street that was read as a person: `Hauptstr. 7`.
fn is_street(open: Open<'_>, name: &Candidate) -> bool {
    let end = name.range.end;
    let behind = open.behind(end);
    let signs = if behind.starts_with(". ") { 2 } else { 1 };
    let is_house = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
    matches!(name.kind, Kind::Person | Kind::Location)
        && behind.get(signs..).is_some_and(is_house)
        && street::before(open, end + signs).is_some_and(|start| start >= name.range.start)
}
