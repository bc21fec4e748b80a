//! Numbers on a line of their own below a name or a telephone number: what a customer signs with is their own number.

use crate::Kind;
use crate::candidate::Candidate;
use crate::digits::Digits;
use crate::groups::Group;
use crate::shadow::FILLER;

const SCORE: f32 = 0.4;

/// No line of a signature has more bytes.
const LONGEST: usize = 120;

/// Adds the numbers that stand alone in the line below something that is known by now.
pub(crate) fn find(digits: &Digits<'_>, found: &mut Vec<Candidate>) {
    let is_account = |group: &&Group| {
        matches!(group.len(), 7 | 9..=12) && !group.is_date && is_signed(digits.text, group)
    };
    found.extend(digits.groups.iter().filter(is_account).map(|group| Candidate {
        kind: Kind::BankAccount,
        range: group.range.clone(),
        score: SCORE,
    }));
}

fn is_signed(text: &str, group: &Group) -> bool {
    let ends = text[group.range.end..].trim_start_matches([' ', '\r']);
    let head = text[..group.range.start].trim_end_matches(' ');
    if !(ends.is_empty() || ends.starts_with('\n')) || !head.ends_with('\n') {
        return false;
    }
    let head = head.trim_end_matches(['\n', '\r', ' ']);
    let from = head.ceil_char_boundary(head.len().saturating_sub(LONGEST));
    let above = head[from..].rsplit('\n').next().unwrap_or_default();
    let is_known = above.contains(FILLER) && above.len() < LONGEST;
    is_known && above.chars().all(|c| c == FILLER || " |/,;.-\r".contains(c))
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
        assert_eq!(numbers("\u{1} | \u{1}\r\n\r\n785401103 \nLtd"), ["785401103"]);
    }

    #[test]
    fn other_numbers_are_not() {
        for text in [
            "Orders:\n7854011039",
            "\u{1} asks for\n7854011039",
            "\u{1}\n7854011039 pieces",
            "\u{1}\n20241128",
            "\u{1} 7854011039",
        ] {
            assert!(numbers(text).is_empty(), "{text}");
        }
    }
}
