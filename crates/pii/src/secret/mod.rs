//! Keys and tokens that show themselves: a provider's prefix, a JSON web token, a private key's block.

use std::ops::Range;

use aho_corasick::AhoCorasick;

use crate::Kind;
use crate::bytes::{Block, places, places_of_runs};
use crate::candidate::{Candidate, VERIFIED};
use crate::digits::Digits;
use crate::neighbours;
use crate::shadow::FILLER;

/// As sure as a checksum: a number found inside a key must not break it up.
const SCORE: f32 = VERIFIED;

/// No token is read further; a certificate's key is shorter too.
const LONGEST: usize = 8_192;

/// No token has fewer characters behind what it begins with.
const SHORTEST: usize = 16;

/// What a key begins with, the least number of characters behind it, and the signs it may hold besides letters and digits.
const PREFIXES: &[(&str, usize, &str)] = &[
    ("AKIA", 16, ""),
    ("ASIA", 16, ""),
    ("ghp_", 30, ""),
    ("gho_", 30, ""),
    ("ghu_", 30, ""),
    ("ghs_", 30, ""),
    ("ghr_", 30, ""),
    ("github_pat_", 30, "_"),
    ("glpat-", 16, "_-."),
    ("sk-", 20, "_-"),
    ("sk_live_", 16, ""),
    ("sk_test_", 16, ""),
    ("rk_live_", 16, ""),
    ("pk_live_", 16, ""),
    ("whsec_", 16, "+/="),
    ("xoxb-", 16, "-"),
    ("xoxp-", 16, "-"),
    ("xoxa-", 16, "-"),
    ("xoxr-", 16, "-"),
    ("xoxs-", 16, "-"),
    ("xapp-", 16, "-"),
    ("AIza", 30, "_-"),
    ("ya29.", 20, "_-"),
    ("npm_", 30, ""),
    ("hf_", 30, ""),
    ("dop_v1_", 40, ""),
    ("SG.", 30, "_-."),
    ("shpat_", 24, ""),
    ("eyJ", 20, "_-.="),
];

const PEM_BEGIN: &str = "-----BEGIN ";

/// A line of a key whose last line is missing has more characters.
const SHORTEST_LINE: usize = 16;

/// What stands before an authorisation's token.
const BEARER: [&str; 5] =
    ["Bearer ", "bearer ", "BEARER ", "Authorization: Basic ", "authorization: basic "];

const BEARER_SIGNS: &str = "_-.+/=~";

/// The recogniser of keys and tokens.
pub(crate) struct Keys(AhoCorasick);

impl Keys {
    pub(crate) fn new() -> Self {
        let prefixes = PREFIXES.iter().map(|(prefix, ..)| *prefix);
        let all = prefixes.chain([PEM_BEGIN]).chain(BEARER);
        Self(AhoCorasick::new(all).expect("the prefixes are constant"))
    }

    /// Adds every key and token of a text.
    pub(crate) fn find(&self, digits: &Digits<'_>, found: &mut Vec<Candidate>) {
        if may_hold_any(digits) {
            self.find_in(digits.text, found);
        }
    }

    fn find_in(&self, text: &str, found: &mut Vec<Candidate>) {
        let mut behind = 0;
        for prefix in self.0.find_iter(text) {
            let start = prefix.start();
            if start < behind {
                continue;
            }
            let range = match PREFIXES.get(prefix.pattern().as_usize()) {
                Some((_, least, signs)) => token(text, start, prefix.end(), *least, signs),
                None if text[start..].starts_with(PEM_BEGIN) => private_key(text, start),
                None => token_range(text, prefix.end(), SHORTEST, BEARER_SIGNS),
            };
            // What was read is not read again: nothing inside a token begins another.
            match range {
                Read::Key(range) => {
                    behind = range.end;
                    let is_paired = PAIRED.iter().any(|head| text[start..].starts_with(head));
                    let second = is_paired.then(|| paired(text, behind)).flatten();
                    found.push(Candidate { kind: Kind::Secret, range, score: SCORE });
                    if let Some(range) = second {
                        behind = range.end;
                        found.push(Candidate { kind: Kind::Secret, range, score: SCORE });
                    }
                }
                Read::Other(end) => behind = end,
            }
        }
    }
}

/// Whether a digit or a low line stands in a row of signs as long as a token, or two dashes begin a private key.
fn may_hold_any(digits: &Digits<'_>) -> bool {
    let bytes = digits.text.as_bytes();
    let is_part =
        |byte: &&u8| byte.is_ascii_alphanumeric() || BEARER_SIGNS.as_bytes().contains(byte);
    let is_long = |at: usize| {
        let (head, tail) = bytes.split_at(at);
        let before = head.iter().rev().take(SHORTEST).take_while(is_part).count();
        before + tail.iter().take(SHORTEST).take_while(is_part).count() >= SHORTEST
    };
    let two_dashes = |block: Block| block.are(b'-') & block.are(b'-') >> 1;
    digits.groups.iter().any(|group| is_long(group.range.start))
        || places(bytes, |block| block.are(b'_')).any(is_long)
        || places_of_runs(bytes, 1, two_dashes).next().is_some()
}

