//! The little language phrasings are written in: text, `{one|another}`, `{slot}`.

use serde::Deserialize;

use crate::slot::Slot;

/// A parsed text with places to fill.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Template {
    pub(crate) parts: Vec<Part>,
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// Text as it is.
    Text(String),
    /// One of these, at least two; they may be empty.
    Choice(Vec<String>),
    /// A value.
    Slot(Slot),
}

impl Template {
    /// Parses `source`, or says in a sentence what is wrong with it.
    pub(crate) fn parse(source: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = source;
        while let Some((before, behind)) = rest.split_once('{') {
            push_text(before, &mut parts)?;
            let (inside, after) =
                behind.split_once('}').ok_or("a `{` is never closed: add its `}`")?;
            parts.push(parse_braces(inside)?);
            rest = after;
        }
        push_text(rest, &mut parts)?;
        Ok(Self { parts })
    }
}

impl TryFrom<String> for Template {
    type Error = String;

    fn try_from(source: String) -> Result<Self, String> {
        Self::parse(&source)
    }
}

fn push_text(text: &str, parts: &mut Vec<Part>) -> Result<(), String> {
    if text.contains('}') {
        return Err("a `}` closes nothing: remove it, or add its `{`".to_owned());
    }
    if !text.is_empty() {
        parts.push(Part::Text(text.to_owned()));
    }
    Ok(())
}

fn parse_braces(inside: &str) -> Result<Part, String> {
    if inside.contains('{') {
        return Err("braces stand inside braces: choices do not nest".to_owned());
    }
    if inside.contains('|') {
        return Ok(Part::Choice(inside.split('|').map(str::to_owned).collect()));
    }
    Slot::named(inside)
        .map(Part::Slot)
        .ok_or_else(|| format!("`{{{inside}}}` is no known slot, and a choice needs a `|`"))
}

/// Splits a category file into its phrasings: blocks of lines between blank lines, without comments.
pub(crate) fn blocks(file: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines: Vec<&str> = Vec::new();
    for line in file.lines().chain([""]) {
        if line.starts_with("# ") {
            continue;
        }
        if !line.trim().is_empty() {
            lines.push(line.trim_end());
        } else if !lines.is_empty() {
            blocks.push(lines.join("\n"));
            lines.clear();
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrasing_is_text_choices_and_slots() {
        let template = Template::parse("reset {pls|} {app}!").unwrap();
        let expected = [
            Part::Text("reset ".to_owned()),
            Part::Choice(vec!["pls".to_owned(), String::new()]),
            Part::Text(" ".to_owned()),
            Part::Slot(Slot::App),
            Part::Text("!".to_owned()),
        ];
        assert_eq!(template.parts, expected);
    }

    #[test]
    fn mistakes_are_named() {
        for (source, reason) in [
            ("a {b", "never closed"),
            ("a } b", "closes nothing"),
            ("{a {name}|b}", "do not nest"),
            ("{nickname}", "`{nickname}` is no known slot"),
            ("{}", "`{}` is no known slot"),
        ] {
            let error = Template::parse(source).unwrap_err();
            assert!(error.contains(reason), "{source}: {error}");
        }
    }

    #[test]
    fn blocks_are_separated_by_blank_lines() {
        let file = "# Access\n\nfirst\nof two lines  \n\n# a remark\n#3 is broken\n   \nlast\n";
        assert_eq!(blocks(file), ["first\nof two lines", "#3 is broken", "last"]);
    }
}
