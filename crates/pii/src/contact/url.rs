//! Web addresses: with a scheme, with `www.`, or a host of a common top-level domain with a path.

use std::ops::Range;

use super::domain;
use crate::Kind;
use crate::bytes::places;
use crate::candidate::Candidate;
use crate::neighbours;
use crate::shadow::FILLER;

const WITH_SCHEME: f32 = 0.95;
const WITHOUT_SCHEME: f32 = 0.7;

/// A name in the domain name system has no more bytes.
const LONGEST_HOST: usize = 253;

/// No scheme has more bytes.
const LONGEST_SCHEME: usize = 21;

/// What an address begins with.
struct Start {
    bytes: Range<usize>,
    begins: Begins,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Begins {
    /// `https://`
    Scheme,
    /// `www.`
    Www,
    /// `example.com/`, `example.com:8443/`
    Host,
}

/// Adds every web address of `text`.
///
/// They are looked for from the signs they begin with; only what is believed is read on, so that a long row of signs costs its length.
pub(crate) fn find(text: &str, found: &mut Vec<Candidate>) {
    let bytes = text.as_bytes();
    let (mut from, mut sign) = (0, 0);
    for at in places(bytes, |block| block.within(b'.'..=b'/')) {
        if at < sign {
            continue;
        }
        sign = at + 1;
        let Some(start) = start_at(bytes, from, at) else { continue };
        sign = start.bytes.end;
        let begins = start.bytes.start;
        if !is_free(text, begins, start.begins) {
            continue;
        }
        let end = sign + length(&text[sign..]);
        let end = begins + trimmed(&text[begins..end]);
        if start.begins != Begins::Host && end <= sign {
            continue;
        }
        let scheme = start.begins == Begins::Scheme;
        let score = if scheme { WITH_SCHEME } else { WITHOUT_SCHEME };
        found.push(Candidate { kind: Kind::Url, range: begins..end, score });
        sign = sign.max(end);
        from = sign;
    }
}

/// The beginning of an address whose last sign is the slash or stop at byte `at`; it does not begin before byte `from`.
fn start_at(bytes: &[u8], from: usize, at: usize) -> Option<Start> {
    let head = &bytes[from..at];
    if bytes[at] == b'.' {
        let start = at - www_before(head)?;
        return Some(Start { bytes: start..at + 1, begins: Begins::Www });
    }
    if head.ends_with(b":") && bytes.get(at + 1) == Some(&b'/') {
        let start = at - 1 - scheme_before(&head[..head.len() - 1])?;
        return Some(Start { bytes: start..at + 2, begins: Begins::Scheme });
    }
    let start = at - host_before(head)?;
    Some(Start { bytes: start..at + 1, begins: Begins::Host })
}

/// The length of the `www` or `www2` that ends `head`.
fn www_before(head: &[u8]) -> Option<usize> {
    let letters = match head {
        [letters @ .., last] if last.is_ascii_digit() => letters,
        _ => head,
    };
    let is_www = letters.last_chunk::<3>().is_some_and(|end| end.eq_ignore_ascii_case(b"www"));
    is_www.then_some(3 + head.len() - letters.len())
}

/// The length of the scheme that ends `head`: a letter and at least one more sign.
fn scheme_before(head: &[u8]) -> Option<usize> {
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-');
    let length = head.iter().rev().take(LONGEST_SCHEME).take_while(is_part).count();
    let scheme = &head[head.len() - length..];
    let length = length - scheme.iter().position(u8::is_ascii_alphabetic)?;
    (length > 1).then_some(length)
}

/// The length of the host with a common top-level domain, and perhaps a port, that ends `head`.
fn host_before(head: &[u8]) -> Option<usize> {
    let port = head.iter().rev().take(6).take_while(|byte| byte.is_ascii_digit()).count();
    let name = match head[..head.len() - port].strip_suffix(b":") {
        Some(name) if (2..=5).contains(&port) => name,
        _ => head,
    };
    let top = name.iter().rev().take(7).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let rest = name[..name.len() - top].strip_suffix(b".")?;
    let top = str::from_utf8(&name[name.len() - top..]).ok()?;
    if top.len() < 2 || !domain::is_common(top) {
        return None;
    }
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    let length = rest.iter().rev().take(LONGEST_HOST).take_while(is_part).count();
    let signs = rest[rest.len() - length..].iter().position(u8::is_ascii_alphanumeric)?;
    Some(head.len() - rest.len() + length - signs)
}

/// Whether `www.` or `www2.` stands anywhere in `text`.
pub(crate) fn has_www(text: &str) -> bool {
    text.match_indices('.').any(|(stop, _)| www_before(&text.as_bytes()[..stop]).is_some())
}

/// How far the address goes on: up to white space, quotes, brackets that hold it, or a letter of a script without spaces.
fn length(rest: &str) -> usize {
    let stops = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '"' | '<'
                    | '>'
                    | '|'
                    | '\\'
                    | '`'
                    | '{'
                    | '}'
                    | '«'
                    | '»'
                    | '“'
                    | '”'
                    | '،'
                    | '؛'
                    | '؟'
                    | '。'
                    | '，'
                    | FILLER
            )
    };
    rest.find(stops).unwrap_or(rest.len())
}