/// What an access key begins with whose secret key, which shows nothing, may stand right behind it.
const PAIRED: &[&str] = &["AKIA", "ASIA"];

/// The characters of a secret key of Amazon's.
const PAIRED_LENGTH: usize = 40;

/// The secret key a few signs behind byte `at`: `AKIA… / …`.
fn paired(text: &str, at: usize) -> Option<Range<usize>> {
    let signs = text[at..].bytes().take(4).take_while(|byte| b" /:,;|\n".contains(byte)).count();
    let start = at + signs;
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/".contains(byte);
    let length = text[start..].bytes().take(PAIRED_LENGTH + 1).take_while(is_part).count();
    (signs > 0 && length == PAIRED_LENGTH).then(|| start..start + length)
}

/// What stands behind a prefix.
enum Read {
    Key(Range<usize>),
    /// Something else, up to this byte.
    Other(usize),
}

fn token(text: &str, start: usize, at: usize, least: usize, signs: &str) -> Read {
    let before = neighbours::before(text, start);
    if before.is_some_and(|c| neighbours::continues_token(c) || matches!(c, '_' | '-' | '.')) {
        return Read::Other(at);
    }
    match token_range(text, at, least, signs) {
        Read::Key(range) => Read::Key(start..range.end),
        Read::Other(end) => Read::Other(end),
    }
}

fn token_range(text: &str, at: usize, least: usize, signs: &str) -> Read {
    let end = at + length(&text[at..], signs);
    let has = |test: fn(&u8) -> bool| text[at..end].bytes().any(|byte| test(&byte));
    let is_mixed =
        has(u8::is_ascii_digit) || has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase);
    let is_key = end - at >= least && is_mixed;
    if is_key { Read::Key(at..end) } else { Read::Other(end) }
}

fn length(text: &str, signs: &str) -> usize {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || signs.as_bytes().contains(byte);
    let length = text.bytes().take(LONGEST).take_while(is_part).count();
    text[..length].trim_end_matches(['.', '-', '_']).len()
}

/// The private key whose block begins at byte `start`.
fn private_key(text: &str, start: usize) -> Read {
    let end = private_key_length(text, start).map(|length| start + length);
    end.map_or(Read::Other(start + PEM_BEGIN.len()), |end| Read::Key(start..end))
}

/// The length of the block from its first line to its last, or as far as its base64 goes when the end is missing.
fn private_key_length(text: &str, start: usize) -> Option<usize> {
    let block = &text[start..text.floor_char_boundary(start + LONGEST)];
    let block = block.split(FILLER).next().unwrap_or_default();
    let head = block[PEM_BEGIN.len()..].find("-----").map(|at| at + PEM_BEGIN.len())?;
    if head > 64 || !block[..head].ends_with("PRIVATE KEY") && !block[..head].ends_with("KEY BLOCK")
    {
        return None;
    }
    let body = head + 5;
    if let Some(last) = block[body..].find("-----END ") {
        let last = body + last + 9;
        let end = block[last..].find("-----").map_or(last, |dashes| last + dashes + 5);
        return Some(end);
    }
    let lines = body + key_lines(&block[body..]);
    (lines > body).then_some(lines)
}

/// The length of the lines of base64 that `text` begins with; none is short.
fn key_lines(text: &str) -> usize {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
    let mut end = 0;
    for line in text.split_inclusive(char::is_whitespace) {
        let length = line.trim_end().bytes().take_while(is_part).count();
        if length < line.trim_end().len() || (1..SHORTEST_LINE).contains(&length) {
            break;
        }
        end += line.len();
    }
    text[..end].trim_end().len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;

    #[test]
    fn no_token_is_passed_over() {
        assert!(PREFIXES.iter().all(|(_, least, _)| *least >= SHORTEST));
        let signs = PREFIXES.iter().flat_map(|(.., signs)| signs.chars());
        assert!(signs.into_iter().all(|sign| BEARER_SIGNS.contains(sign)));
    }

    fn keys(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        let context = Context::new();
        Keys::new().find(&Digits::of(text, &context), &mut found);
        found.into_iter().map(|candidate| &text[candidate.range]).collect()
    }

    #[test]
    fn a_prefix_and_enough_behind_it() {
        let key = format!("AKIA{}", "ABCDEFGH12345678");
        assert_eq!(keys(&format!("key {key}.")), [key.as_str()]);
        let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl";
        assert_eq!(keys(&format!("Authorization: Bearer {token}")).len(), 1);
        let pair = format!("{key} / {}", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        assert_eq!(keys(&pair).len(), 2);
        assert!(keys("AKIA is a prefix, sk-learn too, Bearer of news").is_empty());
    }

    #[test]
    fn a_private_key_goes_as_one_block() {
        let block = "-----BEGIN RSA PRIVATE KEY-----\nMIIB0w\nabc=\n-----END RSA PRIVATE KEY-----";
        assert_eq!(keys(&format!("here:\n{block}\nthanks")), [block]);
        let cut = "-----BEGIN PRIVATE KEY-----\nMIIB0wabcMIIB0wabcMIIB0wabc";
        assert_eq!(keys(cut), [cut]);
        assert!(keys("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----").is_empty());
    }
}
