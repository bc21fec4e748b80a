//! The grammar of placeholders: what stands in a text where a value was taken out.
//!
//! `[EMAIL_ADDRESS_1]` stands for the first e-mail address of a ticket. A caller may have written one too (a ticket
//! scrubbed before, or quoted from a reply); such a literal placeholder is recognised wherever it comes from, whatever
//! policy it was made under. Every form begins with `[` and a type in capitals, ends with `]`, and has no bracket
//! inside, so that none can reach into another.

use std::fmt;
use std::ops::Range;

use memchr::{memchr, memchr2};

/// The type of a placeholder that does not tell one.
const REDACTED: &str = "REDACTED";
/// The longest type.
const MAX_KIND: usize = 64;
/// Digits and lower-case letters without i, l, o and u (Crockford's base 32): nothing to misread, no words.
pub const PSEUDONYM_ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// The length of a pseudonym.
pub const PSEUDONYM_LENGTH: usize = 10;
/// The length of a hash, in hexadecimal digits.
pub const HASH_LENGTH: usize = 32;
/// What a masked character may be written as.
pub const MASK_SIGNS: [char; 3] = ['*', '#', '•'];
/// The least length of an encrypted value in base 64: a nonce of 12 bytes, a tag of 16, and one byte of text.
const MIN_ENCRYPTED: usize = 39;

/// One placeholder found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder<'t> {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// What it stands for: `EMAIL_ADDRESS`.
    pub kind: &'t str,
    /// What it tells of the value.
    pub form: Form<'t>,
}

/// What a placeholder tells of the value it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form<'t> {
    /// `[EMAIL_ADDRESS_1]`: which of the text's values it is, from 1.
    Number(u32),
    /// `[EMAIL_ADDRESS_k3f9a2bq7w]`: which of all values it is.
    Pseudonym(&'t str),
    /// `[EMAIL_ADDRESS#9f86…]`: a keyed hash.
    Hash(&'t str),
    /// `[EMAIL_ADDRESS!Zm9v…]`: the value, encrypted; base 64 in the alphabet for URLs, unpadded.
    Encrypted(&'t str),
    /// `[CREDIT_CARD:***************1111]`: signs and what was kept.
    Mask(&'t str),
    /// `[REDACTED]`: nothing, not even the type.
    Redacted,
}

impl fmt::Display for Form<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(formatter, "_{number}"),
            Self::Pseudonym(token) => write!(formatter, "_{token}"),
            Self::Hash(digits) => write!(formatter, "#{digits}"),
            Self::Encrypted(bytes) => write!(formatter, "!{bytes}"),
            Self::Mask(shown) => write!(formatter, ":{shown}"),
            Self::Redacted => Ok(()),
        }
    }
}

/// Finds every placeholder of `text`, from left to right.
pub fn find(text: &str) -> impl Iterator<Item = Placeholder<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            // Most tickets hold no bracket at all; the check costs one pass of memchr.
            let start = from + memchr(b'[', &text.as_bytes()[from..])?;
            from = start + 1;
            let Some(length) = memchr2(b'[', b']', &text.as_bytes()[from..]) else { continue };
            let end = from + length;
            // What a bracket opened is looked at once: the next one to look at stands at `end` or behind it.
            if text.as_bytes()[end] == b']'
                && let Some((kind, form)) = parse(&text[from..end])
            {
                from = end + 1;
                return Some(Placeholder { range: start..from, kind, form });
            }
            from = end;
        }
    })
}

/// Writes the placeholder of a value of type `kind`.
pub fn render(kind: &str, form: Form<'_>) -> String {
    match form {
        Form::Redacted => format!("[{REDACTED}]"),
        form => format!("[{kind}{form}]"),
    }
}

/// Adds the placeholder of the value `number` of type `kind` to `text`, without memory of its own.
pub fn push_number(text: &mut String, kind: &str, number: u32) {
    text.push('[');
    text.push_str(kind);
    text.push('_');
    text.push_str(itoa::Buffer::new().format(number));
    text.push(']');
}

