//! European numbers of digits only: France, Germany, Belgium, Switzerland.

use super::{Rule, part};
use crate::Kind;
use crate::candidate::VERIFIED;
use crate::checksum;
use crate::context::Role;
use crate::named::is_belgian;

/// The score of what a check digit and a day inside show.
const CHECKED_AND_DATED: f32 = 0.7;

/// The score of what only its grouping shows: nothing else is written so.
const GROUPED: f32 = 0.6;

pub(super) const RULES: &[Rule] = &[
    Rule {
        kind: Kind::FrNir,
        groupings: &[&[1, 2, 2, 2, 3, 3, 2], &[13, 2], &[15]],
        judge: |_, window, number| {
            let by_form = || (window.len() == 7 && is_plausible_nir(number)).then_some(GROUPED);
            is_nir(number).then_some(VERIFIED).or_else(by_form)
        },
    },
    Rule {
        kind: Kind::DeTaxId,
        groupings: &[&[2, 3, 3, 3], &[11]],
        judge: |digits, window, number| {
            let values = checksum::digits(number);
            let announced =
                window.len() > 1 || digits.before(window.start).distance(&[Role::Tax], 4).is_some();
            let valid = announced
                && !number.starts_with('0')
                && repeats_one_digit(&values[..10])
                && checksum::mod_11_10(&values);
            valid.then_some(VERIFIED)
        },
    },
    Rule {
        kind: Kind::BeNationalNumber,
        groupings: &[&[2, 2, 2, 3, 2]],
        judge: |_, _, number| {
            let born = matches!(part(number, 2..4), 0..=12) && part(number, 4..6) <= 31;
            (born && is_belgian(number)).then_some(VERIFIED)
        },
    },
    // Austrian social insurance.
    Rule {
        kind: Kind::NationalId,
        groupings: &[&[4, 6]],
        judge: |_, _, number| is_austrian(number).then_some(CHECKED_AND_DATED),
    },
    // Swiss cards of the health insurance (EN 1867).
    Rule {
        kind: Kind::NationalId,
        groupings: &[&[5, 5, 5, 5], &[20]],
        judge: |_, _, number| number.starts_with("80756").then_some(GROUPED),
    },
    Rule {
        kind: Kind::ChAhv,
        groupings: &[&[3, 4, 4, 2], &[13]],
        judge: |_, _, number| {
            (number.starts_with("756") && checksum::ean_13(&checksum::digits(number)))
                .then_some(VERIFIED)
        },
    },
];

/// A man or a woman, and a month.
fn is_plausible_nir(number: &str) -> bool {
    number.starts_with(['1', '2']) && matches!(part(number, 3..5), 1..=12)
}

/// Sex, year, month, department, town, order, and 97 minus all that modulo 97; Corsica's 2A and 2B count as 19 and 18.
pub(crate) fn is_nir(number: &str) -> bool {
    let digits = number.replace("2A", "19").replace("2B", "18");
    let Some(body) = digits.get(..13).and_then(|body| body.parse::<u64>().ok()) else {
        return false;
    };
    let plausible = matches!(&digits[..1], "1" | "2" | "3" | "4" | "7" | "8")
        && matches!(part(&digits, 3..5), 1..=12 | 20..=42 | 50..=99);
    digits.len() == 15 && plausible && 97 - body % 97 == u64::from(part(&digits, 13..15))
}

/// Three digits, a check digit and the day of birth; the weights are 3, 7, 9, none, 5, 8, 4, 2, 1 and 6, modulo 11.
fn is_austrian(number: &str) -> bool {
    const WEIGHTS: [u32; 10] = [3, 7, 9, 0, 5, 8, 4, 2, 1, 6];
    let sum: u32 = checksum::digits(number)
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(*digit) * weight)
        .sum();
    sum % 11 == part(number, 3..4)
        && !number.starts_with('0')
        && matches!(part(number, 4..6), 1..=31)
        && matches!(part(number, 6..8), 1..=12)
}

/// Among the first ten digits of a Steuer-ID exactly one digit occurs two or three times.
fn repeats_one_digit(digits: &[u8]) -> bool {
    let mut counts = [0; 10];
    for &digit in digits {
        counts[usize::from(digit)] += 1;
    }
    counts.iter().filter(|&&count| count > 1).count() == 1 && counts.iter().all(|&count| count <= 3)
}
