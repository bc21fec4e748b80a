//! Numbers a ticket is signed with, below a name or a telephone number or behind it: they are the customer's own.

use crate::Kind;
use crate::candidate::Candidate;
use crate::digits::Digits;
use crate::groups::Group;
use crate::shadow::FILLER;

const SCORE: f32 = 0.4;

/// No line of a signature has more bytes.
const LONGEST: usize = 120;

/// What ends a line: its end, or what stands for it where a form was sent as a web page.
const BREAKS: [&str; 3] = ["<br>", "<br/>", "<br />"];

/// What a line of nothing but what is known may hold between that.
const SIGNS: &str = " |/,;.-\r";

/// Words that thank or greet before a name at the end of a ticket.
const CLOSINGS: [&str; 28] = [
    "thanks",
    "thank you",
    "thx",
    "regards",
    "sincerely",
    "cheers",
    "best",
    "yours",
    "merci",
    "cordialement",
    "bien à vous",
    "salutations",
    "cdt",
    "danke",
    "vielen dank",
    "grüße",
    "grüßen",
    "gruß",
    "mfg",
    "gracias",
    "atentamente",
    "saludos",
    "un saludo",
    "obrigado",
    "obrigada",
    "atenciosamente",
    "cumprimentos",
    "شكرا",
];

/// Adds the numbers that stand alone in the line below something that is known by now, or behind it where a ticket ends.
pub(crate) fn find(digits: &Digits<'_>, found: &mut Vec<Candidate>) {
    let is_account = |group: &&Group| {
        matches!(group.len(), 7..=12)
            && !group.is_date
            && !is_day(&digits.text[group.range.clone()])
            && (is_below(digits.text, group) || is_behind(digits.text, group))
    };
    found.extend(digits.groups.iter().filter(is_account).map(|group| Candidate {
        kind: Kind::BankAccount,
        range: group.range.clone(),
        score: SCORE,
    }));
}

/// `20241128`, `28112024`.
fn is_day(digits: &str) -> bool {
    digits.len() == 8
        && ["19", "20"]
            .iter()
            .any(|century| digits.starts_with(century) || digits[4..].starts_with(century))
}

/// Whether `group` is alone in its line, and all of the line above is known.
fn is_below(text: &str, group: &Group) -> bool {
    let Some(head) = without_break(&text[..group.range.start]) else { return false };
    ends_line(&text[group.range.end..]) && is_known(line_before(head.trim_end()))
}

/// Whether `group` stands in a signature, behind something known or alone in its line: `Thanks, Jane Doe, 785401103`.
fn is_behind(text: &str, group: &Group) -> bool {
    let (head, tail) = (&text[..group.range.start], &text[group.range.end..]);
    let known = |c: char| c == FILLER || SIGNS.contains(c);
    let is_last = ends_line(tail.trim_start_matches(known));
    let is_apart = head.trim_end_matches(' ').ends_with(['\n', '>']) && ends_line(tail)
        || line_before(head).chars().rev().take_while(|c| known(*c)).any(|c| c == FILLER);
    is_last
        && is_apart
        && is_signed(&head[head.ceil_char_boundary(head.len().saturating_sub(LONGEST_SIGNATURE))..])
}

/// Whether `head` ends inside a signature: a closing stands in it, and right behind that something known.
fn is_signed(head: &str) -> bool {
    let known = head.match_indices(FILLER).map(|(at, _)| &head[..at]);
    known.map(|head| head.trim_end_matches(|c: char| !c.is_alphabetic())).any(ends_with_closing)
}

fn ends_with_closing(head: &str) -> bool {
    let from = head.ceil_char_boundary(head.len().saturating_sub(LONGEST_CLOSING));
    let end = head[from..].to_lowercase();
    CLOSINGS.iter().any(|closing| {
        end.strip_suffix(closing).is_some_and(|rest| !rest.ends_with(char::is_alphabetic))
    })
}

/// No closing has more bytes, one sign before it taken in.
const LONGEST_CLOSING: usize = 24;

/// No signature has more bytes before a number.
const LONGEST_SIGNATURE: usize = 160;

fn is_known(line: &str) -> bool {
    line.contains(FILLER) && line.chars().all(|c| c == FILLER || SIGNS.contains(c))
}

/// The last line of `text`, or its end.
fn line_before(text: &str) -> &str {
    let from = text.ceil_char_boundary(text.len().saturating_sub(LONGEST));
    let text = text[from..].rsplit('\n').next().unwrap_or_default();
    let cut = BREAKS.iter().filter_map(|mark| text.rfind(mark).map(|at| at + mark.len())).max();
    &text[cut.unwrap_or(0)..]
}

/// `text` without the end of the line that it ends with.
fn without_break(text: &str) -> Option<&str> {
    let text = text.trim_end_matches(' ');
    text.strip_suffix('\n').or_else(|| BREAKS.iter().find_map(|mark| text.strip_suffix(mark)))
}

fn ends_line(rest: &str) -> bool {
    let rest = rest.trim_start_matches([' ', '\r']);
    rest.is_empty() || rest.starts_with('\n') || BREAKS.iter().any(|mark| rest.starts_with(mark))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;

    fn numbers(text: &str) -> Vec<&str> {
        let context = Context::new();
        let mut found = Vec::new();
        find(&Digits::of(text, &context), &mut found);
        found.into_iter().map(|candidate| &text[candidate.range]).collect()
    }

    #[test]
    fn a_number_below_what_is_known_is_the_customers() {
        assert_eq!(numbers("Thanks,\n\u{1}\n7854011039"), ["7854011039"]);
        assert_eq!(numbers("Thanks,\n\u{1}\n\n78540110"), ["78540110"]);
        assert_eq!(numbers("\u{1} | \u{1}\r\n\r\n785401103 \nLtd"), ["785401103"]);
        assert_eq!(numbers("Merci,<br>\u{1}<br>785401103<br>"), ["785401103"]);
    }

    #[test]
    fn so_is_one_behind_a_name_at_the_end() {
        assert_eq!(numbers("It fails. Thank you, \u{1}, \u{1}, 785401103."), ["785401103"]);
        assert_eq!(numbers("Viele Grüße,\n\n\u{1} 78540110\n"), ["78540110"]);
        assert_eq!(numbers("Best regards,\n\u{1}\nSales Team\n785401103\n\u{1}"), ["785401103"]);
        assert_eq!(numbers("Gracias\n\u{1}\n\u{1}, \u{1}, 785401103"), ["785401103"]);
    }

    #[test]
    fn other_numbers_are_not() {
        for text in [
            "Orders:\n7854011039",
            "\u{1} asks for\n7854011039",
            "\u{1}\n7854011039 pieces",
            "\u{1}\n20241128",
            "\u{1} 7854011039",
            "Thanks to \u{1} 785401103 is shipped",
            "Thanks, order 785401103",
            "Thanks, \u{1}\nPS: it is order 785401103",
            "We thank you for \u{1} 785401103",
        ] {
            assert!(numbers(text).is_empty(), "{text}");
        }
    }
}
