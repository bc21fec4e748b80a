//! Addresses of machines: IPv4 and IPv6.

pub(crate) mod mac;

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use crate::Kind;
use crate::bytes::places;
use crate::candidate::Candidate;
use crate::context::Role;
use crate::digits::Digits;
use crate::neighbours;

const SCORE: f32 = 0.9;

/// Adds every IP address.
pub(crate) fn find(digits: &Digits<'_>, found: &mut Vec<Candidate>) {
    let push = |range| found.push(Candidate { kind: Kind::IpAddress, range, score: SCORE });
    let four = (0..digits.groups.len()).filter_map(|first| version_4(digits, first));
    let six = version_6(digits.text);
    four.chain(six).for_each(push);
}

fn version_4(digits: &Digits<'_>, first: usize) -> Option<Range<usize>> {
    let text = digits.text;
    if let Some(said) = said(digits, first) {
        return Some(said);
    }
    let last = first + 3;
    let bytes = digits.groups[first].range.start..digits.groups.get(last)?.range.end;
    if bytes.len() > 15 || (first..last).any(|index| digits.gap(index) != Some(".")) {
        return None;
    }
    let address: Ipv4Addr = text[bytes.clone()].parse().ok()?;
    let before = neighbours::before(text, bytes.start);
    let longer = before
        .is_some_and(|c| neighbours::continues_token(c) || matches!(c, '.' | '_' | ','))
        || digits.gap(last) == Some(".")
        || text[bytes.end..].starts_with(|c: char| neighbours::continues_token(c) || c == '_');
    let suffix = suffix_length(&text[bytes.end..]);
    (!longer && !is_version(digits, first, address)).then_some(bytes.start..bytes.end + suffix)
}

/// `10 dot 0 dot 0 dot 1`
fn said(digits: &Digits<'_>, first: usize) -> Option<Range<usize>> {
    const DOTS: [&str; 5] = ["dot", "point", "punkt", "punto", "نقطة"];
    let last = first + 3;
    let groups = digits.groups.get(first..=last)?;
    let is_part = |group: &crate::groups::Group| {
        group.len() <= 3 && crate::groups::value(digits.text, group) < 256
    };
    let is_dot = |index: usize| {
        let gap = digits.gap(index).and_then(|gap| gap.strip_prefix(' ')?.strip_suffix(' '));
        gap.is_some_and(|word| DOTS.iter().any(|dot| dot.eq_ignore_ascii_case(word)))
    };
    let fits = (first..last).all(is_dot) && groups.iter().all(is_part);
    fits.then(|| groups[0].range.start..groups[3].range.end)
}

/// `:8080` or `/24` behind an address.
fn suffix_length(rest: &str) -> usize {
    let limit = match rest.as_bytes().first() {
        Some(b':') => 5,
        Some(b'/') => 2,
        _ => return 0,
    };
    let digits = rest.bytes().skip(1).take_while(u8::is_ascii_digit).count();
    if (1..=limit).contains(&digits) { 1 + digits } else { 0 }
}

/// Software versions of four small parts look the same; words and the range tell.
fn is_version(digits: &Digits<'_>, first: usize, address: Ipv4Addr) -> bool {
    let head = digits.text[..digits.groups[first].range.start].trim_end_matches([' ', '.']);
    if neighbours::word_before(digits.text, head.len()).eq_ignore_ascii_case("v") {
        return true;
    }
    // No version has parts that large.
    if address.octets().iter().filter(|part| **part >= 100).count() >= 2 {
        return false;
    }
    // `(+223) 76.40.11.85`: what a calling code stands before is a telephone number.
    let code = head.trim_end_matches(')');
    let calling = code.trim_end_matches(|c: char| c.is_ascii_digit());
    if calling.len() < code.len() && calling.ends_with('+') {
        return true;
    }
    let before = digits.before(first);
    let version = before.distance(&[Role::Version], 6);
    let network = before.distance(&[Role::Network], 6);
    if version.is_some() || network.is_some() {
        return version.is_some_and(|version| network.is_none_or(|network| version < network));
    }
    let is_local = address.is_private() || address.is_loopback() || address.is_link_local();
    !is_local && address.octets()[0] < 64 && follows_product(digits, first)
}

