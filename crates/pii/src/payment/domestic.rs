//! Accounts of single countries that their grouping shows: the Belgian ones of old, those of New Zealand, of Algeria's post and of
//! Switzerland's.

use std::ops::Range;

use crate::Kind;
use crate::candidate::Candidate;
use crate::digits::{Digits, first_lengths, has_length};
use crate::neighbours;

const SCORE: f32 = 0.7;

/// A way to write an account, and what makes its digits one.
struct Form {
    groups: &'static [&'static [usize]],
    /// The sign between the groups; a space also where it is none.
    sign: u8,
    fits: fn(&str) -> bool,
}

const FORMS: [Form; 4] = [
    // Belgium before IBANs: the last two digits are the first ten modulo 97, or 97.
    Form { groups: &[&[3, 7, 2]], sign: b'-', fits: is_belgian },
    // New Zealand: bank, branch, account, suffix.
    Form { groups: &[&[2, 4, 7, 2], &[2, 4, 7, 3]], sign: b'-', fits: |_| true },
    // The post of Algeria.
    Form {
        groups: &[&[3, 5, 10, 2], &[8, 10, 2], &[8, 12], &[20]],
        sign: b' ',
        fits: |number| number.starts_with("00799999"),
    },
    // The post of Switzerland: the last digit checks the others (modulo 10, recursive).
    Form { groups: &[&[2, 6, 1], &[2, 5, 1], &[2, 4, 1], &[2, 3, 1]], sign: b'-', fits: is_postal },
];

const LENGTHS: u32 = {
    let (mut lengths, mut place) = (0, 0);
    while place < FORMS.len() {
        lengths |= first_lengths(FORMS[place].groups);
        place += 1;
    }
    lengths
};

/// Adds every such account.
pub(crate) fn find(digits: &Digits<'_>, found: &mut Vec<Candidate>) {
    let groups = digits.groups.iter().enumerate().filter(|(_, group)| has_length(group, LENGTHS));
    let windows =
        groups.filter_map(|(first, _)| FORMS.iter().find_map(|form| window(digits, first, form)));
    let windows = windows.map(|window| digits.bytes(&window));
    let groups = digits.groups.iter().enumerate().filter(|(_, group)| group.len() == 3);
    let african = groups.filter_map(|(first, _)| west_african(digits, first));
    found.extend(windows.chain(african).map(|range| Candidate {
        kind: Kind::BankAccount,
        range,
        score: SCORE,
    }));
}

/// The account of a country of the Central Bank of West African States whose first digits are group `first`: the country and its
/// bank, the branch, the account, the key: `SN012 01003 000001234567 25`.
fn west_african(digits: &Digits<'_>, first: usize) -> Option<Range<usize>> {
    const COUNTRIES: [&str; 8] = ["BJ", "BF", "CI", "GW", "ML", "NE", "SN", "TG"];
    let window = digits.shaped(first, &[3, 5, 12, 2])?;
    let Range { start, end } = digits.bytes(&window);
    let country = COUNTRIES.iter().find(|country| digits.text[..start].ends_with(**country))?;
    let start = start - country.len();
    neighbours::stands_free(digits.text, start, end).then_some(start..end)
}

/// The account in `form` that begins at group `first`.
fn window(digits: &Digits<'_>, first: usize, form: &Form) -> Option<Range<usize>> {
    let window = form.groups.iter().find_map(|lengths| digits.shaped(first, lengths))?;
    let signs_fit =
        digits.joints(&window).all(|joint| joint.separator == form.sign && !joint.opens);
    let is_free = digits.stands_free(&window) && !digits.is_part_of_longer(&window);
    (signs_fit && is_free && (form.fits)(digits.digits(&window))).then_some(window)
}

/// The row a digit leads to from zero (modulo 10, recursive); the account in the middle has six digits.
fn is_postal(number: &str) -> bool {
    const TABLE: [usize; 10] = [0, 9, 4, 6, 8, 2, 7, 1, 3, 5];
    let (office, rest) = number.split_at(2);
    let (account, check) = rest.split_at(rest.len() - 1);
    let body = format!("{office}{account:0>6}");
    let carry =
        body.bytes().fold(0, |carry, digit| TABLE[(carry + usize::from(digit - b'0')) % 10]);
    check.parse() == Ok((10 - carry) % 10)
}

fn is_belgian(number: &str) -> bool {
    let (Ok(body), Ok(check)) = (number[..10].parse::<u64>(), number[10..].parse::<u64>()) else {
        return false;
    };
    let rest = body % 97;
    check == if rest == 0 { 97 } else { rest }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;

    fn accounts(text: &str) -> Vec<&str> {
        let context = Context::new();
        let mut found = Vec::new();
        find(&Digits::of(text, &context), &mut found);
        found.into_iter().map(|candidate| &text[candidate.range]).collect()
    }

    #[test]
    fn accounts_of_four_countries() {
        for text in [
            "000-1234567-48",
            "06-0817-0447182-03",
            "007 99999 0012847733 79",
            "00799999 0018274635 10",
            "80-7211-9",
            "SN012 01003 000001234567 25",
        ] {
            assert_eq!(accounts(&format!("x {text}, y")), [text], "{text}");
        }
    }

    #[test]
    fn other_numbers_are_none() {
        for text in [
            "000-1234567-49",
            "80-7211-8",
            "2024-03-12",
            "1-80-7211-9",
            "80-7211-9-7",
            "XY012 01003 000001234567 25",
        ] {
            assert!(accounts(text).is_empty(), "{text}");
        }
    }
}
