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
        let other = || {
            let before = digits.before(window.start);
            before.distance(&[Role::Other, Role::Phone], 1).is_some()
        };
        // Four groups are a card's.
        let longer = digits.chain(window.start, 4).len() > 3
            || window
                .start
                .checked_sub(1)
                .is_some_and(|before| digits.groups[before].joint.is_some());
        (!longer && is_aadhaar(number) && !other()).then_some(VERIFIED)
    },
}];
