//! Which of greeting, closing and signature a phrasing brings itself, so that it does not get a second one.

use crate::grammar::{Part, Template};
use crate::slot::Slot;
use crate::voice::Lists;

/// How a phrasing ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// In the middle of business.
    Open,
    /// With thanks or regards.
    Closed,
    /// With its writer's name.
    Signed,
}

/// How a forwarded mail begins.
const FORWARDED: [&str; 12] =
    ["fw", "fwd", "tr", "wg", "rv", "re", "de", "from", "von", "betreff", "asunto", "subject"];

/// Tells whether a phrasing begins with a greeting, or is a forwarded mail.
pub(crate) fn greets(phrasing: &Template, lists: &Lists) -> bool {
    let Some(Part::Text(text)) = phrasing.parts.first() else { return false };
    let start = first_word(text);
    let begins = |greeting: &Template| matches!(greeting.parts.first(), Some(Part::Text(text)) if first_word(text) == start);
    text.starts_with("---")
        || FORWARDED.contains(&start.as_str())
        || lists.greetings.iter().any(begins)
}

/// Tells how a phrasing ends.
pub(crate) fn ending(phrasing: &Template, lists: &Lists) -> Ending {
    let ends_closed =
        |part: Option<&Part>| matches!(part, Some(Part::Text(text)) if closes(text, lists));
    match phrasing.parts.as_slice() {
        _ if has_name_line(phrasing) => Ending::Signed,
        [.., before, Part::Slot(Slot::Name | Slot::First)] if ends_closed(Some(before)) => {
            Ending::Signed
        }
        parts if ends_closed(parts.last()) => Ending::Closed,
        _ => Ending::Open,
    }
}

fn first_word(text: &str) -> String {
    let word = text.split(|character: char| !character.is_alphabetic()).next();
    word.unwrap_or_default().to_lowercase()
}

/// Tells whether the last words of `text` are one of the language's closings.
fn closes(text: &str, lists: &Lists) -> bool {
    let words = words(text);
    lists.closings.iter().any(|closing| match closing.parts.as_slice() {
        [Part::Text(closing)] => words.ends_with(&self::words(closing)),
        _ => false,
    })
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|character: char| !character.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// Tells whether the last of several lines is little more than a name.
fn has_name_line(phrasing: &Template) -> bool {
    let mut words = 0;
    let mut named = false;
    for part in phrasing.parts.iter().rev() {
        match part {
            Part::Slot(slot) => {
                named |= matches!(slot, Slot::Name | Slot::First);
                words += 1;
            }
            Part::Choice(_) => words += 1,
            Part::Text(text) => {
                let (before, line) = text.rsplit_once('\n').unzip();
                words += line.unwrap_or(text).split_whitespace().count();
                if before.is_some() {
                    return named && words <= 4;
                }
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::FILES;

    fn english() -> Lists {
        toml::from_str(FILES[0].slots).unwrap()
    }

    #[test]
    fn endings_are_recognised() {
        for (phrasing, expected) in [
            ("please unlock it\nThanks, {name}", Ending::Signed),
            ("please unlock it\n{first} {phone}", Ending::Signed),
            ("Approved from my side. Regards {name}", Ending::Signed),
            ("unlock it. Thanks in advance!", Ending::Closed),
            ("please unlock {name}", Ending::Open),
            ("see below\nunlock the account of {name} please", Ending::Open),
            ("line\nline", Ending::Open),
        ] {
            assert_eq!(
                ending(&Template::parse(phrasing).unwrap(), &english()),
                expected,
                "{phrasing}"
            );
        }
    }

    #[test]
    fn greetings_are_recognised() {
        for (phrasing, expected) in [
            ("Hello,\nit is broken", true),
            ("FW: access", true),
            ("-----Original Message-----\nhello", true),
            ("{name} needs access", false),
            ("printer broken", false),
        ] {
            assert_eq!(
                greets(&Template::parse(phrasing).unwrap(), &english()),
                expected,
                "{phrasing}"
            );
        }
    }
}
