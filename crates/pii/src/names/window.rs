//! Which tokens are worth a look: those that can be part of a name, and what stands around them.

use std::ops::Range;

use super::lists::{
    CLOSING, COMMON, CUE, FAMILY, FREQUENT, GIVEN, GREETING, NAMES, ORGANIZATION, PLACE, STREET,
    TERM, TITLE,
};
use super::token::{Shape, Token, Tokens};

/// So many tokens on either side of a token that can be part of a name are looked at too.
const AROUND: usize = 2;

/// So many tokens behind a word that announces a name are looked at.
const BEHIND_CUE: usize = 3;

/// Adds the parts of `tokens` worth a look: sorted, disjoint, `windows` cleared first.
pub fn windows(tokens: &Tokens, windows: &mut Vec<Range<usize>>) {
    windows.clear();
    for (at, token) in tokens.all.iter().enumerate() {
        let behind = if token.flags & (CUE | TITLE | GREETING | CLOSING) != 0 {
            BEHIND_CUE
        } else if may_be_part(*token) {
            AROUND
        } else {
            continue;
        };
        let (start, end) = (at.saturating_sub(AROUND), (at + behind + 1).min(tokens.len()));
        match windows.last_mut() {
            Some(last) if last.end >= start => last.end = last.end.max(end),
            _ => windows.push(start..end),
        }
    }
}

fn may_be_part(token: Token) -> bool {
    let listed = |flags: u16| token.flags & flags != 0;
    match token.shape {
        Shape::Sign | Shape::Blank | Shape::Digits | Shape::Alphanumeric | Shape::Initial => false,
        Shape::Capital | Shape::Mixed | Shape::Upper => {
            let is_known =
                listed(COMMON | TERM) && !listed(GIVEN | FAMILY | PLACE | STREET | ORGANIZATION);
            !is_known && !(listed(FREQUENT) && !listed(NAMES))
        }
        Shape::Lower | Shape::Caseless => {
            !listed(COMMON | TERM) || listed(GIVEN | STREET | ORGANIZATION)
        }
    }
}