/// Without the punctuation of the sentence around it; a bracket stays when it was opened inside.
fn trimmed(address: &str) -> usize {
    let mut surplus = [Surplus::of('(', ')', address), Surplus::of('[', ']', address)];
    let mut address = address;
    while let Some(last) = address.chars().next_back() {
        let balanced = surplus.iter_mut().any(|brackets| brackets.close_with(last));
        let is_punctuation =
            matches!(last, '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | ')' | ']' | '_' | '…');
        if balanced || !is_punctuation {
            return address.len();
        }
        address = &address[..address.len() - last.len_utf8()];
    }
    0
}

/// How many more brackets close than open.
struct Surplus {
    close: char,
    closing: usize,
    opening: usize,
}

impl Surplus {
    fn of(open: char, close: char, address: &str) -> Self {
        let count = |bracket| address.matches(bracket).count();
        Self { close, closing: count(close), opening: count(open) }
    }

    /// Whether `last` is such a bracket and was opened; one that was not is taken off.
    fn close_with(&mut self, last: char) -> bool {
        if last != self.close {
            return false;
        }
        let opened = self.opening >= self.closing;
        self.closing -= 1;
        opened
    }
}

fn is_free(text: &str, start: usize, begins: Begins) -> bool {
    let Some(before) = neighbours::before(text, start) else { return true };
    begins == Begins::Scheme
        || !(neighbours::continues_token(before)
            || matches!(before, '\\' | '/' | '@' | '.' | '-' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        find(text, &mut found);
        found.into_iter().map(|candidate| &text[candidate.range]).collect()
    }

    #[test]
    fn addresses_lose_the_punctuation_around_them() {
        for (text, url) in [
            ("see https://example.com/a_(b)?q=1#x.", "https://example.com/a_(b)?q=1#x"),
            ("(http://intranet/wiki)", "http://intranet/wiki"),
            ("www.example.fr, merci", "www.example.fr"),
            ("sur portal.example.com/login svp", "portal.example.com/login"),
            ("or portal.example.com:8443/, ok", "portal.example.com:8443/"),
            ("git+ssh://git@example.org/a.git", "git+ssh://git@example.org/a.git"),
            ("<sftp://files.example.org:22/in>", "sftp://files.example.org:22/in"),
            ("الرابط https://example.com/طلب؟", "https://example.com/طلب"),
        ] {
            assert_eq!(urls(text), [url], "{text}");
        }
    }

    #[test]
    fn paths_and_fractions_are_no_addresses() {
        for text in [
            r"\\srv01.corp.com\share",
            "report.pdf/page 2",
            "and/or",
            "C:/temp/a.com",
            "https://",
            "www. is",
            "1.5/2",
        ] {
            assert!(urls(text).is_empty(), "{text} {:?}", urls(text));
        }
    }
}
