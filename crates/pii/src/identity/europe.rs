//! European numbers of digits only: France, Germany, Switzerland.

use super::{Rule, part};
use crate::Kind;
use crate::candidate::VERIFIED;
use crate::checksum;
use crate::context::Role;

pub(super) const RULES: &[Rule] = &[
    Rule {
        kind: Kind::FrNir,
        groupings: &[&[1, 2, 2, 2, 3, 3, 2], &[13, 2], &[15]],
        judge: |_, _, number| {
            let body: u64 = number.get(..13)?.parse().ok()?;
            let key = u64::from(part(number, 13..15));
            let month = part(number, 3..5);
            let plausible = matches!(&number[..1], "1" | "2" | "3" | "4" | "7" | "8")
                && matches!(month, 1..=12 | 20..=42 | 50..=99);
            (plausible && 97 - body % 97 == key).then_some(VERIFIED)
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
        kind: Kind::ChAhv,
        groupings: &[&[3, 4, 4, 2], &[13]],
        judge: |_, _, number| {
            (number.starts_with("756") && checksum::ean_13(&checksum::digits(number)))
                .then_some(VERIFIED)
        },
    },
];

/// Among the first ten digits of a Steuer-ID exactly one digit occurs two or three times.
fn repeats_one_digit(digits: &[u8]) -> bool {
    let mut counts = [0; 10];
    for &digit in digits {
        counts[usize::from(digit)] += 1;
    }
    counts.iter().filter(|&&count| count > 1).count() == 1 && counts.iter().all(|&count| count <= 3)
}
