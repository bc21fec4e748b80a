//! E-mail addresses whose signs are words: `jane dot doe at example dot com`, `jane punkt doe ät beispiel punkt de`.

use std::ops::Range;

use super::domain;
use super::sign_words::{DOT, ORDINARY, OTHER_SIGN};
use crate::Kind;
use crate::candidate::Candidate;
use crate::named;
use crate::neighbours;
use crate::spoken;
use crate::word_set::WordSet;

pub(crate) use super::sign_words::AT;

const SCORE: f32 = 0.75;

/// What large providers of mail are called in Arabic; their domain need not be said.
static PROVIDERS: WordSet =
    WordSet::new(" جيميل جيمايل هوتميل ياهو اوتلوك أوتلوك آوتلوك ايكلاود آيكلاود أيكلاود ");

/// Words that stand before what people do with a provider.
const ON: [&str; 2] = [" على ", " عند "];

/// No part of an address that ends with a number.
static NO_LOCAL: WordSet = WordSet::new(
    " email mail mel address adresse courriel correo dirección direccion emailadresse e-mail mailadresse mailto بريدي ايميلي إيميلي الايميل الإيميل ",
);

/// Words that stand before a place, not before a domain: `look at the dot com boom`.
const NO_HOST: &[&str] = &[
    "the", "a", "an", "this", "that", "my", "your", "our", "le", "la", "un", "der", "die", "das",
    "el",
];

/// A domain has no more parts.
const MOST_PARTS: usize = 6;

/// And what stands before it has no more.
const MOST_LOCAL_PARTS: usize = 10;

/// No part is longer.
const LONGEST: usize = 64;

/// Adds the address around the word for `@` at `at`, given without the space before it.
pub(crate) fn find(text: &str, at: Range<usize>, found: &mut Vec<Candidate>) {
    if !text[..at.start].ends_with(' ') {
        return;
    }
    let at = at.start - 1..at.end;
    let (head, tail) = (&text[..at.start], &text[at.end..]);
    let is_on = ON.contains(&&text[at.clone()]);
    if let Some(provider) = provider(tail).filter(|_| !is_on) {
        let (local, _) = local(head, neighbours::is_alphanumeric);
        if local > 0 {
            let range = at.start - local..at.end + provider;
            found.push(Candidate { kind: Kind::EmailAddress, range, score: SCORE });
        }
        return;
    }
    let is_arabic = text[at.clone()]
        .chars()
        .any(|c| !c.is_ascii() && !neighbours::is_latin(c) && c.is_alphabetic());
    let is_letter =
        if is_arabic { neighbours::is_alphanumeric } else { neighbours::continues_token };
    let (local, signed) = local(head, is_letter);
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
        let mut length = label(tail[end..].chars());
        if length == 0 {
            // `example دوت كوم`
            length = neighbours::word_after(&tail[end..]).len();
        }
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
        let joined = |signs| sign(signs, |sign| starts_with(&tail[end..], sign));
        let Some(sign) = joined(DOT).or_else(|| joined(OTHER_SIGN)) else { break };
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

/// The length of the provider that `tail` begins with, and of its domain: `جيميل دوت كوم`.
fn provider(tail: &str) -> Option<usize> {
    let name = neighbours::word_after(tail);
    if !PROVIDERS.holds(name) {
        return None;
    }
    let rest = &tail[name.len()..];
    let top = sign(DOT, |sign| starts_with(rest, sign)).and_then(|sign| {
        let top = neighbours::word_after(&rest[sign.len()..]);
        domain::is_common(top).then_some(sign.len() + top.len())
    });
    Some(name.len() + top.unwrap_or(0))
}

/// The length of the local part that ends `head`, of such letters, and whether it holds a sign or a number.
fn local(head: &str, is_letter: fn(char) -> bool) -> (usize, bool) {
    let (mut start, mut signed) = (head.len(), false);
    let last = |end: usize| label_of(head[..end].chars().rev(), is_letter);
    for _ in 0..MOST_LOCAL_PARTS {
        let length = last(start);
        if length == 0 || length > LONGEST {
            break;
        }
        let part = &head[start - length..start];
        signed |= part.contains(|c: char| c.is_ascii_digit() || c == '_');
        start -= length;
        let before = &head[..start];
        let is_letter_by_letter = is_spelled(before, part);
        let sign = sign(DOT, |sign| ends_with(before, sign))
            .or_else(|| sign(OTHER_SIGN, |sign| ends_with(before, sign)))
            .or_else(|| before.ends_with(' ').then_some(" ").filter(|_| is_number(part)))
            .or_else(|| is_letter_by_letter.then_some(" "));
        let Some(sign) = sign else { break };
        let end = before.len() - sign.len();
        let length = last(end);
        let next = &head[end - length..end];
        // `c'est bernard soixante-deux`, `adresse soixante-deux`
        let is_other = sign == " "
            && !is_letter_by_letter
            && (NO_LOCAL.holds(next) || named::says_nothing(next))
            && !is_number(next);
        signed |= length > 0;
        if length == 0 || is_other {
            break;
        }
        start -= sign.len();
    }
    (head.len() - start, signed)
}

/// Whether `part` is a number in words, or stands inside one: `soixante-deux`, `et`.
fn is_number(part: &str) -> bool {
    let is_word =
        |word: &str| spoken::known(word).is_some() || matches!(word, "mille" | "thousand" | "mil");
    part.split('-').all(is_word)
}

/// Whether `part` and what stands before it are single letters: `z a k`.
fn is_spelled(before: &str, part: &str) -> bool {
    let mut last = before.chars().rev();
    part.chars().count() == 1
        && last.next() == Some(' ')
        && last.next().is_some_and(char::is_alphabetic)
        && last.next().is_none_or(|c| c == ' ')
}

/// The bytes of the letters and digits `characters` begin with.
fn label(characters: impl Iterator<Item = char>) -> usize {
    label_of(characters, neighbours::continues_token)
}

fn label_of(characters: impl Iterator<Item = char>, is_letter: fn(char) -> bool) -> usize {
    let part =
        characters.take(LONGEST + 1).take_while(|c| is_letter(*c) || matches!(c, '-' | '_' | '+'));
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
            (
                "ici paul point martin quarante et un arobase exemple point fr",
                "paul point martin quarante et un arobase exemple point fr",
            ),
            (
                "adresse soixante-huit arobase exemple point fr",
                "soixante-huit arobase exemple point fr",
            ),
            ("بريدي nour شرطة تحت k ات هوتميل دوت كوم", "nour شرطة تحت k ات هوتميل دوت كوم"),
            ("ايميلي نور نقطة علي آت ياهو نقطة كوم", "نور نقطة علي آت ياهو نقطة كوم"),
            ("sami أندرسكور k ات gmail دوت كوم", "sami أندرسكور k ات gmail دوت كوم"),
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
            "الدخول على جيميل لا يعمل",
            "one or two at the dot",
        ] {
            assert!(emails(text).is_empty(), "{text} {:?}", emails(text));
        }
    }
}
