//! Names of the domain name system, as far as a recogniser needs them.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use crate::word_set::WordSet;

/// Top-level domains common enough to be believed without a scheme before the name.
const COMMON: &str = " com org net info biz edu gov mil int io co ai app dev cloud online shop store site tech me tv eu \
    uk us ca au nz ie in fr be ch lu mc ma dz tn de at li es pt it mx ar cl pe uy ec ve br nl se no dk fi is pl cz sk \
    hu ro bg gr hr si rs tr ru ua eg sa ae qa kw bh om jo lb ps iq ly sd ye sy za ng ke gh jp cn kr hk sg my id th ph \
    vn pk bd cat كوم نت ";

/// Others that stand at the end of an address whose signs are words; in a file's name they mean something else.
static RARE: WordSet = WordSet::new(
    " example test invalid email mail work works life live world group team agency studio digital \
    solutions systems services swiss berlin wien koeln hamburg paris bzh eus cat gal london wales scot \
    nyc africa pro mobi name xyz club blog page one zone gmbh immo arte pm re gp mq nc gf yt km mg dj sn \
    ci cm bj tg ml ne bf td cf cg cd ga gn mr li gl fo va sm mt cy lt lv ee by kz uz ge am مصر السعودية \
    امارات مثال ",
);

/// Whether `label` may be the top-level domain of an address whose signs are words, in any case.
pub(super) fn is_top(label: &str) -> bool {
    is_common(label) || RARE.holds(label)
}

/// No common top-level domain is longer.
const LONGEST: usize = 6;

/// Whether `label` is a common top-level domain, in any case.
pub(super) fn is_common(label: &str) -> bool {
    static ALL: LazyLock<FxHashSet<&str>> = LazyLock::new(|| COMMON.split_whitespace().collect());
    let mut lower = [0; LONGEST];
    let Some(lower) = lower.get_mut(..label.len()) else { return false };
    lower.copy_from_slice(label.as_bytes());
    lower.make_ascii_lowercase();
    str::from_utf8(lower).is_ok_and(|lower| ALL.contains(lower))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_common_name_is_known_in_any_case() {
        assert!(COMMON.split_whitespace().all(|name| is_common(&name.to_uppercase())));
        assert!(!is_common("") && !is_common("pdf") && !is_common("longer-than-any"));
    }
}
