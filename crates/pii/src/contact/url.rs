//! Web addresses: with a scheme, with `www.`, or a host of a common top-level domain with a path.

use std::ops::Range;

use regex::Regex;

use super::domain;
use crate::Kind;
use crate::bytes::position;
use crate::candidate::Candidate;
use crate::neighbours;
use crate::shadow::FILLER;

const WITH_SCHEME: f32 = 0.95;
const WITHOUT_SCHEME: f32 = 0.7;

/// The recogniser of web addresses.
pub(crate) struct Urls {
    start: Regex,
}

impl Urls {
    pub(crate) fn new() -> Self {
        // A scheme, a `www.`, or a host name with a slash or a port behind it.
        let pattern = r"(?-u)(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{1,20}://)|(?P<www>[Ww][Ww][Ww][0-9]?\.)|(?P<host>[A-Za-z0-9][A-Za-z0-9.-]*\.(?P<top>[A-Za-z]{2,6}))(?::[0-9]{2,5})?/";
        Self { start: Regex::new(pattern).expect("the pattern is constant") }
    }

    /// Adds every web address of `text`.
    pub(crate) fn find(&self, text: &str, found: &mut Vec<Candidate>) {
        let mut at = 0;
        while let Some(run) = next_run(text, at) {
            let Some(start) = self.start.captures_at(&text[..run.end], run.start) else {
                at = run.end;
                continue;
            };
            let Some(whole) = start.get(0) else { return };
            at = whole.end();
            let scheme = start.name("scheme").is_some();
            let believed =
                scheme || start.name("top").is_none_or(|top| domain::is_common(top.as_str()));
            let end = whole.end() + length(&text[whole.end()..]);
            let end = whole.start() + trimmed(&text[whole.start()..end]);
            let has_host = start.name("host").is_some() || end > whole.end();
            if believed && has_host && is_free(text, whole.start(), scheme) {
                let score = if scheme { WITH_SCHEME } else { WITHOUT_SCHEME };
                found.push(Candidate { kind: Kind::Url, range: whole.start()..end, score });
                at = end.max(at);
            }
        }
    }
}

/// The next run of characters from byte `at` on, of those an address begins with, that may hold the beginning of one.
fn next_run(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let is_part = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b':' | b'/')
    };
    let mut from = at;
    loop {
        let sign = position(bytes, from, |byte| matches!(byte, b'/' | b'.'))?;
        let start = bytes[from..sign].iter().rposition(|byte| !is_part(byte));
        let start = start.map_or(from, |before| from + before + 1);
        let end = bytes[sign..].iter().position(|byte| !is_part(byte));
        let end = end.map_or(bytes.len(), |behind| sign + behind);
        if may_begin(&text[start..end]) {
            return Some(start..end);
        }
        from = end;
    }
}

/// Whether a run holds `://`, a name with a slash behind it, or `www.`.
fn may_begin(run: &str) -> bool {
    let named = || run.split_once('.').is_some_and(|(_, rest)| rest.contains('/'));
    run.contains("://") || named() || has_www(run)
}

/// Whether `www.` or `www2.` stands anywhere in `text`.
pub(crate) fn has_www(text: &str) -> bool {
    text.match_indices('.').any(|(stop, _)| {
        let head = &text.as_bytes()[..stop];
        let head = match head {
            [before @ .., last] if last.is_ascii_digit() => before,
            _ => head,
        };
        head.last_chunk::<3>().is_some_and(|end| end.eq_ignore_ascii_case(b"www"))
    })
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

fn is_free(text: &str, start: usize, scheme: bool) -> bool {
    let Some(before) = neighbours::before(text, start) else { return true };
    scheme
        || !(neighbours::continues_token(before)
            || matches!(before, '\\' | '/' | '@' | '.' | '-' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        Urls::new().find(text, &mut found);
        found.into_iter().map(|candidate| &text[candidate.range]).collect()
    }

    #[test]
    fn addresses_lose_the_punctuation_around_them() {
        for (text, url) in [
            ("see https://example.com/a_(b)?q=1#x.", "https://example.com/a_(b)?q=1#x"),
            ("(http://intranet/wiki)", "http://intranet/wiki"),
            ("www.example.fr, merci", "www.example.fr"),
            ("sur portal.example.com/login svp", "portal.example.com/login"),
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
