//! United States social security numbers; they have no check digit.

use super::{Rule, part};
use crate::Kind;
use crate::context::Role;

const BY_FORM: f32 = 0.85;

pub(super) const RULES: &[Rule] = &[Rule {
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
}];
