//! United States social security and taxpayer numbers; they have no check digit.

use super::{Rule, part};
use crate::Kind;
use crate::context::Role;

const BY_FORM: f32 = 0.85;

pub(super) const RULES: &[Rule] = &[SSN, ITIN];

const SSN: Rule = Rule {
    kind: Kind::UsSsn,
    groupings: &[&[3, 2, 4], &[9]],
    judge: |digits, window, number| {
        let issued = !matches!(part(number, 0..3), 0 | 666 | 900..)
            && part(number, 3..5) > 0
            && part(number, 5..9) > 0;
        let dashed =
            window.len() == 3 && digits.joints(window).all(|joint| joint.separator == b'-');
        let before = digits.before(window.start);
        let announced = before.distance(&[Role::SocialSecurity], 4).is_some();
        let other = before.distance(&[Role::Other], 0).is_some();
        (issued && (announced || dashed && !other)).then_some(BY_FORM)
    },
};

/// Nine digits from 900 on, whose fourth and fifth lie in a range of their own.
const ITIN: Rule = Rule {
    kind: Kind::UsItin,
    groupings: &[&[3, 2, 4]],
    judge: |digits, window, number| {
        let issued = number.starts_with('9')
            && matches!(part(number, 3..5), 50..=65 | 70..=88 | 90..=92 | 94..=99);
        let dashed = digits.joints(window).all(|joint| joint.separator == b'-');
        let other = digits.before(window.start).distance(&[Role::Other], 0).is_some();
        (issued && dashed && !other).then_some(BY_FORM)
    },
};
