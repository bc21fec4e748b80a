//! How numbers are written inside a country: a new way is an entry.

/// A way to write a number: the lengths of its groups, how it begins, and whether that is proof enough.
pub(super) struct Form {
    pub(super) groups: &'static [usize],
    /// The digits it begins with; any of them.
    pub(super) leads: &'static [&'static str],
    /// The signs between its groups.
    pub(super) signs: &'static [u8],
    pub(super) trust: Trust,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// Nothing else is written like this.
    Sure,
    /// Other numbers are too, so words, brackets or a signature must speak for it.
    Unsure,
}

use self::Trust::{Sure, Unsure};

const ANY: &[&str] = &[""];
const NANP: &[&str] = &["2", "3", "4", "5", "6", "7", "8", "9"];
const TRUNK: &[&str] = &["01", "02", "03", "04", "05", "06", "07", "08", "09"];
/// Behind these, German and Austrian numbers may have twelve digits.
const LONG_MOBILE: &[&str] = &["015", "016", "017", "0650", "066", "067", "068", "0699"];
const SPANISH: &[&str] = &["6", "7", "8", "9"];

/// Longer forms stand before the shorter ones they begin with.
pub(super) const FORMS: &[Form] = &[
    // United States, Canada: 1-800-555-0199, 202-555-0143, 202.555.0143, 202 555 0143, 2025550143, 555-0143.
    Form { groups: &[1, 3, 3, 4], leads: &["1"], signs: b"-. ", trust: Sure },
    Form { groups: &[3, 3, 4], leads: ANY, signs: b"-.", trust: Sure },
    Form { groups: &[3, 3, 4], leads: NANP, signs: b" -", trust: Sure },
    Form { groups: &[3, 7], leads: NANP, signs: b"- ", trust: Unsure },
    Form { groups: &[10], leads: NANP, signs: b"", trust: Unsure },
    Form {
        groups: &[11],
        leads: &["12", "13", "14", "15", "16", "17", "18", "19"],
        signs: b"",
        trust: Unsure,
    },
    // France, Belgium, Switzerland, the Maghreb: five pairs, and the other ways to group nine digits behind the zero.
    Form { groups: &[2, 2, 2, 2, 2], leads: TRUNK, signs: b" .-/", trust: Sure },
    Form { groups: &[2, 3, 2, 2], leads: TRUNK, signs: b" .-/", trust: Sure },
    Form { groups: &[2, 3, 3, 2], leads: TRUNK, signs: b" .-", trust: Sure },
    Form { groups: &[1, 3, 3, 3], leads: &["0"], signs: b" .-", trust: Sure },
    Form { groups: &[1, 3, 2, 2, 2], leads: &["0"], signs: b" .-", trust: Sure },
    Form { groups: &[1, 1, 2, 2, 2, 2], leads: &["0"], signs: b" .-", trust: Sure },
    // India; Mexico with the prefixes of old.
    Form { groups: &[5, 5], leads: &["7", "8", "9"], signs: b" -", trust: Sure },
    Form { groups: &[2, 3, 3, 4], leads: &["01800", "01900"], signs: b" -", trust: Sure },
    Form { groups: &[3, 2, 4, 4], leads: &["044", "045"], signs: b" -", trust: Sure },
    // Australia free of charge, Lebanon.
    Form { groups: &[4, 3, 3], leads: &["1800", "1300"], signs: b" -", trust: Sure },
    Form { groups: &[2, 3, 3], leads: TRUNK, signs: b" -", trust: Sure },
    // Digit by digit, as if spoken.
    Form { groups: &[1; 10], leads: TRUNK, signs: b" -.", trust: Unsure },
    Form { groups: &[1; 10], leads: NANP, signs: b" -.", trust: Unsure },
    Form { groups: &[1; 11], leads: TRUNK, signs: b" -.", trust: Unsure },
    // Two digits of area, then one or two groups: the Netherlands, Australia, the Emirates.
    Form { groups: &[2, 4, 4], leads: TRUNK, signs: b" -", trust: Sure },
    Form { groups: &[2, 3, 4], leads: TRUNK, signs: b" -.", trust: Sure },
    Form { groups: &[2, 8], leads: TRUNK, signs: b" -/", trust: Sure },
    Form { groups: &[2, 7], leads: TRUNK, signs: b" -/", trust: Sure },
    // One run of digits behind the trunk zero: most of Europe, Egypt, Arabia.
    Form { groups: &[10], leads: TRUNK, signs: b"", trust: Sure },
    Form { groups: &[11], leads: TRUNK, signs: b"", trust: Sure },
    Form { groups: &[12], leads: LONG_MOBILE, signs: b"", trust: Sure },
    Form { groups: &[9], leads: TRUNK, signs: b"", trust: Unsure },
    // Spain, Portugal.
    Form { groups: &[3, 3, 3], leads: SPANISH, signs: b" -", trust: Sure },
    Form { groups: &[3, 3, 3], leads: SPANISH, signs: b".", trust: Unsure },
    Form { groups: &[3, 3, 3], leads: &["2"], signs: b" -.", trust: Unsure },
    Form { groups: &[3, 2, 2, 2], leads: SPANISH, signs: b" -.", trust: Sure },
    Form { groups: &[2, 3, 2, 2], leads: &["8", "9"], signs: b" -.", trust: Sure },
    Form { groups: &[9], leads: SPANISH, signs: b"", trust: Unsure },
    // Mexico, Argentina, Chile.
    Form {
        groups: &[2, 4, 4],
        leads: &["55", "56", "33", "81", "11", "15"],
        signs: b" -",
        trust: Sure,
    },
    Form { groups: &[2, 2, 2, 2, 2], leads: &["55", "33", "81"], signs: b" -", trust: Unsure },
    Form { groups: &[1, 4, 4], leads: &["9"], signs: b" -", trust: Sure },
    // Senegal.
    Form {
        groups: &[2, 3, 2, 2],
        leads: &["70", "75", "76", "77", "78"],
        signs: b" .-",
        trust: Sure,
    },
    // Four and four: the Gulf, Norway, Singapore.
    Form {
        groups: &[4, 4],
        leads: &["2", "3", "5", "6", "7", "8", "9"],
        signs: b" -",
        trust: Unsure,
    },
    // Lebanon.
    Form {
        groups: &[2, 3, 3],
        leads: &["70", "71", "76", "78", "79", "81"],
        signs: b" /-",
        trust: Unsure,
    },
    // Tunisia by pairs.
    Form { groups: &[2, 2, 2, 2], leads: &["2", "4", "5", "9"], signs: b" .-", trust: Unsure },
    // Arabia without the trunk zero; Tunisia.
    Form {
        groups: &[2, 3, 4],
        leads: &["50", "52", "53", "54", "55", "56", "58", "59"],
        signs: b" -",
        trust: Sure,
    },
    Form { groups: &[9], leads: &["5"], signs: b"", trust: Unsure },
    Form {
        groups: &[2, 3, 3],
        leads: &["2", "3", "4", "5", "7", "9"],
        signs: b" .-",
        trust: Unsure,
    },
    // The calling code without its plus, before a mobile number.
    Form {
        groups: &[12],
        leads: &["9665", "9715", "2126", "2127", "2010", "2011", "2012", "2015"],
        signs: b"",
        trust: Sure,
    },
    Form {
        groups: &[11],
        leads: &["336", "337", "346", "347", "2135", "2136", "2137"],
        signs: b"",
        trust: Unsure,
    },
    Form { groups: &[12], leads: &["447", "4915", "4916", "4917"], signs: b"", trust: Unsure },
    Form { groups: &[13], leads: &["4915", "4916", "4917"], signs: b"", trust: Unsure },
    Form { groups: &[3, 2, 3, 4], leads: &["9665", "9715", "9627"], signs: b" -", trust: Sure },
    Form { groups: &[2, 1, 2, 2, 2, 2], leads: &["336", "337"], signs: b" .-", trust: Sure },
    Form { groups: &[2, 3, 3, 3], leads: &["346", "347"], signs: b" -", trust: Sure },
    Form { groups: &[2, 2, 4, 4], leads: &["5255", "5233", "5281"], signs: b" -", trust: Sure },
    Form { groups: &[2, 4, 6], leads: &["447"], signs: b" -", trust: Sure },
    Form { groups: &[2, 3, 7], leads: &["4915", "4916", "4917"], signs: b" -", trust: Sure },
];
