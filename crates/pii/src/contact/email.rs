//! E-mail addresses, found from their `@` outwards.

use std::ops::Range;

use super::domain;
use crate::Kind;
use crate::bytes::places;
use crate::candidate::Candidate;
use crate::neighbours::{is_alphabetic, is_alphanumeric, is_latin};

/// Addresses are shorter than this on either side of the `@` (RFC 5321 allows 64 and 255 bytes).
const LONGEST: usize = 256;

const SCORE: f32 = 0.95;

/// Adds every e-mail address of `text`.
pub(crate) fn find(text: &str, found: &mut Vec<Candidate>) {
    for at in places(text.as_bytes(), |block| block.are(b'@')) {
        let (head, tail) = (&text[..at], &text[at + 1..]);
        let range = around(head, tail)
            .or_else(|| around_spaces(head, tail))
            .or_else(|| letter_by_letter(head, tail));
        found.extend(range.map(|range| Candidate {
            kind: Kind::EmailAddress,
            range,
            score: SCORE,
        }));
    }
}

fn around(head: &str, tail: &str) -> Option<Range<usize>> {
    Some(head.len() - local_part(head)?..head.len() + 1 + domain_part(tail)?)
}

/// `jane.doe @ example.com`, as left by a careless copy: believed when both sides look like nothing else.
fn around_spaces(head: &str, tail: &str) -> Option<Range<usize>> {
    let near_head = head.strip_suffix(' ').unwrap_or(head);
    let near_tail = tail.strip_prefix(' ').unwrap_or(tail);
    if near_head.len() == head.len() && near_tail.len() == tail.len() {
        return None;
    }
    let local = local_part(near_head)?;
    let host = domain_part(near_tail)?;
    let name = &near_head[near_head.len() - local..];
    let has_sign = name.contains(|c: char| c.is_ascii_digit() || matches!(c, '.' | '_'));
    let is_local = has_sign || name.len() >= SHORTEST_NAME && !MEETING.contains(&name);
    let is_host = near_tail[..host].rsplit('.').next().is_some_and(domain::is_common);
    let end = head.len() + 1 + (tail.len() - near_tail.len()) + host;
    (is_local && is_host).then_some(near_head.len() - local..end)
}

/// `j a n e @ e x a m p l e . c o m`: every sign stands alone.
fn letter_by_letter(head: &str, tail: &str) -> Option<Range<usize>> {
    let local = alone(head.chars().rev());
    let host = alone(tail.chars());
    let (name, top) = host.rsplit_once('.')?;
    // A word of one letter may follow.
    let top = (2..=top.len()).rev().find(|end| domain::is_common(&top[..*end]))?;
    let is_host = name.len() > 1 && !name.starts_with('.') && !name.contains("..");
    // A space stands between any two signs, and on either side of the `@`.
    let end = head.len() + 1 + 2 * (name.len() + 1 + top);
    (local.len() >= FEWEST_LETTERS && is_host).then(|| head.len() - 2 * local.len()..end)
}

/// A local part letter by letter has so many.
const FEWEST_LETTERS: usize = 2;

/// The signs of an address that stand alone, each behind a space.
fn alone(mut characters: impl Iterator<Item = char>) -> String {
    let mut signs = String::new();
    let is_part = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
    let mut space = characters.next();
    while signs.len() < LONGEST && space == Some(' ') {
        let sign = characters.next().filter(is_part);
        space = characters.next();
        let is_alone = space.is_none_or(|next| !is_alphanumeric(next));
        match sign.filter(|_| is_alone) {
            Some(sign) => signs.push(sign),
            None => break,
        }
    }
    signs
}

/// A local part of letters alone has so many before a space.
const SHORTEST_NAME: usize = 3;

/// Words before an `@` that stands for a place.
const MEETING: [&str; 8] = ["meet", "see", "look", "shop", "buy", "found", "bought", "ordered"];

/// The length in bytes of the local part that `head` ends with.
fn local_part(head: &str) -> Option<usize> {
    if let Some(quoted) = head.strip_suffix('"') {
        let open = quoted
            .char_indices()
            .rev()
            .take(64)
            .take_while(|(_, c)| *c != '\n')
            .find(|(_, c)| *c == '"')?
            .0;
        return (open + 1 < quoted.len()).then_some(head.len() - open);
    }
    let mut start = head.len();
    let mut script = None;
    for (at, character) in head.char_indices().rev() {
        let letter = is_alphanumeric(character) || is_mark(character);
        let sign = character.is_ascii() && ".!#$%&'*+/=?^_`{|}~-".contains(character);
        if !(letter || sign) || head.len() - at > LONGEST || changes_script(&mut script, character)
        {
            break;
        }
        start = at;
    }
    // Brackets, quotes and paths that stand before an address are made of signs a local part may hold too.
    let local = &head[start..];
    let local = local
        .rsplit(['/', '|', '=', '?', '&', '`', '{', '}', '*', '!', '$', '%', '^', '~'])
        .next()?;
    let local = local.trim_start_matches(['.', '\'', '-', '+', '#']);
    let local = if local.ends_with('\'') { "" } else { local };
    (local.contains(is_alphanumeric)).then_some(local.len())
}

