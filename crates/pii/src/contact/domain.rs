//! Names of the domain name system, as far as a recogniser needs them.

/// Top-level domains common enough to be believed without a scheme before the name.
const COMMON: &str = " com org net info biz edu gov mil int io co ai app dev cloud online shop store site tech me tv eu \
    uk us ca au nz ie in fr be ch lu mc ma dz tn de at li es pt it mx ar cl pe uy ec ve br nl se no dk fi is pl cz sk \
    hu ro bg gr hr si rs tr ru ua eg sa ae qa kw bh om jo lb ps iq ly sd ye sy za ng ke gh jp cn kr hk sg my id th ph \
    vn pk bd cat ";

/// Whether `label` is a common top-level domain, in any case.
pub(super) fn is_common(label: &str) -> bool {
    COMMON.contains(&format!(" {} ", label.to_ascii_lowercase()))
}