/// `AnyConnect 4.10.7.61`: a capitalised word right before the number, inside a sentence.
fn follows_product(digits: &Digits<'_>, first: usize) -> bool {
    let head = &digits.text[..digits.groups[first].range.start];
    let trimmed = head.trim_end_matches([' ', '(']);
    let word = neighbours::word_before(digits.text, trimmed.len());
    trimmed.len() < head.len() && word.starts_with(|c: char| c.is_ascii_uppercase())
}

/// Addresses of version 6: tokens of hexadecimal digits and colons that parse.
fn version_6(text: &str) -> Vec<Range<usize>> {
    let is_part = |byte: u8| byte.is_ascii_hexdigit() || byte == b':' || byte == b'.';
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    for colon in places(bytes, |block| block.are(b':')) {
        if colon < at {
            continue;
        }
        let start = bytes[at..colon]
            .iter()
            .rposition(|&byte| !is_part(byte))
            .map_or(at, |before| at + before + 1);
        let end = bytes[colon..]
            .iter()
            .position(|&byte| !is_part(byte))
            .map_or(bytes.len(), |behind| colon + behind);
        found.extend(token(text, start..end));
        at = end;
    }
    found
}

fn token(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let trimmed = text[range.clone()].trim_end_matches('.');
    let trimmed = if trimmed.ends_with("::") { trimmed } else { trimmed.trim_end_matches(':') };
    let ends = trimmed.len();
    let trimmed =
        if trimmed.starts_with("::") { trimmed } else { trimmed.trim_start_matches([':', '.']) };
    let start = range.start + ends - trimmed.len();
    let mut end = range.start + ends;
    let colons = trimmed.matches(':').count();
    if trimmed.len() > 45
        || trimmed.parse::<Ipv6Addr>().is_err()
        || !trimmed.contains(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    // `10::30` could be anything; an address has more groups, or a first group of four digits.
    let is_full =
        colons >= 3 || trimmed.find(':') == Some(4) || trimmed == "::1" || trimmed.contains('.');
    if text[end..].starts_with('%') {
        end += 1 + text[end + 1..].bytes().take_while(u8::is_ascii_alphanumeric).count();
    }
    end += if text[end..].starts_with('/') { suffix_length_6(&text[end..]) } else { 0 };
    (is_full && neighbours::stands_free(text, start, end)).then_some(start..end)
}

fn suffix_length_6(rest: &str) -> usize {
    let digits = rest.bytes().skip(1).take_while(u8::is_ascii_digit).count();
    if (1..=3).contains(&digits) { 1 + digits } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;

    fn addresses(text: &str) -> Vec<&str> {
        let context = Context::new();
        let mut found = Vec::new();
        find(&Digits::of(text, &context), &mut found);
        found.into_iter().map(|candidate| &text[candidate.range]).collect()
    }

    #[test]
    fn both_versions_are_found() {
        for (text, address) in [
            ("ping 10.0.19.41 fails", "10.0.19.41"),
            ("server 192.168.1.20:8080.", "192.168.1.20:8080"),
            ("subnet 10.20.0.0/16", "10.20.0.0/16"),
            ("from 2001:db8::8a2e:370:7334, thanks", "2001:db8::8a2e:370:7334"),
            ("fe80::1%eth0", "fe80::1%eth0"),
            ("localhost is ::1", "::1"),
            ("[2001:db8:0:0:0:0:0:1]:443", "2001:db8:0:0:0:0:0:1"),
        ] {
            assert_eq!(addresses(text), [address], "{text}");
        }
    }

    #[test]
    fn versions_times_and_code_are_none() {
        for text in [
            "version 10.0.19.41",
            "v10.0.19.41",
            "updated to 4.10.7.61",
            "AnyConnect 4.10.7.61",
            "1.2.3.4.5",
            "300.1.1.1",
            "12:30:45",
            "std::string",
            "00:1A:2B:3C:4D:5E",
            "a::b",
            "10::30",
        ] {
            assert!(addresses(text).is_empty(), "{text} {:?}", addresses(text));
        }
    }
}
