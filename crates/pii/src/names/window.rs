//! Which tokens are worth a look: those that can be part of a name, and what stands around them.

use std::ops::Range;

use super::lists::{
    CLOSING, COMMON, CUE, FAMILY, FREQUENT, GIVEN, GREETING, NAMES, ORGANIZATION, PLACE, STREET,
    TERM, TITLE,
};
use super::token::{Shape, Token, Tokens};

/// So many tokens on either side of a token that can be part of a name are looked at too.
const AROUND: usize = 1;

/// So many tokens before and behind a word that addresses are made of are looked at.
const IN_ADDRESS: (usize, usize) = (4, 3);

/// So many tokens behind a word that announces a name are looked at.
const BEHIND_CUE: usize = 2;

/// So many tokens behind one that can be part of a name are looked at at most.
const LONGEST_END: usize = 6;

/// Adds the parts of `tokens` worth a look: sorted, disjoint, `windows` cleared first.
pub fn windows(tokens: &Tokens, windows: &mut Vec<Range<usize>>) {
    windows.clear();
    for (at, token) in tokens.all.iter().enumerate() {
        let (before, behind) = if token.flags & STREET != 0 {
            IN_ADDRESS
        } else if token.flags & (CUE | TITLE | GREETING | CLOSING) != 0 {
            (AROUND, BEHIND_CUE)
        } else if may_be_part(*token) {
            (AROUND, AROUND)
        } else {
            continue;
        };
        let mut start = at.saturating_sub(before);
        // Numbers begin and end an address: `12 Elm Road 4b`.
        if start > 0 && is_number(tokens.all[start - 1]) {
            start -= 1;
        }
        let mut end = (at + behind + 1).min(tokens.len());
        while end < tokens.len() && end - at < LONGEST_END && is_number(tokens.all[end - 1]) {
            end += 1;
        }
        match windows.last_mut() {
            Some(last) if last.end >= start => last.end = last.end.max(end),
            _ => windows.push(start..end),
        }
    }
}

fn is_number(token: Token) -> bool {
    matches!(token.shape, Shape::Digits | Shape::Alphanumeric)
}

fn may_be_part(token: Token) -> bool {
    let listed = |flags: u16| token.flags & flags != 0;
    match token.shape {
        Shape::Sign | Shape::Blank | Shape::Digits | Shape::Alphanumeric | Shape::Initial => false,
        Shape::Capital | Shape::Compound | Shape::Mixed | Shape::Upper => {
            let is_listed = listed(GIVEN | FAMILY | PLACE | STREET | ORGANIZATION);
            let is_frequent = listed(FREQUENT) && !listed(NAMES);
            !is_frequent && (is_listed || !listed(COMMON | TERM))
        }
        Shape::Lower | Shape::Caseless | Shape::Nisba => {
            !listed(COMMON | TERM) || listed(GIVEN | STREET | ORGANIZATION)
        }
    }
}