/// Reads what stands between brackets.
fn parse(inside: &str) -> Option<(&str, Form<'_>)> {
    if inside == REDACTED {
        return Some((REDACTED, Form::Redacted));
    }
    let type_end = inside.bytes().take_while(|&byte| is_of_type(byte)).count();
    let (head, rest) = inside.split_at(type_end);
    let (kind, form) = match rest.chars().next() {
        Some('#') => (head, hash(&rest[1..])?),
        Some('!') => (head, encrypted(&rest[1..])?),
        Some(':') => (head, mask(&rest[1..])?),
        _ => {
            let (kind, token) = inside.rsplit_once('_')?;
            (kind, number(token).or_else(|| pseudonym(token))?)
        }
    };
    let named = kind.len() <= MAX_KIND
        && kind.starts_with(|first: char| first.is_ascii_uppercase())
        && kind.bytes().all(is_of_type);
    named.then_some((kind, form))
}

fn is_of_type(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_'
}

fn number(token: &str) -> Option<Form<'_>> {
    let written = (1..=9).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_digit());
    (written && !token.starts_with('0')).then(|| token.parse().ok().map(Form::Number)).flatten()
}

fn pseudonym(token: &str) -> Option<Form<'_>> {
    let written = token.len() == PSEUDONYM_LENGTH
        && token.bytes().all(|byte| PSEUDONYM_ALPHABET.contains(&byte));
    written.then_some(Form::Pseudonym(token))
}

fn hash(digits: &str) -> Option<Form<'_>> {
    let is_digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    (digits.len() == HASH_LENGTH && digits.bytes().all(is_digit)).then_some(Form::Hash(digits))
}

fn encrypted(bytes: &str) -> Option<Form<'_>> {
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let written = bytes.len() >= MIN_ENCRYPTED && bytes.bytes().all(is_sign);
    written.then_some(Form::Encrypted(bytes))
}

/// Half of it signs, and all of one kind; the rest letters and digits.
fn mask(shown: &str) -> Option<Form<'_>> {
    let is_sign = |c: &char| MASK_SIGNS.contains(c);
    let sign = shown.chars().find(is_sign)?;
    let (mut signs, mut kept) = (0_usize, 0_usize);
    for character in shown.chars() {
        match character {
            _ if character == sign => signs += 1,
            _ if character.is_alphanumeric() => kept += 1,
            _ => return None,
        }
    }
    (signs >= kept).then_some(Form::Mask(shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_added_as_it_is_rendered() {
        for number in [1, 10, 999_999_999] {
            let mut text = "see ".to_owned();
            push_number(&mut text, "PERSON", number);
            assert_eq!(text, format!("see {}", render("PERSON", Form::Number(number))));
        }
    }

    #[test]
    fn finds_what_render_writes() {
        let bytes = "Zm9v-".repeat(10);
        let forms = [
            Form::Number(1),
            Form::Number(999_999_999),
            Form::Pseudonym("k3f9a2bq7w"),
            Form::Pseudonym("0123456789"),
            Form::Hash("0123456789abcdef0123456789abcdef"),
            Form::Encrypted(&bytes),
            Form::Mask("************1111"),
            Form::Mask("محمد••••"),
        ];
        let written: Vec<String> =
            forms.iter().map(|form| render("EMAIL_ADDRESS", *form)).collect();
        let text = format!("[[{}] or{}", written.join(""), render("", Form::Redacted));
        let found: Vec<_> = find(&text).collect();
        let expected = forms.into_iter().map(|form| ("EMAIL_ADDRESS", form));
        let expected: Vec<_> = expected.chain([("REDACTED", Form::Redacted)]).collect();
        assert_eq!(found.iter().map(|p| (p.kind, p.form)).collect::<Vec<_>>(), expected);
        assert!(found.iter().zip(&written).all(|(p, written)| text[p.range.clone()] == **written));
    }

    #[test]
    fn ordinary_brackets_are_not_placeholders() {
        for text in [
            "[URGENT]",
            "[email_1]",
            "[EMAIL_0]",
            "[EMAIL_01]",
            "[EMAIL_1234567890123]",
            "[EMAIL_]",
            "[_1]",
            "EMAIL_1",
            "[EMAIL_1",
            "[EMAIL[_1",
            "[EMAIL_k3f9a2bqlo]",
            "[EMAIL_k3f9a2bq7]",
            "[EMAIL#12]",
            "[EMAIL!abc]",
            "[EMAIL:]",
            "[EMAIL:none]",
            "[EMAIL:*abc]",
            "[EMAIL:**#]",
            "[ERROR: ***]",
            "[redacted]",
        ] {
            assert_eq!(find(text).count(), 0, "{text}");
        }
    }

    #[test]
    fn an_underscore_may_end_a_type() {
        assert_eq!(find("[A__1]").next().map(|found| found.kind), Some("A_"));
    }
}
