//! Passwords some way behind their name: their own form shows them (`the password you gave me was Falcon!River42`), or a verb or a
//! sign of the same sentence leads to them.

use std::ops::Range;

use super::gap::skip;
use super::leads::{BEFORE, FAR, OTHER_IDS, is_thing, leads};

/// A password that its form shows has so many characters.
const LENGTH: Range<usize> = 7..41;

/// Products that are written with capitals and a number.
const PRODUCTS: [&str; 16] = [
    "windows",
    "office",
    "outlook",
    "iphone",
    "ipad",
    "android",
    "server",
    "version",
    "firefox",
    "chrome",
    "teams",
    "exchange",
    "sharepoint",
    "macos",
    "fritz",
    "error",
];

/// The passwords whose form shows them, around the word for one at `name`, and behind each other.
pub(super) fn shown(text: &str, name: &Range<usize>) -> Vec<Range<usize>> {
    let from = text.floor_char_boundary(name.start.saturating_sub(BEFORE));
    let mut found: Vec<_> = shown_in(text, from..name.start).collect();
    let (mut end, mut far) = (name.end, FAR);
    for _ in 0..MOST {
        let to = text.floor_char_boundary((end + far).min(text.len()));
        let near = text[end..to].split("\n\n").next().map_or(0, str::len);
        let Some(next) = shown_in(text, end..end + near).next() else { break };
        (end, far) = (next.end, FAR_BEHIND_ANOTHER);
        found.push(next);
    }
    found
}

/// So far behind one password another is looked for.
const FAR_BEHIND_ANOTHER: usize = 160;

/// So many passwords behind one word are looked for.
const MOST: usize = 3;

fn shown_in(text: &str, part: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    tokens(text, part).filter(|token| is_shown(&text[token.clone()]))
}

/// The words of `part` that spaces set apart and that hold a digit, without the signs around them; the last may reach beyond it.
fn tokens(text: &str, part: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut from = part.start;
    std::iter::from_fn(move || {
        let digit = from + bytes.get(from..part.end)?.iter().position(u8::is_ascii_digit)?;
        let head = bytes[from..digit].iter().rposition(u8::is_ascii_whitespace);
        let start = head.map_or(from, |space| from + space + 1);
        let most = text.floor_char_boundary((start + 2 * LENGTH.end).min(text.len()));
        let length = bytes[start..most].iter().position(u8::is_ascii_whitespace);
        let word = &text[start..start + length.unwrap_or(most - start)];
        from = (start + word.len()).max(digit + 1);
        let inside = word.trim_start_matches(OPENING);
        let start = start + word.len() - inside.len();
        Some(start..start + inside.trim_end_matches(CLOSING).len())
    })
}

const OPENING: [char; 13] = ['(', '[', '"', '\'', '“', '„', '«', ':', '=', '<', '|', '*', '-'];
const CLOSING: [char; 16] =
    [')', ']', '"', '\'', '”', '“', '»', '.', ',', ';', ':', '?', '…', '>', '|', '،'];

/// Whether letters, digits and a sign inside make `token` a password wherever passwords are spoken of.
fn is_shown(token: &str) -> bool {
    let count = token.chars().count();
    let has = |test: fn(char) -> bool| token.chars().filter(|c| test(*c)).count();
    let is_plain = token.chars().all(|c| c.is_alphanumeric() || "!?#$*§^~&@%-_.+".contains(c));
    let letters = has(char::is_alphabetic);
    if !LENGTH.contains(&count) || !is_plain || letters < 3 || is_product(token) {
        return false;
    }
    let signs = token.char_indices().filter(|(_, c)| "!?#$*§^~&@%".contains(*c));
    signs.into_iter().any(|(at, sign)| {
        let (head, tail) = (&token[..at], &token[at + sign.len_utf8()..]);
        match sign {
            '*' | '§' | '^' | '~' if tail.is_empty() => true,
            '!' if tail.is_empty() => {
                count > 8 && head.ends_with(|c: char| c.is_ascii_digit()) && is_of_all(head)
            }
            _ if head.is_empty() || !tail.starts_with(char::is_alphanumeric) => false,
            '#' | '$' | '&' | '%' => head.len() > 3 && !is_thing(head),
            // `root@srv01` is a place.
            '@' => {
                head.contains(char::is_uppercase)
                    && tail.starts_with(|c: char| c.is_ascii_digit())
                    && !tail.contains('.')
            }
            _ => true,
        }
    })
}

/// Whether `word` begins with a capital and has small letters and digits.
fn is_of_all(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
        && word.contains(char::is_lowercase)
        && word.bytes().filter(u8::is_ascii_digit).count() >= 2
}

