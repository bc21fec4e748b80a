//! E-mail addresses whose signs are words: `jane dot doe at example dot com`, `jane punkt doe ät beispiel punkt de`.

use std::ops::Range;

use super::domain;
use crate::Kind;
use crate::candidate::Candidate;
use crate::neighbours;

const SCORE: f32 = 0.75;

/// Words for `@` between spaces; some are ordinary words too.
pub(crate) const AT: &[&str] = &[
    " at ",
    " chez ",
    " ät ",
    " aet ",
    " ett ",
    " arobas ",
    " arobaz ",
    " at-sign ",
    " affenschwanz ",
    " على ",
    " عند ",
    " الات ",
    " اروباز ",
    " أروباز ",
    " اروبا ",
    " arobase ",
    " arrobase ",
    " arroba ",
    " at sign ",
    " at-zeichen ",
    " klammeraffe ",
    " آت ",
    " ات ",
    " أت ",
];

/// Those of them that are ordinary words.
const ORDINARY: [&str; 5] = [" at ", " chez ", " ات ", " على ", " عند "];

const DOT: &[&str] = &[
    " dot ",
    " point ",
    " punkt ",
    " punto ",
    " نقطة ",
    " نقطه ",
    " دوت ",
    " dott ",
    " pt ",
    " بوان ",
    " . ",
    ".",
];
const OTHER_SIGN: &[&str] = &[
    " underscore ",
    " dash ",
    " hyphen ",
    " tiret ",
    " tiret bas ",
    " unterstrich ",
    " bindestrich ",
    " minus ",
    " guion ",
    " guion bajo ",
    " guión ",
    " guión bajo ",
    " شرطة ",
    " شرطة سفلية ",
    "_",
    "-",
];

/// Words that stand before a place, not before a domain: `look at the dot com boom`.
const NO_HOST: &[&str] = &[
    "the", "a", "an", "this", "that", "my", "your", "our", "le", "la", "un", "der", "die", "das",
    "el",
];

/// An address has no more parts on either side.
const MOST_PARTS: usize = 6;

/// No part is longer.
const LONGEST: usize = 64;

/// Adds the address around the word for `@` at `at`, given without the space before it.
pub(crate) fn find(text: &str, at: Range<usize>, found: &mut Vec<Candidate>) {
    if !text[..at.start].ends_with(' ') {
        return;
    }
    let at = at.start - 1..at.end;
    let (head, tail) = (&text[..at.start], &text[at.end..]);
    let (local, signed) = local(head);
    let whole = host(tail).or_else(|| if signed { gapped_host(tail) } else { None });
    let Some((host, host_worded)) = whole else { return };
    let word = text[at.clone()].to_lowercase();
    let believed = host_worded || signed || !ORDINARY.contains(&word.as_str());
    if local > 0 && believed {
        let range = at.start - local..at.end + host;
        found.push(Candidate { kind: Kind::EmailAddress, range, score: SCORE });
    }
}

/// The length of the domain that begins `tail`, and whether a word stands for one of its dots.
fn host(tail: &str) -> Option<(usize, bool)> {
    let (mut end, mut worded, mut last) = (0, false, None);
    for _ in 0..MOST_PARTS {
        let length = label(tail[end..].chars());
        if length == 0 || length > LONGEST {
            break;
        }
        let name = &tail[end..end + length];
        if end == 0 && NO_HOST.iter().any(|word| word.eq_ignore_ascii_case(name)) {
            return None;
        }
        end += length;
        if last.is_some() && (domain::is_common(name) || worded && domain::is_top(name)) {
            last = Some((end, worded));
        } else if last.is_none() {
            last = Some((0, false));
        }
        let Some(sign) = sign(DOT, |sign| starts_with(&tail[end..], sign)) else { break };
        worded |= sign != ".";
        end += sign.len();
    }
    last.filter(|(end, _)| *end > 0)
}

/// The same of a host that is said in two words: `bt internet dot com`.
fn gapped_host(tail: &str) -> Option<(usize, bool)> {
    let first = label(tail.chars());
    let rest = tail[first..].strip_prefix(' ').filter(|_| first > 0)?;
    let (length, worded) = host(rest)?;
    worded.then_some((first + 1 + length, true))
}

/// The length of the local part that ends `head`, and whether it holds a sign or a digit.
fn local(head: &str) -> (usize, bool) {
    let (mut start, mut signed) = (head.len(), false);
    for _ in 0..MOST_PARTS {
        let length = label(head[..start].chars().rev());
        if length == 0 || length > LONGEST {
            break;
        }
        signed |= head[start - length..start].contains(|c: char| c.is_ascii_digit() || c == '_');
        start -= length;
        let before = &head[..start];
        let Some(sign) = sign(DOT, |sign| ends_with(before, sign))
            .or_else(|| sign(OTHER_SIGN, |sign| ends_with(before, sign)))
        else {
            break;
        };
        if label(before[..before.len() - sign.len()].chars().rev()) == 0 {
            break;
        }
        signed = true;
        start -= sign.len();
    }
    (head.len() - start, signed)
}

/// The bytes of the letters and digits `characters` begin with.
fn label(characters: impl Iterator<Item = char>) -> usize {
    let part = characters
        .take(LONGEST + 1)
        .take_while(|c| neighbours::continues_token(*c) || matches!(c, '-' | '_' | '+'));
    part.map(char::len_utf8).sum()
}

fn sign<'s>(signs: &[&'s str], test: impl Fn(&str) -> bool) -> Option<&'s str> {
    signs.iter().copied().filter(|sign| test(sign)).max_by_key(|sign| sign.len())
}

fn starts_with(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

fn ends_with(text: &str, word: &str) -> bool {
    text.len()
        .checked_sub(word.len())
        .and_then(|at| text.get(at..))
        .is_some_and(|end| end.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn emails(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        for word in AT {
            text.match_indices(word)
                .for_each(|(at, _)| find(text, at + 1..at + word.len(), &mut found));
        }
        found.into_iter().map(|candidate| &text[candidate.range]).collect()
    }

    #[test]
    fn words_stand_for_signs_in_five_languages() {
        for (text, email) in [
            ("mail jane dot doe at example dot com please", "jane dot doe at example dot com"),
            (
                "c'est jean point dupont arobase exemple point fr",
                "jean point dupont arobase exemple point fr",
            ),
            ("an max punkt muster ät beispiel punkt de", "max punkt muster ät beispiel punkt de"),
            (
                "ana guion bajo ruiz arroba ejemplo punto es",
                "ana guion bajo ruiz arroba ejemplo punto es",
            ),
            ("بريدي sara آت example نقطة com", "sara آت example نقطة com"),
            ("jane.doe at example.co.uk.", "jane.doe at example.co.uk"),
            ("mail jo dash ann at north mail dot com", "jo dash ann at north mail dot com"),
        ] {
            assert_eq!(emails(text), [email], "{text}");
        }
    }

    #[test]
    fn places_are_no_addresses() {
        for text in [
            "look at the dot com boom",
            "we met at noon",
            "see the offer at example.com",
            "version 2 at point 3",
            "arrive at station dot",
        ] {
            assert!(emails(text).is_empty(), "{text} {:?}", emails(text));
        }
    }
}
