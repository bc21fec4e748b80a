//! E-mail addresses whose `@` is written out: `jane (at) example (dot) com`.

use regex::Regex;

use super::domain;
use crate::Kind;
use crate::bytes::{Block, places};
use crate::candidate::Candidate;

const SCORE: f32 = 0.8;

/// The recogniser of addresses with a written-out `@`.
pub(crate) struct SpelledEmails(Regex);

impl SpelledEmails {
    pub(crate) fn new() -> Self {
        let at = r"(?: ?[(\[{<] ?(?:at|bei|chez|arobase|arobas|arrobase|arroba|ät|aet|@) ?[)\]}>] ?|[(\[{<]a[)\]}>]|@)";
        let dot = r"(?:\.| ?[(\[{<] ?(?:dot|point|punkt|punto|\.) ?[)\]}>] ?)";
        let name = r"[a-z0-9][a-z0-9._%+'-]{0,63}";
        let pattern = format!(
            r"(?i)(?:{name}{dot}){{0,3}}{name}{at}[a-z0-9-]{{1,63}}(?:{dot}[a-z0-9-]{{1,63}})*{dot}(?P<top>[a-z]{{2,10}})"
        );
        Self(Regex::new(&pattern).expect("the pattern is constant"))
    }

    /// Adds every such address of `text`.
    pub(crate) fn find(&self, text: &str, found: &mut Vec<Candidate>) {
        if !may_hold_any(text) {
            return;
        }
        let addresses = self.0.captures_iter(text).filter_map(|captures| {
            let top = captures.name("top")?;
            domain::is_top(top.as_str()).then_some(captures.get(0)?.range())
        });
        found.extend(addresses.map(|range| Candidate {
            kind: Kind::EmailAddress,
            range,
            score: SCORE,
        }));
    }
}

#[inline]
fn brackets(block: Block) -> u64 {
    block.are(b'(') | block.are(b'[') | block.are(b'{') | block.are(b'<')
}

/// What stands in brackets for an `@` or a dot.
const SIGNS: [&str; 16] = [
    "at", "bei", "chez", "a", "aet", "arobas", "arobase", "arrobase", "arroba", "ät", "@", "dot",
    "point", "punkt", "punto", ".",
];

/// No such word has more bytes.
const LONGEST_SIGN: usize = 8;

/// Whether `inside`, which stands behind a bracket, is a sign or a word for one with a bracket behind it.
fn is_sign(inside: &str) -> bool {
    let inside = inside.strip_prefix(' ').unwrap_or(inside);
    let is_end = |byte: u8| matches!(byte, b')' | b']' | b'}' | b'>' | b' ');
    let Some(length) = inside.bytes().take(LONGEST_SIGN + 1).position(is_end) else {
        return false;
    };
    let (word, behind) = inside.split_at(length);
    let closes = behind.strip_prefix(' ').unwrap_or(behind).starts_with([')', ']', '}', '>']);
    let is_word = |sign: &&str| sign.eq_ignore_ascii_case(word);
    closes && (SIGNS.iter().any(is_word) || matches!(word, "Ät" | "ÄT"))
}

/// Whether a bracket stands in `text` with what may be a written-out `@` behind it.
fn may_hold_any(text: &str) -> bool {
    places(text.as_bytes(), brackets).any(|bracket| is_sign(&text[bracket + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_around_the_word_make_an_address() {
        let mut found = Vec::new();
        let text = "jane.doe (at) example.com, bob[AT]mail[dot]example[dot]org, ann (point) lee (arobase) mail (point) example, meet (at) noon. ok, \
                    kim(a)example.com or lee@example[.]org";
        SpelledEmails::new().find(text, &mut found);
        let found: Vec<_> = found.into_iter().map(|candidate| &text[candidate.range]).collect();
        let expected = [
            "jane.doe (at) example.com",
            "bob[AT]mail[dot]example[dot]org",
            "ann (point) lee (arobase) mail (point) example",
            "kim(a)example.com",
            "lee@example[.]org",
        ];
        assert_eq!(found, expected);
    }
}
