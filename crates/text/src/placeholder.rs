//! The grammar of placeholders: `[`, a type in capitals, `_`, a number from 1, `]`.
//!
//! `[EMAIL_ADDRESS_1]` stands for the first e-mail address of a ticket. A caller may have written one too (a ticket
//! scrubbed before, or quoted from a reply); such a literal placeholder is recognised wherever it comes from.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\[([A-Z][A-Z0-9_]{0,63})_([1-9][0-9]{0,8})\]").expect("the pattern is constant")
});

/// One placeholder found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder<'t> {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// What it stands for: `EMAIL_ADDRESS`.
    pub kind: &'t str,
    /// Its number, from 1.
    pub number: u32,
}

/// Finds every placeholder of `text`, from left to right.
pub fn find(text: &str) -> impl Iterator<Item = Placeholder<'_>> {
    // Most tickets hold no bracket at all; the check costs one pass of memchr.
    let any = text.contains('[');
    any.then(|| PLACEHOLDER.captures_iter(text)).into_iter().flatten().filter_map(|found| {
        let whole = found.get(0)?;
        Some(Placeholder {
            range: whole.range(),
            kind: found.get(1)?.as_str(),
            number: found.get(2)?.as_str().parse().ok()?,
        })
    })
}

/// Writes the placeholder of the `number`th value of type `kind`.
pub fn render(kind: &str, number: u32) -> String {
    format!("[{kind}_{number}]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_render_writes() {
        let text = format!("mail {} or {}", render("EMAIL_ADDRESS", 1), render("PHONE_NUMBER", 12));
        let found: Vec<_> = find(&text).map(|p| (p.kind.to_owned(), p.number)).collect();
        assert_eq!(found, [("EMAIL_ADDRESS".to_owned(), 1), ("PHONE_NUMBER".to_owned(), 12)]);
    }

    #[test]
    fn ordinary_brackets_are_not_placeholders() {
        for text in
            ["[URGENT]", "[email_1]", "[EMAIL_0]", "[EMAIL_]", "[_1]", "EMAIL_1", "[EMAIL_1"]
        {
            assert_eq!(find(text).count(), 0, "{text}");
        }
    }
}