fn is_product(token: &str) -> bool {
    let small = token.to_lowercase();
    small.starts_with("0x") || PRODUCTS.iter().any(|product| small.starts_with(product))
}

/// Where a password begins that a verb or a sign leads to, some words behind its name at `at`.
pub(super) fn told(text: &str, at: usize) -> Option<usize> {
    leads(text, at, FAR).find_map(|lead| {
        let start = skip(text, lead, |c| " \t=:>\"'“”„«»،,".contains(c))?;
        let word = text[start..].split(char::is_whitespace).next()?;
        if text[..lead].ends_with([',', '(']) && !word.ends_with([',', '.', ')', ';', '!']) {
            return None;
        }
        let quoted = text[..start].ends_with(['"', '“', '„', '«']);
        if is_mixed(word, quoted)
            || is_said(&text[at..lead], word)
            || text[..lead].ends_with(':') && is_last(&text[at..lead], word, &text[start..])
        {
            return Some(start);
        }
        // One word more may stand in between: `war wohl mal …`.
        let next = start + word.len() + 1;
        let word = text.get(next..)?.split(char::is_whitespace).next()?;
        is_mixed(word, false).then_some(next)
    })
}

/// Whether `word`, small letters and then digits, ends its line behind the colon that ends `head`.
fn is_last(head: &str, word: &str, rest: &str) -> bool {
    let value = word.trim_end_matches(['.', ',', '!', ')']);
    let letters = value.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_plain = letters.len() > 3
        && letters.len() < value.len()
        && letters.chars().all(char::is_alphabetic);
    let rest = rest[word.len()..].trim_start_matches(' ');
    let ends = rest.is_empty() || rest.starts_with('\n') || word.len() > value.len();
    let mut words = head.split(|c: char| !c.is_alphabetic());
    value.len() >= 8
        && is_plain
        && ends
        && !is_product(value)
        && !words.any(|word| is_thing(word) || OTHER_IDS.holds(word))
}

/// Whether `word`, small letters and then digits, stands behind a verb that ends `head`, and `head` names no other thing.
fn is_said(head: &str, word: &str) -> bool {
    let value = word.trim_end_matches(CLOSING);
    let letters = value.bytes().filter(u8::is_ascii_lowercase).count();
    let figures = value.bytes().filter(u8::is_ascii_digit).count();
    let mut words = head.split(|c: char| !c.is_alphabetic());
    head.ends_with(char::is_alphabetic)
        && letters >= 4
        && figures >= 2
        && letters + figures == value.len()
        && !is_product(value)
        && !words.any(|word| is_thing(word) || OTHER_IDS.holds(word))
}

/// Letters of both cases and digits, or in quotes small ones and digits.
fn is_mixed(word: &str, quoted: bool) -> bool {
    let word = word.trim_end_matches(CLOSING);
    let has = |test: fn(char) -> bool| word.chars().any(test);
    let is_path = word.contains(['/', '\\', '=']) || word.contains('@') && word.contains('.');
    word.chars().count() >= 8
        && has(char::is_lowercase)
        && has(|c| c.is_ascii_digit())
        && (quoted || has(char::is_uppercase))
        && !is_path
        && !is_product(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_shows_itself_by_its_form() {
        for token in ["Falcon!River42", "Heron?Bridge57", "Tulpe#2024", "Zebra@2024", "Rose2023*"] {
            assert!(is_shown(token), "{token}");
        }
        for token in [
            "Ticket#4821",
            "root@srv01",
            "jane@example7.com",
            "Windows11!",
            "FRITZ!Box7590",
            "R&D2024",
            "0x80070005",
            "US$1200",
            "tulip2024",
            "C++17",
            "warum?",
        ] {
            assert!(!is_shown(token), "{token}");
        }
    }

    #[test]
    fn a_verb_or_a_sign_leads_to_a_password() {
        for (text, start) in [
            (" du salon reste encore Pivoine2023x", Some("Pivoine2023x")),
            (" que me dieron ayer es Girasol77mar", Some("Girasol77mar")),
            (" on the sticky note: \"blue-42-lamp\".", Some("blue-42-lamp")),
            (" حق الحساب كان falcon2204k الله", Some("falcon2204k")),
            (" of the user is falcon2204k", None),
            (" reset on Windows is Windows10Pro", None),
            (" reset page is broken", None),
        ] {
            assert_eq!(
                told(text, 0).map(|at| &text[at..at + start.map_or(0, str::len)]),
                start,
                "{text}"
            );
        }
    }
}
