//! Words that are hardly part of a name, and runs of them that may be one all the same.

use crate::Kind;

use super::lists;
use super::token::{Shape, Token};

/// Whether every word is an ordinary one in small letters or in capitals, or on no list of names, or a product or a month.
pub(super) fn is_ordinary(run: &[Token]) -> bool {
    run.iter().all(|token| match token.shape {
        Shape::Digits | Shape::Alphanumeric | Shape::Sign => true,
        Shape::Compound => !is_listed(&[*token]),
        Shape::Lower | Shape::Upper | Shape::Initial => is_common(*token),
        _ if token.flags & lists::TERM != 0 => true,
        _ => is_common(*token) && !is_listed(&[*token]),
    })
}

fn is_common(token: Token) -> bool {
    token.flags & (lists::COMMON | lists::TERM) != 0
}

/// Whether any word is on a list of names.
pub(super) fn is_listed(run: &[Token]) -> bool {
    run.iter().any(|token| token.flags & lists::NAMES != 0)
}

/// Whether a word is one that addresses are made of, or is written like the name of a street.
pub(super) fn has_street(run: &[Token]) -> bool {
    run.iter().any(|token| {
        token.flags & (lists::STREET | lists::PLACE) != 0
            || !matches!(token.shape, Shape::Lower | Shape::Digits | Shape::Sign)
    })
}

/// Whether `text` tells where something lies in a store: `A-1010, row 12`.
pub(super) fn is_in_store(text: &str) -> bool {
    const PLACES: [&str; 6] = ["row ", "rack ", "shelf ", "aisle ", "bay ", "bin "];
    PLACES.iter().any(|place| {
        text.match_indices(place).any(|(at, _)| {
            let (head, tail) = (&text[..at], &text[at + place.len()..]);
            !head.ends_with(char::is_alphanumeric) && tail.starts_with(|c: char| c.is_ascii_digit())
        })
    })
}

/// Names of numbers and addresses that read like names of people.
pub(super) const ACRONYMS: [&str; 22] = [
    "MAC", "AHV", "AVS", "PPS", "NIN", "NRIC", "INE", "BVN", "CIN", "CNI", "NIF", "NIE", "DNI",
    "SSN", "BIC", "RIB", "BLZ", "PIN", "SIM", "NAS", "KVNR", "SVNR",
];

/// Numbers and single letters alone are for those who know forms; an address has a word that says so, or one that is no ordinary word.
pub(super) fn is_credible(run: &[Token], kind: Kind) -> bool {
    let is_word = |token: &Token| {
        !matches!(token.shape, Shape::Digits | Shape::Sign) && token.end - token.start > 1
    };
    let tells = |token: &Token| {
        token.flags & lists::STREET != 0
            || (token.flags & (lists::COMMON | lists::TERM) == 0 && token.end - token.start > 2)
    };
    // A number before a town is no address: `12345 Berlin`.
    if let [number, town] = run
        && kind == Kind::StreetAddress
        && number.shape == Shape::Digits
        && town.flags & lists::PLACE != 0
    {
        return false;
    }
    run.iter().any(|token| is_word(token) && (kind != Kind::StreetAddress || tells(token)))
}
