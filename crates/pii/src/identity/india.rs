//! The Indian identity number, grouped as it is printed.

use super::Rule;
use crate::Kind;
use crate::candidate::VERIFIED;
use crate::context::Role;
use crate::named::is_aadhaar;

pub(super) const RULES: &[Rule] = &[Rule {
    kind: Kind::InAadhaar,
    groupings: &[&[4, 4, 4]],
    judge: |digits, window, number| {
        let before = digits.before(window.start);
        let other = before.distance(&[Role::Other, Role::Phone], 1).is_some();
        (is_aadhaar(number) && !other).then_some(VERIFIED)
    },
}];
