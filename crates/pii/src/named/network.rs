//! Hardware addresses that look like other numbers: `00-14-22-01-23-45`.

use super::{Form, Proof, Row};
use crate::Kind;

pub(super) const ROWS: &[Row] = &[Row {
    kind: Kind::MacAddress,
    forms: &[Form::Shape("AAAAAAAAAAAA")],
    proof: Proof::Needs(|value| value.bytes().all(|byte| byte.is_ascii_hexdigit())),
    score: 0.85,
    words: &[
        "ethernet address|hardware address|physical address|physikalische adresse|adresse physique|dirección física|العنوان الفيزيائي|mac|mac address|mac addr|mac-address|adresse mac|mac-adresse|dirección mac|عنوان mac",
    ],
}];
