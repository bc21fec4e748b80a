//! What the signs of an address are called.

/// Words for `@` between spaces; some are ordinary words too.
pub(crate) const AT: &[&str] = &[
    " at ",
    " chez ",
    " ät ",
    " aet ",
    " ett ",
    " arobas ",
    " arobaz ",
    " at-sign ",
    " affenschwanz ",
    " على ",
    " عند ",
    " الات ",
    " اروباز ",
    " أروباز ",
    " اروبا ",
    " arobase ",
    " arrobase ",
    " arroba ",
    " at sign ",
    " at-zeichen ",
    " klammeraffe ",
    " آت ",
    " ات ",
    " أت ",
];

/// Those of them that are ordinary words.
pub(super) const ORDINARY: [&str; 5] = [" at ", " chez ", " ات ", " على ", " عند "];

/// Words for a dot.
pub(super) const DOT: &[&str] = &[
    " dot ",
    " point ",
    " punkt ",
    " punto ",
    " نقطة ",
    " نقطه ",
    " دوت ",
    " dott ",
    " pt ",
    " بوان ",
    " . ",
    ".",
];

/// Words for another sign of an address.
pub(super) const OTHER_SIGN: &[&str] = &[
    " underscore ",
    " dash ",
    " hyphen ",
    " tiret ",
    " tiret bas ",
    " unterstrich ",
    " bindestrich ",
    " minus ",
    " guion ",
    " guion bajo ",
    " guión ",
    " guión bajo ",
    " tiret du bas ",
    " souligné ",
    " شرطة ",
    " شرطه ",
    " شرطة سفلية ",
    " شرطه سفليه ",
    " شرطة تحت ",
    " شرطه تحت ",
    " شرطة تحتية ",
    " أندرسكور ",
    " اندرسكور ",
    " أندر سكور ",
    " اندر سكور ",
    " داش ",
    "_",
    "-",
];
