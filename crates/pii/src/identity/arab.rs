//! Numbers of Arab countries, and of Senegal, that consist of digits.

use super::{Rule, part};
use crate::Kind;
use crate::candidate::VERIFIED;
use crate::checksum;
use crate::context::Role;

const BY_FORM: f32 = 0.8;

pub(super) const RULES: &[Rule] = &[
    Rule {
        kind: Kind::AeEmiratesId,
        groupings: &[&[3, 4, 7, 1], &[15]],
        judge: |_, window, number| {
            let plausible = number.starts_with("784") && (1900..2100).contains(&part(number, 3..7));
            let score =
                if checksum::luhn(&checksum::digits(number)) { Some(VERIFIED) } else { None };
            // Older cards carry other check digits; the full grouping is unlike anything else.
            plausible.then(|| score.or((window.len() == 4).then_some(BY_FORM))).flatten()
        },
    },
    // Senegal: sex, place, year of birth, number.
    Rule {
        kind: Kind::NationalId,
        groupings: &[&[1, 3, 4, 5]],
        judge: |_, _, number| {
            let born = (1900..2025).contains(&part(number, 4..8));
            (number.starts_with(['1', '2']) && born).then_some(BY_FORM)
        },
    },
    Rule {
        kind: Kind::SaNationalId,
        groupings: &[&[10]],
        judge: |digits, window, number| {
            let valid = number.starts_with(['1', '2']) && checksum::luhn(&checksum::digits(number));
            (valid && digits.before(window.start).distance(&[Role::Identity], 4).is_some())
                .then_some(VERIFIED)
        },
    },
    Rule {
        kind: Kind::EgNationalId,
        groupings: &[&[14]],
        judge: |digits, window, number| {
            let (century, month, day) =
                (part(number, 0..1), part(number, 3..5), part(number, 5..7));
            let governorate = part(number, 7..9);
            let born =
                matches!(century, 2 | 3) && (1..=12).contains(&month) && (1..=31).contains(&day);
            let placed = matches!(governorate, 1..=4 | 11..=19 | 21..=29 | 31..=35 | 88);
            let before = digits.before(window.start);
            let other = before.distance(&[Role::Other], 0).is_some();
            let announced = before.distance(&[Role::Identity], 4).is_some();
            (born && placed && (announced || !other && !is_timestamp(number))).then_some(BY_FORM)
        },
    },
    Rule {
        kind: Kind::TnCin,
        groupings: &[&[8]],
        judge: |digits, window, number| {
            let announced = digits.before(window.start).distance(&[Role::Identity], 3).is_some();
            (announced && number.starts_with(['0', '1'])).then_some(BY_FORM)
        },
    },
];

/// `20240312143022`: year, month, day, hour, minute, second.
fn is_timestamp(number: &str) -> bool {
    (1900..2100).contains(&part(number, 0..4))
        && (1..=12).contains(&part(number, 4..6))
        && (1..=31).contains(&part(number, 6..8))
        && part(number, 8..10) < 24
}