/// The length in bytes of the domain that `tail` begins with.
fn domain_part(tail: &str) -> Option<usize> {
    if let Some(literal) = tail.strip_prefix('[') {
        let close = literal.bytes().take(64).position(|byte| byte == b']')?;
        let inside =
            literal[..close].bytes().all(|b| b.is_ascii_hexdigit() || b".:IPv".contains(&b));
        return (inside && close >= 3).then_some(close + 2);
    }
    let mut script = None;
    let mut end = 0;
    for (at, character) in tail.char_indices() {
        let part =
            is_alphanumeric(character) || is_mark(character) || matches!(character, '-' | '.');
        let doubled = character == '.' && tail[..at].ends_with('.');
        if character == '.' {
            // Each label may be of another script: `info@شركة.com`.
            script = None;
        }
        if !part || doubled || at > LONGEST || changes_script(&mut script, character) {
            break;
        }
        end = at + character.len_utf8();
    }
    let name = tail[..end].trim_end_matches(['.', '-']);
    let name = without_next_sentence(name);
    if name.parse::<std::net::Ipv4Addr>().is_ok() {
        return Some(name.len());
    }
    let Some((host, top)) = name.rsplit_once('.') else {
        let is_whole = PAYMENT.iter().any(|host| host.eq_ignore_ascii_case(name));
        return if is_whole { Some(name.len()) } else { behind_comma(name, tail) };
    };
    let name_length =
        if top.to_ascii_lowercase().starts_with("xn--") { top.len() } else { letters(top) };
    let valid = !host.is_empty()
        && !host.starts_with(['.', '-'])
        && top[..name_length].chars().nth(1).is_some();
    valid.then_some(host.len() + 1 + name_length)
}

/// Hosts whose rest was forgotten, and those of the Indian addresses that money is sent to, which have no dot.
const PAYMENT: [&str; 22] = [
    "gmail",
    "googlemail",
    "yahoo",
    "hotmail",
    "outlook",
    "icloud",
    "gmx",
    "aol",
    "protonmail",
    "laposte",
    "wanadoo",
    "t-online",
    "okhdfcbank",
    "okaxis",
    "oksbi",
    "okicici",
    "ybl",
    "paytm",
    "upi",
    "axl",
    "ibl",
    "apl",
];

/// The length of `host` and what is behind the comma that was typed for its dot: `jane@example,com`.
fn behind_comma(host: &str, tail: &str) -> Option<usize> {
    let rest = tail[host.len()..].strip_prefix(',')?;
    let top = &rest[..letters(rest)];
    let is_top = domain::is_common(top) && top.len() > 1 || top == "example";
    (!host.is_empty() && is_top).then_some(host.len() + 1 + top.len())
}

/// The length in bytes of the letters `label` begins with: `com` of `com-Finance`.
fn letters(label: &str) -> usize {
    label.find(|c: char| !(is_alphabetic(c) || is_mark(c))).unwrap_or(label.len())
}

/// `jane@example.com.Thanks`: a sentence went on without its space.
fn without_next_sentence(name: &str) -> &str {
    let Some((rest, last)) = name.rsplit_once('.') else { return name };
    let Some((_, top)) = rest.rsplit_once('.') else { return name };
    let capitalised =
        last.starts_with(char::is_uppercase) && top.chars().all(|c| !c.is_uppercase());
    let is_name = domain::is_common(last) || last.to_ascii_lowercase().starts_with("xn--");
    if domain::is_common(top) && (capitalised || !is_name) { rest } else { name }
}

/// Whether `character` is a letter of another script than the letters seen so far.
///
/// Arabic and Chinese write no space between a word and a Latin address.
fn changes_script(seen: &mut Option<bool>, character: char) -> bool {
    if !is_alphabetic(character) {
        return false;
    }
    let latin = character.is_ascii() || is_latin(character);
    *seen.get_or_insert(latin) != latin
}

/// A combining mark of the scripts an address is written in.
fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn emails(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        find(text, &mut found);
        found.into_iter().map(|candidate| &text[candidate.range]).collect()
    }

    #[test]
    fn addresses_end_where_people_end_them() {
        for (text, email) in [
            ("Mail jane.o'neil+vpn@mail.example.co.uk.", "jane.o'neil+vpn@mail.example.co.uk"),
            ("<jane@example.com>;", "jane@example.com"),
            ("mailto:jane@example.com?subject=x", "jane@example.com"),
            ("'jane@example.com'", "jane@example.com"),
            ("إلىjane@example.comشكرا", "jane@example.com"),
            ("أرسل إلى أحمد@مثال.إختبار اليوم", "أحمد@مثال.إختبار"),
            ("josé.muñoz@correo.es", "josé.muñoz@correo.es"),
            ("jane@example.com.Thanks", "jane@example.com"),
            ("root@10.1.2.3", "root@10.1.2.3"),
            ("jane@example.com-Finance", "jane@example.com"),
            (
                "jane_example.com#EXT#@tenant.example.com",
                "jane_example.com#EXT#@tenant.example.com",
            ),
            ("to jane.doe @ example.com now", "jane.doe @ example.com"),
            ("to jane @ example.com now", "jane @ example.com"),
            ("at jane@example,com, please", "jane@example,com"),
            ("to j a n e @ e x a m p l e . c o m please", "j a n e @ e x a m p l e . c o m"),
            ("write info@شركة.com or call", "info@شركة.com"),
            ("x (jane_doe@sub-1.example.org)", "jane_doe@sub-1.example.org"),
        ] {
            assert_eq!(emails(text), [email], "{text}");
        }
    }

    #[test]
    fn an_at_sign_alone_is_no_address() {
        for text in [
            "@jane",
            "jane@",
            "meet @ 10.30",
            "a @ b.com",
            "a b @ c d",
            "see @ example.com",
            "jane@example, come in",
            "user@localhost",
            "@Override",
            "x@.com",
            "3@5.20",
        ] {
            assert!(emails(text).is_empty(), "{text}");
        }
    }
}
